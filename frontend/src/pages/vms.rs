//! The list of machines. What it is narrowed by stands in the address, so that a link shows the
//! same list.

mod filters;
mod list;
mod table;

use leptos::prelude::*;

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::Failure;
use crate::components::icon::Glyph;
use crate::components::message_bar::{MessageBar, Tone};
use crate::components::skeleton::Skeleton;
use crate::format;
use crate::page::{Page, Wanted};
use crate::router::use_router;
use crate::session::use_server_clock;

use filters::Filters;
use list::{Face, VmList};
use table::VmTable;

/// The list of machines.
#[component]
pub fn VmsPage() -> impl IntoView {
    let query = use_router().query();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::from_query(query)));
    let list = VmList::of(wanted);
    let face = Memo::new(move |_| list.face());
    let refresh = Callback::new(move |()| list.load());
    view! {
        <Blade title="Virtual machines" glyph=Glyph::Machines crumbs=vec![("My access", Page::MyAccess)]>
            <div class="commands">
                <Button look=Look::Quiet glyph=Glyph::Refresh on_press=refresh busy=Signal::derive(move || list.busy())>
                    "Refresh"
                </Button>
                <Age list/>
            </div>
            <Filters wanted facets=Memo::new(move |_| list.facets())/>
            {move || match face.get() {
                Face::Waiting => view! { <Skeleton lines=8/> }.into_any(),
                Face::Failed(error) => view! { <Failure error on_retry=refresh/> }.into_any(),
                Face::Loaded => view! { <Loaded list refresh/> }.into_any(),
            }}
        </Blade>
    }
}

/// How old the list is. Not in a live region: it changes all the time.
#[component]
fn Age(list: VmList) -> impl IntoView {
    let tick = use_server_clock().tick();
    let age = Memo::new(move |_| list.as_of().map(|as_of| format::ago(tick.get().duration_since(as_of))));
    move || age.get().map(|age| view! { <span class="commands__note quiet">"As of "{age}</span> })
}

#[component]
fn Loaded(list: VmList, refresh: Callback<()>) -> impl IntoView {
    let unreadable = Memo::new(move |_| list.unreadable());
    view! {
        {move || list.failure().map(|error| view! { <Failure error on_retry=refresh/> })}
        {move || unreadable.get().into_iter().map(|subscription| view! {
            <MessageBar tone=Tone::Warning>
                <p><strong>{subscription.name}</strong>" could not be read in full: "{subscription.reason}</p>
            </MessageBar>
        }).collect_view()}
        <p class="count" class:visually-hidden=move || list.total() == 0 role="status">
            {move || format::count(list.total().into(), "virtual machine", "virtual machines")}
        </p>
        {move || match (list.total(), list.is_choosy()) {
            (0, true) => view! {
                <div class="empty">
                    <p class="empty__title">"No virtual machine matches these filters."</p>
                    <a class=Look::Secondary.class() href=Page::all_vms().path()>"Reset filters"</a>
                </div>
            }.into_any(),
            (0, false) => view! {
                <div class="empty">
                    <p class="empty__title">"No virtual machines to display."</p>
                    <p class="quiet">
                        "No access rule lets you see any. Ask whoever runs Postern for one, and tell them which machines you need."
                    </p>
                </div>
            }.into_any(),
            _ => view! { <VmTable vms=list.items()/> }.into_any(),
        }}
        {move || list.has_more().then(|| view! { <More list/> })}
    }
}

#[component]
fn More(list: VmList) -> impl IntoView {
    let shown = move || format::shown(list.items().len(), list.total());
    view! {
        <p class="more">
            <Button on_press=Callback::new(move |()| list.load_more()) busy=Signal::derive(move || list.busy())>
                "Load more"
            </Button>
            <span class="quiet">{shown}</span>
        </p>
    }
}
