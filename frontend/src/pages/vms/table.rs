//! The machines, one per row; on a narrow screen, one per card.

use leptos::prelude::*;
use shared::vm::{JitState, Os, PowerState, Vm};

use crate::components::icon::{Glyph, Icon};
use crate::components::status_line::{StatusLine, Tone};
use crate::format;
use crate::page::Page;

/// The machines. The roles say what the elements say already: as cards, they would lose it.
#[component]
pub fn VmTable(vms: Vec<Vm>) -> impl IntoView {
    let column = |name: &'static str| view! { <th scope="col" role="columnheader">{name}</th> };
    view! {
        <div class="table-frame"><table class="table" role="table" aria-label="Virtual machines">
            <thead role="rowgroup">
                <tr role="row">
                    {column("Name")} {column("Resource group")} {column("Subscription")}
                    {column("Operating system")} {column("Status")} {column("Address")} {column("Just-in-time")}
                </tr>
            </thead>
            <tbody role="rowgroup">{vms.into_iter().map(|vm| view! { <VmRow vm/> }).collect_view()}</tbody>
        </table></div>
    }
}

#[component]
fn VmRow(vm: Vm) -> impl IntoView {
    let (tone, power) = power(vm.power);
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="link machine" href=Page::Connect(vm.id.clone()).path()>
                    <Icon glyph=glyph(vm.os)/>
                    {vm.id.name().to_string()}
                </a>
            </th>
            <td role="cell" data-label="Resource group">{vm.id.resource_group().to_string()}</td>
            <td role="cell" data-label="Subscription">{vm.subscription_name.clone()}</td>
            <td role="cell" data-label="Operating system">{os(vm.os)}</td>
            <td role="cell" data-label="Status"><StatusLine tone>{power}</StatusLine></td>
            <td role="cell" data-label="Address" class="nowrap">{address(&vm)}</td>
            <td role="cell" data-label="Just-in-time" class="nowrap">{jit(&vm.jit)}</td>
        </tr>
    }
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
