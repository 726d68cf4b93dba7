//! Whether anything stands between a person and a machine, and what they can do about it.
//!
//! [`examine`] goes through everything that a connection needs, in the order in which one thing
//! depends on the other, and says of each what was found and what helps. It looks at nothing
//! itself: all it knows are [`Facts`].

mod checks;
mod exposure;
mod headline;
mod once_open;
mod report;
mod standing;
mod together;
mod way;

use std::net::IpAddr;

use jiff::Timestamp;
use shared::bastion::BastionId;
use shared::explanation::AccessExplanation;
use shared::port::Port;
use shared::preflight::{Diagnosis, Preflight, Reach};
use shared::session::{Person, SeenAddress};
use shared::source::Source;
use shared::vm::{PowerState, VmDetails};

use crate::azure::network::{Firewall, Nsg};
use crate::azure::resource_id::ResourceId;

pub use exposure::{Admitted, Exposure, Opening, exposure};
use standing::Standing;
pub use together::examine_together;
pub use way::{Passage, judge, made_by_jit};

/// What stands between the network and a machine.
#[derive(Debug, Clone)]
pub enum Filters {
    /// The security groups on the way, any of which can stop a connection.
    Known {
        /// Of the network interface, of the subnet, of both or of neither.
        groups: Vec<Nsg>,
        /// The machine's private addresses, which are what rules name as the destination: none
        /// if they could not be read, else one or one of each family.
        addresses: Vec<IpAddr>,
        /// The application security groups the machine is in.
        application_groups: Vec<ResourceId>,
        /// What stands there instead of security groups, as far as that could be read.
        gateway: Option<Gateway>,
    },
    /// They could not be read.
    Unknown {
        /// Why, in a sentence for people.
        reason: String,
    },
}

/// What stands before a machine that no security group does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gateway {
    /// Nothing that was found.
    Nothing,
    /// An Azure Firewall in its network.
    Firewall(Firewall),
    /// That could not be read.
    Unread {
        /// Why, in a sentence for people.
        reason: String,
    },
}

impl Filters {
    /// What stands before the machine instead of security groups, as far as that is known.
    fn gateway(&self) -> Option<&Gateway> {
        match self {
            Self::Known { groups, gateway, .. } => gateway.as_ref().filter(|_| groups.is_empty()),
            Self::Unknown { .. } => None,
        }
    }
}

/// Everything that is known about somebody on their way to a port.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Who.
    pub person: &'a Person,
    /// Where their browser is seen.
    pub seen: SeenAddress,
    /// The machine, its policy, what is open on it and what they may do.
    pub machine: &'a VmDetails,
    /// The Bastion they want to come through, whose range the source is then.
    pub bastion: Option<&'a BastionId>,
    /// The security groups before it.
    pub filters: &'a Filters,
    /// What a request for the port from the source would come to.
    pub judgement: &'a AccessExplanation,
    /// The port.
    pub port: Port,
    /// From where they want to connect.
    pub source: Source,
    /// The ports on which what they have open is being closed.
    pub closing: &'a [Port],
    /// The time.
    pub now: Timestamp,
}

/// Goes through everything that stands between a person and a port.
pub fn examine(facts: &Facts<'_>) -> Preflight {
    let passage = match facts.bastion {
        // It does not come through a firewall.
        Some(_) => judge(facts.filters, facts.port, facts.source),
        None => passage(facts.machine, facts.filters, facts.port, facts.source, facts.now),
    };
    let standing = Standing::of(facts, &passage);
    let checks = checks::all(facts, &passage, &standing);
    let (verdict, headline) = headline::headline(facts, &passage, &standing, &checks);
    let report = report::markdown(facts, &headline, &checks);
    Preflight {
        port: facts.port,
        source: facts.source,
        reach: in_time(facts, passage.reach),
        exposed_by: passage.exposed_by,
        also: Vec::new(),
        refused_source: checks::wrong_source(facts).filter(|_| !standing.needs_no_request()),
        diagnosis: Diagnosis { headline, verdict, checks, report },
    }
}

/// Where the rules let somebody through, whether that is so for more than this moment, and whether
/// there is anything behind them that answers.
fn in_time(facts: &Facts<'_>, reach: Reach) -> Reach {
    let power = facts.machine.vm.power;
    let is_off = !matches!(power, PowerState::Running | PowerState::Unknown);
    match (reach, power) {
        (Reach::Accessible, _) if facts.closing.contains(&facts.port) => {
            Reach::Unverified { reason: "The port is being closed.".to_owned() }
        }
        (Reach::Accessible, PowerState::Starting) => {
            Reach::Unverified { reason: "The VM is starting, and answers once it is up.".to_owned() }
        }
        (Reach::Accessible, _) if is_off => {
            Reach::Unreachable { reason: "The VM does not run, and answers nobody until it does.".to_owned() }
        }
        (reach, _) => reach,
    }
}

/// Whether `source` gets through to `port` of a machine, straight and through no Bastion.
pub fn reach(machine: &VmDetails, filters: &Filters, port: Port, source: Source, now: Timestamp) -> Reach {
    passage(machine, filters, port, source, now).reach
}

fn passage(machine: &VmDetails, filters: &Filters, port: Port, source: Source, now: Timestamp) -> Passage {
    let granted = standing::granted(machine, port, source, now);
    let passage = judge(filters, port, source);
    standing::behind_firewall(machine, filters.gateway(), granted, passage)
}

#[cfg(test)]
mod tests;
