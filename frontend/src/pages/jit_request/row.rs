//! One port of one machine: whether it is asked for, from where, for how long, and what became of
//! that.

use leptos::prelude::*;
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::resource_id::VmId;
use shared::source::Source;
use shared::vm::{Grant, Network, RequestLimits, VmDetails};
use web_sys::Event;

use super::Desk;
use super::outcome::{Outcome, outcome};
use crate::components::field::mistake;
use crate::components::select::{option, select};
use crate::components::table::{self, cell, table};
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, View, el, several};

/// One port of one machine.
#[derive(Clone, Copy)]
pub struct Row {
    pub vm: StoredValue<VmId>,
    pub port: Port,
    /// Whether it is asked for.
    pub on: RwSignal<bool>,
    /// `my`, `range`, or the text of a range that has a name.
    pub whence: RwSignal<String>,
    /// What is typed as a range.
    pub range: RwSignal<String>,
    pub range_wrong: RwSignal<Option<String>>,
    pub length: RwSignal<AccessDuration>,
    pub outcome: RwSignal<Outcome>,
    /// What was open or opening when the machine was read, whoever asked for it.
    pub grants: StoredValue<Vec<Grant>>,
    /// Whether others may lose what they have by it.
    pub accepted: RwSignal<bool>,
}

impl Row {
    /// From where access is asked for.
    pub fn source(self, mine: Source) -> Result<Source, String> {
        match self.whence.get_untracked().as_str() {
            "my" => Ok(mine),
            "range" if self.range.with_untracked(|range| range.trim().is_empty()) => {
                Err("Enter an address or a range, such as 203.0.113.0/24".to_owned())
            }
            "range" => self.range.get_untracked().parse::<Source>().map_err(|wrong| wrong.to_string()),
            named => named.parse::<Source>().map_err(|wrong| wrong.to_string()),
        }
    }
}

/// The ports of a machine that may be asked for.
pub fn rows_of(desk: Desk, details: &VmDetails) -> Vec<Row> {
    let policy = details.policy.iter().filter(|_| details.unsupported.is_none());
    let usual = details.vm.usual_port();
    let now = use_server_clock().now();
    let rows = policy.flat_map(|policy| &policy.ports).filter_map(|rule| {
        let longest = longest(details, rule.port)?;
        let hour = AccessDuration::from_minutes(60).unwrap_or(AccessDuration::SHORTEST);
        let of_port = details.grants.iter().filter(|grant| grant.port == rule.port && grant.until > now);
        let grants: Vec<Grant> = of_port.cloned().collect();
        // What somebody has already is asked for only by whoever says so.
        let has = !grants.is_empty();
        let saved = desk.selection.with_value(|saved| {
            let saved = saved.as_ref()?;
            Some(saved.of(&details.vm.id, rule.port).cloned())
        });
        let (on, whence, range, length) = match saved {
            // Of what was saved, everything else is off.
            Some(Some(saved)) => (true, saved.whence, saved.range, saved.length.min(longest)),
            Some(None) => (false, "my".to_owned(), String::new(), hour.min(longest)),
            None => (rule.port == usual && !has, "my".to_owned(), String::new(), hour.min(longest)),
        };
        Some(Row {
            vm: StoredValue::new(details.vm.id.clone()),
            port: rule.port,
            on: RwSignal::new(on),
            whence: RwSignal::new(whence),
            range: RwSignal::new(range),
            range_wrong: RwSignal::new(None),
            length: RwSignal::new(length),
            outcome: RwSignal::new(Outcome::Nothing),
            grants: StoredValue::new(grants),
            accepted: RwSignal::new(false),
        })
    });
    rows.collect()
}

fn limits(details: &VmDetails, port: Port) -> impl Iterator<Item = &RequestLimits> {
    details.may.request.iter().filter(move |limits| limits.are_about(port))
}

/// The ports of a machine.
pub fn ports_table(desk: Desk, machine: &str, rows: &[Row]) -> Element {
    let columns = ["Port", "Toggle", "Allowed source IP", "Time range", "Result"];
    let rows = rows.iter().map(|row| shown(desk, machine, *row)).collect();
    table(&format!("Ports of {machine}"), "ports", &columns, rows)
}

