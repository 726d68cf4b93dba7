//! How often one address may call and one person may change things.
//!
//! What an address may do is counted in memory, by each replica for itself: strangers must not be
//! able to make the store write. What a person may have opened is counted in the store, so that it
//! holds for all replicas and across restarts; see [`GrantLimits`].

mod grants;
mod per_address;
mod streams;

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::HeaderValue;
use jiff::SignedDuration;

use crate::clock::Clock;
use crate::session::PersonKey;
use streams::Streams;

pub use grants::GrantLimits;
pub use per_address::{calls_by_address, sign_ins_by_address};
pub use streams::Watching;

/// How often somebody may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// How many calls one address may make in a minute.
    pub calls: NonZeroU32,
    /// How many of them may be steps of a sign-in, of which each takes two.
    pub sign_ins: NonZeroU32,
    /// How many things one person may try to change in a minute, whether they are let or not.
    pub changes: NonZeroU32,
    /// How many requests for access one person may make.
    pub grants: GrantLimits,
}

impl Default for LimitSettings {
    fn default() -> Self {
        let per_minute = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            calls: per_minute(600),
            sign_ins: per_minute(60),
            changes: per_minute(60),
            grants: GrantLimits::default(),
        }
    }
}

/// Counts who has asked how often. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    calls: Counter<Neighbourhood>,
    sign_ins: Counter<Neighbourhood>,
    changes: Counter<PersonKey>,
    streams: Streams,
    tables: Streams,
}

/// Too much of something; it goes again after a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}; try again in {}", in_words(*.after))]
pub struct TooMany {
    /// What there was too much of.
    pub what: &'static str,
    /// When it goes again.
    pub after: SignedDuration,
}

impl TooMany {
    /// The value of a `Retry-After` header: whole seconds, rounded up.
    pub fn retry_after(self) -> HeaderValue {
        seconds(self.after).max(1).into()
    }
}

impl Limits {
    /// Counts from nothing.
    pub fn new(settings: LimitSettings, clock: &Clock) -> Self {
        Self(Arc::new(Inner {
            calls: Counter::new(settings.calls, clock),
            sign_ins: Counter::new(settings.sign_ins, clock),
            changes: Counter::new(settings.changes, clock),
            streams: Streams::of_pages(),
            tables: Streams::of_tables(),
        }))
    }

    /// Counts a call from `address`.
    pub fn call(&self, address: IpAddr) -> Result<(), TooMany> {
        self.0.calls.count(&Neighbourhood::of(address), "your network sends more requests than Postern takes")
    }

    /// Counts a step of a sign-in from `address`.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), TooMany> {
        self.0.sign_ins.count(&Neighbourhood::of(address), "there are too many sign-ins from your network")
    }

    /// Counts something that `person` tries to change.
    pub fn change(&self, person: &PersonKey) -> Result<(), TooMany> {
        self.0.changes.count(person, "you have tried to change a lot in the last minute")
    }

    /// Counts a page that looks on, in this session, for as long as what is returned is held.
    pub fn watching(&self, session: &str) -> Result<Watching, TooMany> {
        self.0.streams.enter(session)
    }

    /// Counts a table of requests that is written for this person, for as long as what is returned is
    /// held.
    pub fn table_for(&self, person: &PersonKey) -> Result<Watching, TooMany> {
        self.0.tables.enter(&format!("{} {}", person.realm, person.subject))
    }
}

/// Who shares a quota: an IPv4 address, or the /64 that an IPv6 host picks its addresses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Neighbourhood(IpAddr);

impl Neighbourhood {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Counts per key; what has not been used for long enough to be full again is forgotten.
#[derive(Debug)]
struct Counter<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, Time, NoOpMiddleware<Nanos>>,
    /// How many keys there may be before those that are full again are looked for.
    crowded: usize,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    fn new(per_minute: NonZeroU32, clock: &Clock) -> Self {
        let limiter = RateLimiter::dashmap_with_clock(Quota::per_minute(per_minute), Time(clock.clone()));
        Self { limiter, crowded: 10_000 }
    }

    fn count(&self, key: &K, what: &'static str) -> Result<(), TooMany> {
        if self.limiter.len() > self.crowded {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.limiter.clock().now());
            TooMany { what, after: SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX) }
        })
    }
}

/// [`Clock`] as the limiter reads it: nanoseconds since 1970.
#[derive(Debug, Clone)]
struct Time(Clock);

impl governor::clock::Clock for Time {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        u64::try_from(self.0.now().as_nanosecond()).unwrap_or_default().into()
    }
}

fn seconds(wait: SignedDuration) -> u64 {
    let whole = u64::try_from(wait.as_secs()).unwrap_or_default();
    whole + u64::from(wait.subsec_nanos() > 0)
}

fn in_words(wait: SignedDuration) -> String {
    match seconds(wait) {
        ..=1 => "a second".to_owned(),
        seconds @ 2..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests;
