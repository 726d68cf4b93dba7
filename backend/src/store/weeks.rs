//! The weeks in which owners were asked by themselves, and which of them.

use jiff::Timestamp;
use sqlx::{AnyConnection, AnyPool};

use super::{Store, StoreError, Swap};

/// The table of weeks. A row without an owner says that the whole week is done.
#[derive(Debug, Clone, Copy)]
pub struct WeekTable<'a>(&'a AnyPool);

impl Store {
    /// The weeks in which owners were asked by themselves.
    pub fn owner_weeks(&self) -> WeekTable<'_> {
        WeekTable(&self.pool)
    }
}

impl WeekTable<'_> {
    /// Whether all owners were asked in a week.
    pub async fn is_done(self, week: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT week FROM owner_weeks WHERE week = $1 AND owner = ''");
        Ok(query.bind(week).fetch_optional(self.0).await?.is_some())
    }

    /// Whether owners were ever asked.
    pub async fn has_any(self) -> Result<bool, StoreError> {
        Ok(sqlx::query("SELECT week FROM owner_weeks LIMIT 1").fetch_optional(self.0).await?.is_some())
    }

    /// Forgets the owners of other weeks that were asked before `moment`, and keeps the weeks.
    pub async fn purge(self, week: &str, moment: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM owner_weeks WHERE week <> $1 AND owner <> '' AND at < $2")
            .bind(week)
            .bind(moment.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(())
    }
}

/// Notes that an owner is asked in a week, unless that stands there already.
pub(crate) async fn claim(
    connection: &mut AnyConnection,
    week: &str,
    owner: &str,
    at: Timestamp,
) -> Result<Swap, StoreError> {
    let noted = sqlx::query(
        "INSERT INTO owner_weeks (week, owner, at) VALUES ($1, $2, $3) ON CONFLICT (week, owner) DO NOTHING",
    )
    .bind(week)
    .bind(owner)
    .bind(at.as_microsecond())
    .execute(connection)
    .await?;
    Ok(if noted.rows_affected() == 1 { Swap::Done } else { Swap::Overtaken })
}
