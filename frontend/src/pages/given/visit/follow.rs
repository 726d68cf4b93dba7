//! Following what was opened.

use std::time::Duration;

use leptos::prelude::*;
use shared::access::{AccessRequest, Status};
use shared::handoff::HandoffView;

use super::Visit;
use crate::api::access_requests::Watch;
use crate::api::{ApiError, handoffs};
use crate::browser;
use crate::components::blade::HEADING;
use crate::pages::given::opened;

/// How long a connection that was refused rests before it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

impl Visit {
    pub(super) fn told_last(self) -> &'static str {
        self.kept.with_value(|kept| kept.told)
    }

    /// Tells what is new; whoever connects again hears once more what they know.
    pub(super) fn tell(self, request: &AccessRequest) {
        let state = request.status.name();
        if self.told_last() != state {
            self.kept.update_value(|kept| kept.told = state);
            opened::news(self, request);
        }
    }

    pub(super) fn follow(self) {
        let follow = move |watched: shared::access::Watched| {
            self.clock().learn(watched.now);
            self.lost.set(false);
            let status = &watched.request.status;
            let opens = matches!(status, Status::Open { .. }) && self.told_last() != status.name();
            self.tell(&watched.request);
            learn(self.view, watched.request);
            // Only a look says where to connect to, and whether one gets through.
            if opens {
                self.look();
            }
        };
        match handoffs::watch(self.id, follow, move || self.interrupted()) {
            Ok(watch) => self.watch.set_value(Some(watch)),
            Err(error) => self.trouble.set(Some(error)),
        }
    }

    /// A browser connects again by itself, unless the service, or a proxy before it, answered with
    /// an error.
    pub(super) fn interrupted(self) {
        if !self.lost.get_untracked() {
            self.clock().hear();
            self.lost.set(true);
        }
        if self.kept.with_value(|kept| kept.resting) {
            return;
        }
        self.kept.update_value(|kept| kept.resting = true);
        let look_again = move || {
            self.kept.update_value(|kept| kept.resting = false);
            let is_over = self.watch.with_value(|watch| watch.as_ref().is_none_or(Watch::is_closed));
            if is_over && is_going_on(self.view) {
                self.look();
            }
        };
        set_timeout(look_again, AGAIN);
    }
}

type Seen = RwSignal<Option<Result<HandoffView, ApiError>>>;

/// What has become of the request.
pub fn learn(view: Seen, now: AccessRequest) {
    let changed = view.with_untracked(
        |view| matches!(view, Some(Ok(HandoffView::Opened { request, .. })) if **request != now),
    );
    if changed {
        view.update(|view| {
            if let Some(Ok(HandoffView::Opened { request, .. })) = view {
                **request = now;
            }
        });
        request_animation_frame(|| browser::refocus(HEADING));
    }
}

/// Whether something may still become of the request.
pub fn is_going_on(view: Seen) -> bool {
    view.with_untracked(
        |view| matches!(view, Some(Ok(HandoffView::Opened { request, .. })) if !request.status.is_final()),
    )
}
