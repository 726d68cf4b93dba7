//! The report as a table for spreadsheets: what the page shows, a line each.

use std::iter;

use shared::activity::Activity;
use shared::report::{Listing, Ranking, Report};

/// A line.
pub type Line = [String; COLUMNS.len()];

const COLUMNS: [&str; 17] = [
    "section",
    "name",
    "detail",
    "grants",
    "minutes",
    "out_of_hours",
    "refused",
    "at",
    "operation",
    "status",
    "requested_for",
    "vms",
    "ports",
    "source",
    "until",
    "reason",
    "why",
];

/// The report's lines, with what the columns are called.
pub fn lines(report: &Report) -> impl Iterator<Item = Line> {
    let totals = &report.totals;
    let fact = |name: &str, value: String| line("report", [name.to_owned(), value]);
    let sum = |name: &str, count: u32| counted("total", name, None, [Some(count), None, None, None]);
    let facts = [
        fact("period", report.period.clone()),
        fact("begins", report.begins.to_string()),
        fact("ends", report.ends.to_string()),
        fact("time zone", report.zone.clone()),
        fact("working hours", format!("{} {}", report.weekdays.join(" "), report.hours)),
        fact("made", report.as_of.to_string()),
        fact("Azure's log since", report.azure_since.to_string()),
        fact("Postern's record since", report.own_since.map_or_else(String::new, |since| since.to_string())),
    ];
    let missing = report.unreadable.iter().map(|missing| {
        line("azure-log-unreadable", [format!("{} ({})", missing.name, missing.id), missing.reason.clone()])
    });
    let sums = [
        counted(
            "total",
            "grants",
            None,
            [Some(totals.grants), Some(totals.minutes), Some(report.out_of_hours.count), None],
        ),
        sum("closed early", totals.closed_early),
        sum("without ticket, through Postern", report.without_ticket.count),
        counted("total", "refused", None, [None, None, None, Some(report.refused.count)]),
        sum("made outside Postern", report.outside.count),
    ];
    let days = report.days.iter().map(|day| {
        counted("day", &day.date, None, [Some(day.grants), None, Some(day.out_of_hours), Some(day.refused)])
    });
    let rankings = [
        ("person", &report.people),
        ("machine", &report.machines),
        ("resource group", &report.groups),
        ("network", &report.networks),
    ];
    let listings = [
        ("out of hours", &report.out_of_hours),
        ("without ticket, through Postern", &report.without_ticket),
        ("refused", &report.refused),
        ("made outside Postern", &report.outside),
    ];
    iter::once(COLUMNS.map(str::to_owned))
        .chain(facts)
        .chain(missing)
        .chain(sums)
        .chain(days)
        .chain(rankings.into_iter().flat_map(|(section, ranking)| ranked(section, ranking)))
        .chain(report.longest.iter().map(|item| listed("longest", item)))
        .chain(report.broadest.iter().map(|item| listed("broadest", item)))
        .chain(listings.into_iter().flat_map(|(section, listing)| all_listed(section, listing)))
}

fn line<const GIVEN: usize>(section: &str, cells: [String; GIVEN]) -> Line {
    let mut line = [const { String::new() }; COLUMNS.len()];
    section.clone_into(&mut line[0]);
    for (cell, place) in cells.into_iter().zip(&mut line[1..]) {
        *place = cell;
    }
    line
}

fn counted(section: &str, name: &str, detail: Option<&str>, counts: [Option<u32>; 4]) -> Line {
    let [grants, minutes, out_of_hours, refused] =
        counts.map(|count| count.map_or_else(String::new, |count| count.to_string()));
    line(
        section,
        [name.to_owned(), detail.unwrap_or_default().to_owned(), grants, minutes, out_of_hours, refused],
    )
}

fn ranked(section: &str, ranking: &Ranking) -> impl Iterator<Item = Line> {
    let shares = ranking.items.iter().map(|share| {
        let counts = [share.grants, share.minutes, share.out_of_hours, share.refused].map(Some);
        counted(section, &share.name, share.detail.as_deref(), counts)
    });
    let shown = u32::try_from(ranking.items.len()).unwrap_or(u32::MAX);
    shares.chain(more(section, ranking.of.saturating_sub(shown)))
}

fn all_listed(section: &str, listing: &Listing) -> impl Iterator<Item = Line> {
    let shown = u32::try_from(listing.items.len()).unwrap_or(u32::MAX);
    let items = listing.items.iter().map(move |item| listed(section, item));
    items.chain(more(section, listing.count.saturating_sub(shown)))
}

/// That there are more than are shown, so that nobody takes these for all.
fn more(section: &str, left: u32) -> Option<Line> {
    (left > 0).then(|| line(section, [format!("and {left} more")]))
}

fn listed(section: &str, item: &Activity) -> Line {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let vms: Vec<&str> = item.vms.iter().map(|vm| vm.name().as_str()).collect();
    let ports: Vec<String> = item.ports.iter().map(ToString::to_string).collect();
    let mut line = line(
        section,
        [
            item.account.clone().or_else(|| item.name.clone()).unwrap_or_default(),
            item.vms.first().map_or_else(String::new, |vm| vm.resource_group().to_string()),
        ],
    );
    let rest = [
        item.at.to_string(),
        item.operation.name().to_owned(),
        item.status.name().to_owned(),
        text(&item.requested_for),
        vms.join("; "),
        ports.join("; "),
        text(&item.source),
        item.until.map_or_else(String::new, |until| until.to_string()),
        text(&item.reason),
        text(&item.detail),
    ];
    for (cell, place) in rest.into_iter().zip(&mut line[7..]) {
        *place = cell;
    }
    line
}
