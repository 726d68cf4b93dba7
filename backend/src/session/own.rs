//! Somebody's own sessions: which there are, and ending them.

use shared::session::SignedIn;

use super::{CurrentUser, Kept, PersonKey, Sessions, purpose};
use crate::store::StoreError;

impl Sessions {
    /// The sessions of whoever is asking, the one in use last first.
    pub async fn of(&self, user: &CurrentUser) -> Result<Vec<SignedIn>, StoreError> {
        let now = self.0.clock.now();
        let mut rows = self.0.store.sessions().of(&user.key).await?;
        rows.retain(|session| self.0.lifetime.lasts(session, now));
        rows.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
        // What was sealed with a key that is gone lets nobody in any more.
        let known = rows.into_iter().filter_map(|session| {
            let kept: Kept = self.0.sealer.open(&purpose(&session.id_hash), &session.payload)?;
            Some(SignedIn {
                current: session.id_hash == user.session,
                id: session.id_hash,
                since: session.created_at,
                last_seen_at: session.last_seen_at,
                expires_at: session.expires_at,
                address: kept.device.address,
                browser: kept.device.browser,
            })
        });
        Ok(known.collect())
    }

    /// Ends one of somebody's sessions; `false` if they have none of this name.
    pub async fn end_one(&self, person: &PersonKey, id: &str) -> Result<bool, StoreError> {
        self.0.store.sessions().delete_of(person, id).await
    }

    /// Ends all of somebody's sessions, and says how many there were.
    pub async fn end_all(&self, person: &PersonKey) -> Result<u64, StoreError> {
        self.0.store.sessions().delete_all_of(person).await
    }

    /// Ends the sessions that came of a sign-in which the provider has ended.
    pub async fn end_sign_in(&self, sid: &str) -> Result<u64, StoreError> {
        self.0.store.sessions().delete_by_sid(sid).await
    }
}
