//! Whether security groups let a connection through.
//!
//! A connection has to get past the security group of the network interface and that of its
//! subnet, where there are such. Each asks its rules in order of priority, and the first that fits
//! decides (Azure, "How network security groups filter network traffic"). A rule in terms that
//! only Azure can resolve, such as a service tag, is never guessed at.

use std::net::IpAddr;

use ipnet::IpNet;
use shared::port::Port;
use shared::preflight::{Reach, RuleRef};
use shared::source::Source;

use super::Filters;
use super::once_open::with_rule_for;
use crate::azure::network::{Access, Addresses, Direction, Nsg, Ports, SecurityRule, Transport};
use crate::azure::resource_id::ResourceId;

/// What the rules say about a port and a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Whether a connection gets through now.
    pub reach: Reach,
    /// Whether it would once just-in-time has opened the port for the source.
    pub once_open: Reach,
    /// The rules by which it gets through now, one for each group; none if it does not.
    pub admitted_by: Vec<RuleRef>,
    /// Rules above JIT's own that let everybody in without any request.
    pub exposed_by: Vec<RuleRef>,
}

/// Judges whether `source` gets through to `port`, and which rules let everybody in anyway.
pub fn judge(filters: &Filters, port: Port, source: Source) -> Passage {
    let (groups, addresses, application_groups) = match filters {
        Filters::Known { groups, addresses, application_groups, .. } => {
            (groups, addresses, application_groups)
        }
        Filters::Unknown { reason } => {
            let reach = Reach::Unverified { reason: reason.clone() };
            return Passage {
                once_open: reach.clone(),
                reach,
                admitted_by: Vec::new(),
                exposed_by: Vec::new(),
            };
        }
    };
    let takes_in = |address: &&IpAddr| match address {
        IpAddr::V4(_) => !source.is_ipv6(),
        IpAddr::V6(_) => !source.is_ipv4(),
    };
    let address = addresses.iter().find(takes_in).copied();
    let way = Way { port, source, address, application_groups };
    let exposed: Vec<Option<RuleRef>> = groups.iter().map(|group| way.open_to_all(group)).collect();
    // One group that keeps strangers out is enough.
    let exposed_by = exposed.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default();
    if address.is_none() && !addresses.is_empty() {
        let reach = Reach::Unreachable { reason: no_such_address(source) };
        return Passage { once_open: reach.clone(), reach, admitted_by: Vec::new(), exposed_by };
    }
    let (once_open, _) = way.reach(&with_rule_for(groups, port, source));
    let (reach, admitted_by) = way.reach(groups);
    Passage { reach, once_open, admitted_by, exposed_by }
}

fn no_such_address(source: Source) -> String {
    let family = if source.is_ipv6() { "IPv6" } else { "IPv4" };
    format!("The machine has no {family} address, so nobody gets to it from {source}.")
}

/// A port of a machine, and whoever wants to get to it.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) port: Port,
    pub(super) source: Source,
    pub(super) address: Option<IpAddr>,
    pub(super) application_groups: &'a [ResourceId],
}

/// Whether a rule is about a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fits {
    No,
    /// About part of the source, or in terms that only Azure can resolve.
    Perhaps,
    Yes,
}

