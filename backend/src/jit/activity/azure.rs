//! Reading the logs of the subscriptions that somebody may audit.

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use shared::vm::UnreadableSubscription;
use uuid::Uuid;

use super::{ActivityFilter, TOGETHER, name_of};
use crate::azure::activity::{Event, Events, KEPT, READ};
use crate::azure::arm::ArmError;
use crate::inventory::Snapshot;
use crate::jit::Jit;
use crate::rules::RulesOf;

/// How many subscriptions are asked about at a time.
const AT_ONCE: usize = 8;

/// What Azure refuses is a little more than it keeps, by its own clock.
const LEEWAY: SignedDuration = SignedDuration::from_mins(5);

/// What the logs of several subscriptions tell.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) events: Vec<Event>,
    /// From when on that is all, if it is not all.
    pub(super) whole_since: Option<Timestamp>,
    pub(super) unreadable: Vec<UnreadableSubscription>,
}

impl Told {
    pub(super) fn unread(&self) -> Vec<Uuid> {
        self.unreadable.iter().map(|unreadable| unreadable.id).collect()
    }

    fn add(&mut self, events: Events, since: Timestamp) {
        let Events { events, whole_since } = events;
        self.events.extend(events);
        if since < whole_since {
            let whole_since = whole_since.saturating_add(TOGETHER).unwrap_or(Timestamp::MAX);
            self.whole_since = self.whole_since.max(Some(whole_since));
        }
    }
}

impl Jit {
    pub(super) async fn told_by_azure(
        &self,
        rules: &RulesOf<'_>,
        list: &Snapshot,
        filter: &ActivityFilter,
        since: Timestamp,
        until: Timestamp,
    ) -> Told {
        let now = self.clock.now();
        let (since, until) = (since.max(now - KEPT + LEEWAY), until.min(now));
        let mut told = Told::default();
        if until <= since {
            return told;
        }
        let ids = match &filter.vm {
            Some(vm) => vec![vm.subscription()],
            None => subscriptions(rules, list),
        };
        let reads =
            stream::iter(ids).map(async |id| (id, self.azure.activity.events(id, since, until).await));
        let mut reads = std::pin::pin!(reads.buffer_unordered(AT_ONCE));
        while let Some((id, read)) = reads.next().await {
            match read {
                Ok(events) => told.add(events, since),
                Err(error) => {
                    let error_told = &error as &dyn std::error::Error;
                    tracing::debug!(subscription = %id, error = error_told, "an activity log could not be read");
                    let (name, reason) = (name_of(list, id), reason(&error));
                    told.unreadable.push(UnreadableSubscription { id, name, reason });
                }
            }
        }
        told
    }
}

/// Those in which any of the rules may hold.
fn subscriptions(rules: &RulesOf<'_>, list: &Snapshot) -> Vec<Uuid> {
    let ids = list.subscriptions.iter().map(|subscription| subscription.id);
    ids.filter(|id| {
        let management_groups = list.ancestry.of(*id).map(AsRef::as_ref);
        rules.may_hold_in(*id, management_groups)
    })
    .collect()
}

fn reason(error: &ArmError) -> String {
    match error {
        ArmError::Forbidden { action, .. } => format!(
            "Postern may not read the activity log here: its identity lacks {}.",
            action.as_deref().unwrap_or(READ)
        ),
        ArmError::NotFound => "Azure knows no such subscription any more.".to_owned(),
        ArmError::Refused { message, .. } => format!("Azure refused to tell the activity log: {message}"),
        ArmError::Throttled { .. } => {
            "Azure is too busy to tell its activity log; try again in a minute.".to_owned()
        }
        ArmError::Token(_) | ArmError::Transport(_) | ArmError::AnswerLost(_) | ArmError::Unexpected(_) => {
            "Azure did not tell its activity log; try again in a minute.".to_owned()
        }
    }
}
