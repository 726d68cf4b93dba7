//! Access that is needed for longer.

use http::StatusCode;
use serde_json::json;
use shared::access::{AccessRequest, Ending, Status};
use shared::problem::ProblemKind;
use simulator::world::Replaces;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{HOME, minutes};

#[tokio::test]
async fn what_is_extended_is_requested_once_more_and_goes_on_without_a_gap() {
    for replaces in [Replaces::SamePort, Replaces::SameSource, Replaces::SameRequestor] {
        let app = TestApp::start_in(|world| world.behaviour.replaces = replaces).await;
        let olga = app.sign_in("operator").await;
        let (old, mut old_events) = app.web_for(&olga).await;
        app.wait(minutes(40));

        let answer = olga.extend(old.id, "PT1H").await;

        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let new: AccessRequest = answer.json();
        assert_eq!((new.extends, new.ends_at), (Some(old.id), app.now() + minutes(60)));
        assert_eq!((&new.vm, &new.ports, &new.source), (&old.vm, &old.ports, &old.source));
        assert_eq!((&new.reason, &new.rule), (&old.reason, &old.rule));
        let ended = app.hurry(&mut old_events, Status::is_final).await;
        assert!(matches!(ended.status, Status::Ended { how: Ending::Extended, .. }), "{ended:?}");
        assert_eq!(ended.replaced_by, Some(new.id), "{replaces:?}");
        assert!(app.azure.admits("web-1", 3389, HOME), "{replaces:?}: a gap");
        let mut events = olga.follow(new.id).await;
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
        app.wait(minutes(30));
        assert!(app.azure.admits("web-1", 3389, HOME), "{replaces:?}: past the old end");
        let trail = app.store.entries().about(new.id).await.unwrap();
        assert_eq!(trail[0].content.body["request"]["extends"], json!(old.id));
        assert_eq!(trail.len(), 2, "intent and outcome");
    }
}

#[tokio::test]
async fn only_ones_own_access_can_be_extended_and_only_while_it_is_open() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (old, mut events) = app.web_for(&olga).await;
    assert_eq!(otto.extend(old.id, "PT1H").await.problem().kind, ProblemKind::NotFound);

    app.wait(minutes(60));
    app.hurry(&mut events, Status::is_final).await;
    let problem = olga.extend(old.id, "PT1H").await.problem();
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert!(problem.detail.contains("request it again"), "{problem:?}");
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn an_extension_is_judged_as_any_request() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (old, _) = app.web_for(&olga).await;
    for (duration, words) in [("PT3H", "at most 2 h"), ("PT30M", "is open until")] {
        let problem = olga.extend(old.id, duration).await.problem();
        assert_eq!(problem.kind, ProblemKind::Guardrail, "{problem:?}");
        let [violation] = &problem.violations[..] else { panic!("{problem:?}") };
        assert_eq!(violation.field, "duration");
        assert!(violation.detail.contains(words), "{violation:?}");
    }
    let path = format!("/api/access-requests/{}/extend", old.id);
    let reasonless = olga.post(&path, &json!({ "duration": "PT2H", "reason": "because" })).await.problem();
    assert_eq!(reasonless.violations[0].field, "reason", "{reasonless:?}");
    let unread = olga.post(&path, &json!({ "duration": "PT2H", "source": "192.0.2.9" })).await.problem();
    assert_eq!(unread.kind, ProblemKind::Malformed, "{unread:?}");
    assert_eq!(app.initiates().len(), 1);
    assert!(matches!(olga.look_at(old.id).await.status, Status::Open { .. }));
}

#[tokio::test]
async fn an_extension_counts_as_a_request() {
    let app = TestApp::start_set("limits = { grants_per_hour = 1 }").await;
    let olga = app.sign_in("operator").await;
    let (old, _) = app.web_for(&olga).await;
    assert_eq!(olga.extend(old.id, "PT2H").await.problem().kind, ProblemKind::TooMany);
}

#[tokio::test]
async fn what_azure_refuses_to_extend_stays_open_until_its_end() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (old, _) = app.web_for(&olga).await;
    app.azure.fail_next(Fault::next(Trouble::Conflict).on("/initiate"));

    let new: AccessRequest = olga.extend(old.id, "PT2H").await.json();

    let Status::Refused { reason, .. } = &new.status else { panic!("{new:?}") };
    assert!(reason.ends_with("What is open stays open until its end."), "{reason}");
    let kept = olga.look_at(old.id).await;
    assert!(matches!(kept.status, Status::Open { .. }) && kept.ends_at == old.ends_at, "{kept:?}");
    assert!(app.azure.admits("web-1", 3389, HOME));
}

#[tokio::test]
async fn a_second_click_extends_nothing_a_second_time() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (old, _) = app.web_for(&olga).await;
    let slow = Fault::next(Trouble::LateAnswer(jiff::SignedDuration::from_secs(5)));
    app.azure.fail_next(slow.on("/initiate"));

    let clicks = async { tokio::join!(olga.extend(old.id, "PT2H"), olga.extend(old.id, "PT2H")) };
    let (first, second) = app.while_time_passes(clicks).await;

    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", first.text(), second.text());
    assert_eq!(app.initiates().len(), 2);
}
