//! The whole site: who looks at it, and which page they see.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use shared::session::Session;

use crate::api;
use crate::components::announcer::AnnouncerRegion;
use crate::components::blade::FirstPage;
use crate::components::failure::Failure;

use crate::components::skeleton::Skeleton;
use crate::pages::connect::ConnectPage;
use crate::pages::my_access::MyAccessPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::vms::VmsPage;
use crate::session::ServerClock;
use crate::shell::Shell;

/// The site.
#[component]
pub fn App() -> impl IntoView {
    let clock = ServerClock::start();
    provide_context(clock);
    let session = LocalResource::new(api::session::show);
    let retry = Callback::new(move |()| session.refetch());
    view! {
        <AnnouncerRegion/>
        {move || match session.get() {
            None => view! { <div class="waiting"><Skeleton lines=3/></div> }.into_any(),
            Some(Err(error)) if error.is_signed_out() => view! { <SignInPage/> }.into_any(),
            Some(Err(error)) => view! { <div class="waiting"><Failure error on_retry=retry/></div> }.into_any(),
            Some(Ok(session)) => {
                clock.learn(session.now);
                view! { <Site session/> }.into_any()
            }
        }}
    }
}

/// The pages, for somebody who is signed in.
#[component]
fn Site(session: Session) -> impl IntoView {
    provide_context(session);
    FirstPage::provide();
    view! {
        <Router>
            <Shell>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=MyAccessPage/>
                    <Route path=path!("/vms") view=VmsPage/>
                    <Route path=path!("/vms/:sub/:rg/:vm/connect") view=ConnectPage/>
                </Routes>
            </Shell>
        </Router>
    }
}
