//! Scans of Azure Policy that people asked for.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};
use uuid::Uuid;

use super::{StoreError, Swap, timestamp};

/// A scan of the machines of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRecord {
    /// Its name.
    pub id: Uuid,
    /// Of which subscription.
    pub subscription: Uuid,
    /// When it was asked for.
    pub begun_at: Timestamp,
    /// Who asked for it.
    pub begun_by: String,
    /// Where Azure tells how it goes, once it has said so.
    pub link: Option<String>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Why it came to nothing, in a sentence for people.
    pub problem: Option<String>,
}

/// The table of scans.
#[derive(Debug, Clone, Copy)]
pub struct ScanTable<'a>(pub(super) &'a AnyPool);

impl ScanTable<'_> {
    /// Those that are not over, the oldest first.
    pub async fn going_on(self) -> Result<Vec<ScanRecord>, StoreError> {
        let query = "SELECT * FROM compliance_scans WHERE ended_at IS NULL ORDER BY begun_at, id";
        sqlx::query(query).fetch_all(self.0).await?.iter().map(read).collect()
    }

    /// Those that were asked for since `since`, the newest first.
    pub async fn since(self, since: Timestamp) -> Result<Vec<ScanRecord>, StoreError> {
        let query = "SELECT * FROM compliance_scans WHERE begun_at >= $1 ORDER BY begun_at DESC, id DESC";
        let rows = sqlx::query(query).bind(since.as_microsecond()).fetch_all(self.0).await?;
        rows.iter().map(read).collect()
    }

    /// Writes where Azure tells how one goes.
    pub async fn follow(self, id: Uuid, link: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE compliance_scans SET link = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.to_string())
            .bind(link)
            .execute(self.0)
            .await?;
        Ok(())
    }

    /// Writes that one is over, unless it was already.
    pub async fn end(self, id: Uuid, at: Timestamp, problem: Option<&str>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE compliance_scans SET ended_at = $2, problem = $3 WHERE id = $1 AND ended_at IS NULL",
        )
        .bind(id.to_string())
        .bind(at.as_microsecond())
        .bind(problem)
        .execute(self.0)
        .await?;
        Ok(())
    }

    /// Forgets those that were over before `moment`.
    pub async fn purge(self, moment: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM compliance_scans WHERE ended_at < $1")
            .bind(moment.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(())
    }
}

/// Keeps a scan that is to begin, unless one of the same subscription goes on.
pub(crate) async fn claim(connection: &mut AnyConnection, scan: &ScanRecord) -> Result<Swap, StoreError> {
    let claimed = sqlx::query(
        "INSERT INTO compliance_scans (id, subscription, begun_at, begun_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(scan.id.to_string())
    .bind(scan.subscription.to_string())
    .bind(scan.begun_at.as_microsecond())
    .bind(&scan.begun_by)
    .execute(connection)
    .await?;
    Ok(if claimed.rows_affected() == 0 { Swap::Overtaken } else { Swap::Done })
}

fn read(row: &AnyRow) -> Result<ScanRecord, StoreError> {
    let id = |text: &str| Uuid::try_parse(text).map_err(StoreError::unreadable("the id of a scan"));
    let ended_at: Option<i64> = row.try_get("ended_at")?;
    Ok(ScanRecord {
        id: id(row.try_get("id")?)?,
        subscription: id(row.try_get("subscription")?)?,
        begun_at: timestamp(row.try_get("begun_at")?)?,
        begun_by: row.try_get("begun_by")?,
        link: row.try_get("link")?,
        ended_at: ended_at.map(timestamp).transpose()?,
        problem: row.try_get("problem")?,
    })
}
