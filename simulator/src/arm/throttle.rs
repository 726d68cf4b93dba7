//! Resource Manager's limits: token buckets per subscription, caller and kind of operation.
//!
//! Sizes are those of "Understand how Azure Resource Manager throttles requests" (token bucket
//! algorithm): 250 reads refilled by 25 a second, 200 writes and 200 deletes refilled by 10.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::{Method, StatusCode};
use jiff::Timestamp;

use super::{error::ArmError, target::Target};
use crate::{rbac::Principal, world::World};

/// All buckets that were ever drawn from.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    buckets: Mutex<HashMap<Key, Bucket>>,
}

/// Who, on what, doing what kind of thing.
type Key = (String, Option<String>, &'static str);

#[derive(Debug)]
struct Bucket {
    left: f64,
    filled_at: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Size {
    full: f64,
    per_second: f64,
}

impl Throttle {
    /// Takes a token for this call; the headers tell how many are left.
    pub(super) fn take(
        &self,
        world: &World,
        who: &Principal,
        method: &Method,
        target: &Target,
        now: Timestamp,
    ) -> Result<Vec<(&'static str, String)>, ArmError> {
        if !world.behaviour.throttling || target.namespace.as_deref() == Some("microsoft.resourcegraph") {
            // Resource Graph has a quota of its own.
            return Ok(Vec::new());
        }
        let (kind, size) = match *method {
            Method::GET | Method::HEAD => ("reads", Size { full: 250.0, per_second: 25.0 }),
            Method::DELETE => ("deletes", Size { full: 200.0, per_second: 10.0 }),
            _ => ("writes", Size { full: 200.0, per_second: 10.0 }),
        };
        let subscription = target.subscription.as_ref().map(|id| id.to_ascii_lowercase());
        let mut drawn = vec![self.draw(&who.object_id, subscription.as_ref(), kind, size, now)?];
        if subscription.is_some() {
            // What all callers of a subscription share is fifteen times what one of them has.
            let shared = Size { full: size.full * 15.0, per_second: size.per_second * 15.0 };
            drawn.push(self.draw("*", subscription.as_ref(), kind, shared, now)?);
        }
        Ok(drawn)
    }

    /// Takes a token out of one bucket; the header tells how many it has left.
    fn draw(
        &self,
        who: &str,
        subscription: Option<&String>,
        kind: &'static str,
        size: Size,
        now: Timestamp,
    ) -> Result<(&'static str, String), ArmError> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry((who.to_owned(), subscription.cloned(), kind))
            .or_insert(Bucket { left: size.full, filled_at: now });
        let seconds = match bucket.take(size, now) {
            Ok(left) => return Ok((header(who, subscription.is_some(), kind), left.to_string())),
            Err(seconds) => seconds,
        };
        let what = subscription.map_or_else(|| "tenant".to_owned(), |id| format!("subscription '{id}'"));
        let error = ArmError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "SubscriptionRequestsThrottled",
            format!(
                "Number of '{kind}' requests for {what} actor '{who}' exceeded. Please try again after '{seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information."
            ),
        );
        Err(error.header("retry-after", seconds.to_string()))
    }
}

/// The header of a bucket: of one caller in a subscription, of all of them (`*`), or in the tenant.
fn header(who: &str, in_subscription: bool, kind: &str) -> &'static str {
    match (in_subscription, who, kind) {
        (true, "*", "reads") => "x-ms-ratelimit-remaining-subscription-global-reads",
        (true, "*", "deletes") => "x-ms-ratelimit-remaining-subscription-global-deletes",
        (true, "*", _) => "x-ms-ratelimit-remaining-subscription-global-writes",
        (true, _, "reads") => "x-ms-ratelimit-remaining-subscription-reads",
        (true, _, "deletes") => "x-ms-ratelimit-remaining-subscription-deletes",
        (true, _, _) => "x-ms-ratelimit-remaining-subscription-writes",
        (false, _, "reads") => "x-ms-ratelimit-remaining-tenant-reads",
        (false, _, "deletes") => "x-ms-ratelimit-remaining-tenant-deletes",
        (false, _, _) => "x-ms-ratelimit-remaining-tenant-writes",
    }
}

impl Bucket {
    /// Takes one; says how many are left, or in how many seconds there will be one.
    fn take(&mut self, size: Size, now: Timestamp) -> Result<u32, u32> {
        let passed = now.duration_since(self.filled_at).as_secs_f64().max(0.0);
        self.left = (self.left + passed * size.per_second).min(size.full);
        self.filled_at = now;
        if self.left < 1.0 {
            return Err(whole((1.0 - self.left) / size.per_second).max(1));
        }
        self.left -= 1.0;
        Ok(whole(self.left.floor()))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
fn whole(number: f64) -> u32 {
    number.ceil() as u32
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_bucket_runs_dry_and_fills_again_with_time() {
        let size = Size { full: 2.0, per_second: 0.1 };
        let now = Timestamp::UNIX_EPOCH;
        let mut bucket = Bucket { left: 2.0, filled_at: now };
        assert_eq!(bucket.take(size, now), Ok(1));
        assert_eq!(bucket.take(size, now), Ok(0));
        assert_eq!(bucket.take(size, now), Err(10));
        assert_eq!(bucket.take(size, now + SignedDuration::from_secs(10)), Ok(0));
    }
}
