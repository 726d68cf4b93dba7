//! For somebody who is not signed in.

use leptos::prelude::document;

use crate::components::button::Look;
use crate::components::icon::{Glyph, icon};
use crate::view::{Element, el};
use crate::{browser, page};

/// Says what Postern is, and lets people in. They come back to the address they opened.
pub fn sign_in_page() -> Element {
    document().set_title("Sign in · Postern");
    let sign_in = el("a")
        .class(Look::Primary.class())
        .attr("rel", "external")
        .attr("href", page::sign_in(&browser::here()))
        .child("Sign in");
    let card = el("div")
        .class("welcome__card")
        .child(el("p").class("welcome__mark").child(icon(Glyph::Mark)).child("Postern"))
        .child(el("h1").child("Just-in-time access to your virtual machines"))
        .child(el("p").child("Say which machine you need and why. Its port opens for your address alone, and closes again by itself."))
        .child(sign_in);
    el("main").class("welcome").child(card)
}
