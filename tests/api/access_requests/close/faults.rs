//! Azure on a bad day, while something is to be closed: the state told is true.

use http::Method;
use jiff::SignedDuration;
use shared::access::{AccessRequest, Ending, Status};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{HOME, minutes};

/// Lets trouble befall the call that closes, and waits for how that ends up.
async fn closed_amid(trouble: Trouble) -> (TestApp, AccessRequest) {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;
    app.azure.fail_next(Fault::next(trouble).method(Method::POST).on("/initiate"));
    let asked: AccessRequest = app.while_time_passes(olga.close(open.id)).await.json();
    let settled = |status: &Status| matches!(status, Status::Open { .. }) || status.is_final();
    let settled = if settled(&asked.status) {
        asked
    } else {
        app.hurry(&mut events, |status| matches!(status, Status::Closing { .. })).await;
        app.hurry(&mut events, settled).await
    };
    assert!(app.azure.faults().are_spent());
    (app, settled)
}

async fn outcome_of(app: &TestApp, request: &AccessRequest) -> String {
    let trail = app.store.entries().about(request.id).await.expect("the trail can be read");
    assert_eq!(trail.len(), 4, "two intents and two outcomes: {trail:?}");
    trail[3].content.body["outcome"].as_str().expect("an outcome is a word").to_owned()
}

#[tokio::test]
async fn an_answer_that_got_lost_is_looked_for_and_not_asked_for_again() {
    for trouble in [Trouble::ActThenCutOff, Trouble::CutOffHalfway, Trouble::BadJson] {
        let (app, request) = closed_amid(trouble.clone()).await;
        assert!(
            matches!(request.status, Status::Ended { how: Ending::Closed, .. }),
            "{trouble:?}: {request:?}"
        );
        assert!(!app.azure.admits("web-1", 3389, HOME));
        assert_eq!(app.initiates().len(), 2, "{trouble:?}");
        assert_eq!(outcome_of(&app, &request).await, "done", "{trouble:?}");
    }
}

#[tokio::test]
async fn what_azure_never_got_leaves_it_open_and_says_so() {
    for trouble in [Trouble::CutOff, Trouble::ServerError(500)] {
        let (app, request) = closed_amid(trouble.clone()).await;
        assert!(matches!(request.status, Status::Open { .. }), "{trouble:?}: {request:?}");
        assert!(request.not_closed.as_ref().unwrap().contains("no trace"), "{request:?}");
        assert!(app.azure.admits("web-1", 3389, HOME));
        assert_eq!(app.initiates().len(), 2, "{trouble:?}");
        assert_eq!(outcome_of(&app, &request).await, "unknown", "{trouble:?}");
    }
}

#[tokio::test]
async fn a_refusal_leaves_it_open_and_says_why() {
    const RIGHT: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
    for (trouble, words, outcome) in [
        (Trouble::Forbidden, RIGHT, "refused"),
        (Trouble::NotFound, "no longer has the JIT policy", "refused"),
        (Trouble::Throttled { retry_after: Some(3600) }, "busy", "failed"),
    ] {
        let (app, request) = closed_amid(trouble.clone()).await;
        assert!(matches!(request.status, Status::Open { .. }), "{trouble:?}: {request:?}");
        assert!(request.not_closed.as_ref().unwrap().contains(words), "{request:?}");
        assert_eq!(app.initiates().len(), 2, "{trouble:?}");
        assert_eq!(outcome_of(&app, &request).await, outcome, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_conflict_may_be_about_the_length_and_is_asked_about_once_more() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;
    app.azure.fail_next(Fault::next(Trouble::Conflict).method(Method::POST).on("/initiate"));
    olga.close(open.id).await.json::<AccessRequest>();
    app.wait(minutes(5));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
    assert_eq!(app.initiates().len(), 3);
}

#[tokio::test]
async fn a_process_that_dies_in_between_leaves_it_to_the_next() {
    for trouble in [Trouble::ActThenCutOff, Trouble::CutOff] {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        let (open, _) = app.web_for(&olga).await;
        let slow = Fault::next(trouble.clone()).method(Method::POST).on("/initiate");
        app.azure.fail_next(slow);
        let closing: AccessRequest = olga.close(open.id).await.json();
        assert!(matches!(closing.status, Status::Closing { until: None, .. }), "{closing:?}");
        let (app, [olga]) = app.restart([olga]).await;

        let mut events = olga.follow(open.id).await;
        let settled = |status: &Status| matches!(status, Status::Open { .. }) || status.is_final();
        let request = app.hurry(&mut events, settled).await;

        let closed = matches!(request.status, Status::Ended { how: Ending::Closed, .. });
        assert_eq!(closed, trouble == Trouble::ActThenCutOff, "{request:?}");
        assert_eq!(app.azure.admits("web-1", 3389, HOME), !closed);
        assert_eq!(app.initiates().len(), 2);
        outcome_of(&app, &request).await;
    }
}

#[tokio::test]
async fn who_hangs_up_has_it_closed_all_the_same() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;
    let slow = Fault::next(Trouble::Slow(SignedDuration::from_secs(5)));
    app.azure.fail_next(slow.method(Method::POST).on("/initiate"));
    let path = format!("/api/access-requests/{}/close", open.id);
    olga.post_and_hang_up(&path, &serde_json::json!({}), app.until_azure_is_asked("/initiate")).await;
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
}
