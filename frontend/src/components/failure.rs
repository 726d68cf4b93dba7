//! What went wrong, and what can be done about it.

use leptos::prelude::*;

use super::button::Button;
use super::copy::CopyButton;
use super::icon::Glyph;
use super::message_bar::{MessageBar, Tone};
use crate::api::ApiError;
use crate::{browser, page};

/// A failure, with the way out of it: signing in, or trying again.
#[component]
pub fn Failure(
    /// What went wrong.
    error: ApiError,
    /// Tries again.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    if error.is_signed_out() {
        return view! {
            <MessageBar tone=Tone::Info>
                "You are signed out. "
                <a class="link" rel="external" href=page::sign_in(&browser::here())>
                    "Sign in to go on here"
                </a>
            </MessageBar>
        }
        .into_any();
    }
    let (violations, request_id) = match &error {
        ApiError::Refused(problem) => (problem.violations.clone(), problem.request_id.clone()),
        ApiError::Unreachable(_) => (Vec::new(), None),
    };
    view! {
        <MessageBar tone=Tone::Error>
            <p>{error.words()}</p>
            {violations.into_iter().map(|violation| view! { <p>{violation.detail}</p> }).collect_view()}
            {request_id.map(|id| view! {
                <p class="quiet">
                    "Request id " <code>{id.clone()}</code> <CopyButton text=id what="request id"/>
                </p>
            })}
            {on_retry.map(|retry| view! {
                <Button glyph=Glyph::Refresh on_press=retry>"Try again"</Button>
            })}
        </MessageBar>
    }
    .into_any()
}
