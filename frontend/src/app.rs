//! The whole site: who looks at it, and which page they see.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::session::Session;

use crate::api::{self, ApiError};
use crate::components::announcer::AnnouncerRegion;
use crate::components::blade::FirstPage;
use crate::components::failure::Failure;

use crate::components::skeleton::Skeleton;
use crate::page::Page;
use crate::pages::connect::ConnectPage;
use crate::pages::my_access::MyAccessPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::vms::VmsPage;
use crate::router::Router;
use crate::session::ServerClock;
use crate::shell::Shell;

/// The site.
#[component]
pub fn App() -> impl IntoView {
    let clock = ServerClock::start();
    provide_context(clock);
    let session = RwSignal::new(None::<Result<Session, ApiError>>);
    let load = move || spawn_local(async move { session.set(Some(api::session::show().await)) });
    let retry = Callback::new(move |()| load());
    load();
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
    let router = Router::start();
    let page = Memo::new(move |_| router.page());
    view! {
        <Shell>
            {move || match page.get() {
                Some(Page::MyAccess) => view! { <MyAccessPage/> }.into_any(),
                Some(Page::Vms(_)) => view! { <VmsPage/> }.into_any(),
                Some(Page::Connect(vm)) => view! { <ConnectPage vm/> }.into_any(),
                None => view! { <NotFoundPage/> }.into_any(),
            }}
        </Shell>
    }
}
