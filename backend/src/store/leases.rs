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
             WHERE leases.until_at <= $4",
        )
        .bind(name)
        .bind(holder.to_string())
        .bind(until.as_microsecond())
        .bind(now.as_microsecond())
        .execute(self.0)
        .await?;
        Ok(taken.rows_affected() != 0)
    }

    /// Lets `holder` have it until `until`, if nobody else has had it since they took it: whoever
    /// takes it puts their name there, and whoever gives it back takes it away.
    pub async fn renew(self, name: &str, holder: Uuid, until: Timestamp) -> Result<bool, StoreError> {
        let renewed = sqlx::query("UPDATE leases SET until_at = $3 WHERE name = $1 AND holder = $2")
            .bind(name)
            .bind(holder.to_string())
            .bind(until.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(renewed.rows_affected() != 0)
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
