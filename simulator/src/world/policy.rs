//! Just-in-time policies and the requests they remember.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Resource, Shelf, SourceRule, World};
use crate::jit;

/// A just-in-time policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub id: String,
    pub location: String,
    pub kind: Option<String>,
    pub machines: Vec<Guarded>,
    pub requests: Vec<Request>,
    /// When it was last saved; it reads `Updating` for a while after.
    pub saved_at: Timestamp,
    pub behaviour: OwnBehaviour,
}

/// Where a policy behaves unlike the rest of its world, to show what is rare beside what is usual.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnBehaviour {
    /// See [`Behaviour::initiate_delay`](super::Behaviour::initiate_delay).
    pub initiate_delay: Option<SignedDuration>,
    /// See [`Behaviour::source_rule`](super::Behaviour::source_rule).
    pub source_rule: Option<SourceRule>,
}

/// A machine under a policy.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// The machine's id as it was given.
    pub id: String,
    pub ports: Vec<PortRule>,
    pub public_ip_address: Option<String>,
    /// When the deny rule came to stand.
    pub since: Timestamp,
}

/// A port that may be asked for.
#[derive(Debug, Clone)]
pub struct PortRule {
    pub number: u16,
    /// `TCP`, `UDP` or `*`.
    pub protocol: String,
    pub sources: Sources,
    /// As it was given, such as `PT3H`.
    pub longest_text: String,
    pub longest: SignedDuration,
}

/// From where: the contract has one member for one and another for several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Sources {
    One(String),
    Several(Vec<String>),
}

/// Somebody asked for ports. Kept after it ended, for a while.
#[derive(Debug, Clone)]
pub struct Request {
    pub started_at: Timestamp,
    /// The name in the caller's token; empty when it has none.
    pub requestor: String,
    pub justification: Option<String>,
    pub machines: Vec<RequestedMachine>,
}

#[derive(Debug, Clone)]
pub struct RequestedMachine {
    pub id: String,
    pub ports: Vec<Grant>,
}

/// One port asked for.
#[derive(Debug, Clone)]
pub struct Grant {
    pub number: u16,
    pub protocol: String,
    pub sources: Sources,
    /// When the allow rule comes to stand.
    pub ready_at: Timestamp,
    pub ends_at: Timestamp,
    /// Ended before its time, and why.
    pub cut: Option<Cut>,
    /// Of the allow rule.
    pub priority: u16,
    /// What makes the allow rule's name its own.
    pub rule_id: String,
    /// The port of the Azure Firewall before the machine that leads to this one, if there is one.
    pub mapped_port: Option<u16>,
}

/// An early end.
#[derive(Debug, Clone)]
pub struct Cut {
    /// When the request reads `Revoked`.
    pub at: Timestamp,
    /// When the allow rule goes.
    pub rule_at: Timestamp,
    /// `NewerRequestInitiated` or `UserRequested`.
    pub reason: &'static str,
}

impl Sources {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::Several(several) => several.iter(),
        }
        .map(String::as_str)
    }
}

impl World {
    pub fn policies(&self) -> &Shelf<Policy> {
        &self.policies
    }

    /// Saves a policy in place of the one with its id, and writes its deny rules anew.
    pub fn put_policy(&mut self, policy: Policy) {
        self.compliance.touch(self.policies.get(&policy.id).into_iter().chain([&policy]));
        self.links.policy_gone(&policy.id);
        let denies = format!("{}_", jit::PREFIX).to_ascii_lowercase();
        self.deleted_rules.retain(|(_, rule)| !rule.starts_with(&denies));
        for guarded in &policy.machines {
            self.links.policy_guards(&policy.id, &guarded.id);
        }
        self.policies.insert(policy);
    }

    pub fn remove_policy(&mut self, id: &str) -> Option<Policy> {
        self.links.policy_gone(id);
        let gone = self.policies.remove(id);
        self.compliance.touch(&gone);
        gone
    }

    /// A policy to change the requests or deny rules of. For its machines use [`Self::put_policy`].
    pub fn policy_mut(&mut self, id: &str) -> Option<&mut Policy> {
        self.policies.get_mut(id)
    }

    /// The policies a machine is in.
    pub fn policies_of<'world>(&'world self, vm: &str) -> impl Iterator<Item = &'world Policy> {
        self.links.policies_of(vm).filter_map(|id| self.policies.get(id))
    }
}

impl Policy {
    /// The machine under this policy, if it is.
    pub fn machine(&self, vm: &str) -> Option<&Guarded> {
        self.machines.iter().find(|guarded| crate::resource_id::same(&guarded.id, vm))
    }
}

impl Resource for Policy {
    fn id(&self) -> &str {
        &self.id
    }
}
