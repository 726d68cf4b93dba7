//! The whole site: who looks at it, and which page they see.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::session::Session;

use crate::api::{self, ApiError};
use crate::components::announcer::announcer_region;
use crate::components::blade::FirstPage;
use crate::components::failure::failure_with_retry;
use crate::components::skeleton::skeleton;
use crate::page::Page;
use crate::pages::about::about_page;
use crate::pages::connect::connect_page;
use crate::pages::my_access::my_access_page;
use crate::pages::not_found::not_found_page;
use crate::pages::sessions::sessions_page;
use crate::pages::sign_in::sign_in_page;
use crate::pages::vms::vms_page;
use crate::router::Router;
use crate::session::ServerClock;
use crate::shell::shell;
use crate::view::{Element, IntoView, View, anew, el, several};

/// The site.
pub fn app() -> View {
    let clock = ServerClock::start();
    provide_context(clock);
    let session = RwSignal::new(None::<Result<Session, ApiError>>);
    let load = move || spawn_local(async move { session.set(Some(api::session::show().await)) });
    load();
    several![announcer_region(), move || match session.get() {
        None => waiting(skeleton(3)).into_view(),
        Some(Err(error)) if error.is_signed_out() => sign_in_page().into_view(),
        Some(Err(error)) => waiting(failure_with_retry(&error, load)).into_view(),
        Some(Ok(session)) => {
            clock.learn(session.now);
            anew(move || site(session.clone()))
        }
    }]
}

fn waiting(for_what: Element) -> Element {
    el("div").class("waiting").child(for_what)
}

/// The pages, for somebody who is signed in.
fn site(session: Session) -> View {
    provide_context(session);
    FirstPage::provide();
    let router = Router::start();
    let page = Memo::new(move |_| router.page());
    shell(move || match page.get() {
        Some(Page::MyAccess) => anew(my_access_page),
        Some(Page::Vms(_)) => anew(vms_page),
        Some(Page::Connect(vm)) => anew(move || connect_page(vm.clone())),
        Some(Page::Sessions) => anew(sessions_page),
        Some(Page::About) => anew(about_page),
        None => anew(not_found_page),
    })
}
