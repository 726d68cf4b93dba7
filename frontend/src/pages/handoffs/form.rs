//! What is prepared: to which port, for how long, for whom and why.

use leptos::prelude::*;
use shared::access::{Beneficiary, Reason};
use shared::duration::AccessDuration;
use shared::handoff::NewHandoff;
use shared::port::Port;
use shared::vm::{RequestLimits, VmDetails};
use web_sys::Event;

use super::Desk;
use crate::components::button::{Button, Look};
use crate::components::message_bar::{Tone, message_bar};
use crate::pages::connect::length;
use crate::view::{Element, IntoView, View, el, several};

/// What was chosen and typed.
#[derive(Clone, Copy)]
struct Form {
    port: RwSignal<Port>,
    duration: RwSignal<AccessDuration>,
    whom: RwSignal<String>,
    reason: RwSignal<String>,
    guest: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
}

/// The form.
pub fn form(desk: Desk, details: &VmDetails) -> View {
    let limits = details.may.request_for_others.clone();
    let ports = ports(details, &limits);
    let (Some(first), Some(_)) = (ports.first().copied(), limits.first()) else {
        return message_bar(
            Tone::Warning,
            "There is no port here that an access rule lets you open for somebody else.",
        )
        .into_view();
    };
    let port = if ports.contains(&Port::RDP) { Port::RDP } else { first };
    let hour = AccessDuration::from_minutes(60).unwrap_or(AccessDuration::SHORTEST);
    let form = Form {
        port: RwSignal::new(port),
        duration: RwSignal::new(hour.min(longest(details, &limits, port))),
        whom: RwSignal::new(String::new()),
        reason: RwSignal::new(String::new()),
        guest: RwSignal::new(false),
        wrong: RwSignal::new(None),
    };
    let vm = details.vm.id.clone();
    let hint = limits.iter().find_map(|limits| limits.reason_hint.clone());
    let may_be_guest = limits.iter().any(|limits| limits.guests);
    let known = details.clone();
    let lengths = {
        let limits = limits.clone();
        move || -> View {
            let longest = longest(&known, &limits, form.port.get());
            let chip = |(duration, name): (AccessDuration, String)| {
                chip(
                    "duration",
                    name,
                    move || form.duration.get() == duration,
                    move || form.duration.set(duration),
                )
            };
            length::chips(longest).into_iter().map(chip).collect()
        }
    };
    let port_chips: View = ports
        .into_iter()
        .map(|port| {
            chip("port", port.to_string(), move || form.port.get() == port, move || form.port.set(port))
        })
        .collect();
    let send = move || match form.read(&vm) {
        Ok(new) => {
            form.wrong.set(None);
            desk.prepare(new);
        }
        Err(wrong) => form.wrong.set(Some(wrong)),
    };
    let guest = may_be_guest.then(|| {
        let tick = move |_: Event| form.guest.update(|guest| *guest = !*guest);
        let input =
            el("input").attr("type", "checkbox").prop("checked", move || form.guest.get()).on("change", tick);
        el("label").class("check").child(input).child("They have no account here: give me a code to read out")
    });
    let whom = move || {
        if form.guest.get() {
            "What they are called"
        } else {
            "What they sign in with, such as anna@contoso.com"
        }
    };
    let card = el("div")
        .class("card handoff")
        .child(el("h2").child(format!("Prepare access to {}", details.vm.id.name())))
        .child(group("Port", port_chips))
        .child(group("For how long", lengths.into_view()))
        .child(field("whom", "For whom", form.whom, whom.into_view()))
        .child(guest)
        .child(field("reason", "Ticket, and what for", form.reason, hint.into_view()))
        .child(move || form.wrong.get().map(|wrong| message_bar(Tone::Error, wrong)))
        .child(Button::new("Prepare", send).look(Look::Primary).busy(desk.busy));
    several![card]
}

impl Form {
    fn read(self, vm: &shared::resource_id::VmId) -> Result<NewHandoff, String> {
        let typed = self.reason.get_untracked();
        let reason: Option<Reason> = match typed.trim() {
            "" => None,
            text => Some(text.parse().map_err(said)?),
        };
        let requested_for: Beneficiary =
            self.whom.get_untracked().parse().map_err(|_| "Say for whom it is.".to_owned())?;
        Ok(NewHandoff {
            vm: vm.clone(),
            ports: vec![self.port.get_untracked()],
            duration: self.duration.get_untracked(),
            requested_for,
            reason,
            guest: self.guest.get_untracked(),
        })
    }
}

fn said(error: shared::access::ParseWordsError) -> String {
    error.to_string()
}

/// The ports that the policy has and a rule allows.
fn ports(details: &VmDetails, limits: &[RequestLimits]) -> Vec<Port> {
    let policy = details.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port);
    let allowed = |port: &Port| limits.iter().any(|limits| allows(limits, *port));
    policy.filter(allowed).collect()
}

fn allows(limits: &RequestLimits, port: Port) -> bool {
    limits.ports.as_ref().is_none_or(|ports| ports.contains(&port))
}

/// The longest that a rule and the policy allow for the port.
fn longest(details: &VmDetails, limits: &[RequestLimits], port: Port) -> AccessDuration {
    let by_rules = limits.iter().filter(|limits| allows(limits, port)).map(|limits| limits.longest).max();
    let by_policy = details.policy.as_ref().and_then(|policy| policy.rule_for(port)).map(|rule| rule.longest);
    let longest = by_rules.unwrap_or(AccessDuration::LONGEST);
    by_policy.map_or(longest, |policy| policy.min(longest))
}

fn chip(
    group: &'static str,
    name: String,
    chosen: impl Fn() -> bool + 'static,
    choose: impl Fn() + 'static,
) -> Element {
    let radio = el("input")
        .attr("type", "radio")
        .attr("name", group)
        .prop("checked", chosen)
        .on("change", move |_: Event| choose());
    el("label").class("chip").child(radio).child(name)
}

fn group(name: &'static str, chips: View) -> Element {
    let chips = el("div").class("chips").attr("role", "radiogroup").attr("aria-label", name).child(chips);
    el("div").child(el("p").class("field__label").child(name)).child(chips)
}

fn field(id: &'static str, name: &'static str, value: RwSignal<String>, hint: View) -> Element {
    let input = el("input")
        .id(id)
        .class("input")
        .attr("autocomplete", "off")
        .prop("value", move || value.get())
        .on("input", move |event: Event| value.set(event_target_value(&event)));
    el("div")
        .child(el("label").class("field__label").attr("for", id).child(name))
        .child(input)
        .child(el("p").class("field__hint").child(hint))
}
