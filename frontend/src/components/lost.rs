//! That nothing is heard from the service.

use super::message_bar::{Tone, message_bar};
use crate::session::ServerClock;
use crate::view::{Element, el, several};

/// That the connection is lost, and how old what is shown is.
pub fn connection_lost(clock: ServerClock) -> Element {
    // It changes all the time: nobody wants to have that read out.
    let age = el("span").attr("aria-live", "off").child(" What stands here was heard ");
    let age = age.child(move || clock.heard()).child(".");
    let message = message_bar(Tone::Warning, several!["Connection to Postern lost.", age]);
    el("div").class("lost").child(message)
}
