//! What came of it.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::access::{AccessRequest, Ending, Status};
use shared::handoff::Handoff;
use shared::port::Port;
use shared::preflight::{PortReach, Reach};

use super::ready::fact;
use super::visit::Visit;
use super::{heading, warning};
use crate::api::handoffs;
use crate::components::button::Look;
use crate::components::copy::copy_button;
use crate::components::countdown::countdown;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::view::{Element, View, el, several};

/// Where the request stands, and what can be done.
pub fn opened(
    visit: Visit,
    handoff: &Handoff,
    request: &AccessRequest,
    destinations: &[String],
    reach: &[PortReach],
    can_close: bool,
) -> View {
    let machine = handoff.vm.name().to_string();
    let is_rdp = request.ports.contains(&Port::RDP) && !request.shut.contains(&Port::RDP);
    let refusal = move || visit.file.refusal(&handoffs::rdp_url(visit.id));
    // As long as something keeps them out it is not the next thing to reach for.
    let is_kept_out = obstacle(reach).next().is_some();
    let look = if is_kept_out { Look::Secondary } else { Look::Primary };
    let file = || visit.file.link(look, handoffs::rdp_url(visit.id), &handoff.vm);
    let file = || is_rdp.then(|| several![file(), refusal]);
    let by = &handoff.prepared_by.name;
    let next = if is_kept_out {
        format!("The file leads nowhere as long as that is so. Tell {by}, and keep this page open.")
    } else {
        "Open the file and sign in to the machine with the account that you have there. If it does not connect, check that you are still in the same network, and download the file again.".to_owned()
    };
    let ask = format!("Ask {by} for a new link.");
    match &request.status {
        Status::Requesting => opening(visit, &machine, request.requested_at),
        Status::Opening { since } => opening(visit, &machine, *since),
        Status::Open { .. } => several![
            heading(headline(&machine, reach)),
            obstacles(reach),
            el("p").child(status_line(
                Tone::Success,
                several![
                    "Open for ",
                    request.source.to_string(),
                    ", closes in ",
                    countdown(request.ends_at, format!("Access to {machine}")),
                ]
            )),
            facts(request, destinations),
            file(),
            (is_rdp || is_kept_out).then(|| el("p").class("quiet").child(next)),
            can_close.then(|| visit.hold.get_value().controls(request.id, request.ends_at, Vec::new())),
            not_closed(request),
        ],
        Status::Closing { .. } => several![
            heading(format!("Closing {machine}")),
            el("div")
                .attr("role", "status")
                .child(status_line(Tone::Busy, "The port is being closed. An open session stays connected.")),
        ],
        Status::Refused { reason, .. } | Status::Failed { reason, .. } => several![
            heading(format!("{machine} was not opened")),
            warning(several![el("p").child(reason.clone()), el("p").child(ask)]),
        ],
        Status::Ended { how, .. } => several![
            heading(format!("Access to {machine} is over")),
            el("p").child(match how {
                Ending::Expired => "Its time was over. What was connected may stay connected.",
                Ending::Replaced => "A newer request for the same port took its place.",
                Ending::Extended => "It was extended: a newer request took its place.",
                Ending::Closed => "It was closed early.",
                Ending::Withdrawn => "Azure does not list it any more.",
            }),
            el("p").child(ask),
        ],
    }
}

/// What is open, and whether one gets through to it, as far as that is known.
fn headline(machine: &str, reach: &[PortReach]) -> String {
    let is_accessible = |port: &PortReach| port.reach == Reach::Accessible;
    if obstacle(reach).next().is_some() {
        format!("{machine} is open for you, but you cannot get through")
    } else if !reach.is_empty() && reach.iter().all(is_accessible) {
        format!("You can connect to {machine}")
    } else {
        format!("{machine} is open for you")
    }
}

/// What keeps them out all the same, in sentences.
fn obstacle(reach: &[PortReach]) -> impl Iterator<Item = String> {
    reach.iter().filter_map(|PortReach { port, reach }| match reach {
        Reach::Blocked { by } => Some(format::blocked(by, *port)),
        Reach::Unreachable { reason } => Some(reason.clone()),
        Reach::Accessible | Reach::Unfiltered | Reach::Unverified { .. } => None,
    })
}

fn obstacles(reach: &[PortReach]) -> Option<Element> {
    let mut words: Vec<String> = obstacle(reach).collect();
    // Several ports may have the same in their way.
    words.dedup();
    let lines: View = words.into_iter().map(|words| el("p").child(words)).collect();
    obstacle(reach).next().is_some().then(|| warning(lines))
}

/// That Azure was asked, and since when.
fn opening(visit: Visit, machine: &str, since: Timestamp) -> View {
    let tick = visit.clock().tick();
    let is_slow = Memo::new(move |_| Status::is_slow(since, tick.get()));
    let words = move || {
        if is_slow.get() {
            status_line(Tone::Warning, "Azure takes longer than usual to open the port. It may still come.")
        } else {
            status_line(Tone::Busy, "Azure is opening the port. That takes a minute or less, as a rule.")
        }
    };
    several![
        heading(format!("Opening {machine} for you")),
        el("div").attr("role", "status").child(words),
        el("p").class("quiet").child("Leave this page open; it says when you can connect."),
    ]
}

/// That it could not be closed, and why.
fn not_closed(request: &AccessRequest) -> Option<Element> {
    let words = request.not_closed.clone()?;
    let words = format!("It could not be closed. {words}");
    Some(el("p").attr("role", "alert").child(status_line(Tone::Warning, words)))
}

fn facts(request: &AccessRequest, destinations: &[String]) -> Element {
    let connect_to = destinations
        .first()
        .map(|name| fact("Connect to", several![name.clone(), " ", copy_button(name.clone(), "address")]));
    let (shut, open): (Vec<Port>, Vec<Port>) =
        request.ports.iter().partition(|port| request.shut.contains(port));
    let shut = (!shut.is_empty()).then(|| fact("Closed already", format::ports(&shut)));
    el("dl").class("facts").child(connect_to).child(fact("Opens", format::ports(&open))).child(shut)
}

/// Tells what has changed, and has the file come by itself to whoever pressed the button here.
pub fn news(visit: Visit, request: &AccessRequest) {
    let machine = request.vm.name();
    match &request.status {
        Status::Requesting | Status::Opening { .. } | Status::Closing { .. } => {}
        Status::Open { .. } if request.not_closed.is_some() => {
            visit.announcer.say(format!("{machine} could not be closed, and is still open for you."));
        }
        Status::Open { .. } => {
            visit.announcer.say(format!("{machine} is open for you."));
            if visit.pressed.get_untracked() && request.ports.contains(&Port::RDP) {
                visit.pressed.set(false);
                visit.file.fetch(handoffs::rdp_url(visit.id), &request.vm);
            }
        }
        Status::Refused { reason, .. } | Status::Failed { reason, .. } => visit.announcer.say(reason.clone()),
        Status::Ended { .. } => visit.announcer.say(format!("Access to {machine} is over.")),
    }
}
