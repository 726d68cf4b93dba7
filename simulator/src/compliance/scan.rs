//! Scans that somebody asks for.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Compliance;
use crate::resource_id;

/// How long one may ask what became of a scan.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A look at all machines below a subscription or a resource group.
#[derive(Debug, Clone)]
pub struct Scan {
    pub id: Uuid,
    pub scope: String,
    /// When what it finds can be read.
    pub done_at: Timestamp,
}

impl Compliance {
    /// Begins a scan, or joins the one of this scope that is under way.
    pub fn scan(&mut self, scope: &str, now: Timestamp, takes: SignedDuration) -> &Scan {
        self.scans.retain(|scan| now <= scan.done_at + REMEMBERED);
        let is_under_way = |scan: &Scan| now < scan.done_at && resource_id::same(&scan.scope, scope);
        let at = self.scans.iter().position(is_under_way).unwrap_or_else(|| {
            self.scans.push(Scan { id: Uuid::new_v4(), scope: scope.to_owned(), done_at: now + takes });
            self.scans.len() - 1
        });
        &self.scans[at]
    }

    pub fn find_scan(&self, subscription: &str, id: &str) -> Option<&Scan> {
        let id: Uuid = id.parse().ok()?;
        self.scans.iter().find(|scan| {
            scan.id == id
                && resource_id::subscription(&scan.scope)
                    .is_some_and(|own| own.eq_ignore_ascii_case(subscription))
        })
    }
}
