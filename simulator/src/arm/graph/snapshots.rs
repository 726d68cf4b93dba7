//! Answers kept for their next pages.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{bad_query, quota::Quota};
use crate::{arm::error::ArmError, rbac::Principal};

/// Rows of an answer.
type Rows = Arc<Vec<Map<String, Value>>>;

/// How many answers are kept; the oldest goes first.
const KEPT: usize = 32;

/// The answers that have further pages, and the quota of those who ask for them.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    pub(super) quota: Quota,
    kept: Mutex<VecDeque<Snapshot>>,
}

#[derive(Debug)]
struct Snapshot {
    id: String,
    who: String,
    query: String,
    rows: Rows,
}

impl Snapshots {
    /// Keeps an answer and gives the token of its next page.
    pub(super) fn keep(&self, who: &Principal, query: &str, next: usize, rows: &Rows) -> String {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept
            .iter()
            .find(|snapshot| Arc::ptr_eq(&snapshot.rows, rows))
            .map(|snapshot| snapshot.id.clone());
        let id = known.unwrap_or_else(|| {
            let id = Uuid::new_v4().to_string();
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(Snapshot {
                id: id.clone(),
                who: who.object_id.clone(),
                query: query.to_owned(),
                rows: Arc::clone(rows),
            });
            id
        });
        URL_SAFE_NO_PAD.encode(format!("{id} {next}"))
    }

    /// The answer a token belongs to and where its page begins.
    pub(super) fn resume(
        &self,
        token: &str,
        who: &Principal,
        query: &str,
    ) -> Result<(usize, Rows), ArmError> {
        let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let parts = text.as_deref().and_then(|text| text.split_once(' '));
        let parts = parts.and_then(|(id, next)| Some((id, next.parse().ok()?)));
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = parts.and_then(|(id, next)| {
            let snapshot = kept.iter().find(|snapshot| snapshot.id == id)?;
            (snapshot.who == who.object_id && snapshot.query == query)
                .then(|| (next, Arc::clone(&snapshot.rows)))
        });
        found.ok_or_else(|| {
            bad_query(json!({ "code": "InvalidSkipToken", "message": "The $skipToken is not one of this query, or it is too old." }))
        })
    }
}
