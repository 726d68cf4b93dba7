//! Who may do something that only one may do at a time, in all replicas.

use jiff::Timestamp;
use sqlx::AnyPool;
use uuid::Uuid;

use super::StoreError;

/// The table of leases.
#[derive(Debug, Clone, Copy)]
pub struct LeaseTable<'a>(pub(super) &'a AnyPool);

impl LeaseTable<'_> {
    /// Lets `holder` have what goes by this name until `until`, if nobody else has it at `now`.
    /// Whoever has it already can have it for longer by that.
    pub async fn take(
        self,
        name: &str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let taken = sqlx::query(
            "INSERT INTO leases (name, holder, until_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
             WHERE leases.until_at <= $4 OR leases.holder = excluded.holder",
        )
        .bind(name)
        .bind(holder.to_string())
        .bind(until.as_microsecond())
        .bind(now.as_microsecond())
        .execute(self.0)
        .await?;
        Ok(taken.rows_affected() != 0)
    }

    /// Lets go of it, if `holder` still has it.
    pub async fn give_back(self, name: &str, holder: Uuid) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM leases WHERE name = $1 AND holder = $2")
            .bind(name)
            .bind(holder.to_string())
            .execute(self.0)
            .await?;
        Ok(())
    }
}
