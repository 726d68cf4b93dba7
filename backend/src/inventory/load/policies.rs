//! The JIT policies of all subscriptions. Resource Graph does not have them, so each is asked.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use shared::port::Port;
use shared::resource_id::VmId;
use shared::vm::UnreadableSubscription;
use uuid::Uuid;

use super::refused::{Refusals, Refused, is_refusal};
use super::usage::Usage;
use crate::azure::arm::ArmError;
use crate::azure::security::{Policy, PolicyId, PolicyVm, Security};
use crate::azure::subscriptions::Subscription;

/// How many subscriptions are asked at a time.
const AT_ONCE: usize = 8;

/// The code of Azure's refusal where Defender for Cloud was never switched on.
const NOT_REGISTERED: &str = "MissingSubscriptionRegistration";

/// What is known of the policies.
#[derive(Debug, Default)]
pub(super) struct Policies {
    by_vm: HashMap<VmId, Named>,
    failures: HashMap<Uuid, ArmError>,
    /// Those of the failures that are not looked into at every loading.
    pub(super) refusals: Refusals,
}

/// A policy that names a machine, and what it says of it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) policy: Arc<PolicyId>,
    pub(super) entry: PolicyVm,
    /// The ports, ascending.
    pub(super) ports: Vec<Port>,
    /// How many other machines the policy names.
    pub(super) shared_with: u32,
    pub(super) usage: Usage,
}

/// How much is known of one machine.
#[derive(Debug)]
pub(super) enum Known<'a> {
    /// A policy names it.
    Named(&'a Named),
    /// No policy names it.
    NotNamed,
    /// Its subscription did not answer this time.
    NotNow,
    /// Its subscription may not be read.
    Not,
}

impl Policies {
    /// Asks all subscriptions at `now`, but for those that rest after what was refused `before`.
    pub(super) async fn load(
        security: &Security,
        subscriptions: &[Uuid],
        now: Timestamp,
        before: Option<&Refusals>,
    ) -> Self {
        let refused_before = |id: &Uuid| before.and_then(|before| before.get(id));
        let mut policies = Self::default();
        let mut asked = Vec::new();
        for &id in subscriptions {
            match refused_before(&id).filter(|refused| refused.rests(now)) {
                Some(refused) => policies.fail(id, refused.error.clone(), Some(refused.clone())),
                None => asked.push(id),
            }
        }
        let ask = |id: Uuid| async move { (id, security.policies(id).await) };
        let mut answers = stream::iter(asked).map(ask).buffer_unordered(AT_ONCE);
        while let Some((id, answer)) = answers.next().await {
            match answer {
                Ok(found) => policies.add(found, now),
                Err(ArmError::Refused { code, .. }) if code == NOT_REGISTERED => {}
                Err(error) => {
                    let refused = Refused::after(refused_before(&id), &error, now);
                    policies.fail(id, error, refused);
                }
            }
        }
        policies
    }

    fn fail(&mut self, subscription: Uuid, error: ArmError, refused: Option<Refused>) {
        self.failures.insert(subscription, error);
        self.refusals.extend(refused.map(|refused| (subscription, refused)));
    }

    /// Takes in what is needed of the policies. A machine in two of them is listed with the one
    /// whose id comes first, so that it does not change from one time to the next.
    fn add(&mut self, mut found: Vec<Policy>, now: Timestamp) {
        found.sort_by(|a, b| b.id.cmp(&a.id));
        for Policy { id, vms, requests } in found {
            let policy = Arc::new(id);
            let shared_with = u32::try_from(vms.len().saturating_sub(1)).unwrap_or(u32::MAX);
            let mut usages = Usage::by_machine(&requests, now);
            self.by_vm.extend(vms.into_iter().map(|entry| {
                let (ports, usage) = (entry.port_numbers(), usages.remove(&entry.vm).unwrap_or_default());
                (entry.vm.clone(), Named { policy: policy.clone(), entry, ports, shared_with, usage })
            }));
        }
    }

    pub(super) fn of(&self, vm: &VmId) -> Known<'_> {
        if let Some(named) = self.by_vm.get(vm) {
            return Known::Named(named);
        }
        match self.failures.get(&vm.subscription()) {
            None => Known::NotNamed,
            Some(error) if is_refusal(error) => Known::Not,
            Some(_) => Known::NotNow,
        }
    }

    /// The subscriptions that could not be read, and why, for people.
    pub(super) fn unreadable(&self, subscriptions: &[Subscription]) -> Vec<UnreadableSubscription> {
        let unreadable = subscriptions.iter().filter_map(|Subscription { id, name }| {
            let reason = reason(self.failures.get(id)?);
            Some(UnreadableSubscription { id: *id, name: name.clone(), reason })
        });
        unreadable.collect()
    }
}

fn reason(error: &ArmError) -> String {
    match error {
        ArmError::Forbidden { action, .. } => format!(
            "Postern may not read just-in-time policies here: its identity lacks {}.",
            action.as_deref().unwrap_or("Microsoft.Security/locations/jitNetworkAccessPolicies/read"),
        ),
        ArmError::NotFound => "Azure knows no such subscription any more.".to_owned(),
        ArmError::Refused { message, .. } => {
            format!("Azure refused to list just-in-time policies: {message}")
        }
        ArmError::Throttled { .. } => {
            "Azure is too busy to list just-in-time policies; they may be missing or out of date.".to_owned()
        }
        ArmError::Token(_) | ArmError::Transport(_) | ArmError::AnswerLost(_) | ArmError::Unexpected(_) => {
            "Azure did not list just-in-time policies; they may be missing or out of date.".to_owned()
        }
    }
}
