//! Which report: the period, the time zone, and when people work.

use jiff::civil::Date;
use leptos::prelude::*;
use shared::report::Report;
use web_sys::Event;

use super::periods::{called, month_of, offered};
use crate::browser;
use crate::components::past_fields::labelled;
use crate::page::{escaped, value_of};
use crate::router::{Step, use_router};
use crate::view::{Element, View, el};

/// The id of the list of time zones.
const ZONES: &str = "report-zones";

/// The report that is wanted, as the address says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    period: String,
    /// Empty for the usual one.
    zone: String,
    /// Empty for the usual ones.
    hours: String,
}

impl Wanted {
    /// What a query asks for; the month of `today` if it does not say.
    pub fn from_query(query: &str, today: Date) -> Self {
        let value = |key| value_of(query, key).filter(|value| !value.is_empty());
        Self {
            period: value("period").unwrap_or_else(|| month_of(today)),
            zone: value("zone").unwrap_or_default(),
            hours: value("hours").unwrap_or_default(),
        }
    }

    /// The query that asks for it.
    pub fn query(&self) -> String {
        let given = [("period", &self.period), ("zone", &self.zone), ("hours", &self.hours)];
        let given = given.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(key, value)| format!("{key}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }
}

/// The fields in which it is chosen. `report` tells what the usual zone and hours are.
pub fn choices(wanted: Memo<Wanted>, today: Date, report: Signal<Option<Report>>) -> Element {
    let router = use_router();
    let want = move |change: &dyn Fn(&mut Wanted)| {
        let mut new = wanted.get_untracked();
        change(&mut new);
        if new != wanted.get_untracked() {
            router.choose(&new.query(), Step::Aside);
        }
    };
    let zone = el("input")
        .class("input")
        .attr("type", "text")
        .attr("list", ZONES)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .prop("value", move || {
            wanted.with(|wanted| wanted.zone.clone()).or_usual(report, |report| report.zone.clone())
        })
        .on("change", move |event: Event| {
            let typed = event_target_value(&event);
            want(&|wanted| typed.trim().clone_into(&mut wanted.zone));
        });
    let zones = browser::time_zones().into_iter().map(|zone| el("option").attr("value", zone));
    let hours = move || {
        let hours =
            wanted.with(|wanted| wanted.hours.clone()).or_usual(report, |report| report.hours.clone());
        hours.split_once('-').map(|(from, to)| [from, to].map(str::to_owned)).unwrap_or_default()
    };
    let time = move |name: &'static str, which: usize| {
        let input = el("input")
            .class("input")
            .attr("type", "time")
            .attr("required", true)
            .prop("value", move || hours()[which].clone())
            .on("change", move |event: Event| {
                let mut both = hours();
                both[which] = event_target_value(&event);
                if both.iter().all(|time| !time.is_empty()) {
                    want(&|wanted| wanted.hours = both.join("-"));
                }
            });
        labelled(name, input)
    };
    el("div")
        .class("conditions")
        .attr("role", "group")
        .attr("aria-label", "Which report")
        .child(labelled(
            "Period",
            period(wanted, today, move |value| want(&|wanted| value.clone_into(&mut wanted.period))),
        ))
        .child(labelled("Time zone", zone).child(el("datalist").id(ZONES).child(zones.collect::<View>())))
        .child(time("Working from", 0))
        .child(time("To", 1))
}

fn period(wanted: Memo<Wanted>, today: Date, want: impl Fn(&str) + 'static) -> Element {
    let option = move |period: String| {
        let own = period.clone();
        let selected = move || wanted.with(|wanted| wanted.period == own);
        let name = called(&period).unwrap_or_else(|| period.clone());
        el("option").attr("value", period).prop("selected", selected).child(name)
    };
    let [months, quarters] = offered(today);
    let known: Vec<String> = months.iter().chain(&quarters).cloned().collect();
    let group = |name: &'static str, periods: Vec<String>| {
        el("optgroup").attr("label", name).child(periods.into_iter().map(option).collect::<View>())
    };
    el("select")
        .class("input")
        .on("change", move |event: Event| want(&event_target_value(&event)))
        .child(group("Months", months))
        .child(group("Quarters", quarters))
        // What only an address can ask for.
        .child(move || {
            let period = wanted.with(|wanted| wanted.period.clone());
            (!known.contains(&period)).then(|| option(period))
        })
}

/// What is shown where nothing was chosen.
trait OrUsual {
    fn or_usual(self, report: Signal<Option<Report>>, usual: impl Fn(&Report) -> String) -> String;
}

impl OrUsual for String {
    fn or_usual(self, report: Signal<Option<Report>>, usual: impl Fn(&Report) -> String) -> String {
        if self.is_empty() {
            report.with(|report| report.as_ref().map(usual).unwrap_or_default())
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn its_query_asks_for_the_same() {
        let query = "period=2026-Q3&zone=Europe%2FBerlin&hours=08%3A00-18%3A00";
        let wanted = Wanted::from_query(&format!("?{query}"), date(2026, 11, 23));
        assert_eq!((wanted.query().as_str(), wanted.zone.as_str()), (query, "Europe/Berlin"));
        assert_eq!(Wanted::from_query("", date(2026, 11, 23)).query(), "period=2026-11");
    }
}