fn shown(desk: Desk, machine: &str, row: Row) -> Element {
    let name = |what: &str| format!("{what}, port {} of {machine}", row.port);
    let toggle = el("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .attr("aria-label", name("Open"))
        .prop("checked", move || row.on.get())
        .on("change", move |event: Event| {
            row.on.set(event_target_checked(&event));
            desk.refresh_any();
        });
    let words = move || if row.on.get() { "On" } else { "Off" };
    let id = format!("range-{}-{}", machine.to_lowercase(), row.port);
    let wrong = format!("{id}-wrong");
    let described = wrong.clone();
    let label = name("IP range");
    let range = move || {
        let id = id.clone();
        (row.whence.get() == "range").then(|| {
            el("input")
                .id(id)
                .class("input")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("placeholder", "203.0.113.0/24")
                .attr("aria-label", label.clone())
                .attr("aria-describedby", described.clone())
                .attr("aria-invalid", move || row.range_wrong.with(Option::is_some).then_some("true"))
                .prop("value", row.range.get_untracked())
                .on("input", move |event: Event| row.range.set(event_target_value(&event)))
        })
    };
    table::row(format::named(row.port))
        .child(
            cell("Toggle").child(
                el("label")
                    .class("check")
                    .child(toggle)
                    .child(el("span").attr("aria-hidden", "true").child(words)),
            ),
        )
        .child(
            cell("Allowed source IP").child(
                el("div")
                    .child(whences(desk, row, name("Allowed source IP")))
                    .child(range)
                    .child(el("div").id(wrong).child(move || row.range_wrong.get().as_deref().map(mistake))),
            ),
        )
        .child(cell("Time range").child(lengths(desk, row, name("Time range"))))
        .child(cell("Result").child(el("div").child(move || outcome(row))))
}

/// From where: this device, a range that has a name, or one to be typed.
fn whences(desk: Desk, row: Row, name: String) -> Element {
    let mine = desk.mine;
    let networks: Vec<Network> = row
        .vm
        .with_value(|vm| {
            desk.known(vm, |details| {
                let mut networks: Vec<Network> = Vec::new();
                for network in limits(details, row.port).flat_map(|limits| &limits.networks) {
                    if !networks.iter().any(|known| known.range == network.range) {
                        networks.push(network.clone());
                    }
                }
                networks
            })
        })
        .unwrap_or_default();
    let chosen = row.whence.get_untracked();
    let of_network = |network: Network| {
        let value = network.range.to_string();
        option(value.clone(), format!("{} ({value})", network.name), value == chosen)
    };
    let my = option("my".to_owned(), format!("My IP ({mine})"), chosen == "my");
    let range = option("range".to_owned(), "IP range".to_owned(), chosen == "range");
    let options = several![my, networks.into_iter().map(of_network).collect::<View>(), range];
    select(name, options, move |event| row.whence.set(event_target_value(&event)))
}

fn lengths(desk: Desk, row: Row, name: String) -> Element {
    let longest = row
        .vm
        .with_value(|vm| desk.known(vm, |details| longest(details, row.port)))
        .flatten()
        .unwrap_or(AccessDuration::SHORTEST);
    let chosen = row.length.get_untracked();
    let whole = [30, 60, 120, 180, 240, 360, 480, 720, 1440].into_iter();
    let mut lengths: Vec<AccessDuration> = whole
        .filter_map(|minutes| AccessDuration::from_minutes(minutes).ok())
        .filter(|length| *length <= longest)
        .chain([longest, chosen])
        .collect();
    lengths.sort_unstable();
    lengths.dedup();
    let options =
        lengths.into_iter().map(|length| option(length.to_string(), length.words(), length == chosen));
    select(name, options.collect(), move |event| {
        if let Ok(length) = event_target_value(&event).parse() {
            row.length.set(length);
        }
    })
}

/// The longest that a rule and the policy allow for the port; `None` if no rule is about it.
fn longest(details: &VmDetails, port: Port) -> Option<AccessDuration> {
    details.longest(port, limits(details, port))
}
