//! Others are told what happens, by webhooks and by mail, and nobody waits for them.

use std::time::{Duration, Instant};

use backend::audit::Event;
use backend::notify::signature;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tests::TestApp;
use tests::app::minutes;
use tests::database::Kind;
use tests::receiver::{Call, Mood, Receiver};
use tests::smtp::{Mail, SmtpServer};

use crate::jit_policies::{ports, read, set};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

const ALL: &str = "\"grant\", \"refusal\", \"closing\", \"policy-change\"";

/// Lets time pass until so many calls came.
async fn calls(app: &TestApp, receiver: &Receiver, step: SignedDuration, count: usize) -> Vec<Call> {
    app.until(step, async || Some(receiver.calls()).filter(|calls| calls.len() >= count)).await
}

/// Lets time pass until so many mails came.
async fn mails(app: &TestApp, server: &SmtpServer, count: usize) -> Vec<Mail> {
    app.until(SECOND, async || Some(server.mails()).filter(|mails| mails.len() >= count)).await
}

/// Lets time pass until nothing is left to be told.
async fn all_told(app: &TestApp, step: SignedDuration) {
    app.until(step, async || {
        (app.store.outbox().count().await.expect("the store answers") == 0).then_some(())
    })
    .await;
}

/// What was given up, as it is on record.
async fn given_up(app: &TestApp) -> Option<Event> {
    let trail = app.store.entries().before(i64::MAX, 50).await.expect("the trail can be read");
    let mut events = trail.into_iter().filter_map(|entry| serde_json::from_value(entry.content.body).ok());
    events.find(|event| matches!(event, Event::NotificationGivenUp { .. }))
}

#[tokio::test]
async fn a_grant_is_told_with_all_that_matters_and_signed() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_set(&receiver.settings(ALL)).await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;

    let calls = calls(&app, &receiver, SECOND, 1).await;

    let [call] = &calls[..] else { panic!("{calls:?}") };
    let told = call.json();
    assert_eq!((&told["event"], &told["outcome"]), (&json!("grant"), &json!("done")));
    assert_eq!(told["by"]["username"], "operator@contoso.com");
    assert_eq!(told["vms"], json!([request.vm]));
    assert_eq!(told["ports"], json!([3389]));
    assert_eq!(told["source"], request.source.to_string());
    assert_eq!(told["until"], request.ends_at.to_string());
    assert_eq!(told["reason"], request.reason.unwrap().to_string());
    assert_eq!(told["link"], format!("{}requests/{}", app.site(), request.id));
    assert_eq!(told["id"], call.header("postern-id"));
    assert_eq!(call.header("content-type"), "application/json");
    let signed = call.header("postern-signature");
    let time = signed.strip_prefix("t=").and_then(|rest| rest.split(',').next()).unwrap().parse().unwrap();
    let time = Timestamp::from_second(time).unwrap();
    assert_eq!(signed, signature(&"0123456789abcdef".into(), time, &call.body));
}

#[tokio::test]
async fn refusals_closings_and_policy_changes_are_told_to_whoever_wants_them() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_set(&receiver.settings("\"refusal\", \"closing\"")).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut wish = app.wish("web-1", 22);
    wish["duration"] = json!("PT9H");
    olga.post("/api/access-requests", &wish).await.problem();
    app.until(SECOND, async || olga.close(request.id).await.status.is_success().then_some(())).await;

    let calls = calls(&app, &receiver, SECOND, 2).await;

    let told: Vec<_> = calls.iter().map(Call::json).collect();
    let of =
        |event: &str| told.iter().find(|told| told["event"] == event).unwrap_or_else(|| panic!("{told:?}"));
    assert!(!of("refusal")["why"].as_array().unwrap().is_empty());
    assert_eq!(of("refusal")["ports"], json!([22]));
    assert_eq!(of("closing")["vms"], json!([request.vm]));
    assert!(told.iter().all(|told| told["event"] != "grant"), "{told:?}");
}

#[tokio::test]
async fn a_policy_that_was_changed_is_told() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_set(&receiver.settings("\"policy-change\"")).await;
    let ada = app.sign_in("admin").await;
    let version = read(&app, &ada, "web-1").await.version;
    let changed = set(&app, &ada, "web-1", &version, &ports(&[22])).await;
    assert!(changed.status.is_success(), "{}", changed.text());

    let calls = calls(&app, &receiver, SECOND, 1).await;

    let told = calls[0].json();
    assert_eq!(told["event"], "policy-change");
    assert_eq!((&told["action"], &told["outcome"]), (&json!("configure"), &json!("done")));
    assert_eq!(told["by"]["username"], "admin@contoso.com");
    assert_eq!(told["vms"], json!([app.vm("web-1")]));
}

