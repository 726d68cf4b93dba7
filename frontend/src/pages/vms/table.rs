//! The machines, one per row; on a narrow screen, one per card.

use shared::vm::{JitState, Os, PowerState, Vm};

use crate::components::icon::{Glyph, icon};
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::page::Page;
use crate::view::{Element, View, el};

/// The machines. The roles say what the elements say already: as cards, they would lose it.
pub fn vm_table(vms: &[Vm]) -> Element {
    let column = |name: &'static str| el("th").attr("scope", "col").attr("role", "columnheader").child(name);
    let columns =
        ["Name", "Resource group", "Subscription", "Operating system", "Status", "Address", "Just-in-time"];
    let head = el("tr").attr("role", "row").child(columns.into_iter().map(column).collect::<View>());
    let table = el("table")
        .class("table")
        .attr("role", "table")
        .attr("aria-label", "Virtual machines")
        .child(el("thead").attr("role", "rowgroup").child(head))
        .child(el("tbody").attr("role", "rowgroup").child(vms.iter().map(row).collect::<View>()));
    el("div").class("table-frame").child(table)
}

fn row(vm: &Vm) -> Element {
    let (tone, power) = power(vm.power);
    let link = el("a")
        .class("link machine")
        .attr("href", Page::Connect(vm.id.clone()).path())
        .child(icon(glyph(vm.os)))
        .child(vm.id.name().to_string());
    let cell = |label: &'static str| el("td").attr("role", "cell").attr("data-label", label);
    el("tr")
        .attr("role", "row")
        .child(el("th").attr("scope", "row").attr("role", "rowheader").child(link))
        .child(cell("Resource group").child(vm.id.resource_group().to_string()))
        .child(cell("Subscription").child(vm.subscription_name.clone()))
        .child(cell("Operating system").child(os(vm.os)))
        .child(cell("Status").child(status_line(tone, power)))
        .child(cell("Address").class("nowrap").child(address(vm)))
        .child(cell("Just-in-time").class("nowrap").child(jit(&vm.jit)))
}

/// A picture of how one connects to it.
fn glyph(os: Os) -> Glyph {
    match os {
        Os::Windows => Glyph::Screen,
        Os::Linux | Os::Unknown => Glyph::Terminal,
    }
}

/// An operating system's name.
fn os(os: Os) -> &'static str {
    match os {
        Os::Windows => "Windows",
        Os::Linux => "Linux",
        Os::Unknown => "Unknown",
    }
}

/// A power state in the portal's words.
fn power(power: PowerState) -> (Tone, &'static str) {
    match power {
        PowerState::Running => (Tone::Success, "Running"),
        PowerState::Starting => (Tone::Busy, "Starting"),
        PowerState::Stopping => (Tone::Busy, "Stopping"),
        PowerState::Deallocating => (Tone::Busy, "Deallocating"),
        PowerState::Stopped => (Tone::Pending, "Stopped"),
        PowerState::Deallocated => (Tone::Pending, "Stopped (deallocated)"),
        PowerState::Unknown => (Tone::Pending, "Unknown"),
    }
}

fn address(vm: &Vm) -> String {
    match (vm.public_address, vm.private_address) {
        (Some(public), _) => public.to_string(),
        (None, Some(private)) => format!("{private} (private)"),
        (None, None) => "–".to_owned(),
    }
}

fn jit(state: &JitState) -> String {
    match state {
        JitState::Configured { ports } => format::ports(ports),
        JitState::NotConfigured => "Not configured".to_owned(),
        JitState::Unknown => "Unknown".to_owned(),
    }
}
