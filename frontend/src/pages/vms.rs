//! The list of machines. What it is narrowed by stands in the address, so that a link shows the
//! same list.

mod filters;
mod list;
mod table;

use leptos::prelude::*;

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::Glyph;
use crate::components::listed::{NONE_TO_SEE, age, unreadable};
use crate::components::skeleton::skeleton;
use crate::format;
use crate::loading::Face;
use crate::page::{Page, Wanted};
use crate::router::use_router;
use crate::view::{Element, IntoView, View, el, several};

use filters::filters;
use list::VmList;
use table::vm_table;

/// The list of machines.
pub fn vms_page() -> View {
    let query = use_router().query();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::from_query(query)));
    let list = VmList::of(wanted);
    let refresh = Button::new("Refresh", move || list.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(list.loading.busy);
    let blade = Blade {
        title: "Virtual machines",
        aspect: None,
        subtitle: None,
        glyph: Glyph::Machines,
        crumbs: &[("My access", Page::MyAccess)],
    };
    blade.around(several![
        el("div").class("commands").child(refresh).child(age(move || list.as_of())),
        filters(wanted, list),
        move || match list.face() {
            Face::Waiting => skeleton(8).into_view(),
            Face::Failed(error) => failure_with_retry(&error, move || list.load()).into_view(),
            Face::Loaded => loaded(list),
        },
    ])
}

fn loaded(list: VmList) -> View {
    let total = list.total();
    several![
        list.loading.failure().map(|error| failure_with_retry(&error, move || list.load())),
        unreadable(list.unreadable()),
        el("p")
            .class(if total == 0 { "count visually-hidden" } else { "count" })
            .attr("role", "status")
            .child(format::count(total.into(), "virtual machine", "virtual machines")),
        match total {
            0 => empty(list.is_choosy()),
            _ => vm_table(&list.items()),
        },
        list.has_more().then(|| more(list)),
    ]
}

fn empty(is_choosy: bool) -> Element {
    let empty = el("div").class("empty");
    if is_choosy {
        return empty
            .child(el("p").class("empty__title").child("No virtual machine matches these filters."))
            .child(
                el("a")
                    .class(Look::Secondary.class())
                    .attr("href", Page::all_vms().path())
                    .child("Reset filters"),
            );
    }
    empty
        .child(el("p").class("empty__title").child("No virtual machines to display."))
        .child(el("p").class("quiet").child(NONE_TO_SEE))
}

fn more(list: VmList) -> Element {
    let shown = format::shown(list.items().len(), list.total());
    el("p")
        .class("more")
        .child(Button::new("Load more", move || list.load_more()).busy(list.loading.busy))
        .child(el("span").class("quiet").child(shown))
}
