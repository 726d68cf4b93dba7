//! What somebody prepared for whoever was given the link: one button.
//!
//! It stands alone, for people who may not be signed in, or have no account at all. The secret of
//! the link is behind the `#` of the address, and kept in the tab while somebody signs in.

mod opened;
mod ready;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::handoff::{HandoffId, HandoffView, Over};

use crate::api::access_requests::Watch;
use crate::api::{ApiError, handoffs};
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::button::{Button, Look};
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::{Glyph, icon};
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::page::{self, Page};
use crate::session::{ServerClock, use_server_clock};
use crate::view::{Element, IntoView, View, anew, el, several};

/// What was prepared.
pub fn given_page(id: HandoffId) -> View {
    document().set_title("Access for you · Postern");
    let given = Given::new(id);
    given.look();
    let shown = move || match given.view.get() {
        None => skeleton(4).into_view(),
        Some(Err(error)) => failure_with_retry(&error, move || given.look()).into_view(),
        Some(Ok(view)) => anew(move || shown(given, &view)),
    };
    let card = el("div")
        .class("welcome__card")
        .child(el("p").class("welcome__mark").child(icon(Glyph::Mark)).child("Postern"))
        .child(shown)
        .child(move || given.trouble.get().as_ref().map(failure));
    el("main").class("welcome").child(card).into_view()
}

fn shown(given: Given, view: &HandoffView) -> View {
    match view {
        HandoffView::WhoAreYou { guest: false } => several![
            heading("Somebody prepared access for you"),
            el("p").child("Sign in with the account that it was prepared for. You come back here, and nothing is opened before you press a button."),
            sign_in("Sign in"),
        ],
        HandoffView::WhoAreYou { guest: true } => code(given),
        HandoffView::NotYours => several![
            heading("This was prepared for somebody else"),
            el("p").child("You are signed in with another account than the one it was prepared for. Nothing was opened, and the link is still good for whom it is for."),
            el("p").child("If it is for you, sign in with that account. If not, tell whoever sent it to you."),
            sign_in("Sign in with another account"),
        ],
        HandoffView::Ready { handoff, address, .. } => ready::ready(given, handoff, *address),
        HandoffView::Opened { handoff, request, destinations, .. } => {
            opened::opened(given, handoff, request, destinations)
        }
        HandoffView::Over { why } => over(*why),
    }
}

fn heading(words: impl IntoView) -> Element {
    el("h1").id(crate::components::blade::HEADING).attr("tabindex", "-1").child(words)
}

fn sign_in(words: &'static str) -> Element {
    el("a")
        .class(Look::Primary.class())
        .attr("rel", "external")
        .attr("href", page::sign_in(&browser::here()))
        .child(words)
}

fn over(why: Over) -> View {
    let (what, then) = match why {
        Over::Used => (
            "This link has been used",
            "It works once. If it was you, sign in and look at My access; if not, tell whoever sent it to you at once.",
        ),
        Over::Revoked => ("This link was taken back", "Ask whoever sent it to you why, or for a new one."),
        Over::Expired => {
            ("The time of this link is over", "Nothing was opened. Ask whoever sent it to you for a new one.")
        }
        Over::Locked => (
            "This link is locked",
            "Too many wrong codes were entered. Nothing was opened. Ask whoever sent it to you for a new one.",
        ),
    };
    let home = el("a").class("link").attr("rel", "external").attr("href", Page::MyAccess.path());
    several![heading(what), el("p").child(then), home.child("Go to My access")]
}

/// The code of a guest.
fn code(given: Given) -> View {
    let typed = RwSignal::new(String::new());
    let enter = move || given.enter(typed.get_untracked());
    let input = el("input")
        .id("code")
        .class("input")
        .attr("autocomplete", "one-time-code")
        .attr("autocapitalize", "characters")
        .attr("spellcheck", "false")
        .on("input", move |event: web_sys::Event| typed.set(event_target_value(&event)));
    let form = el("form")
        .class("handoff")
        .on("submit", move |event: web_sys::Event| {
            event.prevent_default();
            enter();
        })
        .child(el("label").class("field__label").attr("for", "code").child("Code"))
        .child(input)
        .child(Button::new("Go on", enter).look(Look::Primary).busy(given.busy));
    several![
        heading("Somebody prepared access for you"),
        el("p").child("Enter the code that you were told on the phone: two times four characters."),
        form,
    ]
}

/// The link, and what is known of where it leads.
#[derive(Clone, Copy)]
struct Given {
    id: HandoffId,
    secret: StoredValue<Option<String>>,
    view: RwSignal<Option<Result<HandoffView, ApiError>>>,
    /// What did not work of what was tried last.
    trouble: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// Whether the button was pressed here, so that the file comes by itself.
    pressed: RwSignal<bool>,
    watch: StoredValue<Option<Watch>, LocalStorage>,
    clock: ServerClock,
    announcer: Announcer,
}

impl Given {
    fn new(id: HandoffId) -> Self {
        let key = format!("for {id}");
        let secret = match browser::fragment() {
            none if none.is_empty() => browser::take_from_tab(&key),
            secret => Some(secret),
        };
        if let Some(secret) = &secret {
            browser::keep_in_tab(&key, secret);
        }
        Self {
            id,
            secret: StoredValue::new(secret),
            view: RwSignal::new(None),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            pressed: RwSignal::new(false),
            watch: StoredValue::new_local(None),
            clock: use_server_clock(),
            announcer: use_announcer(),
        }
    }

    fn look(self) {
        spawn_local(async move {
            let secret = self.secret.get_value();
            self.saw(handoffs::visit(self.id, secret.as_deref()).await);
        });
    }

    fn saw(self, view: Result<HandoffView, ApiError>) {
        if let Ok(HandoffView::Ready { now, .. } | HandoffView::Opened { now, .. }) = &view {
            self.clock.learn(*now);
        }
        if let Ok(HandoffView::Opened { request, .. }) = &view
            && !request.status.is_final()
        {
            self.follow();
        }
        self.view.set(Some(view));
    }

    fn enter(self, code: String) {
        self.attempt(async move {
            handoffs::enter(self.id, self.secret.get_value().unwrap_or_default(), code).await
        });
    }

    fn open(self, address: std::net::IpAddr) {
        self.pressed.set(true);
        self.attempt(async move {
            let secret = self.secret.get_value().unwrap_or_default();
            handoffs::redeem(self.id, secret, address).await.map(drop)
        });
    }

    /// Tries something, and then looks again, whatever came of it.
    fn attempt(self, what: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let trouble = what.await.err();
            if let Some(error) = &trouble {
                self.pressed.set(false);
                self.announcer.say(error.words());
            }
            self.trouble.set(trouble);
            self.busy.set(false);
            self.look();
        });
    }

    fn follow(self) {
        let follow = move |watched: shared::access::Watched| {
            self.clock.learn(watched.now);
            opened::news(self, &watched.request);
            self.view.update(|view| {
                if let Some(Ok(HandoffView::Opened { request, .. })) = view {
                    **request = watched.request;
                }
            });
        };
        match handoffs::watch(self.id, follow, || ()) {
            Ok(watch) => self.watch.set_value(Some(watch)),
            Err(error) => self.trouble.set(Some(error)),
        }
    }
}

/// That something is not as it should be.
fn warning(words: impl IntoView) -> Element {
    message_bar(Tone::Warning, words)
}
