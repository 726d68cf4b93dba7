//! A request as it changes, for a page that looks at it.

use futures_util::{Stream, StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use shared::access::{AccessRequest, RequestId, Watched};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{Jit, JitError};
use crate::session::PersonKey;

/// How often the store is looked at where other replicas write to it.
const GLANCE: SignedDuration = SignedDuration::from_secs(2);

/// What a stream goes on from.
struct Following {
    jit: Jit,
    requester: PersonKey,
    id: RequestId,
    changes: Receiver<AccessRequest>,
    last: Option<AccessRequest>,
    next_glance: Timestamp,
}

impl Jit {
    /// The request as it is now and at each change, until it is over.
    pub async fn follow(
        &self,
        by: &PersonKey,
        id: RequestId,
    ) -> Result<impl Stream<Item = Watched> + use<>, JitError> {
        // Listening first and looking second, so that no change falls between the two.
        let changes = self.watchers.changes();
        let first = self.request_of(by, id).await?;
        let following = Following {
            jit: self.clone(),
            requester: by.clone(),
            id,
            changes,
            last: None,
            next_glance: self.clock.now() + GLANCE,
        };
        let requests = stream::once(std::future::ready(first.clone())).chain(stream::unfold(
            Following { last: Some(first), ..following },
            |mut following| async move { following.next().await.map(|request| (request, following)) },
        ));
        let clock = self.clock.clone();
        Ok(requests
            .map(move |request| Watched { now: clock.now(), request })
            .take_until(self.watchers.stopping())
            .boxed())
    }
}

impl Following {
    async fn as_stored(&self) -> Option<AccessRequest> {
        self.jit.request_of(&self.requester, self.id).await.ok()
    }

    async fn next(&mut self) -> Option<AccessRequest> {
        loop {
            if self.last.as_ref().is_some_and(|last| last.status.is_final()) {
                return None;
            }
            let request = tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(request) if request.id == self.id => request,
                    Ok(_) => continue,
                    // Too much happened at once: the store knows where things stand.
                    Err(RecvError::Lagged(_)) => self.as_stored().await?,
                    Err(RecvError::Closed) => return None,
                },
                // What another replica sees to is told by the store alone.
                () = self.jit.clock.sleep_until(self.next_glance), if self.jit.store.is_shared() => {
                    self.next_glance = self.jit.clock.now() + GLANCE;
                    match self.as_stored().await {
                        Some(request) => request,
                        None => continue,
                    }
                }
            };
            if self.last.as_ref() != Some(&request) {
                self.last = Some(request.clone());
                return Some(request);
            }
        }
    }
}
