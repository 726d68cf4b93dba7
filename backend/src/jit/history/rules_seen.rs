//! Reading the rules of the network around a request, for whoever looks back at it.
//!
//! Nothing depends on them: what cannot be read is kept as that.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, RequestId};
use shared::history::{Moment, RuleSeen, RulesSeen};

use crate::azure::arm::ArmError;
use crate::azure::network::{Access, Addresses, Direction, Nsg, Ports, SecurityRule, Transport};
use crate::clock::Clock;
use crate::inventory::{Inventory, LiveVm};
use crate::preflight::{Filters, made_by_jit};
use crate::store::Store;

/// How long a request waits at most for the rules as they are before it.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_millis(500);

/// Whoever reads rules and keeps what was read.
#[derive(Debug, Clone)]
pub(in crate::jit) struct RulesReader {
    pub(in crate::jit) inventory: Inventory,
    pub(in crate::jit) store: Store,
    pub(in crate::jit) clock: Clock,
}

impl RulesReader {
    /// Keeps the rules around a machine as they are before Azure is asked, if they can be read in
    /// next to no time.
    pub(in crate::jit) async fn before(&self, request: RequestId, machine: &LiveVm) {
        let reading = async {
            let filters = self.inventory.filters(machine).await;
            self.keep(request, &seen(Moment::Before, self.clock.now(), filters, &addresses_of(machine)))
                .await;
        };
        tokio::select! {
            () = reading => {}
            () = self.clock.sleep(LONGEST_WAIT) => {
                let why = "It took too long to read and keep them, and the request was not held up for that.";
                let (reader, why) = (self.clone(), why.to_owned());
                tokio::spawn(async move { reader.missed(request, Moment::Before, why).await });
            }
        }
    }

    /// Keeps that the rules at a moment of a request were not read, and why.
    pub(in crate::jit) async fn missed(&self, request: RequestId, moment: Moment, why: String) {
        self.keep(request, &nothing_seen(moment, self.clock.now(), why)).await;
    }

    /// Keeps the rules around the machine of a request as they are now.
    pub(in crate::jit) async fn now(&self, request: &AccessRequest, moment: Moment) {
        let unknown = |reason: &str| (Filters::Unknown { reason: reason.to_owned() }, Vec::new());
        let (filters, addresses) = match self.inventory.live(&request.vm).await {
            Ok(Some(machine)) => (self.inventory.filters(&machine).await, addresses_of(&machine)),
            Ok(None) => unknown("There is no such machine any more."),
            Err(error) => unknown(why(&error)),
        };
        self.keep(request.id, &seen(moment, self.clock.now(), filters, &addresses)).await;
    }

    async fn keep(&self, request: RequestId, seen: &RulesSeen) {
        if let Err(error) = self.store.rules_seen().keep(request, seen).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(%request, error, "the rules around a request could not be kept");
        }
    }
}

fn why(error: &ArmError) -> &'static str {
    match error {
        ArmError::Throttled { .. } => "Azure was too busy to tell.",
        ArmError::Forbidden { .. } => "Postern may not read the machine.",
        ArmError::NotFound
        | ArmError::Refused { .. }
        | ArmError::Token(_)
        | ArmError::Transport(_)
        | ArmError::AnswerLost(_)
        | ArmError::Unexpected(_) => "Azure did not tell.",
    }
}

fn nothing_seen(moment: Moment, read_at: Timestamp, why: String) -> RulesSeen {
    RulesSeen { moment, read_at, rules: Vec::new(), unread: Some(why) }
}

/// Where the machine is, inside its virtual network.
fn addresses_of(machine: &LiveVm) -> Vec<IpAddr> {
    machine.vm.private_address.into_iter().collect()
}

fn seen(moment: Moment, read_at: Timestamp, filters: Filters, addresses: &[IpAddr]) -> RulesSeen {
    match filters {
        Filters::Unknown { reason } => nothing_seen(moment, read_at, reason),
        Filters::Known { groups, .. } => {
            let rules = groups
                .iter()
                .flat_map(|group| group.rules.iter().filter_map(|rule| inbound(group, rule, addresses)));
            RulesSeen { moment, read_at, rules: rules.collect(), unread: None }
        }
    }
}

/// The numbers from which on Azure's own rules are, which nobody can change.
const AZURES_OWN: u16 = 65_000;

fn inbound(group: &Nsg, rule: &SecurityRule, addresses: &[IpAddr]) -> Option<RuleSeen> {
    if rule.direction != Direction::Inbound || rule.priority >= AZURES_OWN {
        return None;
    }
    Some(RuleSeen {
        group: group.id.name().to_owned(),
        name: rule.name.clone(),
        priority: rule.priority,
        access: match &rule.access {
            Access::Allow => "Allow".to_owned(),
            Access::Deny => "Deny".to_owned(),
            Access::Other(word) => word.clone(),
        },
        protocol: match &rule.transport {
            Transport::Any => "Any".to_owned(),
            Transport::Tcp => "TCP".to_owned(),
            Transport::Udp => "UDP".to_owned(),
            Transport::Other(word) => word.clone(),
        },
        sources: listed(rule.sources.iter().map(address)),
        destinations: listed(rule.destinations.iter().map(address)),
        ports: listed(rule.ports.iter().map(ports)),
        just_in_time: made_by_jit(rule),
        of_machine: !rule.destinations.is_empty()
            && rule.destinations.iter().all(|to| addresses.iter().any(|address| is_only(to, *address))),
    })
}

fn is_only(addresses: &Addresses, address: IpAddr) -> bool {
    matches!(addresses, Addresses::Range(range) if range.prefix_len() == range.max_prefix_len() && range.addr() == address)
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn address(addresses: &Addresses) -> String {
    match addresses {
        Addresses::Any => "Any".to_owned(),
        Addresses::Range(range) if range.prefix_len() == range.max_prefix_len() => range.addr().to_string(),
        Addresses::Range(range) => range.to_string(),
        Addresses::Tag(tag) => tag.clone(),
        Addresses::ApplicationGroup(group) => group.name().to_owned(),
    }
}

fn ports(ports: &Ports) -> String {
    match ports {
        Ports::Range(0, u16::MAX) => "Any".to_owned(),
        Ports::Range(first, last) if first == last => first.to_string(),
        Ports::Range(first, last) => format!("{first}-{last}"),
        Ports::Other(text) => text.clone(),
    }
}
