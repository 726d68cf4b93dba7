//! How a machine of the list stands with just-in-time access.
//!
//! A policy that names it comes first: Azure's list of policies is up to date, and its verdicts are
//! not. What is seen of the network comes next, and Defender's verdict where nothing is seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use shared::jit_list::{OpenPort, Risk, Severity};
use shared::policy::PortRule;
use shared::port::Port;
use shared::preflight::RuleRef;
use shared::vm::Unsupported;

use super::eligibility::{Assessment, Cover, Front, Obstacle, obstacle};
use crate::azure::network::Nsg;
use crate::azure::resource_id::ResourceId;
use crate::azure::security::PolicyRequest;
use crate::preflight::{Admitted, Exposure, Opening, exposure};

/// The ports that machines are managed by, which Defender for Cloud looks at.
const MANAGEMENT: [Port; 4] = [Port::SSH, Port::RDP, Port::WINRM, Port::WINRM_TLS];

/// How a machine stands. What many machines have in common is there once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// The policies could not be read.
    #[default]
    Unknown,
    /// A policy names it.
    Configured(Box<Configured>),
    /// None does, and one could.
    NotConfigured(Arc<Need>),
    /// Just-in-time access cannot be set up on it.
    Unsupported(Arc<Unsupported>),
}

/// How much a machine needs just-in-time access.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Need {
    /// How much.
    pub severity: Severity,
    /// Why, in a sentence for people.
    pub reason: String,
    /// The management ports that rules open, ascending.
    pub ports: Box<[Port]>,
}

/// How a machine that has a policy is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// Its ports.
    pub ports: Arc<[PortRule]>,
    /// How many other machines the policy names.
    pub shared_with: u32,
    /// Whether connections go through an Azure Firewall.
    pub firewall: bool,
    /// How many requests of the last seven days Azure approved.
    pub approved: u32,
    /// The latest of them.
    pub last: Option<Box<LastAccess>>,
    /// What Azure says is open, or opening.
    pub open: Box<[Open]>,
    /// What lets people in without a request.
    pub risks: Arc<Risks>,
    /// Why the policy opens nothing, if that is known.
    pub unsupported: Option<Arc<Unsupported>>,
}

/// A port that Azure says is open, or opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Which one, and until when.
    pub port: OpenPort,
    /// The whole entry, if it names a request of Postern's.
    pub named: Option<Arc<PolicyRequest>>,
}

/// The latest request for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAccess {
    /// When Azure approved it.
    pub at: Timestamp,
    /// Who made it, as Azure knows them; empty for a service's own identity.
    pub requestor: Arc<str>,
    /// The whole entry, if it names a request of Postern's.
    pub named: Option<Arc<PolicyRequest>>,
}

/// What lets people in without a request.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub struct Risks {
    /// The rules.
    pub rules: Vec<Risk>,
    /// Why it is not known whether there are more, in a sentence for people.
    pub unsure: Option<String>,
}

/// What of a machine's surroundings is known.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) front: Front,
    /// The groups before it whose rules could be read.
    pub(super) groups: Vec<&'a Nsg>,
    /// Whether those are all.
    pub(super) complete: bool,
    /// Whether it has network interfaces beside the primary one, which is all that is looked at.
    pub(super) has_other_nics: bool,
    pub(super) address: Option<std::net::IpAddr>,
    pub(super) application_groups: &'a [ResourceId],
    pub(super) cover: Cover<'a>,
    pub(super) subscription: &'a str,
}

