//! What one has prepared, and what has become of it.

use shared::handoff::{Handoff, HandoffState};

use super::Desk;
use crate::components::button::Button;
use crate::components::status_line::{Tone, status_line};
use crate::components::table::{cell, row, table};
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, View, el, several};

/// The id of its heading.
pub const HEADING: &str = "prepared";

/// The list; on a narrow screen, one card per row.
pub fn list(desk: Desk, known: &[Handoff]) -> View {
    if known.is_empty() {
        return several![heading(), el("p").class("quiet").child("Nothing in the last 30 days.")];
    }
    let rows = known.iter().map(|handoff| line(desk, handoff)).collect();
    let columns = ["For", "Machine", "Prepared", "State", ""];
    several![heading(), table("What you have prepared", "sessions", &columns, rows)]
}

fn heading() -> Element {
    el("h2").id(HEADING).attr("tabindex", "-1").class("handoffs__heading").child("What you have prepared")
}

fn line(desk: Desk, handoff: &Handoff) -> Element {
    let clock = use_server_clock();
    let whom = handoff.requested_for.to_string();
    let (tone, words) = state(handoff, clock.now());
    let revoke = (handoff.state == HandoffState::Prepared).then(|| {
        let name = format!("Take back what is for {whom}");
        let handoff = handoff.clone();
        Button::new("Take back", move || desk.revoke(&handoff))
            .busy(desk.busy)
            .element()
            .attr("aria-label", name)
    });
    row(whom)
        .key(handoff.id.to_string())
        .child(cell("Machine").child(handoff.vm.name().to_string()))
        .child(cell("Prepared").class("nowrap").child(format::when(handoff.prepared_at, clock.now())))
        .child(cell("State").child(status_line(tone, words)))
        .child(cell("").child(revoke))
}

fn state(handoff: &Handoff, now: jiff::Timestamp) -> (Tone, String) {
    match &handoff.state {
        HandoffState::Prepared => {
            (Tone::Pending, format!("good until {}", format::when(handoff.expires_at, now)))
        }
        HandoffState::Redeemed { at, .. } => (Tone::Success, format!("opened {}", format::when(*at, now))),
        HandoffState::Revoked { by, .. } => (Tone::Locked, format!("taken back by {}", by.name)),
        HandoffState::Expired { .. } => (Tone::Info, "its time is over".to_owned()),
        HandoffState::Locked { .. } => (Tone::Warning, "locked: too many wrong codes".to_owned()),
    }
}
