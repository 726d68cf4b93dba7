//! My access: what is open for me now, and where I was lately.

mod grant;
mod recent;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::access::AccessRequest;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::api;
use crate::components::blade::Blade;
use crate::components::button::Look;
use crate::components::failure::Failure;
use crate::components::icon::Glyph;
use crate::components::skeleton::Skeleton;
use crate::page::Page;

use grant::GrantCard;
use recent::RecentVms;

/// The front page.
#[component]
pub fn MyAccessPage() -> impl IntoView {
    let requests = LocalResource::new(api::access_requests::mine);
    let retry = Callback::new(move |()| requests.refetch());
    view! {
        <Blade title="My access" glyph=Glyph::Key crumbs=vec![]>
            <FindVm/>
            {move || match requests.get() {
                None => view! { <Skeleton lines=4/> }.into_any(),
                Some(Err(error)) => view! { <Failure error on_retry=retry/> }.into_any(),
                Some(Ok(page)) => view! { <Requests requests=page.items/> }.into_any(),
            }}
        </Blade>
    }
}

#[component]
fn Requests(requests: Vec<AccessRequest>) -> impl IntoView {
    let (open, over): (Vec<_>, Vec<_>) = requests.into_iter().partition(|request| !request.status.is_final());
    let nothing_open = open.is_empty();
    view! {
        <section class="section" aria-labelledby="open-now">
            <h2 id="open-now">"Open for me now"</h2>
            {nothing_open.then(|| view! {
                <div class="empty">
                    <p>"Nothing is open for you at the moment."</p>
                    <p class="quiet">"Find a machine and request access on its Connect page; it shows here for as long as it lasts."</p>
                    <a class=Look::Secondary.class() href=Page::all_vms().path()>"Browse virtual machines"</a>
                </div>
            })}
            <ul class="cards">
                {open.iter().map(|request| view! { <li><GrantCard request=request.clone()/></li> }).collect_view()}
            </ul>
        </section>
        <RecentVms requests=open.into_iter().chain(over).collect()/>
    }
}

/// One box to find any machine.
#[component]
fn FindVm() -> impl IntoView {
    let navigate = use_navigate();
    let words = RwSignal::new(String::new());
    view! {
        <form
            class="find"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                let page = Page::Vms { search: words.get_untracked().trim().to_owned() };
                navigate(&page.path(), leptos_router::NavigateOptions::default());
            }
        >
            <label for="find-vm">"Which machine do you need?"</label>
            <div class="find__row">
                <input
                    id="find-vm"
                    class="input"
                    type="search"
                    placeholder="Name, group, address or tag"
                    autocomplete="off"
                    spellcheck="false"
                    on:input=move |event| {
                        words.set(event.target().map(JsCast::unchecked_into::<HtmlInputElement>).map(|input| input.value()).unwrap_or_default());
                    }
                />
                <button type="submit" class=Look::Primary.class()>"Find"</button>
            </div>
        </form>
    }
}
