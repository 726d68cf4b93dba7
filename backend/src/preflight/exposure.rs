//! By which rules a port is open to people who made no request.
//!
//! Rules that just-in-time access wrote to let somebody in are passed by: they are what a request
//! gets. Those that keep everybody out count.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use shared::port::Port;
use shared::preflight::RuleRef;
use shared::source::Source;

use super::way::{Fits, Way, inbound, made_by_jit, reference};
use crate::azure::network::{Access, Addresses, Nsg, SecurityRule};
use crate::azure::resource_id::ResourceId;

/// From how many addresses on, as a power of two, a range is a wide one: more than an IPv4 /16.
const WIDE_IPV4: u8 = 16;

/// The same of IPv6: more than a /48, which is what one site gets.
const WIDE_IPV6: u8 = 80;

/// By which rules a port is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposure {
    /// The rules, in the order of the groups and of their priorities.
    pub openings: Vec<Opening>,
    /// A rule in terms that only Azure can resolve, which decides whether there are more.
    pub doubt: Option<RuleRef>,
}

/// A rule that lets people in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// Whom.
    pub whom: Admitted,
    /// The group's name.
    pub group: String,
    /// The rule's name.
    pub rule: String,
    /// Its priority.
    pub priority: u16,
}

/// Whom a rule lets in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Admitted {
    /// Whoever is on the Internet.
    Anywhere,
    /// Those of a range.
    Range(Source),
    /// Those of several ranges, none of which is wide and which together are.
    Ranges(Vec<Source>),
    /// Those of a service tag, whose addresses only Azure knows.
    Tag(String),
}

impl Admitted {
    /// Whether this is so many that the port is as good as open to the Internet.
    pub fn is_wide(&self) -> bool {
        match self {
            Self::Anywhere | Self::Ranges(_) => true,
            Self::Range(range) => are_wide(std::slice::from_ref(range)),
            // Whoever rents a machine has one of its addresses.
            Self::Tag(tag) => tag.to_ascii_lowercase().starts_with("azurecloud"),
        }
    }
}

/// Whether ranges have so many addresses on the Internet together that it is as good as all of it.
fn are_wide(ranges: &[Source]) -> bool {
    let public: Vec<IpNet> =
        ranges.iter().filter(|range| !range.is_private()).filter_map(Source::net).collect();
    let (mut ipv4, mut ipv6) = (0_u128, 0_u128);
    for range in IpNet::aggregate(&public) {
        let bits = u32::from(range.max_prefix_len() - range.prefix_len());
        let addresses = 1_u128.checked_shl(bits).unwrap_or(u128::MAX);
        let sum = if range.addr().is_ipv4() { &mut ipv4 } else { &mut ipv6 };
        *sum = sum.saturating_add(addresses);
    }
    ipv4 > 1 << WIDE_IPV4 || ipv6 > 1 << WIDE_IPV6
}

/// Those whom one rule lets in, with ranges that are wide together as one.
fn together(admitted: Vec<Admitted>) -> Vec<Admitted> {
    let (ranges, mut others): (Vec<Admitted>, Vec<Admitted>) =
        admitted.into_iter().partition(|whom| matches!(whom, Admitted::Range(range) if !range.is_private()));
    let sources: Vec<Source> = ranges
        .iter()
        .filter_map(|whom| if let Admitted::Range(range) = whom { Some(*range) } else { None })
        .collect();
    if are_wide(&sources) && !ranges.iter().any(Admitted::is_wide) {
        others.push(Admitted::Ranges(sources));
        return others;
    }
    [ranges, others].concat()
}

/// The rules by which `port` of a machine is open to people who made no request. The machine is at
/// `address` and in `application_groups`, and behind all of `groups`: one that keeps people out is
/// enough.
pub fn exposure(
    groups: &[&Nsg],
    address: Option<IpAddr>,
    application_groups: &[ResourceId],
    port: Port,
) -> Exposure {
    let way = Way { port, source: anywhere(address), address, application_groups };
    let mut exposure = Exposure::default();
    for group in groups {
        for rule in inbound(group).filter(|rule| lets_in(rule)) {
            match way.leads_to(rule) {
                Fits::No => continue,
                Fits::Perhaps => {
                    exposure.doubt.get_or_insert_with(|| reference(group, rule));
                    continue;
                }
                Fits::Yes => {}
            }
            let mut admitted = Vec::new();
            for (whom, source) in rule.sources.iter().filter_map(|source| whom(source, &way)) {
                let way = Way { source, ..way };
                match through_all(groups, way, &whom, rule) {
                    Through::No => {}
                    Through::Yes => admitted.push(whom),
                    Through::Doubt(by) => {
                        exposure.doubt.get_or_insert(by);
                    }
                }
            }
            for whom in together(admitted) {
                exposure.add(whom, group, rule);
            }
        }
    }
    exposure
}

