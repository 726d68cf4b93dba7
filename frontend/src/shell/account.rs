//! Who is signed in, and the way out.

use leptos::prelude::*;

use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::Button;
use crate::components::failure::failure;
use crate::components::icon::{Glyph, icon};
use crate::page::Page;
use crate::session::use_session;
use crate::view::{Element, View, el, several};

/// The id of the account menu.
pub const ACCOUNT: &str = "account";

/// The account menu.
pub fn account() -> View {
    let person = use_session().person;
    let failed = RwSignal::new(None::<ApiError>);
    let leaving = RwSignal::new(false);
    let sign_out = move || {
        leaving.set(true);
        api::session::sign_out(false, move |told| match told {
            Ok(url) => browser::leave_for(&url),
            Err(error) => {
                leaving.set(false);
                failed.set(Some(error));
            }
        });
    };
    let button = el("button")
        .attr("type", "button")
        .class("topbar__button")
        .attr("popovertarget", ACCOUNT)
        .attr("aria-label", format!("Account: {}", person.username))
        .child(icon(Glyph::Person))
        .child(el("span").class("topbar__name").child(person.username.clone()));
    let panel = el("div")
        .id(ACCOUNT)
        .attr("popover", "auto")
        .class("panel panel--end account")
        .attr("role", "group")
        .attr("aria-label", "Account")
        .child(el("p").class("account__name").child(person.name))
        .child(el("p").class("quiet").child(person.username))
        .child(el("p").child(link(&Page::Sessions, "Where you are signed in")))
        .child(el("p").child(link(&Page::About, "About Postern")))
        .child(Button::new("Sign out", sign_out).busy(leaving))
        .child(move || failed.get().as_ref().map(failure));
    several![button, panel]
}

fn link(page: &Page, words: &'static str) -> Element {
    el("a").class("link").attr("href", page.path()).child(words)
}
