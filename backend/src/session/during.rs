//! What goes on only for as long as a session does.

use std::pin::Pin;

use futures_util::{Stream, StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use super::{CurrentUser, Sessions};

/// How long it may take until something notices that its session is over.
const CHECK_EVERY: SignedDuration = SignedDuration::from_secs(15);

struct Guarded<T> {
    sessions: Sessions,
    user: CurrentUser,
    things: Pin<Box<dyn Stream<Item = T> + Send>>,
    check_at: Timestamp,
}

impl Sessions {
    /// `things`, for as long as the session of `user` lasts. Looking on is no use of a session: one
    /// that is not used otherwise ends when its time is over.
    pub fn during<T, S>(&self, user: &CurrentUser, things: S) -> impl Stream<Item = T> + Send + use<T, S>
    where
        T: Send + 'static,
        S: Stream<Item = T> + Send + 'static,
    {
        let check_at = self.next_check(user);
        let guarded =
            Guarded { sessions: self.clone(), user: user.clone(), things: Box::pin(things), check_at };
        stream::unfold(
            guarded,
            |mut guarded| async move { guarded.next().await.map(|thing| (thing, guarded)) },
        )
    }

    fn next_check(&self, user: &CurrentUser) -> Timestamp {
        let soon = self.0.clock.now().saturating_add(CHECK_EVERY).unwrap_or(Timestamp::MAX);
        soon.min(user.expires_at)
    }

    /// Whether the session of `user` goes on. One that cannot be looked up does not.
    async fn last_for(&self, user: &CurrentUser) -> bool {
        let Some(session) = user.session() else { return self.0.clock.now() < user.expires_at };
        match self.0.store.sessions().get(session).await {
            Ok(session) => session.is_some_and(|row| self.0.lifetime.lasts(&row, self.0.clock.now())),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a session could not be looked up; what goes on in it is ended");
                false
            }
        }
    }
}

impl<T> Guarded<T> {
    async fn next(&mut self) -> Option<T> {
        loop {
            let clock = &self.sessions.0.clock;
            let thing = tokio::select! {
                thing = self.things.next() => Some(thing?),
                () = clock.sleep_until(self.check_at) => None,
            };
            if !self.sessions.last_for(&self.user).await {
                return None;
            }
            if thing.is_some() {
                return thing;
            }
            self.check_at = self.sessions.next_check(&self.user);
        }
    }
}
