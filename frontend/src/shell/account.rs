//! Who is signed in, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::Button;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::session::use_session;

/// The account menu.
#[component]
pub fn Account() -> impl IntoView {
    let person = use_session().person;
    let failed = RwSignal::new(None::<ApiError>);
    let leaving = RwSignal::new(false);
    let sign_out = Callback::new(move |()| {
        leaving.set(true);
        spawn_local(async move {
            match api::session::sign_out().await {
                Ok(url) => browser::leave_for(&url),
                Err(error) => {
                    leaving.set(false);
                    failed.set(Some(error));
                }
            }
        });
    });
    view! {
        <button
            type="button"
            class="topbar__button"
            popovertarget="account"
            aria-label=format!("Account: {}", person.username)
        >
            <Icon glyph=Glyph::Person/>
            <span class="topbar__name">{person.username.clone()}</span>
        </button>
        <div id="account" popover="auto" class="panel panel--end account" role="group" aria-label="Account">
            <p class="account__name">{person.name}</p>
            <p class="quiet">{person.username}</p>
            <Button on_press=sign_out busy=leaving>"Sign out"</Button>
            {move || failed.get().map(|error| view! { <Failure error/> })}
        </div>
    }
}
