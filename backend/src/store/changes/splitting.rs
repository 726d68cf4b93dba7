//! Machines that leave a policy they share for one of their own.

use serde::{Deserialize, Serialize};
use shared::policy_change::Fate;
use shared::resource_id::VmId;
use sqlx::AnyConnection;

use super::{ChangeTable, PartRecord, json, read_part};
use crate::azure::security::{PolicyEntry, PolicyId};
use crate::store::{StoreError, Swap};

/// What a machine takes along to a policy of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splitting {
    /// The policy that it gets.
    pub own: PolicyId,
    /// What the shared policy said of it; nothing until its turn has come.
    pub entry: Option<PolicyEntry>,
    /// Whether the shared policy may have been written without it.
    pub leaving: bool,
}

impl ChangeTable<'_> {
    /// Notes what is known of a part that goes on.
    pub async fn note(self, part: &PartRecord) -> Result<Swap, StoreError> {
        let noted = sqlx::query(
            "UPDATE change_parts SET body = $3 WHERE change_id = $1 AND part = $2 AND state = 'working'",
        )
        .bind(part.change.to_string())
        .bind(i64::from(part.part))
        .bind(json(part))
        .execute(self.0)
        .await?;
        Ok(Swap::of(&noted))
    }
}

/// Whether a machine is on its way from one policy to another.
pub(crate) async fn is_split_now(connection: &mut AnyConnection, vm: &VmId) -> Result<bool, StoreError> {
    let rows = sqlx::query("SELECT body FROM change_parts WHERE state = 'working'");
    for row in rows.fetch_all(connection).await? {
        let part = read_part(&row)?;
        let mut going = part.items.iter().filter(|item| item.split.is_some());
        if going.any(|item| item.changed.fate == Fate::Working && item.changed.vm == *vm) {
            return Ok(true);
        }
    }
    Ok(false)
}
