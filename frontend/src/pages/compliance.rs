//! Which machines ought to have just-in-time access and do not: by Azure Policy, and as Postern sees
//! them. What is looked at stands in the address.

mod ask;
mod assign;
mod assignments;
mod chart;
mod chosen;
mod filters;
mod history;
mod list;
mod scan;
mod table;
mod words;

use leptos::prelude::*;

use crate::api;
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::icon::{Glyph, icon};
use crate::components::listed::age;
use crate::page::{Complying, Page};
use crate::router::use_router;
use crate::view::{Element, View, anew, el, several};

pub use ask::ask_page;

use chosen::Chosen;
use list::ComplianceList;
use scan::Scans;

/// The tabs, as the address and as people call them.
const TABS: [(&str, &str); 3] =
    [("", "Virtual machines"), ("assignments", "Assignments"), ("history", "Over time")];

/// How machines comply.
pub fn compliance_page() -> View {
    let query = use_router().query();
    let complying = Memo::new(move |_| query.with(|query| Complying::from_query(query)));
    let tab = Memo::new(move |_| {
        complying
            .with(|complying| TABS.iter().position(|(key, _)| *key == complying.value("tab")))
            .unwrap_or(0)
    });
    let blade = Blade {
        title: "Compliance",
        aspect: None,
        subtitle: Some(
            "Management ports of virtual machines should be protected with just-in-time network access control",
        ),
        glyph: Glyph::Success,
        crumbs: &[("My access", Page::MyAccess)],
    };
    blade.around(several![tabs(tab), move || {
        let tab = tab.get();
        anew(move || match tab {
            1 => assignments::assignments_tab(),
            2 => history::history_tab(complying),
            _ => machines(complying),
        })
    }])
}

fn tabs(tab: Memo<usize>) -> Element {
    let link = |(place, (key, words)): (usize, (&'static str, &'static str))| {
        let current = move || (tab.get() == place).then_some("page");
        let address = address(&Complying::default().with("tab", key));
        el("a").class("tabs__tab").attr("href", address).attr("aria-current", current).child(words)
    };
    let links: View = TABS.into_iter().enumerate().map(link).collect();
    el("nav").class("tabs").attr("aria-label", "Tabs").child(links)
}

/// The address of what is looked at.
fn address(complying: &Complying) -> String {
    match complying.query() {
        query if query.is_empty() => Page::Compliance.path(),
        query => format!("{}?{query}", Page::Compliance.path()),
    }
}

fn machines(complying: Memo<Complying>) -> View {
    let list = ComplianceList::of(complying);
    let chosen = Chosen::new(complying);
    let scans = Scans::new(move || list.load());
    let refresh = Button::new("Refresh", move || list.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(list.loading.busy);
    let sheet = el("a")
        .class(Look::Quiet.class())
        .attr("href", move || complying.with(api::compliance::sheet))
        .attr("rel", "external")
        .attr("download", "")
        .child(icon(Glyph::Download))
        .child("Download CSV");
    several![
        el("div")
            .class("commands")
            .child(refresh)
            .child(scans.button())
            .child(sheet)
            .child(age(move || list.about(|page| Some(page.as_of)))),
        scans.view(),
        filters::states(complying, list),
        filters::filters(complying, list),
        chosen::actions(list, chosen),
        table::table(complying, list, chosen),
    ]
}
