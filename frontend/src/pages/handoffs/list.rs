//! What one has prepared, and what has become of it.

use shared::handoff::{Handoff, HandoffState};

use super::Desk;
use crate::components::button::Button;
use crate::components::status_line::{Tone, status_line};
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
    let column = || el("th").attr("scope", "col").attr("role", "columnheader");
    let columns = ["For", "Machine", "Prepared", "State"].into_iter().map(|name| column().child(name));
    let action = column().child(el("span").class("visually-hidden").child("Action"));
    let head = el("tr").attr("role", "row").child(columns.chain([action]).collect::<View>());
    let rows: View = known.iter().map(|handoff| row(desk, handoff)).collect();
    let table = el("table")
        .class("table")
        .attr("role", "table")
        .attr("aria-label", "What you have prepared")
        .child(el("thead").attr("role", "rowgroup").child(head))
        .child(el("tbody").attr("role", "rowgroup").child(rows));
    several![heading(), el("div").class("table-frame sessions").child(table)]
}

fn heading() -> Element {
    el("h2").id(HEADING).attr("tabindex", "-1").class("handoffs__heading").child("What you have prepared")
}

fn row(desk: Desk, handoff: &Handoff) -> Element {
    let clock = use_server_clock();
    let whom = handoff.requested_for.to_string();
    let cell = |label: &'static str| el("td").attr("role", "cell").attr("data-label", label);
    let (tone, words) = state(handoff, clock.now());
    let revoke = (handoff.state == HandoffState::Prepared).then(|| {
        let name = format!("Take back what is for {whom}");
        let handoff = handoff.clone();
        Button::new("Take back", move || desk.revoke(&handoff))
            .busy(desk.busy)
            .element()
            .attr("aria-label", name)
    });
    el("tr")
        .key(handoff.id.to_string())
        .attr("role", "row")
        .child(el("th").attr("scope", "row").attr("role", "rowheader").child(whom))
        .child(cell("Machine").child(handoff.vm.name().to_string()))
        .child(cell("Prepared").class("nowrap").child(format::when(handoff.prepared_at, clock.now())))
        .child(cell("State").child(status_line(tone, words)))
        .child(el("td").attr("role", "cell").child(revoke))
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
