//! Azure on a bad day: what is told is true, and nobody's change is lost.

use std::time::Duration;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use shared::problem::ProblemKind;
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::{at_azure, ports, read, set, writes};

async fn amid(trouble: Trouble, times: u32) -> (TestApp, tests::app::Answer) {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "web-1").await;
    let fault = Fault::next(trouble).method(Method::PUT).on("/jitNetworkAccessPolicies/").times(times);
    app.azure.fail_next(fault);
    let answer = app.while_time_passes(set(&app, &ada, "web-1", &seen.version, &ports(&[3389, 22]))).await;
    (app, answer)
}

async fn outcome(app: &TestApp) -> String {
    let trail = app.store.entries().before(i64::MAX, 1).await.expect("the trail can be read");
    trail[0].content.body["outcome"].as_str().expect("an outcome is a word").to_owned()
}

#[tokio::test]
async fn what_passes_is_waited_for_and_looked_at_again() {
    for trouble in [
        Trouble::Conflict,
        Trouble::PreconditionFailed,
        Trouble::Busy,
        Trouble::Throttled { retry_after: Some(5) },
        Trouble::Throttled { retry_after: None },
        Trouble::ServerError(503),
        Trouble::CutOff,
        Trouble::ActThenCutOff,
        Trouble::CutOffHalfway,
        Trouble::BadJson,
    ] {
        let (app, answer) = amid(trouble.clone(), 1).await;
        assert_eq!(answer.status, StatusCode::OK, "{trouble:?}: {}", answer.text());
        assert_eq!(at_azure(&app, "web-1"), [22, 3389], "{trouble:?}");
        assert_eq!(at_azure(&app, "off-1"), [3389, 5986], "{trouble:?}");
        assert_eq!(outcome(&app).await, "done", "{trouble:?}");
        assert!(writes(&app) <= 2, "{trouble:?}");
    }
}

#[tokio::test]
async fn what_was_done_though_the_answer_got_lost_is_not_done_twice() {
    for trouble in [Trouble::ActThenCutOff, Trouble::CutOffHalfway, Trouble::BadJson] {
        let (app, answer) = amid(trouble.clone(), 1).await;
        assert_eq!((answer.status, writes(&app)), (StatusCode::OK, 1), "{trouble:?}");
    }
}

#[tokio::test]
async fn what_stays_is_given_up_and_told() {
    for (trouble, kind, recorded) in [
        (Trouble::Conflict, ProblemKind::AzureUnavailable, "refused"),
        (Trouble::Forbidden, ProblemKind::AzureUnavailable, "refused"),
        (Trouble::Throttled { retry_after: Some(600) }, ProblemKind::AzureBusy, "failed"),
        (Trouble::ServerError(500), ProblemKind::AzureUnavailable, "unknown"),
    ] {
        let (app, answer) = amid(trouble.clone(), 100).await;
        let problem = answer.problem();
        assert_eq!(problem.kind, kind, "{trouble:?}: {problem:?}");
        assert_eq!(outcome(&app).await, recorded, "{trouble:?}");
        assert_eq!(at_azure(&app, "web-1"), [3389, 5986], "{trouble:?}");
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_is_not_written() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "web-1").await;
    app.azure.fail_next(
        Fault::always(Trouble::ServerError(500)).method(Method::GET).on("/jitNetworkAccessPolicies"),
    );
    let answer = app.while_time_passes(set(&app, &ada, "web-1", &seen.version, &ports(&[22]))).await;
    assert_eq!(answer.problem().kind, ProblemKind::AzureUnavailable);
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn a_policy_that_was_deleted_meanwhile_is_not_brought_back() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "app-1").await;
    let id = seen.policy_id.clone();
    app.azure.world().remove_policy(&id);
    let answer = set(&app, &ada, "app-1", &seen.version, &ports(&[22, 3389])).await;
    let problem = answer.problem();
    assert_eq!(problem.kind, ProblemKind::ChangedMeanwhile);
    assert_eq!(problem.standing.unwrap().policy, None);
    assert!(at_azure(&app, "app-1").is_empty());
}

#[tokio::test]
async fn somebody_who_writes_over_it_from_elsewhere_loses_nothing_and_neither_do_we() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "web-1").await;
    let stale = app.azure.world().policies().get(&seen.policy_id).unwrap().clone();
    // Ours is done, and its answer is late; meanwhile somebody writes what they read before.
    let late = Trouble::LateAnswer(SignedDuration::from_secs(5));
    app.azure.fail_next(Fault::next(late).method(Method::PUT).on("/jitNetworkAccessPolicies/"));
    let policy = ports(&[3389, 22]);
    let setting = set(&app, &ada, "web-1", &seen.version, &policy);
    let overwriting = async {
        let mut looks = tokio::time::interval(Duration::from_millis(1));
        while at_azure(&app, "web-1") != [22, 3389] {
            looks.tick().await;
        }
        let mut theirs = stale.clone();
        theirs.machines.retain(|machine| !machine.id.ends_with("shut-1"));
        app.azure.world().put_policy(theirs);
    };
    let (answer, ()) = app.while_time_passes(futures_util::future::join(setting, overwriting)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(at_azure(&app, "web-1"), [22, 3389], "ours");
    assert!(at_azure(&app, "shut-1").is_empty(), "and theirs");
    assert_eq!(writes(&app), 2);
}

#[tokio::test]
async fn what_azure_took_is_never_recorded_as_not_done_because_it_cannot_be_read_again() {
    for trouble in [Trouble::Throttled { retry_after: Some(600) }, Trouble::Forbidden] {
        let app = TestApp::start().await;
        let ada = app.sign_in("admin").await;
        let seen = read(&app, &ada, "web-1").await;
        let late = Trouble::LateAnswer(SignedDuration::from_secs(5));
        app.azure.fail_next(Fault::next(late).method(Method::PUT).on("/jitNetworkAccessPolicies/"));
        let policy = ports(&[3389, 22]);
        let setting = set(&app, &ada, "web-1", &seen.version, &policy);
        let hiding = async {
            let mut looks = tokio::time::interval(Duration::from_millis(1));
            while at_azure(&app, "web-1") != [22, 3389] {
                looks.tick().await;
            }
            let unread = Fault::always(trouble.clone()).method(Method::GET);
            app.azure.fail_next(unread.on("/jitNetworkAccessPolicies/"));
        };
        let (answer, ()) = app.while_time_passes(futures_util::future::join(setting, hiding)).await;
        assert_eq!(answer.problem().kind, ProblemKind::AzureUnavailable, "{trouble:?}");
        let trail = app.store.entries().before(i64::MAX, 1).await.expect("the trail can be read");
        let body = &trail[0].content.body;
        assert_eq!(body["outcome"], "unknown", "{trouble:?}: {body}");
        assert!(body["correlation_id"].is_string(), "Azure's name for the call: {body}");
    }
}
