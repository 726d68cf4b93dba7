//! Asking Azure Policy about the subscriptions that somebody may comply on.

use std::sync::Arc;

use futures_util::future::join;
use futures_util::{StreamExt, stream};
use uuid::Uuid;

use crate::azure::arm::ArmError;
use crate::azure::policy::{READ_ASSIGNMENTS, READ_STATES};
use crate::compliance::{Book, Told};
use crate::inventory::Snapshot;
use crate::jit::Jit;
use crate::rules::RulesOf;

/// How many subscriptions are asked about at a time.
const AT_ONCE: usize = 8;

impl Jit {
    /// What Azure Policy says of every subscription in which any of the rules may hold.
    pub(super) async fn book(&self, rules: &RulesOf<'_>, list: &Snapshot) -> Book {
        self.book_of(subscriptions(rules, list)).await
    }

    /// What Azure Policy says of these subscriptions.
    pub(super) async fn book_of(&self, ids: Vec<Uuid>) -> Book {
        let reads = stream::iter(ids).map(async |id| (id, self.told_of(id).await));
        reads.buffer_unordered(AT_ONCE).collect().await
    }

    /// What Azure Policy says of one subscription.
    pub(super) async fn told_of(&self, subscription: Uuid) -> Arc<Told> {
        let now = self.clock.now();
        self.compliance_states.of(subscription, now, self.ask_of(subscription)).await
    }

    async fn ask_of(&self, subscription: Uuid) -> Told {
        let policy = &self.azure.policy;
        let (states, assignments) = join(policy.states(subscription), policy.assignments(subscription)).await;
        let mut trouble = Vec::new();
        let states = states.map_err(|error| {
            trouble.push(reason("what Azure Policy makes of machines", READ_STATES, &error));
        });
        let assignments = assignments.unwrap_or_else(|error| {
            trouble.push(reason("where policies are assigned", READ_ASSIGNMENTS, &error));
            Vec::new()
        });
        let trouble = (!trouble.is_empty()).then(|| trouble.join(" "));
        if let Some(trouble) = &trouble {
            tracing::debug!(%subscription, trouble, "not all could be read of how machines comply");
        }
        Told::new(states.ok(), assignments, self.clock.now(), trouble)
    }
}

/// Those in which any of the rules may hold.
fn subscriptions(rules: &RulesOf<'_>, list: &Snapshot) -> Vec<Uuid> {
    let ids = list.subscriptions.iter().map(|subscription| subscription.id);
    ids.filter(|id| rules.may_hold_in(*id, list.ancestry.of(*id).map(AsRef::as_ref))).collect()
}

fn reason(what: &str, permission: &str, error: &ArmError) -> String {
    match error {
        ArmError::Forbidden { action, .. } => format!(
            "Postern may not read {what} here: its identity lacks {}.",
            action.as_deref().unwrap_or(permission)
        ),
        ArmError::NotFound => "Azure knows no such subscription any more.".to_owned(),
        ArmError::Refused { message, .. } => format!("Azure refused to tell {what}: {message}"),
        ArmError::Throttled { .. } => format!("Azure is too busy to tell {what}; try again in a minute."),
        ArmError::Token(_) | ArmError::Transport(_) | ArmError::AnswerLost(_) | ArmError::Unexpected(_) => {
            format!("Azure did not tell {what}; try again in a minute.")
        }
    }
}
