//! What somebody prepared for whoever was given the link: one button.
//!
//! It stands alone, for people who may not be signed in, or have no account at all. The secret of
//! the link is behind the `#` of the address, and kept in the tab while somebody signs in.

mod code;
mod opened;
mod ready;
mod visit;

use leptos::prelude::*;
use shared::handoff::{HandoffId, HandoffView, Over};

use crate::api::ApiError;
use crate::browser;
use crate::components::blade::HEADING;
use crate::components::button::Look;
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::{Glyph, icon};
use crate::components::lost::connection_lost;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::page::{self, Page};
use crate::view::{Element, IntoView, View, el, several};
use visit::Visit;

/// What was prepared.
pub fn given_page(id: HandoffId) -> View {
    let visit = Visit::new(id);
    visit.look();
    visit.clock().when_in_doubt(move || ask_the_time(visit));
    let lost = move || visit.lost.get().then(|| connection_lost(visit.clock()));
    let seen = move || match visit.view.get() {
        None => skeleton(4).into_view(),
        Some(Err(error)) if error.is_forbidden() => nothing_there(&error),
        Some(Err(error)) => failure_with_retry(&error, move || visit.look()).into_view(),
        Some(Ok(view)) => shown(visit, &view),
    };
    // What is wrong with a code stands beside it, and that others are in there is asked about.
    let trouble = move || {
        let is_here = |error: &ApiError| !visit.asks_for_code() || !code::is_about(error);
        visit.trouble.get().filter(|error| is_here(error) && visit.others().is_empty())
    };
    card(several![lost, seen, move || trouble().as_ref().map(failure)])
}

/// Looks again, if what is seen tells the time. Nothing else would end the doubt about that.
fn ask_the_time(visit: Visit) {
    let tells = |view: &HandoffView| view.now().is_some();
    if visit.view.with_untracked(|view| matches!(view, Some(Ok(view)) if tells(view))) {
        visit.look();
    }
}

/// What stands where no link of ours leads, such as one that was cut off in the middle.
pub fn cut_off_page() -> View {
    card(several![
        heading("There is nothing behind this link"),
        el("p").child(
            "Perhaps only a part of it arrived. Copy the whole link, or ask whoever sent it for a new one."
        ),
    ])
}

fn card(content: View) -> View {
    document().set_title("Access for you · Postern");
    let card = el("div")
        .class("welcome__card")
        .child(el("p").class("welcome__mark").child(icon(Glyph::Mark)).child("Postern"))
        .child(content);
    el("main").class("welcome").attr("data-rest", "h1").child(card).into_view()
}

fn nothing_there(error: &ApiError) -> View {
    several![heading("There is nothing behind this link"), el("p").child(error.words())]
}

fn shown(visit: Visit, view: &HandoffView) -> View {
    match view {
        HandoffView::WhoAreYou { guest: false } => several![
            heading("Somebody prepared access for you"),
            el("p").child("Sign in with the account that it was prepared for. You come back here, and nothing is opened before you press a button."),
            sign_in("Sign in", page::sign_in(&browser::here())),
        ],
        HandoffView::WhoAreYou { guest: true } => code::code(visit),
        HandoffView::NotYours => several![
            heading("This was prepared for somebody else"),
            el("p").child("You are signed in with another account than the one it was prepared for. You cannot see it, nor have it opened."),
            el("p").child("If it is for you, sign in with that account. If not, tell whoever sent it to you."),
            sign_in("Sign in with another account", page::sign_in_as_another(&browser::here())),
        ],
        HandoffView::YouPrepared { handoff } => several![
            heading(format!("You prepared this for {}", handoff.requested_for)),
            el("p").child("Only they can have it opened, on the device that is to connect. What has become of it stands under “What you have prepared”."),
            home(&Page::Handoffs, "See what you have prepared"),
        ],
        HandoffView::Ready { handoff, address, .. } => ready::ready(visit, handoff, *address),
        HandoffView::Opened { handoff, request, destinations, reach, can_close, .. } => {
            opened::opened(visit, handoff, request, destinations, reach, *can_close)
        }
        HandoffView::Over { why, guest } => over(*why, *guest),
    }
}

fn heading(words: impl IntoView) -> Element {
    el("h1").id(HEADING).attr("tabindex", "-1").child(words)
}

fn sign_in(words: &'static str, address: String) -> Element {
    el("a").class(Look::Primary.class()).attr("rel", "external").attr("href", address).child(words)
}

fn home(page: &Page, words: &'static str) -> Element {
    el("a").class("link").attr("rel", "external").attr("href", page.path()).child(words)
}

fn over(why: Over, guest: bool) -> View {
    let (what, then) = match (why, guest) {
        (Over::Used, false) => (
            "This link has been used",
            "It works once. If it was you, sign in to see what became of it; if not, tell whoever sent it to you at once.",
        ),
        (Over::Used, true) => (
            "This link has been used",
            "It works once. If it was you, go on in the browser in which you entered the code; if not, tell whoever sent it to you at once.",
        ),
        (Over::Revoked, _) => {
            ("This link was taken back", "Ask whoever sent it to you why, or for a new one.")
        }
        (Over::Expired, _) => {
            ("The time of this link is over", "Nothing was opened. Ask whoever sent it to you for a new one.")
        }
        (Over::Locked, _) => (
            "This link is locked",
            "Too many wrong codes were entered. Nothing was opened. Ask whoever sent it to you for a new one.",
        ),
    };
    // Whoever has no account has no page but this one.
    let on = (!guest).then(|| match why {
        Over::Used => sign_in("Sign in", page::sign_in(&browser::here())),
        Over::Revoked | Over::Expired | Over::Locked => home(&Page::MyAccess, "Go to My access"),
    });
    several![heading(what), el("p").child(then), on]
}

/// That something is not as it should be.
fn warning(words: impl IntoView) -> Element {
    message_bar(Tone::Warning, words)
}
