//! The rules of the network around requests, as they were read.

use jiff::Timestamp;
use shared::access::{AccessRequest, RequestId};
use shared::history::{Moment, RulesSeen};
use sqlx::{AnyPool, Row};

use super::StoreError;

/// The table of rules that were read.
#[derive(Debug, Clone, Copy)]
pub struct RulesSeenTable<'a>(pub(super) &'a AnyPool);

impl RulesSeenTable<'_> {
    /// Keeps what was read for a request. What is known of the same moment already stays.
    pub async fn keep(self, request: RequestId, seen: &RulesSeen) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO rules_seen (request, moment, read_at, body) VALUES ($1, $2, $3, $4)
             ON CONFLICT (request, moment) DO NOTHING",
        )
        .bind(request.to_string())
        .bind(seen.moment.name())
        .bind(seen.read_at.as_microsecond())
        .bind(serde_json::to_string(seen).expect("rules are plain data"))
        .execute(self.0)
        .await?;
        Ok(())
    }

    /// At most 500 requests made since `since` that were open and for which some moment that has
    /// come is not there, and the moments that are.
    pub async fn incomplete(self, since: Timestamp) -> Result<Vec<(AccessRequest, Vec<Moment>)>, StoreError> {
        // Whoever was never open has no rules around it. No text within the body has quotes like these.
        let rows = sqlx::query(
            r#"SELECT body FROM requests WHERE created_at >= $1
             AND state IN ('open', 'closing', 'ended') AND body LIKE '%"opened_at":"%'
             AND (SELECT count(*) FROM rules_seen WHERE request = requests.id)
                 < CASE state WHEN 'ended' THEN 3 ELSE 2 END
             ORDER BY created_at, id LIMIT 500"#,
        )
        .bind(since.as_microsecond())
        .fetch_all(self.0)
        .await?;
        let mut incomplete = Vec::new();
        for row in &rows {
            let request: AccessRequest =
                serde_json::from_str(row.try_get("body")?).map_err(StoreError::unreadable("a request"))?;
            let known = self.of(request.id).await?.into_iter().map(|seen| seen.moment).collect();
            incomplete.push((request, known));
        }
        Ok(incomplete)
    }

    /// Forgets what was read before `moment`.
    pub async fn purge(self, moment: Timestamp) -> Result<u64, StoreError> {
        let purged = sqlx::query("DELETE FROM rules_seen WHERE read_at < $1")
            .bind(moment.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(purged.rows_affected())
    }

    /// What was read for a request, in the order in which it was.
    pub async fn of(self, request: RequestId) -> Result<Vec<RulesSeen>, StoreError> {
        let rows = sqlx::query("SELECT body FROM rules_seen WHERE request = $1 ORDER BY read_at, moment")
            .bind(request.to_string())
            .fetch_all(self.0)
            .await?;
        let read =
            |body: &str| serde_json::from_str(body).map_err(StoreError::unreadable("rules that were read"));
        rows.iter().map(|row| read(row.try_get("body")?)).collect()
    }
}
