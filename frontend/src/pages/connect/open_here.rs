//! What else is open on this machine: more of mine, and what others have.

use leptos::prelude::*;
use shared::access::{RequestId, Status};
use shared::port::Port;
use shared::vm::Grant;

use super::desk::Desk;
use super::state::{By, Open};
use super::texts;
use crate::components::countdown::countdown;
use crate::components::hold::Hold;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::view::{Element, View, anew, el, several};

/// What is open beside what the card shows; nothing where there is nothing.
pub fn open_here(desk: Desk) -> impl Fn() -> View {
    let hold = Hold::new(move |_| desk.refresh());
    // By what is to be seen of it, so that it is described anew when that changes and not each second.
    let seen = Memo::new(move |_| {
        let seen = |grant: Grant| format!("{} {} {} ", grant.port, grant.until.as_second(), grant.open);
        Some(listed(desk).into_iter().map(seen).collect::<String>()).filter(|seen| !seen.is_empty())
    });
    move || {
        if seen.get().is_none() {
            return View::NOTHING;
        }
        anew(move || {
            let listed = listed(desk);
            let items: View = listed
                .iter()
                .enumerate()
                .map(|(place, grant)| {
                    let is_same = |other: &&Grant| grant.mine.is_some() && other.mine == grant.mine;
                    // A request with several ports is shown where its first port stands.
                    (!listed[..place].iter().any(|other| is_same(&other))).then(|| {
                        let mut ports: Vec<Port> =
                            listed[place + 1..].iter().filter(is_same).map(|other| other.port).collect();
                        ports.insert(0, grant.port);
                        item(desk, hold, &ports, grant)
                    })
                })
                .collect();
            el("section")
                .class("section")
                .attr("aria-labelledby", "open-here")
                .child(el("h2").id("open-here").child("Open on this VM"))
                .child(el("ul").child(items))
        })
    }
}

/// What is not over and not in the card.
fn listed(desk: Desk) -> Vec<Grant> {
    let (port, source) = desk.target();
    let now = desk.tick().get();
    let above = desk.card.with(|card| card.open().copied());
    // What is made to last longer goes on in what takes its place.
    let followed: Option<(RequestId, Option<RequestId>)> = desk.request.with(|request| {
        let request = request.as_ref().filter(|request| !request.status.is_final())?;
        let covers = request.ports.contains(&port) && !request.shut.contains(&port);
        (covers && source.is_some_and(|source| request.source.contains(&source)))
            .then_some((request.id, request.extends))
    });
    let is_above = |grant: &Grant| match (above, grant.mine) {
        (Some(Open { by: By::Me { id, .. }, .. }), Some(mine)) if mine == id => true,
        (Some(open @ Open { by: By::SomebodyElse { .. }, .. }), None) => {
            grant.port == port && grant.until == open.until && grant.sources.contains(&open.source)
        }
        (_, mine) => mine.is_some() && followed.is_some_and(|(id, old)| mine == Some(id) || mine == old),
    };
    let mut listed = desk.details.with(|details| details.grants.clone());
    listed.retain(|grant| grant.until > now && !is_above(grant));
    listed
}

fn item(desk: Desk, hold: Hold, ports: &[Port], grant: &Grant) -> Element {
    let sources: Vec<String> = grant.sources.iter().map(|source| texts::addresses(*source)).collect();
    let ports_named = format::ports(ports);
    let until = format::when(grant.until, desk.tick().get_untracked());
    let left =
        el("span").class("session__left").child(" · ").child(countdown(grant.until, ports_named.clone()));
    let who = match (&grant.requested_by, grant.mine) {
        (_, Some(_)) => "you",
        (Some(who), None) => who,
        (None, None) => "somebody else",
    };
    el("li")
        .class(if grant.mine.is_some() { "session" } else { "session session--others" })
        .child(
            el("p")
                .class("session__what")
                .child(format!("{ports_named} for {}", sources.join(", ")))
                .child(left.child(" left")),
        )
        .child(el("p").class("quiet").child(format!("Until {until} (your time). Requested by {who}.")))
        .child((!grant.open).then(|| status_line(Tone::Busy, "Opening…")))
        .child(grant.mine.map(|id| kept(desk, hold, id, ports, grant)))
}

/// What I can do about what is mine.
fn kept(desk: Desk, hold: Hold, id: RequestId, ports: &[Port], grant: &Grant) -> View {
    let lengths = match grant.sources.first() {
        Some(source) => desk.lengths(id, ports, *source),
        None => Vec::new(),
    };
    let closes = move || {
        let status = desk.known(id).map(|request| request.status);
        matches!(status, Some(Status::Closing { .. })).then(|| status_line(Tone::Busy, "Closing…"))
    };
    several![closes, hold.controls(id, grant.until, lengths)]
}
