//! A visit to what was prepared: who looks at it with which secret, and what they see.

mod follow;

use std::net::IpAddr;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::Displaced;
use shared::handoff::{HandoffId, HandoffView};
use shared::problem::ProblemKind;

use follow::{is_going_on, learn};

use super::code;
use super::ready::CONFIRM;
use crate::api::access_requests::Watch;
use crate::api::{ApiError, handoffs};
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::blade::HEADING;
use crate::components::hold::Hold;
use crate::components::rdp_file::RdpFile;
use crate::session::{ServerClock, use_server_clock};

/// The link, and what is known of where it leads.
#[derive(Clone, Copy)]
pub struct Visit {
    pub id: HandoffId,
    secret: StoredValue<Option<String>>,
    pub view: RwSignal<Option<Result<HandoffView, ApiError>>>,
    /// What did not work of what was tried last.
    pub trouble: RwSignal<Option<ApiError>>,
    pub busy: RwSignal<bool>,
    /// The file, and why there is none.
    pub file: RdpFile,
    /// What was typed as the code.
    pub code: RwSignal<String>,
    /// Whether the button was pressed here, so that the file comes by itself.
    pub pressed: RwSignal<bool>,
    pub hold: StoredValue<Hold>,
    watch: StoredValue<Option<Watch>, LocalStorage>,
    /// Whether nothing is heard of what is open.
    pub lost: RwSignal<bool>,
    kept: StoredValue<Kept>,
    pub announcer: Announcer,
}

/// What no part of the page looks at by itself.
struct Kept {
    clock: ServerClock,
    /// The state of the request that was told last.
    told: &'static str,
    /// Whether it is about to be asked for anew.
    resting: bool,
}

impl Visit {
    /// With the secret in the address, or the one that this tab had when it left for a sign-in.
    pub fn new(id: HandoffId) -> Self {
        let view = RwSignal::new(None);
        let visit = Self {
            id,
            secret: StoredValue::new(browser::take_from_tab(&key(id))),
            view,
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            file: RdpFile::new(),
            code: RwSignal::new(String::new()),
            pressed: RwSignal::new(false),
            hold: StoredValue::new(Hold::of_given(id, move |request| learn(view, request))),
            watch: StoredValue::new_local(None),
            lost: RwSignal::new(false),
            kept: StoredValue::new(Kept { clock: use_server_clock(), told: "", resting: false }),
            announcer: use_announcer(),
        };
        visit.read_address();
        if let Some(secret) = visit.secret.get_value() {
            browser::keep_in_tab(&key(id), &secret);
        }
        // A second link may be put into the same tab; the browser loads nothing for that.
        let changed = window_event_listener(ev::hashchange, move |_| {
            if visit.read_address() {
                visit.begin_anew();
            }
        });
        on_cleanup(move || changed.remove());
        visit
    }

    /// The server's clock.
    pub fn clock(self) -> ServerClock {
        self.kept.with_value(|kept| kept.clock)
    }

    /// Takes the secret from the address; whether it is another than before.
    fn read_address(self) -> bool {
        let secret = browser::fragment();
        let is_new = !secret.is_empty() && self.secret.get_value().as_ref() != Some(&secret);
        if is_new {
            browser::keep_in_tab(&key(self.id), &secret);
            self.secret.set_value(Some(secret));
        }
        is_new
    }

    fn begin_anew(self) {
        self.watch.set_value(None);
        self.view.set(None);
        self.trouble.set(None);
        self.busy.set(false);
        self.pressed.set(false);
        self.lost.set(false);
        self.kept.update_value(|kept| kept.told = "");
        self.code.set(String::new());
        self.announcer.say("");
        self.look();
    }

    /// Whether it is a code that is asked for.
    pub fn asks_for_code(self) -> bool {
        self.view.with(|view| matches!(view, Some(Ok(HandoffView::WhoAreYou { guest: true }))))
    }

