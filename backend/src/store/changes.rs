//! Changes of just-in-time policies for many machines, and how far they have come.

mod splitting;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::configuration::Version;
use shared::policy_change::{Change, ChangeId, ChangedVm, Fate, PolicyChange, Progress};
use shared::session::Person;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};

use super::requests::Swap;
use super::{StoreError, most};
use crate::audit::Actor;
use crate::azure::security::PolicyId;
use crate::handoff::Preparer;
use crate::session::PersonKey;

pub use splitting::Splitting;
pub(crate) use splitting::is_split_now;

/// A change of many machines, without them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRecord {
    /// Its name.
    pub id: ChangeId,
    /// What is done to each machine.
    pub change: Change,
    /// Who asked for it.
    pub person: Person,
    /// The same, for their rules to be asked and Azure to be asked in their name.
    pub by: Preparer,
    /// The same for the audit trail.
    pub actor: Actor,
    /// When.
    pub asked_at: Timestamp,
    /// How many machines it is for.
    pub machines: u32,
}

/// What is done in one turn: the machines of one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// The change.
    pub change: ChangeId,
    /// Its place in the change.
    pub part: u32,
    /// The policy; none for machines that nothing is written for.
    pub policy: Option<PolicyId>,
    /// The machines.
    pub items: Vec<PartItem>,
}

/// One machine of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartItem {
    /// What is known of it.
    #[serde(flatten)]
    pub changed: ChangedVm,
    /// What it was seen as.
    pub base: Version,
    /// Its place among all machines of the change.
    pub place: u32,
    /// What it takes along, where it gets a policy of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Splitting>,
}

/// How far a part has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// Nothing was done for it.
    Waiting,
    /// Its intents are on record, and nobody knows yet what came of them.
    Working,
    /// Nothing more happens to it.
    Over,
}

/// The table of changes, and that of their parts.
#[derive(Debug, Clone, Copy)]
pub struct ChangeTable<'a>(pub(super) &'a AnyPool);

impl ChangeTable<'_> {
    /// The change with this name, and how far it has come.
    pub async fn get(self, id: ChangeId) -> Result<Option<(ChangeRecord, Progress)>, StoreError> {
        let query = sqlx::query("SELECT state, body FROM changes WHERE id = $1").bind(id.to_string());
        query.fetch_optional(self.0).await?.as_ref().map(read).transpose()
    }

    /// Its parts, in their order.
    pub async fn parts(self, id: ChangeId) -> Result<Vec<PartRecord>, StoreError> {
        let query = sqlx::query("SELECT body FROM change_parts WHERE change_id = $1 ORDER BY part");
        let rows = query.bind(id.to_string()).fetch_all(self.0).await?;
        rows.iter().map(read_part).collect()
    }

    /// One of its parts.
    pub async fn part(self, id: ChangeId, part: u32) -> Result<Option<PartRecord>, StoreError> {
        let query = sqlx::query("SELECT body FROM change_parts WHERE change_id = $1 AND part = $2");
        let row = query.bind(id.to_string()).bind(i64::from(part)).fetch_optional(self.0).await?;
        row.as_ref().map(read_part).transpose()
    }

    /// At most `limit` changes that somebody asked for, the newest first, each with how many of its
    /// machines nothing more happens to.
    pub async fn asked_for_by(
        self,
        person: &PersonKey,
        limit: usize,
    ) -> Result<Vec<(ChangeRecord, Progress, u32)>, StoreError> {
        let rows = sqlx::query(
            "SELECT state, body, CAST((SELECT COALESCE(SUM(machines), 0) FROM change_parts
                 WHERE change_id = id AND change_parts.state = 'over') AS BIGINT) AS settled
             FROM changes WHERE realm = $1 AND subject = $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(&person.realm)
        .bind(&person.subject)
        .bind(most(limit))
        .fetch_all(self.0)
        .await?;
        let read = |row: &AnyRow| {
            let (record, progress) = read(row)?;
            let settled: i64 = row.try_get("settled")?;
            Ok((record, progress, u32::try_from(settled).unwrap_or(u32::MAX)))
        };
        rows.iter().map(read).collect()
    }

    /// The changes that are not over.
    pub async fn unfinished(self) -> Result<Vec<ChangeId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM changes WHERE state <> 'over' ORDER BY id");
        let id = |row: &AnyRow| {
            let id: &str = row.try_get("id")?;
            id.parse().map_err(StoreError::unreadable("the name of a change"))
        };
        rows.fetch_all(self.0).await?.iter().map(id).collect()
    }

    /// Notes that nothing more happens to a change, if nothing does.
    pub async fn finish(self, id: ChangeId) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE changes SET state = 'over' WHERE id = $1 AND NOT EXISTS (
                 SELECT 1 FROM change_parts WHERE change_id = changes.id AND change_parts.state <> 'over')",
        )
        .bind(id.to_string())
        .execute(self.0)
        .await?;
        Ok(())
    }

    /// Forgets what was over and asked for before `moment`. What was done stands in the audit trail.
    pub async fn purge(self, moment: Timestamp) -> Result<(), StoreError> {
        for forget in [
            "DELETE FROM change_parts WHERE change_id IN (
                 SELECT id FROM changes WHERE changes.state = 'over' AND created_at < $1)",
            "DELETE FROM changes WHERE state = 'over' AND created_at < $1",
        ] {
            sqlx::query(forget).bind(moment.as_microsecond()).execute(self.0).await?;
        }
        Ok(())
    }
}

