//! The places, one per row; on a narrow screen, one per card.

use shared::session::SignedIn;

use super::{Places, Whence, way_out};
use crate::components::tag::tag;
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, View, el, several};

/// The places. The roles say what the elements say already: as cards, they would lose it.
pub fn table(places: Places, known: &[SignedIn]) -> Element {
    let column = || el("th").attr("scope", "col").attr("role", "columnheader");
    let columns = ["Device", "Address", "Since", "Last seen"].into_iter().map(|name| column().child(name));
    let action = column().child(el("span").class("visually-hidden").child("Action"));
    let head = el("tr").attr("role", "row").child(columns.chain([action]).collect::<View>());
    let rows: View = known.iter().map(|place| row(places, place)).collect();
    let table = el("table")
        .class("table")
        .attr("role", "table")
        .attr("aria-label", "Where you are signed in")
        .child(el("thead").attr("role", "rowgroup").child(head))
        .child(el("tbody").attr("role", "rowgroup").child(rows));
    el("div").class("table-frame sessions").child(table)
}

fn row(places: Places, place: &SignedIn) -> Element {
    let device = place.browser.clone().unwrap_or_else(|| "Unknown browser".to_owned());
    let seen = if place.current {
        "now".to_owned()
    } else {
        format::ago(use_server_clock().now().duration_since(place.last_seen_at))
    };
    let whence = if place.current { Whence::Here } else { Whence::There(place.id.clone()) };
    let what = format!("{device}, {}", place.address);
    let cell = |label: &'static str| el("td").attr("role", "cell").attr("data-label", label);
    let name = several![device, place.current.then(|| several![" ", tag("This one")])];
    el("tr")
        .key(place.id.clone())
        .attr("role", "row")
        .child(el("th").attr("scope", "row").attr("role", "rowheader").child(name))
        .child(cell("Address").child(place.address.to_string()))
        .child(cell("Since").class("nowrap").child(format::day_and_time(place.since)))
        .child(cell("Last seen").class("nowrap").child(seen))
        .child(el("td").attr("role", "cell").child(way_out(places, whence, "Sign out", what)))
}
