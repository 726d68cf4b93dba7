//! Where to: the machine's address and port, and whether they can be reached.

use leptos::prelude::*;
use shared::port::Port;

use super::desk::{Desk, STATUS};
use super::form::field;
use super::row::{Row, Wrong, invalid};
use super::state::Card;
use super::texts;
use crate::components::button::{Button, Look};
use crate::components::copy::CopyButton;
use crate::components::icon::Glyph;
use crate::components::status_line::{StatusLine, Tone};
use crate::format;
use crate::session::use_session;

/// The section about the machine one wants to get to.
#[component]
pub fn DestinationSection(desk: Desk) -> impl IntoView {
    let address = move || {
        desk.details.with(|details| {
            let vm = &details.vm;
            let public = vm.public_address.map(|address| ("Public IP", address));
            public.or_else(|| vm.private_address.map(|address| ("Private IP", address)))
        })
    };
    let name = move || desk.details.with(|details| details.vm.fqdn.clone());
    view! {
        <h3 class="connect__heading">"Destination VM"</h3>
        <Row label="VM IP address" id="about-address" about="The address of the VM that a client connects to: the public one if it has one, else the one inside its network.">
            {move || match address() {
                Some((kind, address)) => view! {
                    <span class="row__line">
                        {format!("{kind} | {address}")}
                        <CopyButton text=address.to_string() what="VM IP address"/>
                    </span>
                }.into_any(),
                None => view! { <span class="row__line quiet">"None"</span> }.into_any(),
            }}
            {move || name().map(|name| view! {
                <span class="row__line">
                    {format!("DNS name | {name}")}
                    <CopyButton text=name what="DNS name"/>
                </span>
            })}
        </Row>
        <Row label="VM port" id="about-port" control="port" about="The port that is opened. Those that the VM's JIT policy covers can be chosen.">
            <PortChoice desk/>
            <Wrong desk field=field::PORT id="port-wrong"/>
        </Row>
    }
}

#[component]
fn PortChoice(desk: Desk) -> impl IntoView {
    let ports = Memo::new(move |_| {
        let mut ports: Vec<Port> = desk.details.with(|details| {
            details.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port).collect()
        });
        // The other method has its own card.
        let (port, method) = desk.form.with(|form| (form.port, form.method));
        ports.retain(|port| *port != method.other().port());
        ports.push(port);
        ports.sort();
        ports.dedup();
        ports
    });
    view! {
        <select
            id="port"
            class="input connect__port"
            aria-describedby="port-wrong"
            aria-invalid=move || invalid(desk, field::PORT)
            on:change=move |event| {
                if let Ok(port) = event_target_value(&event).parse() {
                    desk.choose(field::PORT, |form| form.port = port);
                }
            }
        >
            {move || ports.get().into_iter().map(|port| view! {
                <option value=port.to_string() selected=move || desk.form.with(|form| form.port == port)>
                    {port.to_string()}
                </option>
            }).collect_view()}
        </select>
    }
}

/// The section about what must be so before a connection gets through.
#[component]
pub fn PrerequisitesSection(desk: Desk) -> impl IntoView {
    let jit =
        Memo::new(move |_| desk.card.with(|card| texts::jit(card, desk.target().0, jit_now(desk, card))));
    let access = Memo::new(move |_| {
        let port = desk.target().0;
        desk.card.with(|card| desk.preflight.with(|preflight| texts::access(card, preflight.as_ref(), port)))
    });
    let is_open = Memo::new(move |_| desk.card.with(|card| card.open().is_some()));
    let can_check = move || is_open.get() && access.with(|access| access.tone != Tone::Success);
    view! {
        <h3 class="connect__heading">"Connection prerequisites"</h3>
        <Row label="Just-in-time (JIT) access" id="about-jit" about="The VM's port is closed until somebody requests it. Azure then lets the source address in for the time asked for, and closes the port again.">
            <div id=STATUS class="connect__status" tabindex="-1">
                <StatusLine tone=Signal::derive(move || jit.with(|jit| jit.tone))>
                    {move || jit.with(|jit| jit.words.clone())}
                </StatusLine>
            </div>
            <More desk/>
        </Row>
        <Row label="VM access" id="about-access" about="Whether the inbound rules of the network security groups let a connection from the source address through to the port. A firewall inside the VM is not looked at.">
            <StatusLine tone=Signal::derive(move || access.with(|access| access.tone))>
                {move || access.with(|access| access.words.clone())}
            </StatusLine>
            {move || can_check().then(|| view! {
                <Button
                    look=Look::Quiet
                    glyph=Glyph::Refresh
                    busy=desk.checking
                    on_press=move |()| desk.check()
                >
                    "Check again"
                </Button>
            })}
        </Row>
    }
}

/// Only while a port opens are seconds shown; nothing else is written anew every second.
fn jit_now(desk: Desk, card: &Card) -> jiff::Timestamp {
    if matches!(card, Card::Opening { .. }) { desk.tick().get() } else { desk.tick().get_untracked() }
}

/// What else there is to say, and to do, where just-in-time access stands as it does.
#[component]
fn More(desk: Desk) -> impl IntoView {
    let person = use_session().person;
    let vm = move || desk.details.with(|details| details.vm.clone());
    move || {
        match desk.card.get() {
        Card::NotSetUp => {
            let words = texts::for_admin_of_policy(&vm(), desk.target().0);
            view! {
                <p class="field__hint">"An administrator can enable it in Microsoft Defender for Cloud."</p>
                <CopyButton text=words what="for your admin" worded=true/>
            }
            .into_any()
        }
        Card::Unread => {
            let words = "Azure did not answer as hoped. Refresh in a moment, and tell whoever runs Postern if it stays.";
            view! { <p class="field__hint">{words}</p> }.into_any()
        }
        Card::NotAllowed => {
            let (name, port) = (vm().id.name().to_string(), desk.target().0);
            let words = texts::for_admin(&person, &vm(), port);
            view! {
                <p class="field__hint">
                    {format!("Missing: an access rule that lets you request port {port} of {name}.")}
                </p>
                <CopyButton text=words what="for your admin" worded=true/>
            }
            .into_any()
        }
        Card::Idle { others } => texts::others(&others)
            .map(|words| view! { <p class="connect__others"><StatusLine tone=Tone::Info>{words}</StatusLine></p> })
            .into_any(),
        Card::Opening { slow: true, .. } => {
            let report = desk.request.with(|request| request.as_ref().map(texts::report));
            view! {
                <p class="field__hint">
                    "It may still come: this page goes on waiting. If it does not, send the report to whoever runs Postern."
                </p>
                {report.map(|report| view! { <CopyButton text=report what="report" worded=true/> })}
            }
            .into_any()
        }
        Card::Refused { reason } | Card::Failed { reason } => {
            view! { <p class="connect__reason" role="alert">{texts::sentence(&reason)}</p> }.into_any()
        }
        Card::Ended { at, .. } => {
            view! { <p class="field__hint">{format!("Ended at {}. The form is filled in for another request.", format::when(at, desk.tick().get_untracked()))}</p> }.into_any()
        }
        Card::PortNotCovered { covered } => {
            let other = desk.form.with(|form| form.method.other());
            let words = format!("Use {} (port {})", other.name(), other.port());
            covered
                .contains(&other.port())
                .then(|| view! { <Button on_press=move |()| desk.switch(other)>{words}</Button> })
                .into_any()
        }
        Card::Requesting | Card::Opening { .. } | Card::Open(_) => ().into_any(),
    }
    }
}
