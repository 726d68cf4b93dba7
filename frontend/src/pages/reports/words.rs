//! How it is said.

use shared::report::Report;

use super::periods::called;
use crate::browser;
use crate::format;

/// What the report is about.
pub fn title(report: &Report) -> String {
    let period = called(&report.period).unwrap_or_else(|| report.period.clone());
    let so_far = if report.as_of < report.ends { ", so far" } else { "" };
    format!("Just-in-time access in {period}{so_far}")
}

/// What it goes by.
pub fn terms(report: &Report) -> String {
    let hours = report.hours.replace('-', " to ");
    format!(
        "Times are those of {}. Working hours are {hours}, {}. Made {}.",
        report.zone,
        weekdays(&report.weekdays),
        browser::in_zone(report.as_of, &report.zone),
    )
}

/// What of that time is not known.
pub fn limits(report: &Report) -> Option<String> {
    let since = |moment| browser::in_zone(moment, &report.zone);
    let azure = (report.begins < report.azure_since).then(|| {
        format!(
            "Azure's activity log goes back to {} only: what was made outside Postern before is not in here.",
            since(report.azure_since)
        )
    });
    let own = report.own_since.filter(|own| report.begins < *own);
    let own = own.map(|own| format!("Postern's own record begins on {}.", since(own)));
    let told: Vec<String> = azure.into_iter().chain(own).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// What is announced once it is there.
pub fn said(report: &Report) -> String {
    format!("{}: {}", title(report), format::count(report.totals.grants.into(), "grant", "grants"))
}

/// A length of time in hours: `45 min`, `3 h`, `1,250 h`.
pub fn hours(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{} h", format::grouped(hours.into())),
        (hours @ ..10, minutes) => format!("{hours} h {minutes} min"),
        (hours, minutes) => format!("{} h", format::grouped((hours + u32::from(minutes >= 30)).into())),
    }
}

/// Days of the week: `Monday to Friday`, `Monday, Wednesday`.
fn weekdays(names: &[String]) -> String {
    const DAYS: [(&str, &str); 7] = [
        ("mon", "Monday"),
        ("tue", "Tuesday"),
        ("wed", "Wednesday"),
        ("thu", "Thursday"),
        ("fri", "Friday"),
        ("sat", "Saturday"),
        ("sun", "Sunday"),
    ];
    let places: Vec<usize> =
        (0..DAYS.len()).filter(|place| names.iter().any(|name| name == DAYS[*place].0)).collect();
    match places[..] {
        [] => "on no day".to_owned(),
        [first, .., last] if places.len() > 2 && last - first + 1 == places.len() => {
            format!("{} to {}", DAYS[first].1, DAYS[last].1)
        }
        _ => places.iter().map(|place| DAYS[*place].1).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_told_in_hours() {
        for (minutes, told) in [
            (0, "0 min"),
            (45, "45 min"),
            (60, "1 h"),
            (185, "3 h 5 min"),
            (75_029, "1,250 h"),
            (75_030, "1,251 h"),
        ] {
            assert_eq!(hours(minutes), told);
        }
    }

    #[test]
    fn days_that_follow_each_other_are_told_by_their_ends() {
        let told = |days: &[&str]| weekdays(&days.iter().map(|day| (*day).to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&["mon", "tue", "wed", "thu", "fri"]), "Monday to Friday");
        assert_eq!(told(&["sun", "mon"]), "Monday, Sunday");
        assert_eq!(told(&["mon", "wed", "fri"]), "Monday, Wednesday, Friday");
        assert_eq!(told(&[]), "on no day");
    }
}
