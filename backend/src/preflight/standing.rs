//! Where somebody stands before a port: what most of the sentences depend on.

use jiff::Timestamp;
use shared::port::Port;
use shared::preflight::Reach;
use shared::source::Source;
use shared::vm::{Grant, VmDetails};

use super::{Facts, Gateway, Passage};
use crate::azure::network::Firewall;

/// Where somebody stands before a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing<'a> {
    /// Just-in-time has opened it for them.
    Granted(&'a Grant),
    /// What was open for them is being closed; until that is done, it may still be open.
    Closing,
    /// Just-in-time is opening it for them.
    Opening,
    /// Nobody had to open it: the network lets them in as it is.
    LetIn,
    /// It takes a request.
    Requestable,
    /// Just-in-time does not open it.
    NotRequestable,
}

impl<'a> Standing<'a> {
    pub(super) fn of(facts: &Facts<'a>, passage: &Passage) -> Self {
        let granted = granted(facts.machine, facts.port, facts.source, facts.now);
        let is_closing = facts.closing.contains(&facts.port);
        match granted {
            Some(grant) if grant.open => {
                return if is_closing { Self::Closing } else { Self::Granted(grant) };
            }
            _ if lets_in(facts, passage) => return Self::LetIn,
            // Its rule is gone before Azure says that it is closed.
            Some(_) if is_closing => return Self::Closing,
            Some(_) => return Self::Opening,
            None => {}
        }
        let machine = facts.machine;
        let covers = machine.policy.as_ref().is_some_and(|policy| policy.rule_for(facts.port).is_some());
        if covers && machine.unsupported.is_none() { Self::Requestable } else { Self::NotRequestable }
    }

    /// Whether there is nothing left to ask for, so that what would stop a request does not matter.
    pub(super) fn needs_no_request(&self) -> bool {
        match self {
            Self::Granted(_) | Self::Closing | Self::LetIn | Self::Opening => true,
            Self::Requestable | Self::NotRequestable => false,
        }
    }
}

/// What of a machine behind an Azure Firewall can be told from the security groups alone: where none
/// stands before it, the firewall lets in whom just-in-time has opened it for, and who else is not
/// known. Nor is it where nobody knows whether a firewall stands there.
pub(super) fn behind_firewall(
    machine: &VmDetails,
    gateway: Option<&Gateway>,
    granted: Option<&Grant>,
    passage: Passage,
) -> Passage {
    if passage.reach != Reach::Unfiltered {
        return passage;
    }
    let unverified = |reason: String| Reach::Unverified { reason };
    let unread = "and Postern does not read its rules.";
    match (machine.firewall_address, gateway) {
        (Some(_), _) => {
            let reach = match granted {
                Some(grant) if grant.open => Reach::Accessible,
                Some(_) | None => unverified(format!("An Azure Firewall stands before the VM, {unread}")),
            };
            Passage { reach, once_open: Reach::Accessible, ..passage }
        }
        (None, Some(Gateway::Firewall(Firewall { name, .. }))) => {
            let reach = unverified(format!("The Azure Firewall {name} stands in the VM's network, {unread}"));
            Passage { reach: reach.clone(), once_open: reach, ..passage }
        }
        (None, Some(Gateway::Unread { reason })) => {
            let reach = unverified(reason.clone());
            Passage { reach: reach.clone(), once_open: reach, ..passage }
        }
        (None, Some(Gateway::Nothing) | None) => passage,
    }
}

/// What just-in-time has opened, or is opening, for them: the open before the opening, and of those
/// the one that lasts longest.
pub(super) fn granted(machine: &VmDetails, port: Port, source: Source, now: Timestamp) -> Option<&Grant> {
    let covers = |grant: &&Grant| grant.sources.iter().any(|granted| granted.contains(&source));
    let mine = |grant: &&Grant| grant.open || grant.mine.is_some();
    open(machine, port, now).filter(covers).filter(mine).max_by_key(|grant| (grant.open, grant.until))
}

/// Everything that is open, or opening, on the port.
pub(super) fn open(machine: &VmDetails, port: Port, now: Timestamp) -> impl Iterator<Item = &Grant> {
    machine.grants.iter().filter(move |grant| grant.port == port && grant.until > now)
}

/// Whether the network lets them in as it is.
///
/// Where no security group stands before a machine, everything in its network reaches it. From the
/// Internet, Azure lets nobody in to a Standard public address then.
fn lets_in(facts: &Facts<'_>, passage: &Passage) -> bool {
    match passage.reach {
        // A rule of just-in-time's own is there for a grant, and goes with it.
        Reach::Accessible => !passage.admitted_by.iter().any(|rule| rule.made_by_jit),
        Reach::Unfiltered => facts.source.is_private() && facts.machine.firewall_address.is_none(),
        Reach::Blocked { .. } | Reach::Unreachable { .. } | Reach::Unverified { .. } => false,
    }
}

/// Whom the port is, or would be, open for.
pub(super) fn whom(facts: &Facts<'_>) -> String {
    match facts.bastion {
        Some(bastion) => format!("the Bastion {} ({})", bastion.name(), facts.source),
        None if facts.source == Source::ANY => "any address".to_owned(),
        None => facts.source.to_string(),
    }
}
