//! Answers kept for their next pages.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{bad_query, quota::Quota};
use crate::{arm::error::ArmError, rbac::Principal, stable};

/// Rows of an answer.
type Rows = Arc<Vec<Map<String, Value>>>;

/// How many rows are kept at most, apart from those of the newest answer.
const KEPT: usize = 200_000;

/// The answers that have further pages, and the quota of those who ask for them.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    pub(super) quota: Quota,
    kept: Mutex<VecDeque<Snapshot>>,
}

#[derive(Debug)]
struct Snapshot {
    id: String,
    rows: Rows,
}

impl Snapshots {
    /// Keeps an answer and gives the token of its next page.
    pub(super) fn keep(&self, who: &Principal, query: &str, next: usize, rows: &Rows) -> String {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.iter().any(|snapshot| Arc::ptr_eq(&snapshot.rows, rows)) {
            kept.push_back(Snapshot { id: Uuid::new_v4().to_string(), rows: Arc::clone(rows) });
        }
        let known = kept.iter().find(|snapshot| Arc::ptr_eq(&snapshot.rows, rows));
        let id = known.map(|snapshot| snapshot.id.clone()).unwrap_or_default();
        while 1 < kept.len() && KEPT < kept.iter().map(|snapshot| snapshot.rows.len()).sum() {
            kept.pop_front();
        }
        URL_SAFE_NO_PAD.encode(format!("{id} {next} {}", whose(who, query)))
    }

    /// Where the page of a token begins, and the answer if it is still kept.
    pub(super) fn resume(
        &self,
        token: &str,
        who: &Principal,
        query: &str,
    ) -> Result<(usize, Option<Rows>), ArmError> {
        let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let parts: Vec<&str> = text.as_deref().unwrap_or_default().split(' ').collect();
        let (id, next) = match parts[..] {
            [id, next, owner] if owner == whose(who, query) => (id, next.parse().ok()),
            _ => ("", None),
        };
        let Some(next) = next else {
            let message = "The $skipToken is not one of this query.";
            return Err(bad_query(json!({ "code": "InvalidSkipToken", "message": message })));
        };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|snapshot| snapshot.id == id);
        Ok((next, found.map(|snapshot| Arc::clone(&snapshot.rows))))
    }
}

/// What ties a token to a caller and a query.
fn whose(who: &Principal, query: &str) -> String {
    stable::uuid(&format!("{} {query}", who.object_id)).to_string()
}
