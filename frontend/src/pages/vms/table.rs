//! The machines, one per row; on a narrow screen, one per card.

use leptos::prelude::*;
use shared::port::Port;
use shared::vm::{JitState, Os, PowerState, Vm};

use crate::components::status_line::{StatusLine, Tone};
use crate::page::Page;

/// The machines.
#[component]
pub fn VmTable(vms: Vec<Vm>) -> impl IntoView {
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Resource group"</th>
                    <th scope="col">"Subscription"</th>
                    <th scope="col">"Operating system"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Address"</th>
                    <th scope="col">"Just-in-time"</th>
                </tr>
            </thead>
            <tbody>{vms.into_iter().map(|vm| view! { <VmRow vm/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn VmRow(vm: Vm) -> impl IntoView {
    let (tone, power) = power(vm.power);
    view! {
        <tr>
            <th scope="row" data-label="Name">
                <a class="link" href=Page::Connect(vm.id.clone()).path()>{vm.id.name().to_string()}</a>
            </th>
            <td data-label="Resource group">{vm.id.resource_group().to_string()}</td>
            <td data-label="Subscription">{vm.subscription_name.clone()}</td>
            <td data-label="Operating system">{os(vm.os)}</td>
            <td data-label="Status"><StatusLine tone>{power}</StatusLine></td>
            <td data-label="Address" class="mono">{address(&vm)}</td>
            <td data-label="Just-in-time">{jit(&vm.jit)}</td>
        </tr>
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
        (None, None) => "None".to_owned(),
    }
}

fn jit(state: &JitState) -> String {
    match state {
        JitState::Configured { ports } => {
            let ports: Vec<String> = ports.iter().map(Port::to_string).collect();
            format!("Ports {}", ports.join(", "))
        }
        JitState::NotConfigured => "Not configured".to_owned(),
        JitState::Unknown => "Unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_of_a_policy_are_listed() {
        let configured = JitState::Configured { ports: vec![Port::SSH, Port::RDP] };
        assert_eq!(jit(&configured), "Ports 22, 3389");
        assert_eq!(jit(&JitState::NotConfigured), "Not configured");
    }
}
