//! The places, one per row; on a narrow screen, one per card.

use shared::session::SignedIn;

use super::{Places, Whence, way_out};
use crate::components::table::{cell, row, table};
use crate::components::tag::tag;
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, several};

/// The places.
pub fn places_table(places: Places, known: &[SignedIn]) -> Element {
    let rows = known.iter().map(|place| line(places, place)).collect();
    table("Where you are signed in", "sessions", &["Device", "Address", "Since", "Last seen", ""], rows)
}

fn line(places: Places, place: &SignedIn) -> Element {
    let device = place.browser.clone().unwrap_or_else(|| "Unknown browser".to_owned());
    let seen = if place.current {
        "now".to_owned()
    } else {
        format::ago(use_server_clock().now().duration_since(place.last_seen_at))
    };
    let whence = if place.current { Whence::Here } else { Whence::There(place.id.clone()) };
    let what = format!("{device}, {}", place.address);
    let name = several![device, place.current.then(|| several![" ", tag("This one")])];
    row(name)
        .key(place.id.clone())
        .child(cell("Address").child(place.address.to_string()))
        .child(cell("Since").class("nowrap").child(format::day_and_time(place.since)))
        .child(cell("Last seen").class("nowrap").child(seen))
        .child(cell("").child(way_out(places, whence, "Sign out", what)))
}
