//! What was done about just-in-time access, on all machines or on one: Azure's activity log and
//! Postern's own trail, side by side. What is looked for stands in the address.

mod export;
mod filters;
mod list;
mod table;
mod words;

use leptos::prelude::*;
use shared::resource_id::VmId;

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::Glyph;
use crate::components::listed::unreadable;
use crate::components::resource_menu::resource_menu;
use crate::components::skeleton::skeleton;
use crate::format;
use crate::loading::Face;
use crate::page::{Page, Past};
use crate::router::use_router;
use crate::view::{Element, IntoView, View, anew, el, several};

use export::Export;
use filters::filters;
use list::ActivityList;
use table::activity_table;

/// What was done, on one machine or on all whose audit trail one may read.
pub fn audit_page(vm: Option<&VmId>) -> View {
    let query = use_router().query();
    let past = Memo::new(move |_| query.with(|query| Past::from_query(query)));
    let of_vm = vm.cloned();
    let wanted = Memo::new(move |_| match &of_vm {
        Some(vm) => past.get().with("vm", &vm.to_string()),
        None => past.get(),
    });
    let list = ActivityList::of(wanted);
    let export = Export::of(wanted, list);
    let refresh = Button::new("Refresh", move || list.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(list.loading.busy);
    let blade = match vm {
        Some(vm) => Blade {
            title: vm.name().as_str(),
            aspect: Some("Activity"),
            subtitle: Some("Virtual machine"),
            glyph: Glyph::Audit,
            crumbs: &[("My access", Page::MyAccess), ("Virtual machines", Page::all_vms())],
        },
        None => Blade {
            title: "Audit",
            aspect: None,
            subtitle: Some("What was done about just-in-time access, and by whom"),
            glyph: Glyph::Audit,
            crumbs: &[("My access", Page::MyAccess)],
        },
    };
    let of_one = vm.is_some();
    blade.around(several![
        vm.map(|vm| resource_menu(vm, &Page::Activity(vm.clone()))),
        el("div").class("commands").child(refresh).child(export.links()),
        export.progress(),
        filters(past, of_one),
        move || match list.face() {
            Face::Waiting => skeleton(8).into_view(),
            Face::Failed(error) => failure_with_retry(&error, move || list.load()).into_view(),
            Face::Loaded => anew(move || loaded(past, list, of_one)),
        },
    ])
}

fn loaded(past: Memo<Past>, list: ActivityList, of_one: bool) -> View {
    let Some(page) = list.page() else { return several![] };
    let has_more = page.next.is_some();
    let said = format::count(page.items.len() as u64, "entry", "entries");
    let said = format!("{said}{}", if has_more { ", and there are more" } else { "" });
    several![
        list.loading.failure().map(|error| failure_with_retry(&error, move || list.load())),
        unreadable(page.unreadable.clone()),
        el("p").class("past__limits quiet").child(words::limits(
            &format::day_and_year(page.azure_since),
            page.own_since.map(format::day_and_year).as_deref(),
            page.own_since.is_some_and(|own| page.azure_since < own),
        )),
        el("p").class("visually-hidden").attr("role", "status").child(said),
        if page.items.is_empty() && !has_more {
            empty(past.with(Past::is_choosy))
        } else {
            activity_table(&page.items, of_one)
        },
        has_more.then(|| more(list, page.items.is_empty())),
    ]
}

fn empty(is_choosy: bool) -> Element {
    let (title, advice) = if is_choosy {
        ("Nothing matches these filters.", "Take one away, or look at other days.")
    } else {
        ("Nothing was done yet.", "What is done about just-in-time access is listed here, whoever does it.")
    };
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child(title))
        .child(el("p").class("quiet").child(advice))
}

fn more(list: ActivityList, nothing: bool) -> Element {
    el("p")
        .class("more")
        .child(Button::new("Load more", move || list.load_more()).busy(list.loading.busy))
        .child(
            nothing.then(|| el("span").class("quiet").child("None among the latest; there is more before.")),
        )
}
