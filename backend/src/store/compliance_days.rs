//! How many machines were in which state, day by day.

use jiff::Timestamp;
use shared::compliance::StateCounts;
use shared::resource_id::ArmName;
use sqlx::Row;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::{Store, StoreError, timestamp};

/// How many machines of a resource group were in which state on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRecord {
    /// When the day began, in UTC.
    pub day: Timestamp,
    /// The subscription of the group.
    pub subscription: Uuid,
    /// The resource group.
    pub group: ArmName,
    /// The id of the assignment; empty for the worst of all.
    pub assignment: String,
    /// What it was called then.
    pub name: String,
    /// How many.
    pub counts: StateCounts,
}

/// The table of days.
#[derive(Debug, Clone, Copy)]
pub struct DayTable<'a>(pub(super) &'a Store);

impl DayTable<'_> {
    /// Writes how a subscription stands on a day, in the place of what was written of it before.
    pub async fn put(
        self,
        day: Timestamp,
        subscription: Uuid,
        records: &[DayRecord],
    ) -> Result<(), StoreError> {
        let mut change = self.0.begin().await?;
        sqlx::query("DELETE FROM compliance_days WHERE day = $1 AND subscription = $2")
            .bind(day.as_microsecond())
            .bind(subscription.to_string())
            .execute(change.connection())
            .await?;
        for record in records {
            let StateCounts { non_compliant, compliant, exempt, other, not_covered } = record.counts;
            sqlx::query(
                "INSERT INTO compliance_days (day, subscription, resource_group, assignment, name,
                     non_compliant, compliant, exempt, other, not_covered)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(day.as_microsecond())
            .bind(subscription.to_string())
            .bind(record.group.as_str().to_lowercase())
            .bind(&record.assignment)
            .bind(&record.name)
            .bind(i64::from(non_compliant))
            .bind(i64::from(compliant))
            .bind(i64::from(exempt))
            .bind(i64::from(other))
            .bind(i64::from(not_covered))
            .execute(change.connection())
            .await?;
        }
        change.commit().await
    }

    /// What was written of the days since `since` about an assignment, or about the worst of all.
    pub async fn of(self, assignment: &str, since: Timestamp) -> Result<Vec<DayRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM compliance_days WHERE assignment = $1 AND day >= $2 ORDER BY day, subscription",
        )
        .bind(assignment)
        .bind(since.as_microsecond())
        .fetch_all(&self.0.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// When the last day is of which something was written.
    pub async fn last(self) -> Result<Option<Timestamp>, StoreError> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(day) FROM compliance_days").fetch_one(&self.0.pool).await?;
        last.map(timestamp).transpose()
    }

    /// Forgets the days before `moment`.
    pub async fn purge(self, moment: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM compliance_days WHERE day < $1")
            .bind(moment.as_microsecond())
            .execute(&self.0.pool)
            .await?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<DayRecord, StoreError> {
    let count = |column: &str| -> Result<u32, StoreError> {
        let count: i64 = row.try_get(column)?;
        u32::try_from(count).map_err(StoreError::unreadable("a number of machines"))
    };
    let (subscription, group): (&str, &str) = (row.try_get("subscription")?, row.try_get("resource_group")?);
    Ok(DayRecord {
        day: timestamp(row.try_get("day")?)?,
        subscription: Uuid::try_parse(subscription).map_err(StoreError::unreadable("a subscription"))?,
        group: group.parse().map_err(StoreError::unreadable("a resource group"))?,
        assignment: row.try_get("assignment")?,
        name: row.try_get("name")?,
        counts: StateCounts {
            non_compliant: count("non_compliant")?,
            compliant: count("compliant")?,
            exempt: count("exempt")?,
            other: count("other")?,
            not_covered: count("not_covered")?,
        },
    })
}
