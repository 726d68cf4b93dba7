//! The Connect page of a machine: from where, to which port, for how long and why, and then in.

mod ask;
mod card;
mod client;
mod commands;
mod desk;
mod destination;
mod form;
mod length;
mod limits;
mod notices;
mod recent;
mod row;
#[cfg(test)]
mod samples;
mod session_bar;
mod source;
mod state;
mod texts;

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::resource_id::VmId;
use shared::vm::VmDetails;

use crate::api::{self, ApiError};
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::Failure;
use crate::components::icon::Glyph;
use crate::components::message_bar::{MessageBar, Tone};
use crate::components::skeleton::Skeleton;
use crate::page::{Page, value_of};
use crate::router::{Step, use_router};

use card::{ConnectCard, Notices};
use desk::Desk;
use recent::Recent;
use state::Card;

/// How long choices rest before the page's address follows them.
const SETTLED: Duration = Duration::from_millis(400);

/// The Connect page.
#[component]
pub fn ConnectPage(
    /// The machine.
    vm: VmId,
) -> impl IntoView {
    let name = vm.name().to_string();
    let details = RwSignal::new(None::<Result<VmDetails, ApiError>>);
    let retry = Callback::new(move |()| {
        let vm = vm.clone();
        spawn_local(async move {
            let read = api::vms::details(&vm).await;
            details.try_set(Some(read));
        });
    });
    retry.run(());
    let crumbs = vec![("My access", Page::MyAccess), ("Virtual machines", Page::all_vms())];
    view! {
        <Blade title=name aspect="Connect" subtitle="Virtual machine" glyph=Glyph::Plug crumbs>
            {move || match details.get() {
                None => view! { <Waiting/> }.into_any(),
                Some(Err(error)) if error.is_not_found() => view! { <NoSuchVm/> }.into_any(),
                Some(Err(error)) => view! { <Failure error on_retry=retry/> }.into_any(),
                Some(Ok(details)) => view! { <Machine details/> }.into_any(),
            }}
        </Blade>
    }
}

/// As much room as the card takes.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <div class="commands">
            <Button look=Look::Quiet glyph=Glyph::Refresh busy=true on_press=|()| ()>"Refresh"</Button>
        </div>
        <div class="card connect connect--waiting"><Skeleton lines=12/></div>
    }
}

#[component]
fn NoSuchVm() -> impl IntoView {
    view! {
        <MessageBar tone=Tone::Warning>
            <p>"There is no such virtual machine, or no access rule lets you see it."</p>
            <a class="link" href=Page::all_vms().path()>"Look for another one"</a>
        </MessageBar>
    }
}

#[component]
fn Machine(details: VmDetails) -> impl IntoView {
    let query = use_router().query().get_untracked();
    let vm = details.vm.id.clone();
    let desk = Desk::new(details, |key| value_of(&query, key));
    // Neither this device's address nor what came in the page's is known to be right.
    untrack(|| {
        desk.judge(form::field::SOURCE);
        desk.judge(form::field::DURATION);
    });
    follow_in_address(desk, &vm);
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            desk.submit();
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <div class="commands">
            <Button look=Look::Quiet glyph=Glyph::Refresh busy=desk.refreshing on_press=move |()| desk.refresh()>
                "Refresh"
            </Button>
        </div>
        <Notices desk/>
        <ConnectCard desk/>
        <Recent desk/>
    }
}

/// Keeps the page's address such that it brings others to the same choices, and oneself back to
/// them from signing in.
fn follow_in_address(desk: Desk, vm: &VmId) {
    let router = use_router();
    let path = Page::Connect(vm.clone()).path();
    let write = move |query: &str| {
        // By now another page may be open.
        if !desk.form.is_disposed() {
            router.go(&format!("{path}{query}"), Step::InPlace);
        }
    };
    let write_now = write.clone();
    let mut write = leptos::leptos_dom::helpers::debounce(SETTLED, move |query: String| write(&query));
    Effect::new(move |before: Option<String>| {
        let query = desk.form.with(form::Form::query);
        if desk.card.with(|card| matches!(card, Card::Requesting)) {
            write_now(&query);
        } else if before.is_some_and(|before| before != query) {
            write(query.clone());
        }
        query
    });
}
