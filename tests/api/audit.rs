//! The audit trail: before acting what will be tried, after it what came of it.

use backend::audit::{Action, Outcome, Refusal};
use backend::store::{Entry, EntryKind};
use serde::de::DeserializeOwned;
use serde_json::json;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::HOME;

fn body<T: DeserializeOwned>(entry: &Entry) -> T {
    serde_json::from_value(entry.content.body.clone()).expect("an entry says what kind it is")
}

#[tokio::test]
async fn what_was_asked_of_azure_stands_between_intent_and_outcome() {
    let app = TestApp::start().await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;

    let trail = app.store.entries().about(request.id).await.unwrap();

    let [intent, outcome] = &trail[..] else { panic!("{trail:?}") };
    let (EntryKind::Intent(intended), EntryKind::Outcome(done)) =
        (&intent.content.kind, &outcome.content.kind)
    else {
        panic!("{trail:?}")
    };
    assert_eq!(intended, done);
    let Action::Open { request: put_down, .. } = body(intent) else { panic!("{intent:?}") };
    assert_eq!((put_down.id, put_down.source, put_down.reason), (request.id, request.source, request.reason));
    let Outcome::Done { correlation_id } = body(outcome) else { panic!("{outcome:?}") };
    assert_eq!(correlation_id, request.correlation_id);
    assert_eq!(intent.content.actor["username"], "operator@contoso.com");
    assert_eq!(intent.content.actor["address"], HOME.to_string());
    assert!(intent.content.at <= app.initiates()[0].at);
}

#[tokio::test]
async fn what_azure_refused_is_on_record_with_the_reason() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::next(Trouble::Forbidden).on("/initiate"));
    let request = app.sign_in("operator").await.open("web-1", 3389).await;
    let trail = app.store.entries().about(request.id).await.unwrap();
    let Outcome::Refused { reason, .. } = body(&trail[1]) else { panic!("{trail:?}") };
    assert!(!reason.is_empty());
}

#[tokio::test]
async fn what_was_not_even_tried_is_on_record_with_every_reason() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 22);
    wish["duration"] = json!("PT9H");
    app.sign_in("operator").await.post("/api/access-requests", &wish).await.problem();
    let trail = app.store.entries().before(i64::MAX, 10).await.unwrap();
    let [entry] = &trail[..] else { panic!("{trail:?}") };
    assert_eq!(entry.content.kind, EntryKind::Refusal);
    let refusal: Refusal = body(entry);
    assert!(refusal.why.len() >= 2, "{refusal:?}");
}

#[tokio::test]
async fn starting_a_machine_is_on_record_too() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.post(&format!("{}/start", app.vm_path("off-1")), &json!({})).await;
    let trail = app.store.entries().before(i64::MAX, 10).await.unwrap();
    let [outcome, intent] = &trail[..] else { panic!("{trail:?}") };
    assert!(matches!(body(intent), Action::StartVm { vm } if vm == app.vm("off-1")));
    assert!(matches!(body(outcome), Outcome::Done { .. }));
}

#[tokio::test]
async fn what_cannot_be_put_on_record_is_not_done() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.fill_disk().await;
    let opening = olga.post("/api/access-requests", &app.wish("web-1", 3389)).await;
    assert_eq!(opening.problem().status, 503);
    let starting = olga.post(&format!("{}/start", app.vm_path("off-1")), &json!({})).await;
    assert_eq!(starting.problem().status, 503);
    assert!(app.initiates().is_empty());
    assert!(app.azure.requests().iter().all(|call| !call.path.contains("/start")));
    assert!(!app.azure.admits("web-1", 3389, HOME));
}
