//! Following a request as it changes.

use std::time::Duration;

use leptos::prelude::*;
use shared::access::{AccessRequest, RequestId, Status};
use shared::source::Source;

use super::{Desk, STATUS};
use crate::api::ApiError;
use crate::api::access_requests::{self, Watch};
use crate::browser;
use crate::pages::connect::session_bar::way_in;
use crate::pages::connect::texts;

/// How long a connection that was refused rests before it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

impl Desk {
    /// What is mine and going on is followed, wherever it was asked for.
    pub(super) fn follow_what_is_mine(self) {
        Effect::new(move |_| {
            let (port, source) = self.target();
            let covers = |request: &AccessRequest| {
                request.ports.contains(&port) && source.is_some_and(|source| request.source.contains(&source))
            };
            let going_on = self.recent.with(|recent| {
                recent.iter().find(|request| !request.status.is_final() && covers(request)).cloned()
            });
            let followed = self.request.with_untracked(|request| request.as_ref().map(|request| request.id));
            if let Some(request) = going_on.filter(|request| Some(request.id) != followed) {
                self.follow(request.id);
                if matches!(request.status, Status::Requesting | Status::Opening { .. }) {
                    self.form.update(|form| form.take(&request));
                }
                self.request.set(Some(request));
            }
        });
    }

    pub(super) fn follow(self, id: RequestId) {
        let watch = access_requests::watch(
            id,
            move |watched| {
                let clock = self.kept.with_value(|kept| kept.clock);
                clock.learn(watched.now);
                self.learn(watched.request);
                if self.lost.get_untracked() {
                    self.lost.set(false);
                    self.refresh();
                }
            },
            move || self.interrupted(id),
        );
        self.kept.update_value(|kept| kept.watch = watch.ok());
    }

    /// A browser connects again by itself, unless the service, or a proxy before it, answered with
    /// an error. What the service has against it, it says of anything else that is asked.
    fn interrupted(self, id: RequestId) {
        if !self.lost.get_untracked() {
            self.kept.with_value(|kept| kept.clock.hear());
            self.lost.set(true);
        }
        let given_up = move || self.kept.with_value(|kept| kept.watch.as_ref().is_none_or(Watch::is_closed));
        if given_up() && self.trouble.with_untracked(Option::is_none) {
            self.refresh();
        }
        let follow_again = move || {
            if self.lost.is_disposed() {
                return;
            }
            let still_followed = self.request.with_untracked(|request| {
                request.as_ref().is_some_and(|request| request.id == id && !request.status.is_final())
            });
            if given_up() && still_followed && !untrack(|| self.is_signed_out()) {
                self.follow(id);
            }
        };
        set_timeout(follow_again, AGAIN);
    }

    /// Whether the service last said that nobody is signed in.
    pub fn is_signed_out(self) -> bool {
        self.trouble.with(|trouble| trouble.as_ref().is_some_and(ApiError::is_signed_out))
    }

    /// Goes on with a request that took the place of the one that was followed, or with what has
    /// become of that.
    pub fn go_on_with(self, request: AccessRequest) {
        self.not_extended().set(String::new());
        if request.extends.is_some() {
            let (port, source) = untrack(|| self.target());
            let led = untrack(|| way_in(self, source.unwrap_or(Source::ANY), port));
            self.kept.update_value(|kept| kept.led = led.map(|led| (request.id, led)));
        }
        self.follow(request.id);
        self.learn(request);
        self.load_recent();
    }

    pub(super) fn learn(self, request: AccessRequest) {
        let before = self.request.with_untracked(|known| {
            known.as_ref().filter(|known| known.id == request.id).map(|known| known.status.name())
        });
        let (id, status, extends) = (request.id, request.status.clone(), request.extends);
        let is_news = before != Some(status.name());
        if is_news {
            self.recent.update(|recent| {
                if let Some(listed) = recent.iter_mut().find(|listed| listed.id == id) {
                    listed.clone_from(&request);
                }
            });
        }
        self.request.set(Some(request));
        if !is_news {
            return;
        }
        self.unsent.set(None);
        if let (Status::Refused { reason, .. } | Status::Failed { reason, .. }, Some(_)) = (&status, extends)
        {
            self.not_extended().set(texts::sentence(reason));
        }
        // What was refused or failed is read out from the page itself.
        if !matches!(status, Status::Requesting | Status::Refused { .. } | Status::Failed { .. }) {
            self.say(texts::status(&status));
        }
        if matches!(status, Status::Open { .. } | Status::Closing { .. }) {
            // What the rules said before is not how it is now.
            self.checked.set(None);
        }
        if matches!(status, Status::Open { .. }) {
            self.arrive(id);
        }
        if matches!(status, Status::Opening { .. } | Status::Closing { .. }) {
            self.check();
        }
        if matches!(status, Status::Open { .. }) || status.is_final() {
            self.refresh();
        }
    }

    /// Hands over what was asked for here, once.
    fn arrive(self, id: RequestId) {
        let asked = self.kept.with_value(|kept| kept.asked).filter(|asked| asked.id == id);
        if let Some(asked) = asked {
            self.kept.update_value(|kept| kept.asked = None);
            request_animation_frame(|| browser::focus(STATUS));
            if asked.wants_file {
                self.details.with_untracked(|details| {
                    self.file().fetch(access_requests::rdp_url(id), &details.vm.id);
                });
            }
        }
    }

    pub(super) fn load_recent(self) {
        let vm = self.details.with_untracked(|details| details.vm.id.clone());
        access_requests::mine_on(&vm, move |page| {
            // The page may be gone by now.
            if let (Ok(page), false) = (page, self.recent.is_disposed()) {
                self.recent.set(page.items);
                self.look_again_while_others_change();
            }
        });
    }

    /// Only one request is followed live. As long as another one of mine opens or closes, the machine
    /// is looked at again and again.
    fn look_again_while_others_change(self) {
        let followed = self.request.with_untracked(|request| request.as_ref().map(|request| request.id));
        let changes = |request: &AccessRequest| {
            matches!(request.status, Status::Opening { .. } | Status::Closing { .. })
                && Some(request.id) != followed
        };
        let looks_again = self.kept.with_value(|kept| kept.looks_again);
        if looks_again || !self.recent.with_untracked(|recent| recent.iter().any(changes)) {
            return;
        }
        self.kept.update_value(|kept| kept.looks_again = true);
        let look = move || {
            if !self.lost.is_disposed() {
                self.kept.update_value(|kept| kept.looks_again = false);
                self.refresh();
            }
        };
        set_timeout(look, AGAIN);
    }
}
