//! The list of machines. Its filters stand in the address, so that a link shows the same list.

mod filters;
mod list;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::Failure;
use crate::components::icon::Glyph;
use crate::components::message_bar::{MessageBar, Tone};
use crate::components::skeleton::Skeleton;
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;

use filters::Filters;
use list::{Face, VmList};
use table::VmTable;

/// The list of machines.
#[component]
pub fn VmsPage() -> impl IntoView {
    let list = VmList::of(use_location().search);
    let refresh = Callback::new(move |()| list.load());
    view! {
        <Blade title="Virtual machines" glyph=Glyph::Machines crumbs=vec![("My access", Page::MyAccess)]>
            <div class="commands">
                <Button look=Look::Quiet glyph=Glyph::Refresh on_press=refresh busy=Signal::derive(move || list.busy())>
                    "Refresh"
                </Button>
            </div>
            <Filters facets=Signal::derive(move || list.facets())/>
            {move || match list.face() {
                Face::Waiting => view! { <Skeleton lines=8/> }.into_any(),
                Face::Failed(error) => view! { <Failure error on_retry=refresh/> }.into_any(),
                Face::Loaded => view! { <Loaded list/> }.into_any(),
            }}
        </Blade>
    }
}

#[component]
fn Loaded(list: VmList) -> impl IntoView {
    let tick = use_server_clock().tick();
    let more = Callback::new(move |()| list.load_more());
    let filtered = Memo::new(move |_| list.is_filtered());
    view! {
        {move || list.unreadable().into_iter().map(|subscription| view! {
            <MessageBar tone=Tone::Warning>
                <strong>{subscription.name}</strong>": "{subscription.reason}
            </MessageBar>
        }).collect_view()}
        <p class="count" role="status">
            {move || format::count(list.total().into(), "virtual machine", "virtual machines")}
            <span class="quiet">
                {move || list.as_of().map(|as_of| format!(" · as of {}", format::ago(tick.get().duration_since(as_of))))}
            </span>
        </p>
        {move || match (list.total(), filtered.get()) {
            (0, true) => view! {
                <div class="empty">
                    <p>"No virtual machine matches these filters."</p>
                    <a class=Look::Secondary.class() href=Page::all_vms().path()>"Reset filters"</a>
                </div>
            }.into_any(),
            (0, false) => view! {
                <div class="empty">
                    <p>"No virtual machines to display."</p>
                    <p class="quiet">"No access rule lets you see any. Whoever runs Postern can add one for you."</p>
                </div>
            }.into_any(),
            _ => view! { <VmTable vms=list.items()/> }.into_any(),
        }}
        {move || list.has_more().then(|| view! {
            <Button on_press=more busy=Signal::derive(move || list.busy())>"Load more"</Button>
        })}
    }
}
