//! What a month or a quarter was like.

use super::super::{FromJson, Json, Unreadable};
use crate::report::{Day, Listing, Ranking, Report, Share, Totals};

objects! {
    Report {
        period, begins, ends, zone, hours, weekdays, as_of, azure_since, own_since, unreadable, totals, days,
        people, machines, groups, networks, longest, broadest, out_of_hours, without_ticket, refused, outside
    }
    Totals { grants, minutes, closed_early }
    Day { date, grants, out_of_hours, refused }
    Ranking { of, items }
    Share { name, detail, grants, minutes, out_of_hours, refused }
    Listing { count, items }
}
