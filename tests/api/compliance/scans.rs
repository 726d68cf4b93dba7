//! Having Azure Policy look at machines anew.

use backend::store::EntryKind;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::compliance::{ComplianceState, Scan, ScanList};
use simulator::{Fault, Received, Trouble};
use tests::TestApp;
use tests::app::{Answer, Visitor, minutes};

use super::{LABORATORY, PRODUCTION, page, row, with_policy};
use crate::jit_policies;

const PATH: &str = "/api/compliance/scans";
const TRIGGER: &str = "/triggerEvaluation";

async fn begin(by: &Visitor, subscription: &str) -> Answer {
    by.post(PATH, &json!({ "subscriptions": [subscription] })).await
}

async fn latest(who: &Visitor) -> Option<Scan> {
    let mut list: ScanList = who.get(PATH).await.json();
    list.items.pop()
}

async fn end(app: &TestApp, who: &Visitor) -> Scan {
    app.until(SignedDuration::from_secs(15), async || latest(who).await.filter(|scan| !scan.goes_on())).await
}

fn triggers(app: &TestApp) -> usize {
    let is = |call: &Received| call.path.contains(TRIGGER);
    app.azure.requests().into_iter().filter(is).count()
}

async fn trail(app: &TestApp) -> Vec<(EntryKind, Value)> {
    let mut trail = app.store.entries().before(i64::MAX, 100).await.expect("the trail can be read");
    trail.retain(|entry| entry.content.kind != EntryKind::Event);
    trail.into_iter().rev().map(|entry| (entry.content.kind, entry.content.body)).collect()
}

#[tokio::test]
async fn a_scan_is_on_record_is_followed_to_its_end_and_brings_new_states() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    let seen = jit_policies::read(&app, &ada, "ssh-1").await;
    jit_policies::set(&app, &ada, "ssh-1", &seen.version, &jit_policies::ports(&[22])).await;
    assert_eq!(row(&page(&ada, "q=ssh-1").await, "ssh-1").state, Some(ComplianceState::NonCompliant));

    let answer = begin(&ada, PRODUCTION).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let scan = latest(&ada).await.expect("it was begun");
    assert!(scan.goes_on() && scan.problem.is_none(), "{scan:?}");
    assert_eq!(
        (scan.subscription.name.as_str(), scan.begun_by.as_str()),
        ("Production", "admin@contoso.com")
    );
    let entries = trail(&app).await;
    let scans: Vec<_> = entries.iter().filter(|(_, body)| body["action"] == "scan_compliance").collect();
    let [(EntryKind::Intent(_), _), (EntryKind::Outcome(_), outcome)] = &scans[..] else {
        panic!("{scans:?}")
    };
    assert_eq!((&outcome["outcome"], &outcome["subscription"]), (&json!("done"), &json!(PRODUCTION)));

    let over = end(&app, &ada).await;
    assert_eq!(over.problem, None);
    let told = page(&ada, "q=ssh-1").await;
    assert_eq!(row(&told, "ssh-1").state, Some(ComplianceState::Compliant), "{told:#?}");
}

#[tokio::test]
async fn while_one_goes_on_no_other_is_begun_whoever_asks_where() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    let first = begin(&ada, PRODUCTION).await;
    app.wait(minutes(1));
    let replica = app.replica().await;
    let there = replica.stand_before(&ada);
    assert_eq!(begin(&there, PRODUCTION).await.status, StatusCode::ACCEPTED);
    assert_eq!(triggers(&app), 1);
    let list: ScanList = first.json();
    assert_eq!(latest(&there).await.as_ref(), list.items.first(), "both see the same");
    end(&app, &there).await;
    begin(&ada, PRODUCTION).await;
    assert_eq!(triggers(&app), 2, "after that one can be begun again");
}

#[tokio::test]
async fn it_is_followed_by_the_next_process_where_one_has_died() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    begin(&ada, PRODUCTION).await;
    let (app, [ada]) = app.restart([ada]).await;
    // Two lists of machines at once are more than Resource Graph answers.
    app.wait(minutes(1));
    assert_eq!(end(&app, &ada).await.problem, None);
    assert_eq!(triggers(&app), 1);
}

#[tokio::test]
async fn who_may_comply_on_no_machine_of_a_subscription_scans_none() {
    let app = TestApp::start().await;
    for (who, subscription, status) in [
        ("operator", PRODUCTION, 403),
        ("reader", PRODUCTION, 403),
        ("stranger", PRODUCTION, 404),
        ("laboratory", PRODUCTION, 404),
        ("admin", LABORATORY, 404),
    ] {
        let visitor = app.sign_in(who).await;
        let problem = begin(&visitor, subscription).await.problem();
        assert_eq!(problem.status, status, "{who}: {}", problem.detail);
        let trail = trail(&app).await;
        let (EntryKind::Refusal, refusal) = trail.last().unwrap() else { panic!("{who}") };
        assert_eq!(refusal["wanted"], "scan_compliance");
    }
    assert_eq!(triggers(&app), 0);
    let ada = app.sign_in("admin").await;
    for body in [json!({ "subscriptions": [] }), json!({ "subscriptions": ["x"] }), json!({})] {
        assert_eq!(ada.post(PATH, &body).await.problem().status, 400, "{body}");
    }
}

#[tokio::test]
async fn what_azure_refuses_is_told_and_can_be_asked_for_again() {
    for (trouble, words) in [
        (Trouble::Forbidden, "Microsoft.PolicyInsights/policyStates/triggerEvaluation/action"),
        (Trouble::Throttled { retry_after: Some(600) }, "too busy"),
        (Trouble::Conflict, "refused"),
        (Trouble::ServerError(500), "could not be asked"),
    ] {
        let app = TestApp::start_in(with_policy).await;
        let ada = app.sign_in("admin").await;
        app.azure.fail_next(Fault::always(trouble.clone()).on(TRIGGER));
        let answer = app.while_time_passes(begin(&ada, PRODUCTION)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{trouble:?}");
        let problem = latest(&ada).await.and_then(|scan| scan.problem).unwrap_or_default();
        assert!(problem.contains(words), "{trouble:?}: {problem}");
        app.azure.faults().clear();
        app.wait(minutes(11));
        begin(&ada, PRODUCTION).await;
        assert_eq!(end(&app, &ada).await.problem, None, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    begin(&ada, PRODUCTION).await;
    let [scan] = &app.store.scans().going_on().await.expect("they can be read")[..] else {
        panic!("it is one")
    };
    app.store
        .scans()
        .follow(scan.id, "https://example.net/asyncOperationResults/1")
        .await
        .expect("it is kept");
    for _ in 0..4 {
        app.wait(minutes(1));
        latest(&ada).await;
    }
    assert!(app.azure.requests().iter().all(|call| !call.path.contains("example.net")));
    app.wait(SignedDuration::from_hours(7));
    let ada = app.sign_in("admin").await;
    let over = end(&app, &ada).await;
    assert!(over.problem.is_some_and(|problem| problem.contains("six hours")));
}
