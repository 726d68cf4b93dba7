//! The days of a report as bars, and as a table for those who want numbers.

use shared::report::{Day, Report};

use crate::components::table::{cell, row, table};
use crate::format;
use crate::view::{Element, View, el};

/// How high the picture is, in its own unit.
const HEIGHT: u32 = 100;

/// The days as bars: grants in working hours, those out of them on top, refusals on top of both.
pub fn chart(report: &Report) -> Element {
    let days = &report.days;
    let most = days.iter().map(|day| day.grants + day.refused).max().unwrap_or_default();
    if most == 0 {
        return el("div");
    }
    let bars = |class: &'static str, from: fn(&Day) -> u32, of: fn(&Day) -> u32| {
        el("path").class(class).attr("d", outline(days, most, from, of))
    };
    let picture = el("svg")
        .class("chart__picture")
        .attr("viewBox", format!("0 0 {} {HEIGHT}", days.len()))
        .attr("preserveAspectRatio", "none")
        .attr("role", "img")
        .attr("aria-label", "Grants and refusals per day; the table below has the numbers")
        .child(bars("chart__usual", |_| 0, |day| day.grants - day.out_of_hours))
        .child(bars("chart__late", |day| day.grants - day.out_of_hours, |day| day.out_of_hours))
        .child(bars("chart__refused", |day| day.grants, |day| day.refused));
    let legend = |class: &'static str, words: &'static str| {
        el("li").class(format!("chart__legend {class}")).child(words)
    };
    let ends = el("p")
        .class("chart__ends quiet")
        .attr("aria-hidden", "true")
        .child(el("span").child(days.first().map(|day| day.date.clone())))
        .child(el("span").child(days.last().filter(|_| days.len() > 1).map(|day| day.date.clone())));
    el("figure")
        .class("chart")
        .child(el("figcaption").child(format!("Per day, at most {}", format::grouped(most.into()))))
        .child(picture)
        .child(ends)
        .child(
            el("ul")
                .class("chart__legends")
                .child(legend("chart__legend--usual", "Granted in working hours"))
                .child(legend("chart__legend--late", "Granted out of hours"))
                .child(legend("chart__legend--refused", "Refused")),
        )
        .child(numbers(days))
}

/// The bars of one kind as path data, each a day wide.
fn outline(days: &[Day], most: u32, from: fn(&Day) -> u32, of: fn(&Day) -> u32) -> String {
    let scaled = |count: u32| u64::from(count) * u64::from(HEIGHT) * 100 / u64::from(most);
    let unit = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let bar = |(index, day): (usize, &Day)| {
        let (foot, height) = (scaled(from(day)), scaled(of(day)));
        // In hundredths, so that no number needs to be a fraction in between.
        let top = unit(u64::from(HEIGHT) * 100 - foot - height);
        (height > 0).then(|| format!("M{index}.1 {top}h.8v{}h-.8z", unit(height)))
    };
    days.iter().enumerate().filter_map(bar).collect()
}

fn numbers(days: &[Day]) -> Element {
    let line = |day: &Day| {
        row(day.date.clone())
            .child(cell("Grants").child(day.grants.to_string()))
            .child(cell("Out of hours").child(day.out_of_hours.to_string()))
            .child(cell("Refused").child(day.refused.to_string()))
    };
    // Days on which nothing was done say nothing.
    let busy = days.iter().filter(|day| day.grants + day.refused > 0);
    let rows: View = busy.map(line).collect();
    el("details").class("chart__numbers").child(el("summary").child("The days as a table")).child(table(
        "Days",
        "",
        &["Day", "Grants", "Out of hours", "Refused"],
        rows,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(grants: u32, out_of_hours: u32, refused: u32) -> Day {
        Day { date: "2026-10-01".to_owned(), grants, out_of_hours, refused }
    }

    #[test]
    fn bars_stand_on_each_other_and_the_highest_fills_the_picture() {
        let days = [day(3, 1, 1), day(0, 0, 0), day(1, 1, 0)];
        let late = outline(&days, 4, |day| day.grants - day.out_of_hours, |day| day.out_of_hours);
        assert_eq!(late, "M0.1 25.00h.8v25.00h-.8zM2.1 75.00h.8v25.00h-.8z");
        let refused = outline(&days, 4, |day| day.grants, |day| day.refused);
        assert_eq!(refused, "M0.1 0.00h.8v25.00h-.8z");
    }
}