impl Way<'_> {
    /// Whether all groups let a connection through, and if so, by which of their rules.
    fn reach(&self, groups: &[Nsg]) -> (Reach, Vec<RuleRef>) {
        if groups.is_empty() {
            return (Reach::Unfiltered, Vec::new());
        }
        let (admitting, others): (Vec<_>, Vec<_>) =
            groups.iter().map(|group| self.through(group)).partition(Result::is_ok);
        let others: Vec<Reach> = others.into_iter().filter_map(Result::err).collect();
        let blocked = others.iter().find(|reach| matches!(reach, Reach::Blocked { .. }));
        match blocked.or(others.first()) {
            Some(worst) => (worst.clone(), Vec::new()),
            None => (Reach::Accessible, admitting.into_iter().flatten().collect()),
        }
    }

    /// The rule by which a group lets a connection through; else why it is not known to.
    fn through(&self, group: &Nsg) -> Result<RuleRef, Reach> {
        let mut doubt = None;
        for rule in inbound(group) {
            match (self.fits(rule), &rule.access, &doubt) {
                (Fits::No, _, _) => {}
                (Fits::Yes, Access::Allow, None) => return Ok(reference(group, rule)),
                (Fits::Yes, Access::Deny, None) => {
                    return Err(Reach::Blocked { by: reference(group, rule) });
                }
                (Fits::Yes, Access::Allow | Access::Deny, Some(_)) => break,
                (Fits::Perhaps, _, _) | (Fits::Yes, Access::Other(_), _) => {
                    doubt.get_or_insert(rule);
                }
            }
        }
        let name = group.id.name();
        let reason = match doubt {
            Some(rule) => {
                let SecurityRule { name: rule_name, priority, .. } = rule;
                format!("Rule “{rule_name}” (priority {priority}) of {name} {}.", self.doubt(rule))
            }
            // Azure's own last rule denies; a list without it is no full list.
            None => format!("The rules of {name} could not be read in full."),
        };
        Err(Reach::Unverified { reason })
    }

    /// Why a rule that is perhaps about the connection decides nothing: the rest of a sentence
    /// about it.
    fn doubt(&self, rule: &SecurityRule) -> String {
        let perhaps = rule.sources.iter().filter(|addresses| self.comes_from(addresses) == Fits::Perhaps);
        // A range that is there in part says less than what may be about all of it.
        let perhaps = perhaps.max_by_key(|addresses| !matches!(addresses, Addresses::Range(_)));
        let certain = rule.sources.iter().any(|addresses| self.comes_from(addresses) == Fits::Yes);
        let verb = match rule.access {
            Access::Allow => "lets in",
            Access::Deny => "keeps out",
            Access::Other(_) => return "does something that Postern does not know".to_owned(),
        };
        match perhaps.filter(|_| !certain) {
            Some(Addresses::Range(_)) => format!("{verb} only part of these addresses"),
            Some(Addresses::Tag(tag)) => {
                format!("{verb} the service tag {tag}, and only Azure knows which addresses that has")
            }
            Some(Addresses::ApplicationGroup(group)) => format!(
                "{verb} the application security group {}, and Postern does not know which machines are in it",
                group.name()
            ),
            Some(Addresses::Any) | None => format!("{verb} something that only Azure can resolve"),
        }
    }

    /// The rule that lets the whole Internet in, if it stands before any that would not.
    fn open_to_all(&self, group: &Nsg) -> Option<RuleRef> {
        let everybody = Way { source: Source::ANY, ..*self };
        let decides = inbound(group).find(|rule| everybody.fits(rule) == Fits::Yes)?;
        let lets_in = decides.access == Access::Allow && !made_by_jit(decides);
        lets_in.then(|| reference(group, decides))
    }

    pub(super) fn fits(&self, rule: &SecurityRule) -> Fits {
        let source = any(&rule.sources, |addresses| self.comes_from(addresses));
        self.leads_to(rule).min(source)
    }

    /// Whether a rule is about the port of the machine, whoever comes.
    pub(super) fn leads_to(&self, rule: &SecurityRule) -> Fits {
        let transport = match &rule.transport {
            Transport::Any | Transport::Tcp => Fits::Yes,
            Transport::Udp | Transport::Other(_) => Fits::No,
        };
        let port = any(&rule.ports, |ports| match ports {
            Ports::Range(first, last) if (*first..=*last).contains(&self.port.number()) => Fits::Yes,
            Ports::Range(..) => Fits::No,
            Ports::Other(_) => Fits::Perhaps,
        });
        let destination = any(&rule.destinations, |addresses| self.goes_to(addresses));
        transport.min(port).min(destination)
    }

    pub(super) fn comes_from(&self, addresses: &Addresses) -> Fits {
        match addresses {
            Addresses::Any => Fits::Yes,
            Addresses::Range(range) => overlap(&Source::range(*range), &self.source),
            Addresses::Tag(tag) => self.comes_from_tag(tag),
            Addresses::ApplicationGroup(_) if self.source.is_private() || self.source.is_anywhere() => {
                Fits::Perhaps
            }
            // Members of application security groups are machines in a virtual network.
            Addresses::ApplicationGroup(_) => Fits::No,
        }
    }

    fn comes_from_tag(&self, tag: &str) -> Fits {
        let on_the_internet = !self.source.is_private();
        match tag.to_ascii_lowercase().as_str() {
            "internet" if on_the_internet => Fits::Yes,
            // A public address is in no virtual network that keeps to private ones.
            "virtualnetwork" if on_the_internet => Fits::No,
            // Nobody connects from the load balancer's probe.
            "azureloadbalancer" => Fits::No,
            _ => Fits::Perhaps,
        }
    }

    fn goes_to(&self, addresses: &Addresses) -> Fits {
        match (addresses, self.address) {
            (Addresses::Any, _) => Fits::Yes,
            (Addresses::Range(range), Some(address)) if range.contains(&IpNet::from(address)) => Fits::Yes,
            (Addresses::Range(_), Some(_)) => Fits::No,
            // The machine is in its virtual network, and no tag for a service is about it.
            (Addresses::Tag(tag), _) if tag.eq_ignore_ascii_case("VirtualNetwork") => Fits::Yes,
            (Addresses::ApplicationGroup(group), _) => {
                if self.application_groups.contains(group) {
                    Fits::Yes
                } else {
                    Fits::No
                }
            }
            (Addresses::Tag(_), _) | (Addresses::Range(_), None) => Fits::Perhaps,
        }
    }
}

/// Whether a rule's range covers all of the source, some of it, or nothing.
fn overlap(rule: &Source, source: &Source) -> Fits {
    if rule.contains(source) {
        Fits::Yes
    } else if source.contains(rule) {
        Fits::Perhaps
    } else {
        Fits::No
    }
}

/// A rule that lists several fits if one of them does.
fn any<T>(alternatives: &[T], fits: impl Fn(&T) -> Fits) -> Fits {
    alternatives.iter().map(fits).max().unwrap_or(Fits::No)
}

pub(super) fn inbound(group: &Nsg) -> impl Iterator<Item = &SecurityRule> {
    group.rules.iter().filter(|rule| rule.direction == Direction::Inbound)
}

pub(super) fn reference(group: &Nsg, rule: &SecurityRule) -> RuleRef {
    RuleRef {
        nsg: group.id.name().to_owned(),
        rule: rule.name.clone(),
        priority: rule.priority,
        made_by_jit: made_by_jit(rule),
    }
}

/// The names Defender for Cloud gives its rules, now and before 2023 (its release notes, "Revised
/// JIT rule naming conventions").
pub fn made_by_jit(rule: &SecurityRule) -> bool {
    ["MicrosoftDefenderForCloud-JITRule", "SecurityCenter-JITRule"]
        .iter()
        .any(|prefix| rule.name.starts_with(prefix))
}

#[cfg(test)]
pub(super) mod tests;
