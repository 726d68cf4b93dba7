//! What went wrong, and what can be done about it.

use super::button::Button;
use super::copy::copy_button;
use super::icon::Glyph;
use super::message_bar::{Tone, message_bar};
use crate::api::ApiError;
use crate::view::{Element, View, el, several};
use crate::{browser, page};

/// A failure; where signing in helps, the way to do that.
pub fn failure(error: &ApiError) -> Element {
    told(error, None)
}

/// A failure, with the way out of it: signing in, or trying again.
pub fn failure_with_retry(error: &ApiError, retry: impl Fn() + 'static) -> Element {
    told(error, Some(Button::new("Try again", retry).glyph(Glyph::Refresh)))
}

/// What asks for a sign-in that proves more, with the link to it.
pub fn step_up(error: &ApiError, link: Element) -> Element {
    message_bar(Tone::Info, several![error.words(), " ", link])
}

/// The link to a sign-in that brings somebody back here.
pub fn step_up_link(login: &str) -> Element {
    el("a")
        .class("link")
        .attr("rel", "external")
        .attr("href", page::returning(login, &browser::here()))
        .child("Sign in again to go on")
}

fn told(error: &ApiError, retry: Option<Button>) -> Element {
    if let Some(login) = error.login() {
        return step_up(error, step_up_link(login));
    }
    if error.is_signed_out() {
        let sign_in = page::sign_in(&browser::here());
        let link = el("a")
            .class("link")
            .attr("rel", "external")
            .attr("href", sign_in)
            .child("Sign in to go on here");
        return message_bar(Tone::Info, several!["You are signed out. ", link]);
    }
    let (violations, request_id) = match error {
        // One is what the words say already.
        ApiError::Refused(problem) if problem.violations.len() == 1 => (&[][..], problem.request_id.clone()),
        ApiError::Refused(problem) => (problem.violations.as_slice(), problem.request_id.clone()),
        ApiError::Unreachable | ApiError::Garbled(_) => (&[][..], None),
    };
    let request_id = request_id.map(|id| {
        let button = copy_button(id.clone(), "request id");
        el("p").class("quiet").child("Request id ").child(el("code").child(id)).child(" ").child(button)
    });
    message_bar(
        Tone::Error,
        several![
            el("p").child(error.words()),
            violations.iter().map(|violation| el("p").child(violation.detail.clone())).collect::<View>(),
            request_id,
            retry,
        ],
    )
}
