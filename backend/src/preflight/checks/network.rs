//! Whether the machine is up, and whether its network lets anybody through.

use shared::preflight::{Check, Reach, Verdict};
use shared::text::capitalised;
use shared::vm::{Grant, PowerState, Unsupported};

use super::{WithFix as _, check, fine, listed, rule};
use crate::azure::network::Firewall;
use crate::preflight::headline::let_in_by;
use crate::preflight::standing::whom;
use crate::preflight::{Facts, Filters, Gateway, Passage, Standing};

const MACHINE: &str = "Virtual machine";
const ADDRESS: &str = "Address";
pub(in crate::preflight) const GROUP: &str = "Network security group";

const TELL: &str = "Tell whoever looks after this VM.";

/// Whether it runs.
pub(super) fn machine(facts: &Facts<'_>) -> Check {
    let (verdict, finding) = match facts.machine.vm.power {
        PowerState::Running => return fine(MACHINE, "The VM runs."),
        PowerState::Starting => (Verdict::Warning, "The VM is starting, and answers once it is up."),
        PowerState::Stopping | PowerState::Deallocating => (Verdict::Obstacle, "The VM is being stopped."),
        PowerState::Stopped => (Verdict::Obstacle, "The VM is stopped."),
        PowerState::Deallocated => (Verdict::Obstacle, "The VM is stopped (deallocated)."),
        PowerState::Unknown => (Verdict::Unknown, "Azure does not say whether it runs."),
    };
    let stopped = check(MACHINE, verdict, finding);
    match facts.machine.vm.power {
        PowerState::Stopped | PowerState::Deallocated if facts.machine.may.start => {
            stopped.fixed_by("Start it from this page.")
        }
        PowerState::Stopped | PowerState::Deallocated => {
            stopped.fixed_by("Ask whoever looks after this VM to start it; no access rule lets you.")
        }
        PowerState::Running
        | PowerState::Starting
        | PowerState::Stopping
        | PowerState::Deallocating
        | PowerState::Unknown => stopped,
    }
}

/// Whether it has an address, and which kind.
pub(super) fn address(facts: &Facts<'_>) -> Check {
    let machine = facts.machine;
    let vm = &machine.vm;
    if let (Some(bastion), Some(private)) = (facts.bastion, vm.private_address) {
        return fine(ADDRESS, format!("The Bastion {} reaches the VM at {private}.", bastion.name()));
    }
    if let (Some(firewall), None) = (machine.firewall_address, facts.bastion) {
        return fine(ADDRESS, format!("The VM is reached through the Azure Firewall at {firewall}."));
    }
    let public = vm.fqdn.clone().or_else(|| vm.public_address.map(|address| address.to_string()));
    if let Some(public) = public.or_else(|| machine.public_ipv6.map(|address| address.to_string())) {
        return fine(ADDRESS, format!("The VM is reached at {public}."));
    }
    match (vm.private_address, vm.power) {
        (Some(private), _) => check(
            ADDRESS,
            Verdict::Warning,
            format!("The VM has no public address, only {private} in its network."),
        )
        .fixed_by("Connect over a VPN, from a peered network, or through Azure Bastion."),
        (None, PowerState::Deallocated | PowerState::Deallocating) => {
            check(ADDRESS, Verdict::Unknown, "The VM has no address while it is deallocated.")
                .fixed_by("Start it; it may get one then.")
        }
        (None, _) => check(ADDRESS, Verdict::Obstacle, "The VM has no IP address.").fixed_by(TELL),
    }
}

/// Whether there is anything for just-in-time to open.
pub(super) fn groups(facts: &Facts<'_>) -> Check {
    if let Some(Unsupported { reason, remedy }) = &facts.machine.unsupported {
        return check(GROUP, Verdict::Obstacle, reason.clone()).fixed_by(remedy.clone());
    }
    match facts.filters {
        Filters::Unknown { reason } => check(GROUP, Verdict::Unknown, reason.clone()),
        Filters::Known { groups, .. } => {
            let names: Vec<String> = groups.iter().map(|group| group.id.name().to_owned()).collect();
            match (&names[..], facts.machine.firewall_address) {
                ([], Some(_)) => fine(GROUP, "None stands before the VM; the Azure Firewall does."),
                ([], None) => instead(facts.filters.gateway()),
                ([one], _) => fine(GROUP, format!("{one} stands before the VM.")),
                (several, _) => fine(GROUP, format!("{} stand before the VM.", listed(several))),
            }
        }
    }
}

/// What stands before a machine where no security group does.
fn instead(gateway: Option<&Gateway>) -> Check {
    match gateway {
        Some(Gateway::Firewall(Firewall { name, .. })) => fine(
            GROUP,
            format!(
                "None stands before the VM; the Azure Firewall {name} does, and just-in-time can open that."
            ),
        ),
        Some(Gateway::Unread { .. }) => check(
            GROUP,
            Verdict::Unknown,
            "None stands before the VM. Whether an Azure Firewall does is not known.",
        ),
        Some(Gateway::Nothing) | None => check(GROUP, Verdict::Unknown, "None was found before the VM."),
    }
}

