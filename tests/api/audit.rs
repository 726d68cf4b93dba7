//! The audit trail: before acting what will be tried, after it what came of it.

use std::collections::BTreeSet;

use backend::audit::verify::verify;
use backend::audit::{Action, Outcome, Refusal, Wanted};
use backend::store::{Entry, EntryKind};
use serde::de::DeserializeOwned;
use serde_json::json;
use shared::problem::ProblemKind;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::HOME;

/// What is on record, newest first, apart from who came and went.
async fn trail(app: &TestApp) -> Vec<Entry> {
    let mut trail = app.store.entries().before(i64::MAX, 100).await.expect("the trail can be read");
    trail.retain(|entry| entry.content.kind != EntryKind::Event);
    trail
}

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
    let trail = trail(&app).await;
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
    let trail = trail(&app).await;
    let [outcome, intent] = &trail[..] else { panic!("{trail:?}") };
    assert!(matches!(body(intent), Action::StartVm { vm } if vm == app.vm("off-1")));
    let Outcome::Done { correlation_id } = body(outcome) else { panic!("{outcome:?}") };
    assert!(correlation_id.is_some_and(|id| !id.is_empty()));
    assert_eq!(outcome.content.body["vm"], app.vm("off-1").to_string(), "it can be read by itself");
}

#[tokio::test]
async fn a_machine_that_may_not_be_started_is_on_record_as_refused() {
    let app = TestApp::start().await;
    let start = json!({});
    let rita = app.sign_in("reader").await;
    assert_eq!(rita.post(&format!("{}/start", app.vm_path("off-1")), &start).await.problem().status, 403);
    let sam = app.sign_in("stranger").await;
    assert_eq!(sam.post(&format!("{}/start", app.vm_path("off-1")), &start).await.problem().status, 404);
    app.azure.fail_next(Fault::next(Trouble::Forbidden).on("/start"));
    let olga = app.sign_in("operator").await;
    olga.post(&format!("{}/start", app.vm_path("off-1")), &start).await.problem();

    let trail = trail(&app).await;
    let [by_azure, _, hidden, forbidden] = &trail[..] else { panic!("{trail:?}") };
    for (entry, username) in [(forbidden, "reader@contoso.com"), (hidden, "stranger@contoso.com")] {
        assert_eq!(entry.content.kind, EntryKind::Refusal);
        assert_eq!(entry.content.actor["username"], username);
        assert_eq!(body::<Refusal>(entry).wanted, Wanted::StartVm { vm: app.vm("off-1") });
    }
    let Outcome::Refused { reason, correlation_id } = body(by_azure) else { panic!("{by_azure:?}") };
    assert!(reason.contains("authorization") && correlation_id.is_some(), "{reason}");
}

#[tokio::test]
async fn what_was_not_tried_because_azure_was_in_trouble_is_on_record_too() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.get("/api/vms").await;
    app.azure.fail_next(Fault::always(Trouble::ServerError(503)).on("jitNetworkAccessPolicies"));
    let wish = app.wish("web-1", 3389);
    app.while_time_passes(olga.post("/api/access-requests", &wish)).await.problem();
    let trail = trail(&app).await;
    let [entry] = &trail[..] else { panic!("{trail:?}") };
    let refusal: Refusal = body(entry);
    assert!(matches!(refusal.wanted, Wanted::Access { .. }) && refusal.why.len() == 1, "{refusal:?}");
}

#[tokio::test]
async fn who_came_and_went_is_on_record_and_every_entry_names_the_session() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    olga.post("/auth/logout", &json!({})).await;
    let trail = app.store.entries().before(i64::MAX, 10).await.unwrap();
    let kinds: Vec<_> = trail.iter().rev().map(|entry| &entry.content.body).collect();
    let [came, _intent, _outcome, went] = &kinds[..] else { panic!("{kinds:?}") };
    assert_eq!((&came["event"], &went["event"]), (&json!("signed_in"), &json!("signed_out")));
    let sessions: BTreeSet<_> = trail.iter().map(|entry| entry.content.actor["session"].as_str()).collect();
    let [Some(session)] = sessions.into_iter().collect::<Vec<_>>()[..] else { panic!("{trail:?}") };
    assert!(!olga.cookies().contains(session), "what is on record lets nobody in");
}

#[tokio::test]
async fn the_trail_of_a_day_is_a_whole_chain() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let wish = app.wish("web-1", 3389);
    let twelve = std::iter::repeat_with(|| olga.post("/api/access-requests", &wish)).take(12);
    futures_util::future::join_all(twelve).await;
    let report = verify(&app.store, &[]).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(report.entries, 1 + 2 + 11, "a sign-in, what was opened, and what was refused");
    assert_eq!(app.store.entries().head().await.unwrap(), report.last);
}

#[tokio::test]
async fn what_cannot_be_put_on_record_is_not_done() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.fill_disk().await;
    let opening = olga.post("/api/access-requests", &app.wish("web-1", 3389)).await;
    let problem = opening.problem();
    assert_eq!((problem.status, problem.kind), (503, ProblemKind::NotOnRecord));
    let starting = olga.post(&format!("{}/start", app.vm_path("off-1")), &json!({})).await;
    assert_eq!(starting.problem().status, 503);
    assert!(app.initiates().is_empty());
    assert!(app.azure.requests().iter().all(|call| !call.path.contains("/start")));
    assert!(!app.azure.admits("web-1", 3389, HOME));
}
