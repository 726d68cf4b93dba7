//! How all machines stand with just-in-time access. The tab, what it is narrowed by and its order
//! stand in the address, so that a link shows the same.

mod chosen;
mod filters;
mod list;
mod menu;
mod plans;
mod row;
mod table;

use leptos::prelude::*;
use shared::jit_list::{Tab, TabCounts};

use crate::api;
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::components::listed::{NONE_TO_SEE, age, unreadable};
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::format;
use crate::page::{JitWanted, Page};
use crate::router::use_router;
use crate::view::{Element, IntoView, View, el, several};

use chosen::{Chosen, actions};
use filters::filters;
use list::{Face, JitList};
use menu::Menu;
use plans::Plans;
use table::Table;

/// The page of just-in-time access.
pub fn jit_page() -> View {
    let query = use_router().query();
    let wanted = Memo::new(move |_| query.with(|query| JitWanted::from_query(query)));
    let list = JitList::of(wanted);
    let chosen = Chosen::new(wanted);
    let menu = Menu::new(list);
    let plans = Plans::new(list);
    let table = Table::new(list, chosen, menu);
    let refresh =
        Button::new("Refresh", move || list.load()).look(Look::Quiet).glyph(Glyph::Refresh).busy(list.busy);
    let sheet = el("a")
        .class(Look::Quiet.class())
        .attr("href", move || wanted.with(api::jit::sheet))
        .attr("download", "")
        .child(icon(Glyph::Download))
        .child("Download as CSV");
    let blade = Blade {
        title: "Just-in-time VM access",
        aspect: None,
        subtitle: Some("Last week"),
        glyph: Glyph::Lock,
        crumbs: &[("My access", Page::MyAccess)],
    };
    blade.around(several![
        el("div").class("commands").child(refresh).child(sheet).child(age(move || list.as_of())),
        el("div")
            .class("jit__about")
            .child(expander("What is just-in-time VM access?", WHAT))
            .child(expander("How does it work?", HOW)),
        plans.view(),
        move || unreadable(list.about(|page| page.unreadable.clone())),
        move || nowhere(list.about(|page| page.counts).unknown),
        menu.told(),
        el("h2").class("jit__heading").child("Virtual machines"),
        tabs(wanted, list),
        el("p").class("jit__intro quiet").child(move || intro(wanted.with(|wanted| wanted.tab))),
        filters(wanted, list),
        actions(list, chosen),
        move || match list.face() {
            Face::Waiting => skeleton(8).into_view(),
            Face::Failed(error) => failure_with_retry(&error, move || list.load()).into_view(),
            Face::Empty => empty(&list.shown(), list.about(|page| page.counts)).into_view(),
            Face::Loaded => table.view(),
        },
        menu.view(),
    ])
}

const WHAT: &str = "Just-in-time VM access enables you to lock down your VMs in the network level by blocking inbound traffic to specific ports. It enables you to control the access and reduce the attack surface to your VMs, by allowing access only upon a specific need.";
const HOW: &str = "Upon a user request, Postern decides by its access rules whether to grant access. If a request is approved, Defender for Cloud configures the NSGs to allow inbound traffic to these ports, for the requested amount of time, after which it restores the NSGs to their previous states.";

fn expander(question: &'static str, answer: &'static str) -> Element {
    el("details").class("jit__more").child(el("summary").child(question)).child(el("p").child(answer))
}

/// What is said of a tab, in the portal's words.
fn intro(tab: Tab) -> &'static str {
    match tab {
        Tab::Configured => {
            "VMs for which the just-in-time VM access control is already in place. Presented data is for the last week."
        }
        Tab::NotConfigured => {
            "To restrict access to your management ports, enable just-in-time (JIT) access control on all your “High” and “Low” risk VMs. Where it says “Not needed”, no rule opens a management port."
        }
        Tab::Unsupported => "VMs on which just-in-time access cannot be enabled as they are, and why.",
    }
}

/// What a tab is called.
fn title(tab: Tab) -> &'static str {
    match tab {
        Tab::Configured => "Configured",
        Tab::NotConfigured => "Not configured",
        Tab::Unsupported => "Unsupported",
    }
}

fn tabs(wanted: Memo<JitWanted>, list: JitList) -> Element {
    let tab = |tab: Tab| {
        let count = move || {
            let TabCounts { configured, not_configured, unsupported, .. } = list.about(|page| page.counts);
            let number = match tab {
                Tab::Configured => configured,
                Tab::NotConfigured => not_configured,
                Tab::Unsupported => unsupported,
            };
            list.is_known().then(|| format::grouped(number.into()))
        };
        el("a")
            .class("tabs__tab")
            .attr("href", move || wanted.with(|wanted| address(&wanted.on(tab))))
            .attr("aria-current", move || wanted.with(|wanted| wanted.tab == tab).then_some("page"))
            .child(title(tab))
            .child(" ")
            .child(el("span").class("tabs__count").child(count))
    };
    el("nav").class("tabs").attr("aria-label", "Tabs").child(Tab::ALL.map(tab).into_iter().collect::<View>())
}

/// The address of what is wanted.
fn address(wanted: &JitWanted) -> String {
    match wanted.query() {
        query if query.is_empty() => Page::Jit.path(),
        query => format!("{}?{query}", Page::Jit.path()),
    }
}

/// Those that are in no tab.
fn nowhere(number: u32) -> Option<Element> {
    let machines = format::count(number.into(), "virtual machine is", "virtual machines are");
    let words = format!("{machines} in no tab, because the just-in-time policies there could not be read.");
    (number > 0).then(|| message_bar(Tone::Warning, words))
}

fn empty(shown: &JitWanted, counts: TabCounts) -> Element {
    let empty = el("div").class("empty");
    if shown.is_choosy() {
        let reset = el("a").class(Look::Secondary.class()).attr("href", address(&shown.unfiltered()));
        return empty
            .child(
                el("p").class("empty__title").child("No virtual machine in this tab matches these filters."),
            )
            .child(reset.child("Reset filters"));
    }
    let words = if counts == TabCounts::default() { NONE_TO_SEE } else { "They are in the other tabs." };
    empty
        .child(el("p").class("empty__title").child("No virtual machines to display."))
        .child(el("p").class("quiet").child(words))
}