/// Whether the rules let one in: as they are, or as they are going to be where one can ask.
pub(super) fn rules(facts: &Facts<'_>, passage: &Passage, standing: &Standing<'_>) -> Check {
    const NAME: &str = "Inbound rules";
    const FIX: &str = "Have that rule changed, or moved behind those of just-in-time (from priority 100 on).";
    let (port, whom) = (facts.port, whom(facts));
    if !passage.exposed_by.is_empty() {
        let finding = format!("{} without a request.", capitalised(&let_in_by(facts, passage)));
        return check(NAME, Verdict::Warning, finding).fixed_by(TELL);
    }
    if matches!(standing, Standing::Closing) {
        return fine(NAME, format!("They keep {whom} out once port {port} is closed."));
    }
    let is_to_come = matches!(standing, Standing::Opening | Standing::Requestable);
    let reach = if is_to_come { &passage.once_open } else { &passage.reach };
    match (reach, is_to_come) {
        (Reach::Accessible, true) if is_behind_firewall_alone(facts) => {
            fine(NAME, "Just-in-time adds one to the Azure Firewall, whose rules Postern does not read.")
        }
        (Reach::Accessible, true) => fine(NAME, format!("They let {whom} in once port {port} is open.")),
        (Reach::Accessible, false) if passage.admitted_by.is_empty() => {
            fine(NAME, "Those of the Azure Firewall, which just-in-time has opened.")
        }
        (Reach::Accessible, false) => fine(NAME, format!("{}.", capitalised(&let_in_by(facts, passage)))),
        (Reach::Blocked { by }, true) => {
            let finding = format!(
                "The inbound rules keep {whom} out even once the port is open: {} blocks it.",
                rule(by)
            );
            check(NAME, Verdict::Obstacle, finding).fixed_by(FIX)
        }
        (Reach::Blocked { by }, false) => match standing {
            Standing::Granted(_) => {
                let finding = format!("The inbound rules keep {whom} out even now: {} blocks it.", rule(by));
                check(NAME, Verdict::Obstacle, finding).fixed_by(FIX)
            }
            Standing::Closing
            | Standing::LetIn
            | Standing::Opening
            | Standing::Requestable
            | Standing::NotRequestable => {
                check(NAME, Verdict::Obstacle, format!("They keep {whom} out: {} blocks it.", rule(by)))
            }
        },
        (Reach::Unreachable { reason }, _) => check(NAME, Verdict::Obstacle, reason.clone()),
        (Reach::Unfiltered, _) if facts.source.is_private() => {
            check(NAME, Verdict::Warning, "There are none: everything in the VM's network reaches the VM.")
                .fixed_by(TELL)
        }
        (Reach::Unfiltered, _) => check(
            NAME,
            Verdict::Warning,
            "There are none. Azure lets nobody in from the Internet to a Standard public address then.",
        ),
        (Reach::Unverified { reason }, _) => check(NAME, Verdict::Unknown, reason.clone()),
    }
}

/// Whether there is no security group whose rules could be read, but a firewall.
fn is_behind_firewall_alone(facts: &Facts<'_>) -> bool {
    let is_bare = matches!(facts.filters, Filters::Known { groups, .. } if groups.is_empty());
    is_bare && facts.machine.firewall_address.is_some() && facts.bastion.is_none()
}

/// Whether a firewall stands on the way.
pub(super) fn firewall(facts: &Facts<'_>, standing: &Standing<'_>) -> Check {
    const NAME: &str = "Azure Firewall";
    let Some(address) = facts.machine.firewall_address else {
        return match (facts.filters.gateway(), &facts.machine.policy) {
            (Some(Gateway::Firewall(Firewall { policy: None, name })), _) => fine(
                NAME,
                format!("{name} is in the VM's network, with classic rules. No JIT policy names it."),
            ),
            (Some(Gateway::Unread { reason }), _) => check(NAME, Verdict::Unknown, reason.clone()),
            // What stands there is told of the security groups.
            _ if facts.machine.unsupported.is_some() => {
                check(NAME, Verdict::Unknown, "None that just-in-time access can open.")
            }
            (_, Some(_)) => fine(NAME, "The JIT policy names none."),
            (_, None) => fine(NAME, "No JIT policy names one."),
        };
    };
    match (facts.bastion, standing) {
        (Some(_), _) => fine(NAME, format!("The one at {address} is not on the way of a Bastion.")),
        (None, Standing::Granted(grant)) => {
            check(NAME, Verdict::Warning, format!("Connections go {}.", at_firewall(facts, grant)))
                .fixed_by("Use that address and port, not those of the VM.")
        }
        (None, _) => {
            let finding =
                format!("Connections go to {address}, at a port that is known once access is granted.");
            check(NAME, Verdict::Warning, finding)
                .fixed_by("Use the address and port that this page shows then, not those of the VM.")
        }
    }
}

/// Where a firewall takes in what was granted.
pub(in crate::preflight) fn at_firewall(facts: &Facts<'_>, grant: &Grant) -> String {
    let address = facts.machine.firewall_address.map(|address| address.to_string()).unwrap_or_default();
    match grant.mapped_port {
        Some(port) => format!("to port {port} of the Azure Firewall at {address}"),
        None => format!("through the Azure Firewall at {address}"),
    }
}
