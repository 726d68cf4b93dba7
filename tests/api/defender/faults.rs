//! Azure on a bad day: what is told and put on record is true.

use backend::store::EntryKind;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use shared::defender::{DefenderPlan, SubscriptionPlan};
use shared::problem::ProblemKind;
use simulator::world::Plan;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::Answer;

use super::{PRODUCTION, at_azure, enable, trail, unpaid, writes};

const PRICING: &str = "/pricings/VirtualMachines";

async fn amid(trouble: Trouble) -> (TestApp, Answer) {
    let app = TestApp::start_in(unpaid).await;
    let ada = app.sign_in("admin").await;
    app.azure.fail_next(Fault::next(trouble).method(Method::PUT).on(PRICING));
    let answer = app.while_time_passes(enable(&ada, PRODUCTION)).await;
    (app, answer)
}

async fn outcome(app: &TestApp) -> String {
    let trail = trail(app).await;
    let (EntryKind::Outcome(_), body) = trail.last().expect("something is on record") else {
        panic!("{trail:?}")
    };
    body["outcome"].as_str().expect("an outcome is a word").to_owned()
}

#[tokio::test]
async fn what_was_done_though_the_answer_got_lost_is_done() {
    for trouble in [Trouble::ActThenCutOff, Trouble::CutOffHalfway, Trouble::BadJson] {
        let (app, answer) = amid(trouble.clone()).await;
        let plan: SubscriptionPlan = answer.json();
        assert_eq!(plan.plan, Some(DefenderPlan::Plan2), "{trouble:?}");
        assert_eq!((outcome(&app).await.as_str(), writes(&app).len()), ("done", 1), "{trouble:?}");
    }
}

#[tokio::test]
async fn what_was_not_done_is_told_and_can_be_asked_for_again() {
    for (trouble, status, kind, recorded) in [
        (Trouble::Forbidden, 403, ProblemKind::Forbidden, "refused"),
        (Trouble::Conflict, 502, ProblemKind::AzureUnavailable, "refused"),
        (Trouble::Throttled { retry_after: Some(600) }, 503, ProblemKind::AzureBusy, "failed"),
        (Trouble::ServerError(500), 502, ProblemKind::AzureUnavailable, "unknown"),
        (Trouble::CutOff, 502, ProblemKind::AzureUnavailable, "unknown"),
    ] {
        let (app, answer) = amid(trouble.clone()).await;
        let problem = answer.problem();
        assert_eq!((problem.status, problem.kind), (status, kind), "{trouble:?}: {problem:?}");
        assert_eq!(outcome(&app).await, recorded, "{trouble:?}");
        assert_eq!((at_azure(&app), writes(&app).len()), (Plan::Free, 1), "{trouble:?}");
        app.wait(SignedDuration::from_mins(10));
        let ada = app.sign_in("admin").await;
        assert_eq!(enable(&ada, PRODUCTION).await.status, StatusCode::OK, "{trouble:?}");
        assert_eq!(outcome(&app).await, "done", "{trouble:?}");
    }
}

#[tokio::test]
async fn nothing_is_bought_where_it_cannot_be_read_whether_it_is_there() {
    for (trouble, status) in [(Trouble::Forbidden, 403), (Trouble::ServerError(500), 502)] {
        let app = TestApp::start_in(unpaid).await;
        let ada = app.sign_in("admin").await;
        app.azure.fail_next(Fault::always(trouble.clone()).method(Method::GET).on(PRICING));
        let problem = app.while_time_passes(enable(&ada, PRODUCTION)).await.problem();
        assert_eq!(problem.status, status, "{trouble:?}: {problem:?}");
        assert!(writes(&app).is_empty(), "{trouble:?}");
    }
}

#[tokio::test]
async fn what_azure_took_is_never_recorded_as_not_done_because_it_cannot_be_read_again() {
    let app = TestApp::start_in(unpaid).await;
    let ada = app.sign_in("admin").await;
    let late = Trouble::LateAnswer(SignedDuration::from_secs(5));
    app.azure.fail_next(Fault::next(late).method(Method::PUT).on(PRICING));
    let hiding = async {
        app.until(SignedDuration::ZERO, async || (at_azure(&app) == Plan::P2).then_some(())).await;
        app.azure.fail_next(Fault::always(Trouble::Forbidden).method(Method::GET).on(PRICING));
    };
    let both = futures_util::future::join(enable(&ada, PRODUCTION), hiding);
    let (answer, ()) = app.while_time_passes(both).await;
    assert_eq!(answer.problem().kind, ProblemKind::AzureUnavailable);
    let trail = trail(&app).await;
    let (_, body) = trail.last().expect("something is on record");
    assert_eq!(body["outcome"], "unknown", "{body}");
    assert!(body["correlation_id"].is_string(), "Azure's name for the call: {body}");
}

#[tokio::test]
async fn what_a_process_left_behind_is_looked_at() {
    for (now, recorded) in [(Plan::P2, "done"), (Plan::Free, "unknown")] {
        let app = TestApp::start_in(unpaid).await;
        let ada = app.sign_in("admin").await;
        let late = Trouble::LateAnswer(SignedDuration::from_mins(5));
        app.azure.fail_next(Fault::next(late).method(Method::PUT).on(PRICING));
        let path = format!("/api/subscriptions/{PRODUCTION}/defender-plan");
        let body = serde_json::json!({ "plan": "plan2" });
        tokio::select! {
            answer = ada.put(&path, &body) => panic!("{answer:?}"),
            () = app.until(SignedDuration::ZERO, async || (at_azure(&app) == Plan::P2).then_some(())) => {}
        }
        let (app, _) = app.restart([ada]).await;
        app.azure.faults().clear();
        app.azure.world().subscriptions.get_mut(PRODUCTION).expect("it is there").plan = now;
        app.until(SignedDuration::from_secs(30), async || {
            matches!(trail(&app).await.last(), Some((EntryKind::Outcome(_), _))).then_some(())
        })
        .await;
        assert_eq!(outcome(&app).await, recorded, "{now:?}");
        assert_eq!(writes(&app).len(), 1, "{now:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_put_on_record_is_not_done() {
    let app = TestApp::start_in(unpaid).await;
    let ada = app.sign_in("admin").await;
    app.fill_disk().await;
    let problem = enable(&ada, PRODUCTION).await.problem();
    assert_eq!((problem.status, problem.kind), (503, ProblemKind::NotOnRecord));
    assert_eq!((at_azure(&app), writes(&app).len()), (Plan::Free, 0));
}