/// Keeps a new change and its parts.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    record: &ChangeRecord,
    parts: &[PartRecord],
) -> Result<(), StoreError> {
    let over = parts.iter().all(|part| part.state() == PartState::Over);
    sqlx::query(
        "INSERT INTO changes (id, realm, subject, created_at, state, body) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(record.id.to_string())
    .bind(&record.by.key.realm)
    .bind(&record.by.key.subject)
    .bind(record.asked_at.as_microsecond())
    .bind(if over { "over" } else { "working" })
    .bind(json(record))
    .execute(&mut *connection)
    .await?;
    for part in parts {
        sqlx::query(
            "INSERT INTO change_parts (change_id, part, state, machines, body) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(part.change.to_string())
        .bind(i64::from(part.part))
        .bind(part.state().name())
        .bind(most(part.items.len()))
        .bind(json(part))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Keeps what has not begun from beginning, if anything is still to begin.
pub(crate) async fn cancel(connection: &mut AnyConnection, id: ChangeId) -> Result<Swap, StoreError> {
    let query = sqlx::query("UPDATE changes SET state = 'cancelling' WHERE id = $1 AND state = 'working'");
    Ok(Swap::of(&query.bind(id.to_string()).execute(connection).await?))
}

/// Writes how far a part has come, if it still is where it `was`. It does not begin once nobody
/// wants it to.
pub(crate) async fn update_part(
    connection: &mut AnyConnection,
    part: &PartRecord,
    was: PartState,
) -> Result<Swap, StoreError> {
    let updated = sqlx::query(
        "UPDATE change_parts SET state = $3, body = $4 WHERE change_id = $1 AND part = $2 AND state = $5
             AND ($3 <> 'working' OR EXISTS (
                 SELECT 1 FROM changes WHERE changes.id = $1 AND changes.state = 'working'))",
    )
    .bind(part.change.to_string())
    .bind(i64::from(part.part))
    .bind(part.state().name())
    .bind(json(part))
    .bind(was.name())
    .execute(connection)
    .await?;
    Ok(Swap::of(&updated))
}

impl PartRecord {
    /// How far it has come, by its machines: they begin and end together.
    pub fn state(&self) -> PartState {
        let any = |is: fn(&Fate) -> bool| self.items.iter().any(|item| is(&item.changed.fate));
        if any(|fate| *fate == Fate::Working) {
            PartState::Working
        } else if any(|fate| *fate == Fate::Waiting) {
            PartState::Waiting
        } else {
            PartState::Over
        }
    }
}

impl ChangeRecord {
    /// The change as people see it, with these machines of its own.
    pub fn shown(&self, progress: Progress, settled: u32, items: Vec<ChangedVm>) -> PolicyChange {
        PolicyChange {
            id: self.id,
            change: self.change.clone(),
            asked_by: self.person.clone(),
            asked_at: self.asked_at,
            progress,
            machines: self.machines,
            settled,
            items,
        }
    }
}

impl PartState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Over => "over",
        }
    }
}

fn read(row: &AnyRow) -> Result<(ChangeRecord, Progress), StoreError> {
    let (state, body): (&str, &str) = (row.try_get("state")?, row.try_get("body")?);
    let progress = match state {
        "working" => Progress::Working,
        "cancelling" => Progress::Cancelling,
        _ => Progress::Over,
    };
    let record = serde_json::from_str(body).map_err(StoreError::unreadable("a change of policies"))?;
    Ok((record, progress))
}

fn read_part(row: &AnyRow) -> Result<PartRecord, StoreError> {
    let body: &str = row.try_get("body")?;
    serde_json::from_str(body).map_err(StoreError::unreadable("a part of a change of policies"))
}

fn json(plain: &impl Serialize) -> String {
    serde_json::to_string(plain).expect("it is plain data")
}
