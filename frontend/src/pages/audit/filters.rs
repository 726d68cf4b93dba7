//! The filters: what is looked for now.

use leptos::prelude::*;

use crate::components::button::Look;
use crate::components::past_fields::{chosen, typed};
use crate::page::Past;
use crate::router::use_router;
use crate::view::{Element, el};

/// What was done, as the address and as people say it.
const OPERATIONS: [(&str, &str); 7] = [
    ("", "Any operation"),
    ("initiate", "Access requested"),
    ("close", "Closed early"),
    ("update,delete", "Policy changed"),
    ("start", "Machine started"),
    ("link", "Shareable link"),
    ("ask", "Owner asked"),
];

/// What came of it.
const STATUSES: [(&str, &str); 4] = [
    ("", "Any status"),
    ("accepted,succeeded", "Accepted or succeeded"),
    ("failed,refused", "Failed or refused"),
    ("started,unknown", "Not known"),
];

/// Through what it was made.
const MADE: [(&str, &str); 3] =
    [("", "Anywhere"), ("outside", "Outside Postern"), ("postern", "Through Postern")];

/// The filters; without the machine where the page is about one.
pub fn filters(past: Memo<Past>, of_one: bool) -> Element {
    let router = use_router();
    let reset = move || {
        let link = el("a").class(Look::Quiet.class()).attr("href", router.path()).child("Reset filters");
        past.with(Past::is_choosy).then_some(link)
    };
    el("div")
        .class("conditions")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .child(typed(past, "person", "Person", "search"))
        .child((!of_one).then(|| typed(past, "vm", "Virtual machine", "search")))
        .child(chosen(past, "operation", "Operation", &OPERATIONS))
        .child(chosen(past, "status", "Status", &STATUSES))
        .child(chosen(past, "made", "Made", &MADE))
        .child(typed(past, "from", "From", "date"))
        .child(typed(past, "to", "To", "date"))
        .child(reset)
}
