//! What a month or a quarter was like: who had access to what, for how long, and what stands out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::activity::Activity;
use crate::vm::UnreadableSubscription;

/// What was done about just-in-time access in a month or a quarter.
///
/// A *grant* is access that was asked for and not refused, as far as is known; one that was made
/// outside Postern is one too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// The month or the quarter, such as `2026-10` or `2026-Q3`.
    pub period: String,
    /// When it begins, in the time zone.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub begins: Timestamp,
    /// When it ends: the first moment that does not belong to it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ends: Timestamp,
    /// The time zone that days and working hours are those of, by its IANA name.
    pub zone: String,
    /// When people work, in that time zone, such as `08:00-18:00`.
    pub hours: String,
    /// On which days they do: `mon` to `sun`.
    pub weekdays: Vec<String>,
    /// When it was made. What comes after is not in it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
    /// How far back Azure's activity log goes. What was made outside Postern before is not known.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub azure_since: Timestamp,
    /// When Postern's own trail begins; absent if it is empty.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub own_since: Option<Timestamp>,
    /// The subscriptions whose activity log could not be read, or not all of it.
    pub unreadable: Vec<UnreadableSubscription>,
    /// How much there was in all.
    pub totals: Totals,
    /// How much there was on each day of it, those to come included.
    pub days: Vec<Day>,
    /// Who had access: whoever asked for it.
    pub people: Ranking,
    /// To which machines.
    pub machines: Ranking,
    /// In which resource groups.
    pub groups: Ranking,
    /// From which networks: those that the access rules name, else the /24 (IPv4) or /48 (IPv6) that
    /// an address is in.
    pub networks: Ranking,
    /// The grants that were made for longest, the longest first.
    pub longest: Vec<Activity>,
    /// The grants for more than one address, the broadest first.
    pub broadest: Vec<Activity>,
    /// The grants that were made when nobody works.
    pub out_of_hours: Listing,
    /// The grants that were made through Postern for a reason that holds no ticket.
    pub without_ticket: Listing,
    /// What was asked for and refused, by Postern or by Azure.
    pub refused: Listing,
    /// What was done past Postern.
    pub outside: Listing,
}

/// How much there was in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// Grants.
    pub grants: u32,
    /// How long they were for, in minutes, one after the other. Those of which that is not known
    /// count for nothing.
    pub minutes: u32,
    /// How many of them were ended before their time, or were to be.
    pub closed_early: u32,
}

/// One day of the time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Day {
    /// Which, such as `2026-10-31`.
    pub date: String,
    /// Grants.
    pub grants: u32,
    /// How many of them were made when nobody works.
    pub out_of_hours: u32,
    /// What was refused.
    pub refused: u32,
}

/// How grants are spread, the largest share first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ranking {
    /// How many shares there are in all.
    pub of: u32,
    /// The largest of them.
    pub items: Vec<Share>,
}

/// What one person, machine, group or network has of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// Whose it is.
    pub name: String,
    /// What tells those of one name apart, if something does.
    pub detail: Option<String>,
    /// Grants.
    pub grants: u32,
    /// How long they were for, in minutes.
    pub minutes: u32,
    /// How many of them were made when nobody works.
    pub out_of_hours: u32,
    /// How many more were refused.
    pub refused: u32,
}

/// The newest of what stands out in one way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Listing {
    /// How many there are in all.
    pub count: u32,
    /// The newest of them.
    pub items: Vec<Activity>,
}