impl Surroundings<'_> {
    /// How a machine stands that no policy names.
    pub(super) fn without_policy(&self) -> Result<Need, Obstacle> {
        if let Some(obstacle) = obstacle(&self.front, &self.cover, self.subscription) {
            return Err(obstacle);
        }
        let Found { openings, doubt } = self.openings(&MANAGEMENT);
        let need = |severity, reason| Need { severity, reason, ports: ports_of(&openings) };
        Ok(match (&openings[..], doubt) {
            ([(worst, ports), rest @ ..], _) => {
                let severity = if worst.whom.is_wide() { Severity::High } else { Severity::Low };
                let more = match rest.len() {
                    0 => String::new(),
                    1 => " So does another rule, for one or the other.".to_owned(),
                    more => format!(" So do {more} other rules, for one or the other."),
                };
                need(severity, format!("{}.{more}", said(worst, ports)))
            }
            ([], None) => need(
                Severity::Healthy,
                "No rule of its security groups opens a management port (22, 3389, 5985, 5986), so there is nothing to lock down.".to_owned(),
            ),
            ([], Some(doubt)) => self.by_verdict(&doubt),
        })
    }

    /// What Defender for Cloud makes of a machine whose rules tell nothing.
    fn by_verdict(&self, doubt: &str) -> Need {
        let (severity, told) = match self.cover.assessment {
            Some(Assessment::Unhealthy) => (
                Severity::High,
                "Defender for Cloud finds management ports open and recommends just-in-time access.",
            ),
            Some(Assessment::Healthy) => {
                (Severity::Healthy, "Defender for Cloud finds that it is not needed.")
            }
            Some(Assessment::NotApplicable { .. }) | None => {
                (Severity::Unknown, "Whether it is needed is not known.")
            }
        };
        Need { severity, reason: format!("{told} {doubt}"), ports: Box::default() }
    }

    /// What defeats a policy for these ports.
    pub(super) fn risks(&self, ports: &[PortRule]) -> Risks {
        let ports: Vec<Port> = ports.iter().map(|rule| rule.port).collect();
        let Found { openings, doubt } = self.openings(&ports);
        let wide = openings.iter().filter(|(opening, _)| opening.whom.is_wide());
        let rules = wide.map(|(opening, ports)| Risk {
            rule: RuleRef {
                nsg: opening.group.clone(),
                rule: opening.rule.clone(),
                priority: opening.priority,
                made_by_jit: false,
            },
            ports: ports.clone(),
            detail: format!("{} without a request.", said(opening, ports)),
        });
        Risks { rules: rules.collect(), unsure: doubt }
    }

    /// Why just-in-time access opens nothing here, as far as the network tells.
    pub(super) fn opens_nothing(&self) -> Option<Unsupported> {
        super::eligibility::in_front(&self.front).map(|obstacle| obstacle.told())
    }

    /// The rules that open any of `ports`, the widest first.
    fn openings(&self, ports: &[Port]) -> Found {
        let mut openings: Vec<(Opening, Vec<Port>)> = Vec::new();
        let mut doubt = None;
        let mut shut = true;
        for port in ports {
            let exposure = exposure(&self.groups, self.address, self.application_groups, *port);
            let Exposure { openings: found, doubt: doubted } = exposure;
            shut &= found.is_empty() && doubted.is_none();
            doubt = doubt.or(doubted);
            for opening in found {
                match openings.iter_mut().find(|(known, _)| *known == opening) {
                    Some((_, ports)) => ports.push(*port),
                    None => openings.push((opening, vec![*port])),
                }
            }
        }
        let doubt = doubt.map(|RuleRef { nsg, rule, priority, .. }| {
            format!("Only Azure can tell whom rule “{rule}” (priority {priority}) of {nsg} is about.")
        });
        let others = self.has_other_nics.then(|| {
            "It has other network interfaces, and Postern looks at the rules before the primary one."
                .to_owned()
        });
        let doubt = doubt.or(others);
        match &self.front {
            Front::Groups if self.complete => {}
            // One group that lets nobody in is enough, whatever the other one says.
            Front::Groups if shut && !self.groups.is_empty() => {}
            Front::Groups => {
                return Found::unknown(
                    "Postern could not read the rules of a security group before it; that takes Microsoft.Network/networkSecurityGroups/read.",
                );
            }
            Front::Firewall(_) => {
                return Found::unknown(
                    "Its way leads through an Azure Firewall, whose rules Postern does not read.",
                );
            }
            Front::Unknown(why) => return Found::unknown(why),
            Front::Nothing => return Found::default(),
        }
        openings.sort_by(|(a, _), (b, _)| (!a.whom.is_wide(), a).cmp(&(!b.whom.is_wide(), b)));
        Found { openings, doubt }
    }
}

fn ports_of(openings: &[(Opening, Vec<Port>)]) -> Box<[Port]> {
    let ports: BTreeSet<Port> = openings.iter().flat_map(|(_, ports)| ports.iter().copied()).collect();
    ports.into_iter().collect()
}

#[derive(Default)]
struct Found {
    openings: Vec<(Opening, Vec<Port>)>,
    /// Why there may be others.
    doubt: Option<String>,
}

impl Found {
    fn unknown(why: &str) -> Self {
        Self { openings: Vec::new(), doubt: Some(why.to_owned()) }
    }
}

/// Whom a rule lets in to what: a sentence without its full stop.
fn said(opening: &Opening, ports: &[Port]) -> String {
    let Opening { whom, group, rule, priority } = opening;
    let whom = match whom {
        Admitted::Anywhere => "anybody".to_owned(),
        Admitted::Range(range) => range.to_string(),
        Admitted::Ranges(ranges) => {
            let first = ranges.first().map(ToString::to_string).unwrap_or_default();
            let more = ranges.len().saturating_sub(1);
            let word = if more == 1 { "range" } else { "ranges" };
            format!("{first} and {more} more {word}, which are many addresses together,")
        }
        Admitted::Tag(tag) if whom.is_wide() => {
            format!("the service tag {tag}, which is whoever rents a machine at Azure,")
        }
        Admitted::Tag(tag) => format!("the service tag {tag}"),
    };
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let word = if ports.len() == 1 { "port" } else { "ports" };
    format!("Rule “{rule}” (priority {priority}) of {group} lets {whom} reach {word} {}", ports.join(", "))
}

#[cfg(test)]
mod tests;
