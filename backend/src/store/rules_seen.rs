//! The rules of the network around requests, as they were read.

use shared::access::RequestId;
use shared::history::RulesSeen;
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
