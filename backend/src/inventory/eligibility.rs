//! Whether just-in-time access can be set up on a machine at all.
//!
//! There is one judgement, for the list and for a machine as it is now: what stands before it
//! decides, then what is paid for, then what Defender for Cloud was told to leave out (Defender for
//! Cloud, "Enable just-in-time access", and its logic flow).

use shared::defender::DefenderPlan;
use shared::vm::Unsupported;

use crate::azure::network::Firewall;

/// What stands before a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Front {
    /// A security group, of its primary interface or of the subnet of that.
    Groups,
    /// None, and an Azure Firewall in its network.
    Firewall(Firewall),
    /// Neither.
    Nothing,
    /// It could not be read, and why, in a sentence for people.
    Unknown(&'static str),
}

/// What Defender for Cloud has to say of a machine, as far as that is known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cover<'a> {
    /// The plan of its subscription.
    pub(super) plan: Option<DefenderPlan>,
    /// Whether the machine is left out of it.
    pub(super) excluded: bool,
    /// Its verdict.
    pub(super) assessment: Option<&'a Assessment>,
}

/// A verdict of Defender for Cloud about just-in-time access on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Assessment {
    /// It has it, or does not need it.
    Healthy,
    /// It should have it.
    Unhealthy,
    /// It cannot have it, and why.
    NotApplicable {
        /// A policy switched the recommendation off.
        off: bool,
        /// In its own words.
        description: Box<str>,
    },
}

/// Why just-in-time access cannot be set up on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Obstacle {
    /// There is nothing that it could open.
    NothingInFront,
    /// What there is has its rules in a firewall policy.
    FirewallPolicy { firewall: String, policy: String },
    /// The subscription has another plan, or none.
    Plan { subscription: String, other: bool },
    /// The machine is left out of the plan.
    Excluded,
    /// It was switched off.
    SwitchedOff,
    /// Defender for Cloud says so, and nothing else is known.
    NotApplicable(Box<str>),
}

/// What keeps just-in-time access from a machine of `subscription`, if that is known.
pub(super) fn obstacle(front: &Front, cover: &Cover<'_>, subscription: &str) -> Option<Obstacle> {
    if let Some(obstacle) = in_front(front) {
        return Some(obstacle);
    }
    match cover.plan {
        Some(plan @ (DefenderPlan::Plan1 | DefenderPlan::Free)) => {
            let (subscription, other) = (subscription.to_owned(), plan == DefenderPlan::Plan1);
            return Some(Obstacle::Plan { subscription, other });
        }
        Some(DefenderPlan::Plan2) | None if cover.excluded => return Some(Obstacle::Excluded),
        Some(DefenderPlan::Plan2) | None => {}
    }
    match (cover.assessment, front) {
        (Some(Assessment::NotApplicable { off: true, .. }), _) => Some(Obstacle::SwitchedOff),
        // What is seen counts more than a verdict, which may be a day old.
        (Some(Assessment::NotApplicable { off: false, description }), Front::Unknown(_)) => {
            Some(Obstacle::NotApplicable(description.clone()))
        }
        _ => None,
    }
}

/// The same, as far as the network goes.
pub(super) fn in_front(front: &Front) -> Option<Obstacle> {
    match front {
        Front::Nothing => Some(Obstacle::NothingInFront),
        Front::Firewall(Firewall { name, policy: Some(policy) }) => {
            Some(Obstacle::FirewallPolicy { firewall: name.clone(), policy: policy.clone() })
        }
        Front::Groups | Front::Firewall(Firewall { policy: None, .. }) | Front::Unknown(_) => None,
    }
}

impl Obstacle {
    /// Whether it stands in the network, and not in what is paid for or switched on.
    pub(super) fn is_of_network(&self) -> bool {
        match self {
            Self::NothingInFront | Self::FirewallPolicy { .. } => true,
            Self::Plan { .. } | Self::Excluded | Self::SwitchedOff | Self::NotApplicable(_) => false,
        }
    }

    /// What it is and who can do what about it, for people.
    pub(super) fn told(&self) -> Unsupported {
        let (reason, remedy) = match self {
            Self::NothingInFront => (
                "No network security group stands before this VM, neither on its primary network interface nor on the subnet of that, so just-in-time access has nothing to open.".to_owned(),
                "Whoever looks after its network can put one there.",
            ),
            Self::FirewallPolicy { firewall, policy } => (
                format!(
                    "The Azure Firewall {firewall} in this VM's network is managed by the firewall policy {policy}, where just-in-time access can write no rules, and no network security group stands before the VM."
                ),
                "Whoever looks after its network can put a network security group before the VM, or let people in by a rule of that policy.",
            ),
            Self::Plan { subscription, other } => (
                format!(
                    "The subscription {subscription} has {} Microsoft Defender for Servers, and just-in-time access is part of Plan 2.",
                    if *other { "Plan 1 of" } else { "no plan of" }
                ),
                "Whoever owns the subscription can turn Plan 2 on, in Defender for Cloud under Environment settings.",
            ),
            Self::Excluded => (
                "This VM is left out of Microsoft Defender for Servers Plan 2, which just-in-time access is part of.".to_owned(),
                "Whoever looks after Defender for Cloud can take that setting of the VM away.",
            ),
            Self::SwitchedOff => (
                "Just-in-time access is switched off for this VM by the security policy of its subscription or resource group.".to_owned(),
                "Whoever looks after Defender for Cloud can switch its recommendation on again, in that policy.",
            ),
            Self::NotApplicable(description) => (
                format!("Defender for Cloud says that just-in-time access does not apply to this VM: {description}."),
                "Let Postern's identity read the network of the VM, to see whether that is still so.",
            ),
        };
        Unsupported { reason, remedy: remedy.to_owned() }
    }
}

#[cfg(test)]
mod tests;
