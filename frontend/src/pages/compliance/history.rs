//! How compliance went.

use leptos::prelude::*;
use shared::compliance::{ComplianceDay, ComplianceHistory};
use web_sys::Event;

use super::address;
use super::chart::chart;
use crate::api;
use crate::components::failure::failure_with_retry;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::select::{option, select};
use crate::components::skeleton::skeleton;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::loading::{Face, Loading};
use crate::page::Complying;
use crate::router::{Step, use_router};
use crate::view::{Element, IntoView, View, el, several};

/// How many days can be looked at, as the address and as people say it.
const DAYS: [(&str, &str); 4] = [("7", "7 days"), ("", "30 days"), ("90", "90 days"), ("365", "12 months")];

/// The tab.
pub fn history_tab(complying: Memo<Complying>) -> View {
    let history = RwSignal::new(None::<ComplianceHistory>);
    let loading = Loading::new();
    let load = move || {
        let number = loading.begin();
        let wanted = complying.get_untracked();
        api::compliance::history(wanted.value("assignment"), wanted.value("days"), move |answer| {
            if loading.is_waited_for(number) {
                let answer = answer.map(|told| history.set(Some(told)));
                loading.end(answer.err());
            }
        });
    };
    Effect::new(move |_| {
        complying.with(|_| ());
        load();
    });
    several![
        el("div")
            .class("comply__form")
            .child(field("Assignment", assignments(complying, history)))
            .child(field("Time", days(complying))),
        move || match loading.face(history.with(Option::is_some)) {
            Face::Waiting => skeleton(6).into_view(),
            Face::Failed(error) => failure_with_retry(&error, load).into_view(),
            Face::Loaded => history.with(|history| history.as_ref().map(loaded)).into_view(),
        },
    ]
}

fn field(name: &'static str, field: Element) -> Element {
    el("label").class("comply__field").child(el("span").child(name)).child(field)
}

fn assignments(complying: Memo<Complying>, history: RwSignal<Option<ComplianceHistory>>) -> Element {
    let router = use_router();
    let options = move || {
        let wanted = complying.with(|complying| complying.value("assignment").to_owned());
        let known = history.with(|history| history.as_ref().map(|history| history.assignments.clone()));
        let any = option(String::new(), "All together".to_owned(), wanted.is_empty());
        let each = known.into_iter().flatten().map(|known| {
            let is = known.id == wanted;
            option(known.id, known.name, is)
        });
        std::iter::once(any).chain(each).collect::<View>()
    };
    select("Assignment".to_owned(), options.into_view(), move |event: Event| {
        let new = complying.with_untracked(|now| now.with("assignment", &event_target_value(&event)));
        router.go(&address(&new), Step::Aside);
    })
}

fn days(complying: Memo<Complying>) -> Element {
    let router = use_router();
    let options = move || {
        let wanted = complying.with(|complying| complying.value("days").to_owned());
        let each = DAYS
            .iter()
            .map(|(value, words)| option((*value).to_owned(), (*words).to_owned(), *value == wanted));
        each.collect::<View>()
    };
    select("Time".to_owned(), options.into_view(), move |event: Event| {
        let new = complying.with_untracked(|now| now.with("days", &event_target_value(&event)));
        router.go(&address(&new), Step::Aside);
    })
}

fn loaded(history: &ComplianceHistory) -> View {
    let partial = history.partial.then(|| {
        message_bar(
            Tone::Info,
            "Machines in resource groups of which you may comply on some only are not counted here.",
        )
    });
    if history.items.is_empty() {
        return several![
            partial,
            el("div")
                .class("empty")
                .child(el("p").class("empty__title").child("Nothing is known of these days yet."))
                .child(el("p").class("quiet").child("Azure keeps no such record; Postern writes one down once a day, and whenever somebody looks at this page.")),
        ];
    }
    let rows = history.items.iter().rev().map(line).collect();
    let columns = ["Day (UTC)", "Non-compliant", "Compliant", "Exempt", "Not known", "Not covered"];
    several![
        partial,
        chart(&history.items),
        el("details").class("comply__numbers").child(el("summary").child("The numbers")).child(table(
            "Machines by day",
            "",
            &columns,
            rows
        )),
    ]
}

fn line(day: &ComplianceDay) -> Element {
    let number = |label: &'static str, number: u32| cell(label).child(format::grouped(number.into()));
    let counts = day.counts;
    row(day.day.to_string().get(..10).unwrap_or_default().to_owned())
        .child(number("Non-compliant", counts.non_compliant))
        .child(number("Compliant", counts.compliant))
        .child(number("Exempt", counts.exempt))
        .child(number("Not known", counts.other))
        .child(number("Not covered", counts.not_covered))
}
