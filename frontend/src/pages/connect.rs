//! The Connect page of a machine: from where, to which port, for how long and why, and then in.

mod ask;
mod card;
mod client;
mod commands;
mod desk;
mod destination;
mod diagnosis;
mod form;
pub mod length;
mod limits;
mod more_ports;
mod notices;
mod open_here;
mod recent;
mod row;
#[cfg(test)]
mod samples;
mod session_bar;
mod share;
mod source;
mod state;
mod texts;
mod why;

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use shared::resource_id::VmId;
use shared::vm::VmDetails;

use crate::api::{self, ApiError};
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::components::message_bar::{Tone, message_bar};
use crate::components::resource_menu::resource_menu;
use crate::components::skeleton::skeleton;
use crate::page::{self, Page, value_of};
use crate::pins::Pins;
use crate::router::{Step, use_router};
use crate::view::{Element, IntoView, View, anew, el, several};

use card::{connect_card, exposed_below, notices_above};
use desk::Desk;
use open_here::open_here;
use recent::recent;
use state::Card;

pub use texts::addresses;

/// How long choices rest before the page's address follows them.
const SETTLED: Duration = Duration::from_millis(400);

/// The Connect page of a machine.
pub fn connect_page(vm: VmId) -> View {
    let name = vm.name().to_string();
    let of_vm = vm.clone();
    let details = RwSignal::new(None::<Result<VmDetails, ApiError>>);
    // The page may be gone by then.
    let load = move || api::vms::details(&vm, move |read| _ = details.try_set(Some(read)));
    load();
    let blade = Blade {
        title: &name,
        aspect: Some("Connect"),
        subtitle: Some("Virtual machine"),
        glyph: Glyph::Plug,
        crumbs: &[("My access", Page::MyAccess), ("Virtual machines", Page::all_vms())],
    };
    let is_there = move || !details.with(|read| matches!(read, Some(Err(error)) if error.is_not_found()));
    let menu = move || is_there().then(|| resource_menu(&of_vm, &Page::Connect(of_vm.clone())));
    blade.around(several![menu, move || match details.get() {
        None => waiting(),
        Some(Err(error)) if error.is_not_found() => no_such_vm().into_view(),
        Some(Err(error)) => failure_with_retry(&error, load.clone()).into_view(),
        Some(Ok(details)) => anew(move || machine(details.clone())),
    }])
}

fn commands(refresh: Button) -> Element {
    el("div").class("commands").child(refresh.look(Look::Quiet).glyph(Glyph::Refresh))
}

/// As much room as the card takes.
fn waiting() -> View {
    several![
        commands(Button::new("Refresh", || ()).busy(true)),
        el("div").class("card connect connect--waiting").child(skeleton(12)),
    ]
}

fn no_such_vm() -> Element {
    let words = el("p").child("There is no such virtual machine, or no access rule lets you see it.");
    let link = el("a").class("link").attr("href", Page::all_vms().path()).child("Look for another one");
    message_bar(Tone::Warning, several![words, link])
}

fn machine(details: VmDetails) -> View {
    let query = use_router().query().get_untracked();
    let vm = details.vm.id.clone();
    let desk = Desk::new(details, |key| value_of(&query, key));
    desk.judge_choices();
    let odd = form::Form::odd(|key| value_of(&query, key)).join(", ");
    let odd = (!odd.is_empty()).then(|| {
        message_bar(Tone::Info, format!("Not understood in this page's address, and left out: {odd}."))
    });
    follow_in_address(desk, &vm);
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            ask::submit(desk);
        }
    });
    on_cleanup(move || keys.remove());
    desk.go_on();
    let hand_over = move || {
        let prepare = desk.details.with(|details| {
            let can_be = details.policy.is_some() && details.unsupported.is_none();
            (can_be && !details.may.request_for_others.is_empty()).then(|| page::prepare(&details.vm.id))
        })?;
        let link = el("a").class(Look::Quiet.class()).attr("href", prepare);
        Some(link.child(icon(Glyph::Person)).child("Prepare for somebody else"))
    };
    several![
        commands(Button::new("Refresh", move || desk.refresh()).busy(desk.refreshing))
            .child(Pins::mine().button(vm))
            .child(hand_over),
        el("div").class("connect__notices").child(odd),
        notices_above(desk),
        connect_card(desk),
        exposed_below(desk),
        open_here(desk),
        recent(desk),
    ]
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
        if desk.card.with(|card| matches!(card, Card::Requesting { late: false })) {
            write_now(&query);
        } else if before.is_some_and(|before| before != query) {
            write(query.clone());
        }
        query
    });
}
