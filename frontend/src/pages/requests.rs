//! Requests, looked back at. What is looked for stands in the address, so that a link shows the
//! same.

mod filters;
mod list;
mod outside;
mod table;

use leptos::prelude::*;
use shared::resource_id::VmId;
use shared::verb::Verb;

use crate::api;
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::components::resource_menu::resource_menu;
use crate::components::skeleton::skeleton;
use crate::loading::Face;
use crate::page::{Page, Past};
use crate::router::use_router;
use crate::session::use_session;
use crate::view::{Element, IntoView, View, anew, el, several};

use filters::filters;
use list::PastList;
use outside::outside_requests;
use table::request_table;

/// Requests, looked back at.
pub fn requests_page() -> View {
    let query = use_router().query();
    let past = Memo::new(move |_| query.with(|query| Past::from_query(query)));
    let list = PastList::of(past);
    let audits = use_session().may.contains(&Verb::Audit);
    let refresh = Button::new("Refresh", move || list.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(list.loading.busy);
    let export = el("a")
        .class(Look::Quiet.class())
        .attr("href", move || past.with(api::history::csv))
        .attr("rel", "external")
        .attr("download", "")
        .child(icon(Glyph::Download))
        .child("Download CSV");
    let blade = Blade {
        title: "Requests",
        aspect: None,
        subtitle: Some(if audits {
            "Who asked for access, and what became of it"
        } else {
            "What you asked for, and what became of it"
        }),
        glyph: Glyph::Clock,
        crumbs: &[("My access", Page::MyAccess)],
    };
    let vm = Memo::new(move |_| past.with(|past| past.value("vm").parse::<VmId>().ok()));
    blade.around(several![
        move || vm.get().map(|vm| resource_menu(&vm, &Page::requests_for(&vm))),
        el("div").class("commands").child(refresh).child(export),
        filters(past, audits),
        move || match list.face() {
            Face::Waiting => skeleton(8).into_view(),
            Face::Failed(error) => failure_with_retry(&error, move || list.load()).into_view(),
            Face::Loaded => anew(move || loaded(past, list, audits)),
        },
        // Only a whole id names one machine.
        move || match vm.get() {
            Some(vm) if audits => anew(move || outside_requests(&vm)),
            None if audits => {
                let audit = el("a").class("link").attr("href", Page::Audit.path()).child("Audit");
                let words = "These were made with Postern. Those that were made outside it stand under ";
                el("p").class("quiet").child(words).child(audit).child(".").into_view()
            }
            _ => several![],
        },
    ])
}

fn loaded(past: Memo<Past>, list: PastList, audits: bool) -> View {
    let items = list.about(|page| page.items.clone());
    several![
        list.loading.failure().map(|error| failure_with_retry(&error, move || list.load())),
        el("p").class("visually-hidden").attr("role", "status").child(said(items.len(), list.has_more())),
        if items.is_empty() && !list.has_more() {
            empty(past.with(Past::is_choosy))
        } else {
            request_table(&items, audits)
        },
        list.has_more().then(|| more(list)),
    ]
}

fn said(count: usize, more: bool) -> String {
    let more = if more { ", and there are more" } else { "" };
    format!("{}{more}", crate::format::count(count as u64, "request", "requests"))
}

fn empty(is_choosy: bool) -> Element {
    let (title, advice) = if is_choosy {
        ("No request matches these filters.", "Take one away, or look at other days.")
    } else {
        ("No requests yet.", "Whatever is asked for with Postern is listed here.")
    };
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child(title))
        .child(el("p").class("quiet").child(advice))
}

fn more(list: PastList) -> Element {
    let nothing = list.about(|page| page.items.is_empty());
    el("p")
        .class("more")
        .child(Button::new("Load more", move || list.load_more()).busy(list.loading.busy))
        .child(
            nothing.then(|| el("span").class("quiet").child("None among the latest; there are older ones.")),
        )
}
