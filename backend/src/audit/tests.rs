use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::access::{AccessRequest, RequestId, Status};
use shared::session::Person;

use super::*;
use crate::clock::Hand;
use crate::session::PersonKey;

async fn log() -> (AuditLog, Store, Hand) {
    let (clock, hand) = Clock::by_hand(Timestamp::from_second(1_893_488_400).unwrap());
    let store = Store::in_memory().await.unwrap();
    (AuditLog::new(store.clone(), clock), store, hand)
}

fn olga() -> (PersonKey, Person) {
    let key = PersonKey { realm: "contoso".to_owned(), subject: "olga".to_owned() };
    (key, Person { name: "Olga".to_owned(), username: "olga@contoso.com".to_owned() })
}

fn actor() -> Actor {
    let (key, person) = olga();
    Actor::person(&key, &person, Some("s-1"), [203, 0, 113, 7].into())
}

#[test]
fn who_acted_before_tokens_were_noted_is_still_read() {
    let before = json!({
        "actor": "person", "key": { "realm": "contoso", "subject": "olga" }, "name": "Olga",
        "username": "olga@contoso.com", "address": "203.0.113.7", "session": "s-1",
    });
    assert_eq!(serde_json::from_value::<Actor>(before).unwrap(), actor());
    assert_eq!(serde_json::to_value(actor()).unwrap().get("token"), None);
}

fn record() -> RequestRecord {
    let now = Timestamp::from_second(1_893_488_400).unwrap();
    let (requester, requested_by) = olga();
    let request = AccessRequest {
        id: RequestId(Uuid::from_u128(1)),
        vm: "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/jump-01".parse().unwrap(),
        ports: vec!["3389".parse().unwrap()],
        source: "203.0.113.7".parse().unwrap(),
        bastion: None,
        shareable_link: false,
        reason: None,
        requested_by,
        requested_for: None,
        handed_over: None,
        requested_at: now,
        opened_at: None,
        ends_at: now + SignedDuration::from_hours(1),
        rule: "Operators".to_owned(),
        broad: false,
        redirections: Vec::new(),
        status: Status::Requesting,
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    };
    let policy = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";
    RequestRecord { request, requester, policy: policy.parse().unwrap() }
}

fn done() -> Outcome {
    Outcome::Done { correlation_id: Some("c-1".to_owned()) }
}

#[tokio::test]
async fn intent_and_outcome_stand_side_by_side_with_the_request() {
    let (log, store, _) = log().await;
    let record = record();
    let attempt = log.begin_open(&actor(), &record).await.unwrap();
    assert_eq!(store.requests().get(record.request.id).await.unwrap(), Some(record.clone()));

    let mut request = record.request.clone();
    request.status = request.status.accepted(request.requested_at).unwrap();
    let swap = attempt.finish_request(&done(), &request, &Status::Requesting).await.unwrap();

    assert_eq!(swap, Swap::Done);
    assert_eq!(store.requests().get(request.id).await.unwrap().unwrap().request, request);
    let trail = store.entries().about(request.id).await.unwrap();
    let bodies: Vec<_> = trail.iter().map(|entry| &entry.content.body).collect();
    assert_eq!(bodies[0]["action"], "open");
    assert_eq!(bodies[0]["request"]["vm"], record.request.vm.to_string());
    assert_eq!(
        *bodies[1],
        json!({
            "action": "open", "vm": record.request.vm, "outcome": "done", "correlation_id": "c-1",
        })
    );
    assert_eq!(
        trail[0].content.actor,
        json!({
            "actor": "person", "key": { "realm": "contoso", "subject": "olga" },
            "name": "Olga", "username": "olga@contoso.com", "address": "203.0.113.7", "session": "s-1",
        })
    );
}

#[tokio::test]
async fn an_intent_is_not_on_record_without_its_request() {
    let (log, store, _) = log().await;
    let record = record();
    store.requests().insert(&record).await.unwrap();
    assert!(log.begin_open(&actor(), &record).await.is_err());
    assert!(store.entries().before(i64::MAX, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_attempt_left_behind_is_found_and_finished_once() {
    let (log, _, hand) = log().await;
    let vm = record().request.vm;
    let action = Action::StartVm { vm };
    let _crash = log.begin(&actor(), action.clone()).await.unwrap();
    let finished = log.begin(&actor(), action.clone()).await.unwrap();
    finished.finish(&done()).await.unwrap();
    hand.advance(SignedDuration::from_mins(5));
    let _in_other_hands = log.begin(&actor(), action.clone()).await.unwrap();

    let now = log.clock.now();
    let mut left = log.unresolved(now).await.unwrap();
    let mut seen_by_another_replica = log.unresolved(now).await.unwrap();

    assert_eq!(left.len(), 1);
    assert_eq!((&left[0].attempt.action, left[0].at), (&action, now - SignedDuration::from_mins(5)));
    left.remove(0).attempt.finish(&Outcome::unknown("lost")).await.unwrap();
    let second = seen_by_another_replica.remove(0).attempt.finish(&done()).await;
    assert!(matches!(second, Err(AuditError::AlreadyFinished(_))));
    assert!(log.unresolved(now).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_says_what_was_wanted_and_every_reason_against_it() {
    let (log, store, _) = log().await;
    let refusal = Refusal {
        wanted: Wanted::StartVm { vm: record().request.vm },
        why: vec!["no access rule allows it".to_owned()],
        correlation_id: None,
    };
    log.refusal(&actor(), &refusal).await.unwrap();
    let trail = store.entries().before(i64::MAX, 10).await.unwrap();
    assert_eq!(trail[0].content.kind, EntryKind::Refusal);
    assert_eq!(trail[0].content.body["wanted"], "start_vm");
    assert_eq!(serde_json::from_value::<Refusal>(trail[0].content.body.clone()).unwrap(), refusal);
}
