//! Somebody's own sessions: which there are, and ending them.

use shared::session::SignedIn;

use super::{CurrentUser, Kept, PersonKey, Sessions, purpose};
use crate::audit::{self, Actor, Event};
use crate::store::{SessionRow, StoreError, entries, sessions};

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
                current: Some(session.id_hash.as_str()) == user.session(),
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
    pub async fn end_one(&self, by: &Actor, person: &PersonKey, id: &str) -> Result<bool, StoreError> {
        let mut sessions = self.0.store.sessions().of(person).await?;
        sessions.retain(|session| session.id_hash == id);
        Ok(self.end_these(by, person, &sessions).await? > 0)
    }

    /// Ends all of somebody's sessions, and says how many there were.
    pub async fn end_all(&self, by: &Actor, person: &PersonKey) -> Result<usize, StoreError> {
        let sessions = self.0.store.sessions().of(person).await?;
        self.end_these(by, person, &sessions).await
    }

    /// Ends the sessions that came of a sign-in which the provider has ended.
    pub async fn end_sign_in(&self, sid: &str) -> Result<usize, StoreError> {
        let mut sessions = self.0.store.sessions().of_sign_in(sid).await?;
        let mut ended = 0;
        while let Some(first) = sessions.first() {
            let person = first.person.clone();
            let (theirs, others) = sessions.into_iter().partition(|session| session.person == person);
            sessions = others;
            ended += self.end_these(&Actor::Provider, &person, &theirs).await?;
        }
        Ok(ended)
    }

    /// Ends sessions of one person and puts that on record, both or neither.
    async fn end_these(
        &self,
        by: &Actor,
        person: &PersonKey,
        ended: &[SessionRow],
    ) -> Result<usize, StoreError> {
        if ended.is_empty() {
            return Ok(0);
        }
        let names = ended.iter().map(|session| session.id_hash.clone()).collect();
        let event = Event::SessionsEnded { person: person.clone(), sessions: names };
        let mut change = self.0.store.begin().await?;
        entries::append(&mut change, &audit::event(self.0.clock.now(), by, &event)).await?;
        for session in ended {
            sessions::delete(change.connection(), &session.id_hash).await?;
        }
        change.commit().await?;
        Ok(ended.len())
    }
}
