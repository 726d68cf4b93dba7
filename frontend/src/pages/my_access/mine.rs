//! My requests: what is open now, followed as it changes, and what was lately.

mod merge;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::{AccessRequest, RequestId, Watched};

use crate::api::ApiError;
use crate::api::access_requests::{Watch, mine, mine_open, watch};
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::failure::failure_with_retry;
use crate::components::lost::connection_lost;
use crate::session::{ServerClock, use_server_clock};
use crate::view::{View, several};

use super::grant::words;
use merge::{merged, replaced};

/// How often it is looked whether to ask for everything anew: that is done if it was in vain before,
/// and otherwise every so many times.
const LOOK: Duration = Duration::from_secs(5);
const ANEW: i64 = 6;

/// How many requests are followed live. A browser keeps no more than six connections to a service
/// that speaks HTTP/1.1, over all its tabs; the rest is brought up to date by asking anew.
const LIVE: usize = 2;

/// My requests, as far as they are known.
#[derive(Clone, Copy)]
pub struct Mine {
    /// Those that are open, and those that ended while the page was looked at.
    shown: RwSignal<Vec<AccessRequest>>,
    recent: RwSignal<Vec<AccessRequest>>,
    loaded: RwSignal<bool>,
    failure: RwSignal<Option<ApiError>>,
    /// Whether something is on its way.
    pub busy: RwSignal<bool>,
    watches: StoredValue<Vec<(RequestId, Watch)>, LocalStorage>,
    clock: ServerClock,
    announcer: Announcer,
}

/// What there is to show.
pub enum Face {
    /// Nothing yet.
    Waiting,
    /// Nothing, and why.
    Failed(ApiError),
    /// My requests.
    Loaded,
}

impl Mine {
    /// My requests, followed for as long as the page is there.
    pub fn followed() -> Self {
        let mine = Self {
            shown: RwSignal::new(Vec::new()),
            recent: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(false),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            watches: StoredValue::new_local(Vec::new()),
            clock: use_server_clock(),
            announcer: use_announcer(),
        };
        mine.load();
        let looks = RwSignal::new(0_i64);
        let look = move || {
            looks.update(|looks| *looks += 1);
            if looks.get_untracked() % ANEW == 0 || mine.failure.with_untracked(Option::is_some) {
                mine.load();
            }
        };
        if let Ok(ticking) = set_interval_with_handle(look, LOOK) {
            on_cleanup(move || ticking.clear());
        }
        mine
    }

    /// Asks for everything anew.
    pub fn load(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = both().await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_none() {
                self.take(answer);
            }
        });
    }

    fn take(self, answer: Result<(Vec<AccessRequest>, Vec<AccessRequest>), ApiError>) {
        match answer {
            Ok((open, recent)) => {
                let shown = self.shown.with_untracked(|shown| merged(shown, open, &recent));
                for request in &shown {
                    self.tell(request);
                }
                self.shown.set(shown);
                self.recent.set(recent);
                self.loaded.set(true);
                self.failure.set(None);
                self.clock.hear();
                self.watch_the_first();
            }
            Err(error) => self.failure.set(Some(error)),
        }
    }

    /// Follows the first few that are not over, and lets go of the others.
    fn watch_the_first(self) {
        let wanted: Vec<RequestId> = self.shown.with_untracked(|shown| {
            shown
                .iter()
                .filter(|request| !request.status.is_final())
                .map(|request| request.id)
                .take(LIVE)
                .collect()
        });
        self.watches.update_value(|watches| {
            watches.retain(|(id, watch)| wanted.contains(id) && !watch.is_closed());
            for id in wanted {
                if watches.iter().all(|(known, _)| *known != id) {
                    // What is wrong is said of what is asked for anew.
                    let watch = watch(id, move |watched| self.heard(watched), move || self.interrupted());
                    watches.extend(watch.ok().map(|watch| (id, watch)));
                }
            }
        });
    }

    fn interrupted(self) {
        if self.failure.with_untracked(Option::is_none) {
            self.load();
        }
    }

    fn heard(self, watched: Watched) {
        self.clock.learn(watched.now);
        if self.failure.with_untracked(Option::is_some) {
            self.load();
        }
        self.tell(&watched.request);
        self.shown.update(|shown| replaced(shown, watched.request));
    }

    /// Tells what is new of a request that is shown.
    fn tell(self, request: &AccessRequest) {
        let is_news =
            |known: &AccessRequest| known.id == request.id && known.status.name() != request.status.name();
        if self.shown.with_untracked(|shown| shown.iter().any(is_news)) {
            self.announcer.say(format!("{}: {}", request.vm.name(), words(&request.status)));
        }
    }

    /// What there is to show.
    pub fn face(self) -> Face {
        match (self.loaded.get(), self.failure.get()) {
            (true, _) => Face::Loaded,
            (false, Some(error)) => Face::Failed(error),
            (false, None) => Face::Waiting,
        }
    }

    /// The requests that have a card.
    pub fn shown(self) -> Vec<AccessRequest> {
        self.shown.get()
    }

    /// What was mine lately, newest first.
    pub fn recent(self) -> Vec<AccessRequest> {
        self.recent.get()
    }

    /// Why what is there could not be brought up to date, and how old it is.
    pub fn failure(self) -> Option<View> {
        let error = self.failure.get()?;
        let lost = (!error.is_signed_out()).then(|| connection_lost(self.clock));
        Some(several![lost, failure_with_retry(&error, move || self.load())])
    }
}

async fn both() -> Result<(Vec<AccessRequest>, Vec<AccessRequest>), ApiError> {
    Ok((mine_open().await?, mine().await?.items))
}
