//! What stands around a list that the service keeps at hand.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::vm::UnreadableSubscription;

use super::message_bar::{Tone, message_bar};
use crate::format;
use crate::session::use_server_clock;
use crate::view::{IntoView, View, el, several};

/// What is said to whom no access rule shows any machine.
pub const NONE_TO_SEE: &str = "No access rule lets you see any. Ask whoever runs Postern for one, and tell them which machines you need.";

/// How old the list is. Not in a live region: it changes all the time.
pub fn age(as_of: impl Fn() -> Option<Timestamp> + 'static) -> View {
    let tick = use_server_clock().tick();
    let age = move || {
        let age = format::ago(tick.get().duration_since(as_of()?));
        Some(el("span").class("commands__note quiet").child("As of ").child(age))
    };
    age.into_view()
}

/// The subscriptions that are missing from it, or not whole.
pub fn unreadable(subscriptions: Vec<UnreadableSubscription>) -> View {
    let message = |subscription: UnreadableSubscription| {
        let words = several![
            el("strong").child(subscription.name),
            " could not be read in full: ",
            subscription.reason,
        ];
        message_bar(Tone::Warning, el("p").child(words))
    };
    subscriptions.into_iter().map(message).collect()
}
