//! Whether the machine is up, and whether its network lets anybody through.

use shared::preflight::{Check, Reach, Verdict};
use shared::vm::PowerState;

use super::{WithFix as _, check, fine, rule};
use crate::preflight::{Facts, Filters, Passage};

pub(super) const MACHINE: &str = "Virtual machine";
pub(super) const ADDRESS: &str = "Address";

const TELL: &str = "Tell whoever looks after this VM.";

/// Whether it runs.
pub(super) fn machine(facts: &Facts<'_>) -> Check {
    let (verdict, finding) = match facts.machine.vm.power {
        PowerState::Running => return fine(MACHINE, "It runs."),
        PowerState::Starting => (Verdict::Warning, "It is starting, and answers once it is up."),
        PowerState::Stopping | PowerState::Deallocating => (Verdict::Obstacle, "It is being stopped."),
        PowerState::Stopped => (Verdict::Obstacle, "It is stopped."),
        PowerState::Deallocated => (Verdict::Obstacle, "It is stopped (deallocated)."),
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
    if let Some(firewall) = facts.firewall {
        return fine(ADDRESS, format!("It is reached through the Azure Firewall at {firewall}."));
    }
    let public = vm.fqdn.clone().or_else(|| vm.public_address.map(|address| address.to_string()));
    if let Some(public) = public.or_else(|| machine.public_ipv6.map(|address| address.to_string())) {
        return fine(ADDRESS, format!("It is reached at {public}."));
    }
    match (vm.private_address, vm.power) {
        (Some(private), _) => check(
            ADDRESS,
            Verdict::Warning,
            format!("It has no public address, only {private} in its network."),
        )
        .fixed_by("Connect over a VPN, from a peered network, or through Azure Bastion."),
        (None, PowerState::Deallocated | PowerState::Deallocating) => {
            check(ADDRESS, Verdict::Unknown, "It has no address while it is deallocated.")
                .fixed_by("Start it; it may get one then.")
        }
        (None, _) => check(ADDRESS, Verdict::Obstacle, "It has no IP address.").fixed_by(TELL),
    }
}

/// Whether there is anything for just-in-time to open.
pub(super) fn groups(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Network security group";
    match facts.filters {
        Filters::Unknown { reason } => check(NAME, Verdict::Unknown, reason.clone()),
        Filters::Known { groups, .. } if groups.is_empty() && facts.firewall.is_none() => {
            let finding = "There is none, neither on the network interface nor on its subnet: the VM's network keeps nobody out, and just-in-time has nothing to open.";
            check(NAME, Verdict::Obstacle, finding).fixed_by(TELL)
        }
        Filters::Known { groups, .. } => {
            let names: Vec<&str> = groups.iter().map(|group| group.id.name()).collect();
            fine(
                NAME,
                if names.is_empty() {
                    "None; the firewall filters.".to_owned()
                } else {
                    format!("{}.", names.join(", "))
                },
            )
        }
    }
}

/// Whether the rules let one in: as they are, if the port is open; as they are going to be, if not.
pub(super) fn rules(facts: &Facts<'_>, passage: &Passage) -> Check {
    const NAME: &str = "Inbound rules";
    let (port, source) = (facts.port, facts.source);
    if !passage.exposed_by.is_empty() {
        let rules: Vec<String> = passage.exposed_by.iter().map(rule).collect();
        let finding = format!("Anybody reaches port {port} without a request, by {}.", rules.join(" and "));
        return check(NAME, Verdict::Warning, finding).fixed_by(TELL);
    }
    let is_open = facts.machine.grants.iter().any(|grant| {
        let covers = grant.sources.iter().any(|granted| granted.contains(&source));
        grant.open && grant.port == port && covers && grant.until > facts.now
    });
    let (reach, when) = if is_open || passage.reach == Reach::Accessible {
        (&passage.reach, "now")
    } else {
        (&passage.once_open, "once the port is open")
    };
    match reach {
        Reach::Accessible => fine(NAME, format!("The inbound rules let {source} in {when}.")),
        Reach::Blocked { by } => {
            let finding = format!("The inbound rules keep {source} out even {when}: {} blocks it.", rule(by));
            let fix = "Have that rule changed, or moved behind those of just-in-time (from priority 100 on).";
            check(NAME, Verdict::Obstacle, finding).fixed_by(fix)
        }
        Reach::Unreachable { reason } => check(NAME, Verdict::Obstacle, reason.clone()),
        Reach::Unfiltered => check(NAME, Verdict::Warning, "There are none."),
        Reach::Unverified { reason } => check(NAME, Verdict::Unknown, reason.clone()),
    }
}

/// Whether a firewall stands on the way.
pub(super) fn firewall(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Azure Firewall";
    match facts.firewall {
        None => fine(NAME, "The JIT policy names none."),
        Some(address) => check(
            NAME,
            Verdict::Warning,
            format!("Connections go through {address}, at a port that is known once access is granted."),
        )
        .fixed_by("Use the address and port that this page shows then, not those of the VM."),
    }
}