    /// Looks at what was prepared.
    pub fn look(self) {
        spawn_local(async move {
            let secret = self.secret.get_value();
            let view = handoffs::visit(self.id, secret.as_deref()).await;
            // Another link may have been opened here meanwhile.
            if self.secret.get_value() == secret {
                self.saw(view);
            }
        });
    }

    fn saw(self, view: Result<HandoffView, ApiError>) {
        if let Some(now) = view.as_ref().ok().and_then(HandoffView::now) {
            self.clock().told(now);
        }
        let is_going_on = match &view {
            Ok(HandoffView::Opened { request, .. }) => {
                if self.pressed.get_untracked() || !self.told_last().is_empty() {
                    self.tell(request);
                } else {
                    // What stood here from the beginning is read with the page.
                    self.kept.update_value(|kept| kept.told = request.status.name());
                }
                !request.status.is_final()
            }
            // What is open stays, with how old that is.
            Err(error) if is_going_on(self.view) && !error.is_signed_out() => {
                return self.interrupted();
            }
            // What is seen already is worth more than that it cannot be seen again.
            Err(error) if self.view.with_untracked(|known| matches!(known, Some(Ok(_)))) => {
                self.trouble.set(Some(error.clone()));
                return;
            }
            Ok(_) | Err(_) => false,
        };
        self.lost.set(false);
        if matches!(view, Ok(HandoffView::Opened { .. } | HandoffView::Over { .. })) {
            // Whatever stood in the way does not any more, or the page says it itself.
            self.trouble.set(None);
        }
        let before = self.view.with_untracked(Option::is_some);
        if self.view.with_untracked(|known| known.as_ref() != Some(&view)) {
            self.view.set(Some(view));
        }
        if before {
            // What was pressed may be gone.
            request_animation_frame(|| browser::refocus(HEADING));
        }
        if is_going_on && self.watch.with_value(|watch| watch.as_ref().is_none_or(Watch::is_closed)) {
            self.follow();
        }
    }

    /// Gives the code that was typed.
    pub fn enter(self) {
        let code = self.code.get_untracked();
        self.attempt(async move {
            handoffs::enter(self.id, self.secret.get_value().unwrap_or_default(), code).await
        });
    }

    /// Has it opened for `address`, at the cost of what `replaces` lists of others'.
    pub fn open(self, address: IpAddr, replaces: Vec<Displaced>) {
        self.pressed.set(true);
        self.attempt(async move {
            let secret = self.secret.get_value().unwrap_or_default();
            handoffs::redeem(self.id, secret, address, &replaces).await.map(drop)
        });
    }

    /// What others would lose if it were opened; nothing unless that stood in the way last.
    pub fn others(self) -> Vec<Displaced> {
        let refused = |error: &ApiError| match error {
            ApiError::Refused(problem) if problem.kind == ProblemKind::ReplacesOthers => {
                problem.replaces.clone()
            }
            ApiError::Refused(_) | ApiError::Unreachable | ApiError::Garbled(_) => Vec::new(),
        };
        self.trouble.with(|trouble| trouble.as_ref().map(refused).unwrap_or_default())
    }

    /// Tries something, and then looks again, whatever came of it.
    fn attempt(self, what: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        // What goes wrong a second time is then read out a second time.
        self.trouble.set(None);
        self.announcer.say("");
        let secret = self.secret.get_value();
        spawn_local(async move {
            let trouble = what.await.err();
            if self.secret.get_value() != secret {
                return;
            }
            if let Some(error) = &trouble {
                self.pressed.set(false);
                if code::is_about(error) {
                    browser::focus(code::FIELD);
                }
            }
            self.trouble.set(trouble);
            if !untrack(|| self.others()).is_empty() {
                request_animation_frame(|| browser::open_dialog(CONFIRM));
            }
            self.busy.set(false);
            self.look();
        });
    }
}

/// What the secret is kept under in the tab.
fn key(id: HandoffId) -> String {
    format!("for {id}")
}
