//! What requests are looked for. Every change goes into the address, and the list follows that.

use leptos::prelude::*;

use crate::components::button::Look;
use crate::components::past_fields::{chosen, typed};
use crate::page::{Page, Past};
use crate::view::{Element, el};

/// How requests stand, as the address and as people say it.
const STATES: [(&str, &str); 6] = [
    ("", "Any status"),
    ("requesting,opening,open,closing", "Not over"),
    ("open", "Open"),
    ("ended", "Ended"),
    ("refused,failed", "Refused or failed"),
    ("closing", "Being closed"),
];

/// Whose requests there are, for somebody who may see those of others.
const WHOSE: [(&str, &str); 2] = [("", "Everybody's"), ("1", "Mine")];

/// The filters: what is looked for now.
pub fn filters(past: Memo<Past>, audits: bool) -> Element {
    let reset = move || {
        let path = Page::all_requests().path();
        let link = el("a").class(Look::Quiet.class()).attr("href", path).child("Reset filters");
        past.with(Past::is_choosy).then_some(link)
    };
    el("div")
        .class("conditions")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .child(audits.then(|| chosen(past, "mine", "Whose", &WHOSE)))
        .child(audits.then(|| typed(past, "person", "Person", "search")))
        .child(typed(past, "vm", "Virtual machine", "search"))
        .child(chosen(past, "status", "Status", &STATES))
        .child(typed(past, "from", "From", "date"))
        .child(typed(past, "to", "To", "date"))
        .child(reset)
}
