//! My access: what is open for me now, and where I was lately.

mod grant;
mod mine;
mod recent;
#[cfg(test)]
mod samples;

use leptos::prelude::*;

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::Failure;
use crate::components::icon::Glyph;
use crate::components::skeleton::Skeleton;
use crate::page::Page;
use crate::shell::search::VmSearch;

use grant::GrantCard;
use mine::{Face, Mine};
use recent::RecentVms;

const FIND: &str = "Which virtual machine do you need?";

/// The front page.
#[component]
pub fn MyAccessPage() -> impl IntoView {
    let mine = Mine::followed();
    let face = Memo::new(move |_| mine.face());
    let refresh = Callback::new(move |()| mine.load());
    view! {
        <Blade title="My access" glyph=Glyph::Key crumbs=vec![]>
            <div class="commands">
                <Button look=Look::Quiet glyph=Glyph::Refresh on_press=refresh busy=Signal::derive(move || mine.busy())>
                    "Refresh"
                </Button>
            </div>
            <div class="find">
                <label class="find__label" for="find-vm">{FIND}</label>
                <VmSearch id="find-vm" name=FIND placeholder="Name, resource group, address or tag"/>
            </div>
            {move || match face.get() {
                Face::Waiting => view! { <Skeleton lines=4/> }.into_any(),
                Face::Failed(error) => view! { <Failure error on_retry=refresh/> }.into_any(),
                Face::Loaded => view! { <Loaded mine refresh/> }.into_any(),
            }}
        </Blade>
    }
}

#[component]
fn Loaded(mine: Mine, refresh: Callback<()>) -> impl IntoView {
    let ids = Memo::new(move |_| mine.shown());
    view! {
        {move || mine.failure().map(|error| view! { <Failure error on_retry=refresh/> })}
        <section class="section" aria-labelledby="open-now">
            <h2 id="open-now">"Open for me now"</h2>
            {move || ids.with(Vec::is_empty).then(|| view! {
                <div class="empty">
                    <p class="empty__title">"Nothing is open for you."</p>
                    <p class="quiet">
                        "Find a virtual machine and request access on its page. It stands here for as long as it is open."
                    </p>
                    <a class=Look::Secondary.class() href=Page::all_vms().path()>"Browse virtual machines"</a>
                </div>
            })}
            <ul class="cards">
                <For each=move || ids.get() key=|id| *id let:id>
                    <li><GrantCard request=mine.request(id)/></li>
                </For>
            </ul>
        </section>
        <RecentVms requests=Signal::derive(move || mine.recent())/>
    }
}
