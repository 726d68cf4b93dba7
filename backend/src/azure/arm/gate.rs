//! Holds callers back while Azure wants to be left alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::clock::Clock;

/// Shared by all callers, so that the first to be told to wait tells the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate(Arc<Mutex<HashMap<Lane, Timestamp>>>);

/// What Azure counts calls by: the subscription, and what the call does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    place: Place,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Tenant,
    ResourceGraph,
    Subscription(Uuid),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Read,
    Write,
    Delete,
}

impl Lane {
    /// The lane of a call to `path`, the part of its URL after the host.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let mut segments = path.trim_start_matches('/').split(['/', '?']);
        let place = match (segments.next(), segments.next()) {
            (Some(first), Some(id)) if first.eq_ignore_ascii_case("subscriptions") => {
                Uuid::try_parse(id).map_or(Place::Tenant, Place::Subscription)
            }
            (Some(first), Some(namespace))
                if first.eq_ignore_ascii_case("providers")
                    && namespace.eq_ignore_ascii_case("Microsoft.ResourceGraph") =>
            {
                Place::ResourceGraph
            }
            _ => Place::Tenant,
        };
        let kind = match *method {
            Method::GET | Method::HEAD => Kind::Read,
            Method::DELETE => Kind::Delete,
            _ => Kind::Write,
        };
        Self { place, kind }
    }
}

impl Gate {
    /// Waits until the lane is free. If that takes more than `patience`, says at once how long
    /// it would take.
    pub(super) async fn pass(
        &self,
        lane: Lane,
        patience: SignedDuration,
        clock: &Clock,
    ) -> Result<(), SignedDuration> {
        // Whoever was let through may have been told to wait again, so the gate is asked anew.
        while let Some(until) = self.closed_until(lane, clock.now()) {
            let wait = until.duration_since(clock.now());
            if patience < wait {
                return Err(wait);
            }
            clock.sleep_until(until).await;
        }
        Ok(())
    }

    /// Lets nobody through before `until`.
    pub(super) fn close(&self, lane: Lane, until: Timestamp) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let closed_until = lanes.entry(lane).or_insert(until);
        *closed_until = until.max(*closed_until);
    }

    fn closed_until(&self, lane: Lane, now: Timestamp) -> Option<Timestamp> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = *lanes.get(&lane)?;
        if until <= now {
            lanes.remove(&lane);
            return None;
        }
        Some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIPTION: &str = "subscriptions/11111111-2222-3333-4444-555555555555";

    #[test]
    fn subscriptions_are_told_apart_and_so_are_reads_and_writes() {
        let read = Lane::of(&Method::GET, &format!("{SUBSCRIPTION}/providers/x?api-version=1"));
        assert_eq!(read, Lane::of(&Method::GET, &format!("/{}", SUBSCRIPTION.to_uppercase())));
        assert_ne!(read, Lane::of(&Method::POST, SUBSCRIPTION));
        assert_ne!(read, Lane::of(&Method::GET, &SUBSCRIPTION.replace('1', "9")));
        assert_ne!(read, Lane::of(&Method::GET, "subscriptions?api-version=1"));
    }

    #[test]
    fn resource_graph_has_a_lane_of_its_own() {
        let graph = Lane::of(&Method::POST, "providers/Microsoft.ResourceGraph/resources?api-version=1");
        assert_ne!(graph, Lane::of(&Method::POST, "providers/Microsoft.Management/x"));
    }

    #[tokio::test]
    async fn a_closed_lane_holds_everybody_back_until_its_time() {
        let (clock, hand) = Clock::by_hand("2030-01-01T09:00:00Z".parse().unwrap());
        let gate = Gate::default();
        let lane = Lane::of(&Method::GET, SUBSCRIPTION);
        gate.close(lane, clock.now() + SignedDuration::from_secs(5));
        let waiting = tokio::spawn({
            let (gate, clock) = (gate.clone(), clock.clone());
            async move { gate.pass(lane, SignedDuration::from_secs(10), &clock).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        gate.pass(Lane::of(&Method::POST, SUBSCRIPTION), SignedDuration::ZERO, &clock).await.unwrap();

        hand.advance(SignedDuration::from_secs(5));
        assert_eq!(waiting.await.unwrap(), Ok(()));
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_they_would() {
        let (clock, _hand) = Clock::by_hand("2030-01-01T09:00:00Z".parse().unwrap());
        let gate = Gate::default();
        let lane = Lane::of(&Method::GET, SUBSCRIPTION);
        gate.close(lane, clock.now() + SignedDuration::from_secs(60));
        gate.close(lane, clock.now() + SignedDuration::from_secs(5));
        let refused = gate.pass(lane, SignedDuration::from_secs(10), &clock).await;
        assert_eq!(refused, Err(SignedDuration::from_secs(60)));
    }
}
