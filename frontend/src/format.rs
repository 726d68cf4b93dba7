//! Words and arithmetic: how times, lengths and counts are said.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use shared::port::Port;
use shared::preflight::RuleRef;

use crate::browser;

/// A countdown or a stopwatch: `00:59:41`.
pub fn countdown(left: SignedDuration) -> String {
    let seconds = left.as_secs().max(0);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// How long is left, said once: `12 min`, `1 h 5 min`, `less than a minute`.
pub fn left(left: SignedDuration) -> String {
    let minutes = left.as_mins();
    match (minutes / 60, minutes % 60) {
        _ if minutes < 1 => "less than a minute".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// How long ago something was: `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`.
pub fn ago(past: SignedDuration) -> String {
    let seconds = past.as_secs();
    match seconds {
        i64::MIN..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86400 => format!("{} h ago", seconds / 3600),
        86400..172_800 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86400),
    }
}

/// How many things: `1 virtual machine`, `20 virtual machines`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(u128::from(number)), if number == 1 { one } else { many })
}

/// How much of a list is there: `50 of 1,234`.
pub fn shown(number: usize, total: u32) -> String {
    format!("{} of {}", grouped(number as u128), grouped(u128::from(total)))
}

/// Ports by their numbers: `Port 22`, `Ports 22, 3389`.
pub fn ports(ports: &[Port]) -> String {
    let numbers = listed(ports).replace(',', ", ");
    format!("{} {numbers}", if ports.len() == 1 { "Port" } else { "Ports" })
}

/// Ports as an address has them: `22,3389`.
pub fn listed(ports: &[Port]) -> String {
    let numbers: Vec<String> = ports.iter().map(Port::to_string).collect();
    numbers.join(",")
}

/// A port with what usually answers there: `22 SSH`, `5986 WinRM`, `8080`.
pub fn named(port: Port) -> String {
    let name = match port.number() {
        22 => " SSH",
        443 => " HTTPS",
        445 => " SMB",
        1433 => " SQL Server",
        3389 => " RDP",
        5985 | 5986 => " WinRM",
        _ => "",
    };
    format!("{port}{name}")
}

/// A rule, so that it can be found.
pub fn rule(rule: &RuleRef) -> String {
    format!("rule “{}” (priority {}, network security group {})", rule.rule, rule.priority, rule.nsg)
}

/// That a rule blocks what is open.
pub fn blocked(by: &RuleRef, port: Port) -> String {
    format!("Access is open, but {} blocks port {port}.", rule(by))
}

/// How many addresses a range of 2 to the power of `bits` holds: `65,536 addresses`.
pub fn addresses(bits: u8) -> String {
    match bits {
        0 => "1 address".to_owned(),
        1..64 => format!("{} addresses", grouped(1 << bits)),
        _ => format!("2^{bits} addresses"),
    }
}

/// A number with its thousands apart: `1,234`.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Day and time of day where the browser is: `22 Nov, 14:05`.
pub fn day_and_time(moment: Timestamp) -> String {
    day(browser::local(moment))
}

/// The same to the second, where the order of things counts: `22 Nov, 14:05:09`.
pub fn to_the_second(moment: Timestamp) -> String {
    let date = browser::local(moment);
    format!("{}:{:02}", day(date), date.second())
}

/// A day where the browser is: `22 Nov 2026`.
pub fn day_and_year(moment: Timestamp) -> String {
    let date = browser::local(moment);
    format!("{} {}", day_of_month(date), date.year())
}

/// When something is, seen from `now`: `14:05` today, `23 Nov, 14:05` on any other day.
pub fn when(moment: Timestamp, now: Timestamp) -> String {
    seen_from(browser::local(moment), browser::local(now))
}

fn seen_from(then: DateTime, now: DateTime) -> String {
    if then.date() == now.date() { time_of_day(then) } else { day(then) }
}

fn time_of_day(date: DateTime) -> String {
    format!("{:02}:{:02}", date.hour(), date.minute())
}

fn day(date: DateTime) -> String {
    format!("{}, {}", day_of_month(date), time_of_day(date))
}

fn day_of_month(date: DateTime) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month - 1)).copied();
    format!("{} {}", date.day(), month.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_countdown_never_goes_below_zero() {
        assert_eq!(countdown(seconds(3581)), "00:59:41");
        assert_eq!(countdown(seconds(90_061)), "25:01:01");
        assert_eq!(countdown(seconds(-5)), "00:00:00");
    }

    #[test]
    fn what_is_left_is_said_in_minutes_and_hours() {
        assert_eq!(left(seconds(59)), "less than a minute");
        assert_eq!(left(seconds(720)), "12 min");
        assert_eq!(left(seconds(7200)), "2 h");
        assert_eq!(left(seconds(3900)), "1 h 5 min");
    }

    #[test]
    fn what_was_is_said_in_the_largest_unit() {
        let said: Vec<String> = [-3, 4, 12, 300, 10_800, 100_000, 200_000].map(|s| ago(seconds(s))).into();
        assert_eq!(
            said,
            ["just now", "just now", "12 s ago", "5 min ago", "3 h ago", "yesterday", "2 days ago"]
        );
    }

    #[test]
    fn counts_and_ranges_are_grouped() {
        assert_eq!(count(1, "virtual machine", "virtual machines"), "1 virtual machine");
        assert_eq!(count(12_345, "virtual machine", "virtual machines"), "12,345 virtual machines");
        assert_eq!(addresses(0), "1 address");
        assert_eq!(addresses(16), "65,536 addresses");
        assert_eq!(addresses(96), "2^96 addresses");
        assert_eq!(shown(50, 1234), "50 of 1,234");
    }

    #[test]
    fn another_day_is_named() {
        let (noon, night) =
            (jiff::civil::date(2030, 1, 9).at(12, 5, 0, 0), jiff::civil::date(2030, 1, 10).at(0, 0, 0, 0));
        assert_eq!(seen_from(noon, noon), "12:05");
        assert_eq!(seen_from(night, noon), "10 Jan, 00:00");
    }

    #[test]
    fn ports_are_listed() {
        assert_eq!(ports(&[Port::SSH]), "Port 22");
        assert_eq!(ports(&[Port::SSH, Port::RDP]), "Ports 22, 3389");
        assert_eq!(listed(&[Port::SSH, Port::RDP]), "22,3389");
        assert_eq!([named(Port::SSH), named(Port::try_from(8080).unwrap())], ["22 SSH", "8080"]);
    }
}
