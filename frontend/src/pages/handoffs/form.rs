//! What is prepared: to which port, for how long, for whom and why.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::access::{Beneficiary, Reason};
use shared::duration::AccessDuration;
use shared::handoff::NewHandoff;
use shared::port::Port;
use shared::problem::Violation;
use shared::resource_id::VmId;
use shared::vm::{Grant, RequestLimits, VmDetails};
use web_sys::Event;

use super::{Desk, HEADING, nobody_else};
use crate::components::button::{Button, Look};
use crate::components::field::{ReasonField, mistake, required_mark};
use crate::components::icon::{Glyph, icon};
use crate::components::message_bar::{Tone, message_bar};
use crate::format;
use crate::pages::connect::{addresses, length};
use crate::session::{use_server_clock, use_session};
use crate::view::{Element, IntoView, View, el, several};

/// For whom it is, as the service calls the field when it is wrong.
const WHOM: &str = "requested_for";
/// Why, likewise.
const REASON: &str = "reason";

/// What was chosen and typed.
#[derive(Clone, Copy)]
struct Form {
    desk: Desk,
    port: RwSignal<Port>,
    duration: RwSignal<AccessDuration>,
    whom: RwSignal<String>,
    reason: RwSignal<String>,
    guest: RwSignal<bool>,
    details: StoredValue<VmDetails>,
}

/// The form.
pub fn form(desk: Desk, details: &VmDetails) -> View {
    let ports = ports(details);
    let Some(first) = ports.first().copied() else {
        return nobody_else().into_view();
    };
    let port = if ports.contains(&Port::RDP) { Port::RDP } else { first };
    let hour = AccessDuration::from_minutes(60).unwrap_or(AccessDuration::SHORTEST);
    let form = Form {
        desk,
        port: RwSignal::new(port),
        duration: RwSignal::new(hour.min(longest(details, port))),
        whom: RwSignal::new(String::new()),
        reason: RwSignal::new(String::new()),
        guest: RwSignal::new(false),
        details: StoredValue::new(details.clone()),
    };
    let clock = use_server_clock();
    let port_chips: View = ports
        .into_iter()
        .map(|port| {
            chip("port", port.to_string(), move || form.port.get() == port, move || form.choose(port))
        })
        .collect();
    let lengths = move || -> View {
        let longest = form.details.with_value(|details| longest(details, form.port.get()));
        let chip = |(duration, name): (AccessDuration, String)| {
            let choose = move || form.duration.set(duration);
            chip("duration", name, move || form.duration.get() == duration, choose)
        };
        length::chips(longest).into_iter().map(chip).collect()
    };
    let unplaced = move || -> View {
        let placed = [WHOM, REASON];
        let all = desk.wrong.get();
        let unplaced = all.iter().filter(|wrong| !placed.contains(&wrong.field.as_str()));
        unplaced.map(|wrong| message_bar(Tone::Error, wrong.detail.clone())).collect()
    };
    let card = el("div")
        .class("card handoff")
        .child(
            el("h2")
                .id(HEADING)
                .attr("tabindex", "-1")
                .child(format!("Prepare access to {}", details.vm.id.name())),
        )
        .child(group("Port", port_chips))
        .child(move || taken(form, clock.now()))
        .child(group("For how long", lengths.into_view()))
        .child(whom(form))
        .child(guest(form))
        .child(reason(form))
        .child(unplaced)
        .child(Button::new("Prepare", move || form.send()).look(Look::Primary).busy(desk.busy));
    several![card]
}

impl Form {
    fn choose(self, port: Port) {
        self.port.set(port);
        let longest = self.details.with_value(|details| longest(details, port));
        self.duration.update(|duration| *duration = (*duration).min(longest));
    }

    /// The limits of the rules that let the chosen port be requested for others.
    fn limits(self) -> Vec<RequestLimits> {
        let port = self.port.get();
        self.details.with_value(|details| about(details, port).cloned().collect())
    }

    fn send(self) {
        match self.read() {
            Ok(new) => self.desk.prepare(new),
            Err(wrong) => self.desk.refused(vec![wrong]),
        }
    }

    fn read(self) -> Result<NewHandoff, Violation> {
        let wrong = |field: &str, detail: String| Violation { field: field.to_owned(), detail, offer: None };
        let whom = self.whom.get_untracked();
        if whom.trim().is_empty() {
            return Err(wrong(WHOM, "say for whom it is".to_owned()));
        }
        let requested_for: Beneficiary =
            whom.parse().map_err(|error: shared::access::ParseWordsError| wrong(WHOM, error.to_string()))?;
        let typed = self.reason.get_untracked();
        let reason: Option<Reason> = match typed.trim() {
            "" => None,
            text => {
                let read = text.parse();
                Some(read.map_err(|error: shared::access::ParseWordsError| wrong(REASON, error.to_string()))?)
            }
        };
        Ok(NewHandoff {
            vm: self.details.with_value(|details| -> VmId { details.vm.id.clone() }),
            ports: vec![self.port.get_untracked()],
            duration: self.duration.get_untracked(),
            requested_for,
            reason,
            guest: self.guest.get_untracked(),
        })
    }
}

