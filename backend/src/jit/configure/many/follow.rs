//! A change of many machines as it goes on, for a page that looks at it.

use std::collections::HashMap;

use futures_util::{Stream, StreamExt, stream};
use jiff::SignedDuration;
use shared::policy_change::{ChangeId, Fate, PolicyChange, Progress};
use shared::resource_id::VmId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::jit::{Jit, JitError};
use crate::session::CurrentUser;

/// How often the store is looked at, where other replicas may write to it.
const GLANCE: SignedDuration = SignedDuration::from_secs(2);

/// What a stream goes on from.
struct Following {
    jit: Jit,
    by: CurrentUser,
    id: ChangeId,
    told: Receiver<ChangeId>,
    progress: Progress,
    fates: HashMap<VmId, Fate>,
}

impl Jit {
    /// The change as it is now, and then, whenever something becomes of some of its machines, those,
    /// until it is over.
    pub async fn follow_change(
        &self,
        by: &CurrentUser,
        id: ChangeId,
    ) -> Result<impl Stream<Item = PolicyChange> + Send + use<>, JitError> {
        // Listening first and looking second, so that nothing falls between the two.
        let told = self.changes.0.told.subscribe();
        let first = self.policy_change(by, id).await?;
        let mut following = Following {
            jit: self.clone(),
            by: by.clone(),
            id,
            told,
            progress: first.progress,
            fates: HashMap::new(),
        };
        following.note(&first);
        let later = stream::unfold(following, |mut following| async move {
            following.next().await.map(|change| (change, following))
        });
        let changes = stream::once(std::future::ready(first)).chain(later);
        Ok(changes.take_until(self.watchers.stopping()).boxed())
    }
}

impl Following {
    fn note(&mut self, change: &PolicyChange) {
        self.progress = change.progress;
        self.fates.extend(change.items.iter().map(|item| (item.vm.clone(), item.fate.clone())));
    }

    async fn next(&mut self) -> Option<PolicyChange> {
        while self.progress != Progress::Over {
            tokio::select! {
                told = self.told.recv() => match told {
                    Ok(id) if id != self.id => continue,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
                () = self.jit.clock.sleep(GLANCE), if self.jit.store.is_shared() => {}
            }
            let mut change = self.jit.policy_change(&self.by, self.id).await.ok()?;
            change.items.retain(|item| self.fates.get(&item.vm) != Some(&item.fate));
            if !change.items.is_empty() || change.progress != self.progress {
                self.note(&change);
                return Some(change);
            }
        }
        None
    }
}
