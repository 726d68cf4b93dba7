//! Owners are asked once a week by themselves.

use jiff::{SignedDuration, Timestamp};
use tests::database::Kind;

use super::*;

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// The clock says Tuesday, 9:00; it is a quarter past ten in Berlin when owners are asked.
const WEEKLY: &str = "[remediation]\nweekly = \"tue 10:15\"\ntime_zone = \"Europe/Berlin\"\n";

fn settings(receiver: &Receiver) -> String {
    format!("{}{WEEKLY}webhook = \"tickets\"\n", receiver.settings("\"remediation\""))
}

/// What the trail has of whole weeks, newest first.
async fn weeks(app: &TestApp) -> Vec<Event> {
    let trail = app.store.entries().before(i64::MAX, 200).await.expect("the trail can be read");
    let events = trail.into_iter().filter_map(|entry| serde_json::from_value(entry.content.body).ok());
    events.filter(|event| matches!(event, Event::OwnersAsked { .. })).collect()
}

async fn week_is_over(app: &TestApp, count: usize) {
    app.until(MINUTE, async || (weeks(app).await.len() >= count).then_some(())).await;
    all_told(app, SECOND).await;
}

fn owners(calls: &[Call]) -> Vec<String> {
    let mut owners: Vec<String> = calls.iter().map(|call| call.json()["owner"].to_string()).collect();
    owners.sort_unstable();
    owners
}

async fn two_replicas_ask_once_a_week(kind: Kind) {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_on_set_in(kind, &settings(&receiver), owned).await;
    let _replica = app.replica().await;

    week_is_over(&app, 1).await;

    let at: Timestamp = "2030-01-01T09:15:00Z".parse().expect("it is a time");
    assert!(app.now() >= at, "{}", app.now());
    let first = receiver.calls();
    assert_eq!(owners(&first), ["\"Plant operations\"", "\"ines@contoso.com\"", "null"], "{first:?}");
    assert!(first.iter().all(|call| call.json()["week"] == "2030-W01"));
    assert_eq!(first[0].json()["by"]["name"], "Postern");
    assert!(first[0].json()["text"].as_str().is_some_and(|text| text.contains("every week")));
    app.wait(SignedDuration::from_hours(2));
    app.wait(SignedDuration::from_hours(70));
    all_told(&app, MINUTE).await;
    assert_eq!(receiver.calls().len(), first.len(), "nobody is asked twice in a week");

    let app = app.stop().start().await;
    app.wait(app.now().duration_since(at + WEEK).abs() - MINUTE);
    week_is_over(&app, 2).await;
    assert_eq!(receiver.calls().len(), 2 * first.len());
    assert_eq!(weeks(&app).await.len(), 2);
}

#[tokio::test]
async fn two_replicas_ask_once_a_week_on_sqlite() {
    two_replicas_ask_once_a_week(Kind::Sqlite).await;
}

#[tokio::test]
async fn two_replicas_ask_once_a_week_on_postgres() {
    two_replicas_ask_once_a_week(Kind::Postgres).await;
}

#[tokio::test]
async fn by_mail_those_without_an_address_are_named_on_record() {
    let server = SmtpServer::start(0).await;
    let settings = format!("{}{WEEKLY}severity = \"high\"\n", server.smtp_settings("postern-s3cret"));
    let app = TestApp::start_set_in(&settings, owned).await;
    week_is_over(&app, 1).await;
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.mails()[0].to, ["ines@contoso.com"]);
    let Some(Event::OwnersAsked { week, asked, left, left_owners, left_machines }) =
        weeks(&app).await.into_iter().next()
    else {
        panic!("it is not on record")
    };
    assert_eq!((week.as_str(), asked, left_owners, left_machines), ("2030-W01", 1, 1, 1));
    assert_eq!(left, [Some("Plant operations".to_owned())], "what is of low severity is not asked about");
}

#[tokio::test]
async fn a_week_that_was_slept_through_is_seen_to_and_a_schedule_that_is_new_is_not() {
    let receiver = Receiver::start(&[]).await;
    let late = settings(&receiver).replace("tue 10:15", "tue 09:00");
    let app = TestApp::start_set_in(&late, owned).await;
    // It was set up two hours after its time: that means next week.
    app.wait(SignedDuration::from_hours(20));
    all_told(&app, MINUTE).await;
    assert_eq!((receiver.calls().len(), weeks(&app).await.len()), (0, 0));
    app.wait(WEEK - SignedDuration::from_hours(21));
    week_is_over(&app, 1).await;
    let first = receiver.calls().len();
    assert!(first > 0);

    // A restart asks nobody again; but the service is down over the time of the week after.
    let app = app.stop().start().await;
    app.wait(SignedDuration::from_hours(1));
    all_told(&app, MINUTE).await;
    assert_eq!(receiver.calls().len(), first);
    let stopped = app.stop();
    stopped.wait(WEEK);
    let app = stopped.start().await;
    week_is_over(&app, 2).await;
    assert_eq!(receiver.calls().len(), 2 * first);
}