/// That somebody has the port open, whom it may cost that.
fn taken(form: Form, now: Timestamp) -> Option<Element> {
    let port = form.port.get();
    let each: Vec<String> = form.details.with_value(|details| {
        let there = details.grants.iter().filter(|grant| grant.port == port && grant.until > now);
        let said = |grant: &Grant| {
            let sources: Vec<String> = grant.sources.iter().map(|source| addresses(*source)).collect();
            let who = match (&grant.requested_by, grant.mine) {
                (_, Some(_)) => "by you, for ",
                (Some(who), None) => &format!("by {who}, for "),
                (None, None) => "for ",
            };
            format!("{who}{} until {}", sources.join(", "), format::when(grant.until, now))
        };
        there.map(said).collect()
    });
    (!each.is_empty()).then(|| {
        let words = format!(
            "Port {port} is open {}. Azure may end that when this is opened. Whoever it is for is asked before.",
            each.join("; ")
        );
        el("p").class("connect__caution").attr("role", "status").child(icon(Glyph::Warning)).child(words)
    })
}

fn whom(form: Form) -> Element {
    let username = use_session().person.username;
    let like = username.split_once('@').map(|(_, domain)| format!(", such as name@{domain}"));
    let like = like.unwrap_or_default();
    let hint = move || {
        if form.desk.is_wrong(WHOM) {
            // That says it, too.
            String::new()
        } else if form.guest.get() {
            "What they are called. It stands in the audit trail.".to_owned()
        } else {
            format!("What they sign in with{like}.")
        }
    };
    let invalid = move || form.desk.is_wrong(WHOM).then_some("true");
    let input = el("input")
        .id("whom")
        .class("input")
        .attr("autocomplete", "off")
        .attr("maxlength", Beneficiary::LONGEST.to_string())
        .attr("aria-required", "true")
        .attr("aria-describedby", "whom-hint whom-wrong")
        .attr("aria-invalid", invalid)
        .prop("value", move || form.whom.get())
        .on("input", move |event: Event| {
            form.desk.is_right(WHOM);
            form.whom.set(event_target_value(&event));
        });
    el("div")
        .child(label("whom", "For whom", Signal::stored(true)))
        .child(input)
        .child(mistakes(form, WHOM, "whom-wrong"))
        .child(el("p").id("whom-hint").class("field__hint").child(hint))
}

fn guest(form: Form) -> Option<Element> {
    let allowed =
        form.details.with_value(|details| details.may.request_for_others.iter().any(|one| one.guests));
    allowed.then(|| {
        let tick = move |_: Event| {
            form.desk.is_right(WHOM);
            form.guest.update(|guest| *guest = !*guest);
        };
        let input =
            el("input").attr("type", "checkbox").prop("checked", move || form.guest.get()).on("change", tick);
        el("label").class("check").child(input).child("They have no account here: give me a code to read out")
    })
}

fn reason(form: Form) -> Element {
    let required = Signal::derive(move || form.limits().iter().all(|limits| limits.reason_required));
    let field = ReasonField {
        value: form.reason.into(),
        type_in: Box::new(move |reason| {
            form.desk.is_right(REASON);
            form.reason.set(reason);
        }),
        required,
        hint: Signal::derive(move || form.limits().into_iter().find_map(|limits| limits.reason_hint)),
        invalid: Signal::derive(move || form.desk.is_wrong(REASON)),
        wrong: mistakes(form, REASON, "reason-wrong"),
    };
    el("div").child(label("reason", "Reason", required)).child(field)
}

fn label(control: &'static str, name: &'static str, required: Signal<bool>) -> Element {
    el("label").class("field__label").attr("for", control).child(name).child(required_mark(required))
}

/// What is wrong with a field. `id` is for the control to refer to.
fn mistakes(form: Form, field: &'static str, id: &'static str) -> Element {
    let wrong = move || -> View {
        let wrong = form.desk.wrong.get();
        wrong.iter().filter(|wrong| wrong.field == field).map(|wrong| mistake(&wrong.detail)).collect()
    };
    el("div").id(id).child(wrong)
}

/// The ports that the policy has and a rule allows.
fn ports(details: &VmDetails) -> Vec<Port> {
    let policy = details.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port);
    policy.filter(|port| about(details, *port).next().is_some()).collect()
}

/// The limits of the rules that let `port` be requested for others.
fn about(details: &VmDetails, port: Port) -> impl Iterator<Item = &RequestLimits> {
    details.may.request_for_others.iter().filter(move |limits| limits.are_about(port))
}

/// The longest that a rule and the policy allow for the port.
fn longest(details: &VmDetails, port: Port) -> AccessDuration {
    details.longest(port, about(details, port)).unwrap_or(AccessDuration::SHORTEST)
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
