//! Looking back at requests.

mod outside;
mod table;

use backend::store::RequestRecord;
use http::StatusCode;
use jiff::SignedDuration;
use shared::access::{AccessRequest, RequestId, Status};
use shared::history::{Moment, RulesSeen, StepKind, Timeline};
use shared::page::Page;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{Visitor, minutes};

async fn found(who: &Visitor, query: &str) -> Vec<AccessRequest> {
    let answer = who.get(&format!("/api/access-requests?mine=false{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json::<Page<AccessRequest>>().items
}

async fn machines(who: &Visitor, query: &str) -> Vec<String> {
    found(who, query).await.iter().map(|request| request.vm.name().to_string()).collect()
}

/// Three requests of two people, one of them over, some minutes apart.
async fn some(app: &TestApp) -> (Visitor, Visitor, Visitor) {
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let web = olga.open("web-1", 3389).await;
    let mut events = olga.follow(web.id).await;
    app.wait(minutes(61));
    app.hurry(&mut events, Status::is_final).await;
    olga.open("open-1", 3389).await;
    app.wait(minutes(10));
    otto.open("off-1", 3389).await;
    (olga, otto, app.sign_in("admin").await)
}

#[tokio::test]
async fn who_may_audit_sees_the_requests_of_everybody_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (olga, otto, ada) = some(&app).await;
    assert_eq!(machines(&ada, "").await, ["off-1", "open-1", "web-1"]);
    assert_eq!(machines(&otto, "").await, ["off-1"], "he sees his own");
    assert_eq!(machines(&olga, "").await, ["open-1", "web-1"]);
    // Her rules are about another subscription.
    assert!(machines(&app.sign_in("laboratory").await, "").await.is_empty());
    let own: Page<AccessRequest> = ada.get("/api/access-requests").await.json();
    assert!(own.items.is_empty(), "she made none herself");
}

#[tokio::test]
async fn they_are_found_by_person_machine_status_and_time() {
    let app = TestApp::start().await;
    let (.., ada) = some(&app).await;
    assert_eq!(machines(&ada, "&person=OPERATOR%40contoso").await, ["open-1", "web-1"]);
    assert!(
        machines(&ada, "&person=oper%25tor").await.is_empty(),
        "a sign of the database's own is a letter"
    );
    assert_eq!(machines(&ada, "&vm=EN-1").await, ["open-1"]);
    assert!(machines(&ada, "&vm=virtualmachines").await.is_empty(), "the rest of the id does not count");
    assert_eq!(machines(&ada, &format!("&vm={}", app.vm("web-1"))).await, ["web-1"]);
    assert_eq!(machines(&ada, "&status=ended").await, ["web-1"]);
    assert_eq!(machines(&ada, "&status=opening,open,requesting").await, ["off-1", "open-1"]);
    assert_eq!(machines(&ada, "&open=true").await, ["off-1", "open-1"]);
    let since = app.now() - minutes(5);
    assert_eq!(machines(&ada, &format!("&since={since}")).await, ["off-1"]);
    assert_eq!(machines(&ada, &format!("&until={since}&person=operator")).await, ["open-1", "web-1"]);
    let first: Page<AccessRequest> = ada.get("/api/access-requests?mine=false&limit=2").await.json();
    assert_eq!(first.items.len(), 2);
    let next = first.next.expect("there is one more");
    assert_eq!(machines(&ada, &format!("&cursor={next}")).await, ["web-1"]);
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_named() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for (query, field) in [
        ("status=gone", "status"),
        ("since=yesterday", "since"),
        ("until=2030", "until"),
        ("vm=/subscriptions/x", "vm"),
        ("mine=perhaps", "mine"),
        ("cursor=x", "cursor"),
        ("cursor=00000000-0000-0000-0000-000000000007", "cursor"),
    ] {
        for path in ["/api/access-requests", "/api/access-requests.csv"] {
            // A table has no pages.
            if path.ends_with("csv") && query.ends_with('7') {
                continue;
            }
            let answer = ada.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
            assert_eq!(answer.problem().violations[0].field, field, "{query}");
        }
    }
}

fn rules_at(timeline: &Timeline, moment: Moment) -> &RulesSeen {
    timeline.rules.iter().find(|seen| seen.moment == moment).expect("they were read")
}

/// Waits until the rules at a moment of a request are kept.
async fn rules_are_read(app: &TestApp, request: RequestId, moment: Moment) {
    app.until(SignedDuration::ZERO, async || {
        let seen = app.store.rules_seen().of(request).await.expect("the store answers");
        seen.iter().any(|seen| seen.moment == moment).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_request_is_told_from_its_beginning_to_its_end_with_the_rules_around_it() {
    use StepKind::{Accepted, CloseAccepted, CloseRequested, Ended, Opened, Requested};
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let (request, mut events) = app.web_for(&olga).await;
    rules_are_read(&app, request.id, Moment::Open).await;
    app.wait(minutes(5));
    assert_eq!(olga.close(request.id).await.status, StatusCode::OK);
    app.hurry(&mut events, Status::is_final).await;
    rules_are_read(&app, request.id, Moment::After).await;

    let timeline: Timeline = ada.get(&format!("/api/access-requests/{}/timeline", request.id)).await.json();

    let told: Vec<StepKind> = timeline.steps.iter().map(|step| step.what).collect();
    assert_eq!(told, [Requested, Accepted, Opened, CloseRequested, CloseAccepted, Ended], "{timeline:#?}");
    let asked = &timeline.steps[0];
    assert!(asked.by.as_deref().is_some_and(|by| by.contains("operator@contoso.com")), "{asked:?}");
    assert_eq!(asked.from.as_deref(), Some("192.0.2.7"));
    assert!(timeline.steps[1].correlation_id.is_some());
    assert!(timeline.steps.is_sorted_by_key(|step| step.at));

    let moments: Vec<Moment> = timeline.rules.iter().map(|seen| seen.moment).collect();
    assert_eq!(moments, [Moment::Before, Moment::Open, Moment::After]);
    let lets_in = |moment: Moment| {
        let rules = &rules_at(&timeline, moment).rules;
        rules
            .iter()
            .any(|rule| rule.just_in_time && rule.access == "Allow" && rule.sources.contains("192.0.2.7"))
    };
    assert!(!lets_in(Moment::Before), "{:#?}", rules_at(&timeline, Moment::Before));
    assert!(lets_in(Moment::Open), "{:#?}", rules_at(&timeline, Moment::Open));
    let of_machine = rules_at(&timeline, Moment::Open).rules.iter().filter(|rule| rule.of_machine);
    let mut told: Vec<(&str, &str)> =
        of_machine.map(|rule| (rule.access.as_str(), rule.ports.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [("Allow", "3389"), ("Deny", "3389, 5986")], "those of its neighbours are not its own");
    let denies = |moment: Moment| rules_at(&timeline, moment).rules.iter().any(|rule| rule.access == "Deny");
    assert!(denies(Moment::Before) && denies(Moment::After));
}

#[tokio::test]
async fn a_request_is_not_held_up_for_rules_that_cannot_be_read() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.azure.fail_next(Fault::always(Trouble::ServerError(503)).on("/networkSecurityGroups/"));
    let (request, _) = app.while_time_passes(app.web_for(&olga)).await;
    let timeline: Timeline = olga.get(&format!("/api/access-requests/{}/timeline", request.id)).await.json();
    let before = rules_at(&timeline, Moment::Before);
    assert!(before.rules.is_empty() && before.unread.is_some(), "{before:?}");
}

#[tokio::test]
async fn rules_that_nobody_has_read_are_kept_as_that_and_old_ones_are_forgotten() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (request, mut events) = app.web_for(&olga).await;
    rules_are_read(&app, request.id, Moment::Open).await;
    app.wait(minutes(61));
    let ended = app.hurry(&mut events, Status::is_final).await;
    rules_are_read(&app, request.id, Moment::After).await;
    // As if the process had died before it had read any.
    let died = AccessRequest { id: RequestId(uuid::Uuid::from_u128(7)), ..ended };
    let record = app.store.requests().get(request.id).await.unwrap().unwrap();
    app.store.requests().insert(&RequestRecord { request: died.clone(), ..record }).await.unwrap();
    let seen = app.until(minutes(1), async || {
        let seen = app.store.rules_seen().of(died.id).await.expect("the store answers");
        (seen.len() == 3).then_some(seen)
    });
    let seen = seen.await;
    let stopped = |seen: &RulesSeen| seen.unread.as_ref().is_some_and(|why| why.contains("Postern stopped"));
    assert!(seen.iter().all(|seen| seen.rules.is_empty() && stopped(seen)), "{seen:?}");
    let read = app.store.rules_seen().of(request.id).await.unwrap();
    assert!(read.iter().all(|seen| seen.unread.is_none()), "{read:?}");

    app.wait(SignedDuration::from_hours(401 * 24));
    app.until(minutes(1), async || {
        app.store.rules_seen().of(request.id).await.expect("the store answers").is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn timelines_of_others_are_not_there_for_whoever_may_not_audit() {
    let app = TestApp::start().await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;
    let otto = app.sign_in("other").await;
    let of_another = otto.get(&format!("/api/access-requests/{}/timeline", request.id)).await;
    let of_nobody = otto.get(&format!("/api/access-requests/{}/timeline", uuid::Uuid::from_u128(7))).await;
    assert_eq!(of_another.status, StatusCode::NOT_FOUND);
    assert_eq!(of_another.whole(), of_nobody.whole());
}
