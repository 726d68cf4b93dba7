//! `Microsoft.Insights`: the activity log, as far as it is about just-in-time access.

mod event;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::arm::{ArmClient, ArmError};
use event::WireEvent;

pub use event::{Deed, Event, EventStatus};

/// The permission that it takes to read the log of a subscription.
pub const READ: &str = "Microsoft.Insights/eventtypes/values/read";

/// How long Azure keeps an event.
pub const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How long it takes at most until an event can be read.
pub const LATEST: SignedDuration = SignedDuration::from_mins(20);

/// How many pages are read at a time. They have a hundred or two hundred events each.
const MOST_PAGES: usize = 25;

/// The activity log.
#[derive(Debug, Clone)]
pub struct ActivityLog(pub(super) ArmClient);

/// What the log of a subscription says of a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// The events of just-in-time policies.
    pub events: Vec<Event>,
    /// From when on that is all. Later than what was asked for where there are too many.
    pub whole_since: Timestamp,
}

impl ActivityLog {
    /// Reads what was done to just-in-time policies of a subscription from `since` until `until`,
    /// from the newest on. Azure refuses what is older than [`KEPT`].
    pub async fn events(
        &self,
        subscription: Uuid,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Events, ArmError> {
        let (wire, is_whole) =
            self.0.list_pages::<WireEvent>(&path(subscription, since, until), MOST_PAGES).await?;
        let oldest = wire.iter().map(|event| event.event_timestamp).min();
        let whole_since = if is_whole { since } else { oldest.unwrap_or(since) };
        let events = wire.into_iter().filter_map(|event| event.read(subscription)).collect();
        Ok(Events { events, whole_since })
    }
}

/// Azure takes nothing but this: a stretch of time and one condition more.
fn path(subscription: Uuid, since: Timestamp, until: Timestamp) -> String {
    format!(
        "subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp%20ge%20%27{since}%27%20and%20eventTimestamp%20le%20%27{until}%27%20and%20resourceProvider%20eq%20%27Microsoft.Security%27"
    )
}