#[tokio::test]
async fn a_receiver_that_fails_at_first_is_told_later_under_the_same_id() {
    let moods = [Mood::Status(StatusCode::INTERNAL_SERVER_ERROR), Mood::Redirect, Mood::Later(600)];
    let receiver = Receiver::start(&moods).await;
    let app = TestApp::start_set(&receiver.settings(ALL)).await;
    app.sign_in("operator").await.open("web-1", 3389).await;

    calls(&app, &receiver, SECOND, 3).await;
    let asked_to_wait = app.now();
    let calls = calls(&app, &receiver, SECOND * 10, 4).await;

    assert!(app.now().duration_since(asked_to_wait) >= minutes(9), "it came back too early");
    let ids: Vec<&str> = calls.iter().map(|call| call.header("postern-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0] && !id.is_empty()), "{ids:?}");
    assert_eq!(receiver.followed(), 0);
    all_told(&app, SECOND).await;
    assert_eq!(receiver.calls().len(), 4);
}

#[tokio::test]
async fn a_receiver_that_never_answers_holds_nobody_up() {
    let receiver = Receiver::start(&[Mood::Never; 8]).await;
    let app = TestApp::start_set(&receiver.settings(ALL)).await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    calls(&app, &receiver, SECOND, 1).await;

    let begun = Instant::now();
    let request = olga.open("lab-1", 22).await;

    assert!(begun.elapsed() < Duration::from_secs(10), "it waited for the receiver");
    assert_eq!(request.ports.len(), 1);
    assert_eq!(receiver.calls().len(), 1);
}

#[tokio::test]
async fn what_nobody_takes_for_three_days_is_given_up_and_on_record() {
    let receiver = Receiver::start(&[Mood::Status(StatusCode::NOT_FOUND); 200]).await;
    let app = TestApp::start_set(&receiver.settings("\"grant\"")).await;
    app.sign_in("operator").await.open("web-1", 3389).await;
    calls(&app, &receiver, SECOND, 1).await;

    all_told(&app, minutes(30)).await;

    let Some(Event::NotificationGivenUp { target, tries, why, .. }) = given_up(&app).await else {
        panic!("it is not on record")
    };
    assert_eq!((target.as_str(), why.as_str()), ("tickets", "the receiver answered 404 Not Found"));
    assert!((10..100).contains(&tries), "{tries}");
}

async fn two_replicas_tell_it_once(kind: Kind) {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_on_set_in(kind, &receiver.settings("\"grant\""), |_| ()).await;
    let _replica = app.replica().await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    olga.open("lab-1", 22).await;

    calls(&app, &receiver, SECOND, 2).await;
    all_told(&app, SECOND).await;

    let mut entries: Vec<i64> =
        receiver.calls().iter().map(|call| call.json()["entry"].as_i64().expect("it is a number")).collect();
    entries.sort_unstable();
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_ne!(entries[0], entries[1]);
}

#[tokio::test]
async fn two_replicas_tell_it_once_on_sqlite() {
    two_replicas_tell_it_once(Kind::Sqlite).await;
}

#[tokio::test]
async fn two_replicas_tell_it_once_on_postgres() {
    two_replicas_tell_it_once(Kind::Postgres).await;
}

#[tokio::test]
async fn mail_goes_over_tls_to_each_and_is_tried_again() {
    let server = SmtpServer::start(2).await;
    let to = "\"security@contoso.com\", \"desk@contoso.com\"";
    let app = TestApp::start_set(&server.settings("\"grant\"", to)).await;
    let mut wish = app.wish("web-1", 3389);
    wish["reason"] = json!("INC0012345 .dots. and ümläuts");
    let olga = app.sign_in("operator").await;
    assert_eq!(olga.post("/api/access-requests", &wish).await.status, StatusCode::CREATED);

    let mails = mails(&app, &server, 2).await;

    let mut to: Vec<&str> = mails.iter().flat_map(|mail| &mail.to).map(String::as_str).collect();
    to.sort_unstable();
    assert_eq!(to, ["desk@contoso.com", "security@contoso.com"]);
    for mail in &mails {
        assert_eq!(mail.from, "postern@contoso.com");
        let content = &mail.content;
        for line in ["Subject: Access granted: web-1, port 3389\n", "Auto-Submitted: auto-generated\n"] {
            assert!(content.contains(line), "{content}");
        }
    }
    assert_eq!(server.wrongs(), Vec::<String>::new());
    all_told(&app, SECOND).await;
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_given_up_at_once_and_the_others_are_told() {
    let server = SmtpServer::start(0).await;
    let to = "\"nobody@contoso.com\", \"desk@contoso.com\"";
    let app = TestApp::start_set(&server.settings("\"grant\"", to)).await;
    app.sign_in("operator").await.open("web-1", 3389).await;

    let mails = mails(&app, &server, 1).await;
    all_told(&app, SECOND).await;

    assert_eq!(mails[0].to, ["desk@contoso.com"]);
    let Some(Event::NotificationGivenUp { tries, why, .. }) = given_up(&app).await else {
        panic!("it is not on record")
    };
    assert_eq!(tries, 1);
    assert!(why.contains("550") || why.contains("no such person"), "{why}");
}

#[tokio::test]
async fn what_one_process_left_behind_the_next_one_tells() {
    let receiver = Receiver::start(&[Mood::Never]).await;
    let app = TestApp::start_set(&receiver.settings("\"grant\"")).await;
    app.sign_in("operator").await.open("web-1", 3389).await;
    calls(&app, &receiver, SECOND, 1).await;

    let app = app.stop().start().await;
    let calls = calls(&app, &receiver, SECOND, 2).await;

    assert_eq!(calls[0].header("postern-id"), calls[1].header("postern-id"));
    all_told(&app, SECOND).await;
}
