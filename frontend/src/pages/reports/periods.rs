//! The months and quarters to choose from.

use jiff::civil::Date;

/// Their names as people say them.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How many months there are to choose from, and how many quarters.
const OFFERED: (i32, i32) = (13, 5);

/// The month of a day, such as `2026-10`.
pub fn month_of(day: Date) -> String {
    month(months_since_zero(day))
}

/// Those to choose from, the newest first: what the address calls it, and its name.
pub fn offered(today: Date) -> [Vec<String>; 2] {
    let now = months_since_zero(today);
    let (months, quarters) = OFFERED;
    [
        (0..months).map(|before| month(now - before)).collect(),
        (0..quarters).map(|before| quarter(now / 3 - before)).collect(),
    ]
}

/// What a month or a quarter is called: `October 2026`, `Q3 2026 (July to September)`.
pub fn called(period: &str) -> Option<String> {
    let (year, part) = period.split_once('-')?;
    if let Some(quarter) = part.strip_prefix('Q') {
        let first = 3 * quarter.parse::<usize>().ok()?.checked_sub(1)?;
        return Some(format!("{part} {year} ({} to {})", MONTHS.get(first)?, MONTHS.get(first + 2)?));
    }
    Some(format!("{} {year}", MONTHS.get(part.parse::<usize>().ok()?.checked_sub(1)?)?))
}

fn months_since_zero(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

fn month(since_zero: i32) -> String {
    format!("{}-{:02}", since_zero / 12, since_zero % 12 + 1)
}

fn quarter(since_zero: i32) -> String {
    format!("{}-Q{}", since_zero / 4, since_zero % 4 + 1)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_newest_come_first_and_years_are_passed() {
        let [months, quarters] = offered(date(2027, 2, 28));
        assert_eq!(months[..3], ["2027-02", "2027-01", "2026-12"]);
        assert_eq!(months.last().unwrap(), "2026-02");
        assert_eq!(quarters, ["2027-Q1", "2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1"]);
        assert_eq!(month_of(date(2026, 12, 31)), "2026-12");
    }

    #[test]
    fn they_are_called_as_people_call_them() {
        assert_eq!(called("2026-10").as_deref(), Some("October 2026"));
        assert_eq!(called("2026-Q3").as_deref(), Some("Q3 2026 (July to September)"));
        for odd in ["2026", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "x-y"] {
            assert_eq!(called(odd), None, "{odd}");
        }
    }
}