impl Exposure {
    fn add(&mut self, whom: Admitted, group: &Nsg, rule: &SecurityRule) {
        let (group, rule, priority) = (group.id.name().to_owned(), rule.name.clone(), rule.priority);
        let opening = Opening { whom, group, rule, priority };
        if !self.openings.contains(&opening) {
            self.openings.push(opening);
        }
    }
}

/// Whether somebody gets through.
enum Through {
    Yes,
    No,
    /// A rule that only Azure can resolve decides.
    Doubt(RuleRef),
}

fn lets_in(rule: &SecurityRule) -> bool {
    rule.access == Access::Allow && !made_by_jit(rule)
}

/// Everybody who can come to the machine by the kind of address that it has.
fn anywhere(address: Option<IpAddr>) -> Source {
    Source::range(match address {
        Some(IpAddr::V6(_)) => IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
        Some(IpAddr::V4(_)) | None => IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
    })
}

/// Whom a rule lets in, and the source to ask the other rules about. Nobody where that is only the
/// machine's own neighbours, or those of the other kind of address.
fn whom(source: &Addresses, way: &Way<'_>) -> Option<(Admitted, Source)> {
    let everybody = way.source;
    match source {
        Addresses::Any => Some((Admitted::Anywhere, everybody)),
        Addresses::Range(range) => {
            let source = Source::range(*range);
            let whom = if source.is_anywhere() { Admitted::Anywhere } else { Admitted::Range(source) };
            (source.is_ipv6() == everybody.is_ipv6()).then_some((whom, source))
        }
        Addresses::Tag(tag) => match tag.to_ascii_lowercase().as_str() {
            "internet" => Some((Admitted::Anywhere, everybody)),
            "virtualnetwork" | "azureloadbalancer" => None,
            _ => Some((Admitted::Tag(tag.clone()), everybody)),
        },
        Addresses::ApplicationGroup(_) => None,
    }
}

fn through_all(groups: &[&Nsg], way: Way<'_>, whom: &Admitted, by: &SecurityRule) -> Through {
    let mut doubt = None;
    for group in groups {
        match through(group, way, whom, by) {
            Through::Yes => {}
            Through::No => return Through::No,
            Through::Doubt(rule) => doubt = doubt.or(Some(rule)),
        }
    }
    doubt.map_or(Through::Yes, Through::Doubt)
}

/// Whether a group lets in those whom the rule `by`, of this group or another, lets in.
fn through(group: &Nsg, way: Way<'_>, whom: &Admitted, by: &SecurityRule) -> Through {
    let mut doubt = None;
    for rule in inbound(group) {
        if rule.access == Access::Allow && made_by_jit(rule) {
            continue;
        }
        // Of those of a tag nothing is known but that they are somewhere.
        let is_theirs = matches!(whom, Admitted::Tag(_)) && rule.sources == by.sources;
        if is_theirs && rule.access == Access::Allow && way.leads_to(rule) == Fits::Yes {
            return doubt.map_or(Through::Yes, Through::Doubt);
        }
        match (way.fits(rule), &rule.access) {
            // What another rule lets in of them, it lets in by itself.
            (Fits::No, _) | (Fits::Perhaps, Access::Allow) => {}
            (Fits::Yes, Access::Allow) => return doubt.map_or(Through::Yes, Through::Doubt),
            (Fits::Yes, Access::Deny) => return Through::No,
            (Fits::Perhaps, Access::Deny) if leaves_some(way, rule) => {}
            (Fits::Perhaps, Access::Deny) | (Fits::Yes | Fits::Perhaps, Access::Other(_)) => {
                doubt.get_or_insert_with(|| reference(group, rule));
            }
        }
    }
    Through::No
}

/// Whether a rule that is about part of the source is certainly not about all of it.
fn leaves_some(way: Way<'_>, rule: &SecurityRule) -> bool {
    if way.leads_to(rule) != Fits::Yes {
        return false;
    }
    let range = |addresses: &Addresses| match addresses {
        Addresses::Range(range) => Some(*range),
        Addresses::Any | Addresses::Tag(_) | Addresses::ApplicationGroup(_) => None,
    };
    let others = rule.sources.iter().filter(|addresses| range(addresses).is_none());
    let others_are_part =
        way.source.is_anywhere() || others.map(|of| way.comes_from(of)).all(|fits| fits == Fits::No);
    let ranges: Vec<IpNet> = rule.sources.iter().filter_map(range).collect();
    let all = way.source.net();
    let together = IpNet::aggregate(&ranges);
    others_are_part && !all.is_some_and(|all| together.iter().any(|range| range.contains(&all)))
}

#[cfg(test)]
mod tests;
