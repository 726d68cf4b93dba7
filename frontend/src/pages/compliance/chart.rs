//! How many machines did not comply, and how many did, day by day: a column each. Whoever cannot see it
//! has the table below.

use jiff::Timestamp;
use shared::compliance::ComplianceDay;
use shared::moment;

use crate::format;
use crate::view::{Element, View, el};

/// How high it is, and how wide a day is, in its own measure.
const HIGH: u32 = 200;
const WIDE: u32 = 20;

/// Between one day and the next.
const GAP: u32 = 4;

/// How many days there is room for at least: a first one alone is no wall.
const FEWEST: u32 = 14;

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// The chart.
pub fn chart(days: &[ComplianceDay]) -> Element {
    let most = days.iter().map(|day| day.counts.covered()).max().unwrap_or_default().max(1);
    let room = room(days);
    let wide = WIDE * room;
    let parts = ["comply-chart__bad", "comply-chart__other", "comply-chart__good"];
    let outlines = parts
        .into_iter()
        .enumerate()
        .map(|(part, class)| el("path").class(class).attr("d", outline(days, most, part)));
    let svg = el("svg")
        .class("comply-chart__picture")
        .attr("viewBox", format!("0 0 {wide} {HIGH}"))
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(outlines.collect::<View>());
    let last = days.last().map(|day| day.day);
    let first = last.map(|last| last.as_second() - SECONDS_OF_A_DAY * i64::from(room - 1));
    let first = first.and_then(|first| Timestamp::from_second(first).ok());
    let [first, last] = [first, last].map(|day| day.map(said).unwrap_or_default());
    let key = |class: &'static str, words: &'static str| el("li").child(el("span").class(class)).child(words);
    el("figure")
        .class("comply-chart")
        .child(el("figcaption").class("visually-hidden").child(summary(days)))
        .child(
            el("ul")
                .class("comply-chart__key")
                .attr("aria-hidden", "true")
                .child(key("comply-chart__mark comply-chart__mark--bad", "Non-compliant"))
                .child(key("comply-chart__mark comply-chart__mark--other", "Exempt or not known"))
                .child(key("comply-chart__mark comply-chart__mark--good", "Compliant")),
        )
        .child(
            el("div")
                .class("comply-chart__frame")
                .child(
                    el("span")
                        .class("comply-chart__most quiet")
                        .attr("aria-hidden", "true")
                        .child(format::grouped(most.into())),
                )
                .child(svg),
        )
        .child(
            el("p")
                .class("comply-chart__ends quiet")
                .attr("aria-hidden", "true")
                .child(el("span").child(first))
                .child(el("span").child(last)),
        )
}

/// What is in one of the states, as an outline of each day: what does not comply stands at the bottom.
fn outline(days: &[ComplianceDay], most: u32, part: usize) -> String {
    let room = room(days);
    let column = |day: &ComplianceDay| {
        let place = room - 1 - days_since(day.day, days);
        let counts = day.counts;
        let parts = [counts.non_compliant, counts.exempt + counts.other, counts.compliant];
        let bottom = share(parts[..part].iter().sum(), most);
        let high = share(parts[..=part].iter().sum(), most) - bottom;
        // What is there can be seen, however few it is.
        let high = if parts[part] > 0 { high.max(2) } else { 0 };
        format!("M{} {}h{}v-{high}h-{}z", place * WIDE + GAP / 2, HIGH - bottom, WIDE - GAP, WIDE - GAP)
    };
    days.iter().map(column).collect()
}

/// For how many days there is room: as many as it is from the first to the last, whether all of them are
/// known or not.
fn room(days: &[ComplianceDay]) -> u32 {
    days.first().map_or(0, |first| days_since(first.day, days) + 1).max(FEWEST)
}

/// How many days it is from `moment` to the last day.
fn days_since(moment: Timestamp, days: &[ComplianceDay]) -> u32 {
    let gone = days.last().map_or(0, |last| last.day.as_second() - moment.as_second());
    u32::try_from(gone / SECONDS_OF_A_DAY).unwrap_or_default()
}

fn share(number: u32, most: u32) -> u32 {
    u32::try_from(u64::from(number) * u64::from(HIGH) / u64::from(most)).unwrap_or(HIGH)
}

fn said(day: Timestamp) -> String {
    moment::text(day).get(..10).unwrap_or_default().to_owned()
}

fn summary(days: &[ComplianceDay]) -> String {
    let told = |day: &ComplianceDay| {
        format!("{} of {} non-compliant on {}", day.counts.non_compliant, day.counts.covered(), said(day.day))
    };
    let ends: Vec<String> =
        days.first().into_iter().chain(days.last().filter(|_| days.len() > 1)).map(told).collect();
    format!("Machines by day: {}. The numbers of all days follow.", ends.join(", "))
}

#[cfg(test)]
mod tests {
    use shared::compliance::StateCounts;

    use super::*;

    #[test]
    fn columns_fill_the_height_whatever_their_parts() {
        for (parts, most) in [([1, 1, 1], 3), ([0, 7, 3], 13), ([3, 0, 0], 1000)] {
            let whole: u32 = parts.iter().sum();
            assert!(share(whole, most) <= HIGH);
        }
        assert_eq!(share(13, 13), HIGH);
    }

    #[test]
    fn each_day_has_its_place_and_those_that_are_not_known_are_left_out() {
        let day = |day: &str| ComplianceDay {
            day: day.parse().unwrap(),
            counts: StateCounts { non_compliant: 1, ..StateCounts::default() },
        };
        let alone = [day("2030-01-08T00:00:00Z")];
        assert_eq!((room(&alone), days_since(alone[0].day, &alone)), (14, 0));
        let far = [day("2030-01-01T00:00:00Z"), day("2030-01-18T00:00:00Z"), day("2030-01-20T00:00:00Z")];
        assert_eq!((room(&far), days_since(far[1].day, &far)), (20, 2));
        assert!(outline(&far, 1, 0).starts_with("M2 200h16"), "{}", outline(&far, 1, 0));
    }

    #[test]
    fn its_words_tell_the_first_day_and_the_last() {
        let day = |day: &str, non_compliant| ComplianceDay {
            day: day.parse().unwrap(),
            counts: StateCounts { non_compliant, compliant: 2, ..StateCounts::default() },
        };
        let days = [day("2030-01-08T00:00:00Z", 3), day("2030-01-09T00:00:00Z", 1)];
        assert_eq!(
            summary(&days),
            "Machines by day: 3 of 5 non-compliant on 2030-01-08, 1 of 3 non-compliant on 2030-01-09. The numbers of all days follow."
        );
        assert!(summary(&days[..1]).starts_with("Machines by day: 3 of 5 non-compliant on 2030-01-08."));
    }
}
