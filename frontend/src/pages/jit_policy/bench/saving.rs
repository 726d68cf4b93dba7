//! Saving, and following what was saved until it is over.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::configuration::Version;
use shared::policy_change::{ChangeId, PolicyChange, Progress};
use shared::resource_id::VmId;

use super::{Bench, Planned, change_in};
use crate::api::ApiError;
use crate::api::policy_changes as api;
use crate::browser;
use crate::page::Page;
use crate::pages::configuration::HEADING;
use crate::router::Step;

/// How long until a change is looked at again.
const AGAIN: Duration = Duration::from_millis(1500);

/// The same, after it could not be looked at.
const LATER: Duration = Duration::from_secs(5);

impl Bench {
    /// Saves what was shown.
    pub fn save(self) {
        let Some(Planned { change, plan, again }) = self.planned.get_untracked() else { return };
        let possible = plan.items.into_iter().filter(|item| item.obstacle.is_none());
        let seen = possible.filter_map(|item| Some((item.vm, item.version?)));
        let (vms, versions): (Vec<VmId>, Vec<Version>) = seen.unzip();
        self.work(async move {
            let begun = match again {
                Some(id) => api::begin_again(id, &vms, &versions).await?,
                None => api::begin(&vms, &versions, &change).await?,
            };
            // The page may be gone by now.
            if self.planned.try_set(None).is_some() {
                return Ok(());
            }
            self.reviews.set_value(false);
            let id = begun.id;
            self.change.set(Some(begun.clone()));
            self.router.go(&format!("{}?change={id}", Page::JitPolicy.path()), Step::InPlace);
            self.drafting.forget();
            self.follow(begun);
            browser::focus(HEADING);
            Ok(())
        });
    }

    /// Has nothing else begin.
    pub fn cancel(self) {
        let Some(id) = self.change.with_untracked(|change| change.as_ref().map(|change| change.id)) else {
            return;
        };
        self.work(async move {
            self.change.set(Some(api::cancel(id).await?));
            Ok(())
        });
    }

    pub(super) fn work(self, something: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let done = something.await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_none()
                && let Err(error) = done
            {
                self.trouble.set(Some(error));
            }
        });
    }

    pub(super) fn look(self, id: ChangeId) {
        // Somebody may have gone on, or back.
        if self.router.query().try_with_untracked(|query| change_in(query)) != Some(Some(id)) {
            return;
        }
        spawn_local(async move {
            match api::show(id).await {
                Ok(change) => self.follow(change),
                Err(error) => {
                    // What goes on goes on without anybody looking, and can be seen again later.
                    let is_final = error.is_signed_out() || error.is_not_found();
                    if self.trouble.try_set(Some(error)).is_none() && !is_final {
                        set_timeout(move || self.look(id), LATER);
                    }
                }
            }
        });
    }

    /// Shows how far a change has come, until it is over.
    pub(super) fn follow(self, change: PolicyChange) {
        let (id, progress) = (change.id, change.progress);
        if self.trouble.try_set(None).is_some() || self.change.try_set(Some(change)).is_some() {
            return;
        }
        if progress == Progress::Over {
            self.announcer.say("The change is over.");
        } else {
            set_timeout(move || self.look(id), AGAIN);
        }
    }
}
