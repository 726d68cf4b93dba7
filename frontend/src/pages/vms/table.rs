//! The machines, one per row; on a narrow screen, one per card.

use shared::vm::{JitState, Os, PowerState, Vm};

use crate::components::icon::{Glyph, icon};
use crate::components::status_line::{Tone, status_line};
use crate::components::table::{cell, row, table};
use crate::format;
use crate::page::Page;
use crate::view::{Element, el};

/// The machines.
pub fn vm_table(vms: &[Vm]) -> Element {
    let columns =
        ["Name", "Resource group", "Subscription", "Operating system", "Status", "Address", "Just-in-time"];
    table("Virtual machines", "", &columns, vms.iter().map(line).collect())
}

fn line(vm: &Vm) -> Element {
    let (tone, power) = power(vm.power);
    let link = el("a")
        .class("link machine")
        .attr("href", Page::Connect(vm.id.clone()).path())
        .child(icon(glyph(vm.os)))
        .child(vm.id.name().to_string());
    row(link)
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
