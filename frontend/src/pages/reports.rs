//! What a month or a quarter was like, on a page that prints well. Which one stands in the address.

mod chart;
mod choices;
mod periods;
mod tables;
mod words;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::report::Report;

use crate::api;
use crate::browser;
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::components::listed::unreadable;
use crate::components::skeleton::skeleton;
use crate::format;
use crate::loading::{Face, Loading};
use crate::page::Page;
use crate::router::use_router;
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, anew, el, several};

use chart::chart;
use choices::{Wanted, choices};
use tables::{listing, ranking};

/// A report, as it is loaded.
#[derive(Clone, Copy)]
struct Loaded {
    wanted: Memo<Wanted>,
    report: RwSignal<Option<Report>>,
    loading: Loading,
}

/// What a month or a quarter was like, for whoever may read the audit trail of anything.
pub fn reports_page() -> View {
    let query = use_router().query();
    let today = browser::local(use_server_clock().now()).date();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::from_query(query, today)));
    let loaded = Loaded { wanted, report: RwSignal::new(None), loading: Loading::new() };
    Effect::new(move |_| {
        wanted.with(|_| ());
        loaded.load();
    });
    let refresh = Button::new("Refresh", move || loaded.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(loaded.loading.busy);
    let print = Button::new("Print", browser::print).look(Look::Quiet).glyph(Glyph::Print);
    let download = el("a")
        .class(Look::Quiet.class())
        .attr("href", move || wanted.with(|wanted| api::reports::csv(&wanted.query())))
        .attr("rel", "external")
        .attr("download", "")
        .child(icon(Glyph::Download))
        .child("Download CSV");
    let blade = Blade {
        title: "Reports",
        aspect: None,
        subtitle: Some("Who had access in a month or a quarter, and what stands out"),
        glyph: Glyph::Report,
        crumbs: &[("My access", Page::MyAccess)],
    };
    blade.around(several![
        el("div").class("commands").child(refresh).child(print).child(download),
        choices(wanted, today, loaded.report.into()),
        move || match loaded.loading.face(loaded.report.with(Option::is_some)) {
            Face::Waiting => skeleton(8).into_view(),
            Face::Failed(error) => failure_with_retry(&error, move || loaded.load()).into_view(),
            Face::Loaded => anew(move || loaded.shown()),
        },
    ])
}

impl Loaded {
    fn load(self) {
        let number = self.loading.begin();
        let query = self.wanted.get_untracked().query();
        spawn_local(async move {
            let answer = api::reports::show(&query).await;
            if self.loading.is_waited_for(number) {
                // A report on another time is none on this one.
                self.report.set(answer.as_ref().ok().cloned());
                self.loading.end(answer.err());
            }
        });
    }

    fn shown(self) -> View {
        let Some(report) = self.report.get() else { return several![] };
        several![
            el("h2").class("report__title").child(words::title(&report)),
            el("p").class("quiet").child(words::terms(&report)),
            words::limits(&report).map(|limits| el("p").class("quiet").child(limits)),
            unreadable(report.unreadable.clone()),
            el("p").class("visually-hidden").attr("role", "status").child(words::said(&report)),
            figures(&report),
            chart(&report),
            if is_empty(&report) { empty().into_view() } else { parts(&report) },
        ]
    }
}

/// The numbers that matter, each with the way to what it counts.
fn figures(report: &Report) -> Element {
    let figure = |number: String, name: View| {
        el("div").class("figure").child(el("dt").child(name)).child(el("dd").child(number))
    };
    let count = |count: u32| format::grouped(count.into());
    let counted = |number: u32, name: &'static str, section: &'static str| {
        let link = || el("a").class("link").attr("href", format!("#{section}")).child(name).into_view();
        figure(count(number), if number == 0 { name.into_view() } else { link() })
    };
    el("dl")
        .class("figures")
        .child(figure(count(report.totals.grants), "Grants".into_view()))
        .child(figure(words::hours(report.totals.minutes), "Granted in all".into_view()))
        .child(counted(report.people.of, "People", "people"))
        .child(counted(report.machines.of, "Virtual machines", "machines"))
        .child(counted(report.out_of_hours.count, "Out of hours", "out-of-hours"))
        .child(counted(report.without_ticket.count, "Without ticket, through Postern", "without-ticket"))
        .child(counted(report.refused.count, "Refused", "refused"))
        .child(counted(report.outside.count, "Made outside Postern", "outside"))
        .child(figure(count(report.totals.closed_early), "Closed early".into_view()))
}

fn is_empty(report: &Report) -> bool {
    report.totals.grants == 0 && report.refused.count == 0 && report.outside.count == 0
}

fn empty() -> Element {
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child("Nobody asked for access in this time."))
        .child(el("p").class("quiet").child("Choose another month or quarter."))
}

fn parts(report: &Report) -> View {
    let zone = report.zone.as_str();
    several![
        ranking("people", "People", "Person", &report.people),
        ranking("machines", "Virtual machines", "Virtual machine", &report.machines),
        ranking("groups", "Resource groups", "Resource group", &report.groups),
        ranking("networks", "Networks", "Network", &report.networks),
        tables::extremes("longest", "Longest", &report.longest, zone),
        tables::extremes("broadest", "For more than one address", &report.broadest, zone),
        listing("out-of-hours", "Out of hours", &report.out_of_hours, zone),
        listing("without-ticket", "Without ticket, through Postern", &report.without_ticket, zone),
        listing("refused", "Refused", &report.refused, zone),
        listing("outside", "Made outside Postern", &report.outside, zone),
    ]
}
