//! The live stream of a request.

use jiff::SignedDuration;
use serde_json::json;
use shared::access::{AccessRequest, RequestId, Status};
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::{Events, Visitor, minutes};

/// Somebody whose request Azure has just accepted.
async fn opening() -> (TestApp, Visitor, AccessRequest) {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    (app, olga, request)
}

/// As many streams as one session may have.
async fn twenty(who: &Visitor, id: RequestId) -> Vec<Events> {
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(who.follow(id).await);
    }
    streams
}

#[tokio::test]
async fn the_first_event_tells_where_the_request_stands_and_what_time_it_is() {
    let (app, olga, request) = opening().await;
    let first = olga.follow(request.id).await.next().await.unwrap();
    assert_eq!(first.now, app.now());
    assert_eq!(first.request, request);
}

#[tokio::test]
async fn everybody_who_looks_hears_of_every_change() {
    let (app, olga, request) = opening().await;
    let (mut here, mut there) = (olga.follow(request.id).await, olga.follow(request.id).await);
    let first = app.hurry(&mut here, |status| matches!(status, Status::Open { .. })).await;
    let second = app.hurry(&mut there, |status| matches!(status, Status::Open { .. })).await;
    assert_eq!(first, second);
}

#[tokio::test]
async fn however_many_look_azure_is_asked_as_often_as_by_one() {
    let (app, olga, request) = opening().await;
    let mut many = twenty(&olga, request.id).await;
    app.azure.forget_requests();
    let began = app.now();
    app.hurry(&mut many[0], |status| matches!(status, Status::Open { .. })).await;
    let passed = app.now().duration_since(began).as_secs();
    let reads =
        app.azure.requests().iter().filter(|call| call.path.contains("jitNetworkAccessPolicies")).count();
    assert!(i64::try_from(reads).unwrap() <= passed + 1, "{reads} reads in {passed} s");
}

#[tokio::test]
async fn a_request_that_is_over_is_told_and_the_stream_ends() {
    let (app, olga, request) = opening().await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(60));
    app.hurry(&mut events, Status::is_final).await;

    let mut later = olga.follow(request.id).await;
    assert!(later.next().await.unwrap().request.status.is_final());
    assert_eq!(later.next().await, None);
}

#[tokio::test]
async fn nobody_follows_the_requests_of_others() {
    let app = TestApp::start().await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;
    let otto = app.sign_in("other").await;
    for id in [request.id.to_string(), RequestId(uuid::Uuid::from_u128(7)).to_string(), "7".to_owned()] {
        let problem = otto.get(&format!("/api/access-requests/{id}/events")).await.problem();
        assert_eq!((problem.status, problem.kind), (404, ProblemKind::NotFound), "{id}");
    }
}

#[tokio::test]
async fn who_signs_out_hears_no_more() {
    let (app, olga, request) = opening().await;
    let mut events = olga.follow(request.id).await;
    assert!(events.next().await.is_some());
    assert!(olga.post("/auth/logout", &json!({})).await.status.is_success());
    app.wait(SignedDuration::from_secs(15));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn looking_on_does_not_keep_a_session_that_is_not_used() {
    let app = TestApp::start_set("session = { idle = \"10m\" }").await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(10));
    assert_eq!(events.next().await, None);
    assert_eq!(olga.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn one_session_follows_only_so_many_at_a_time() {
    let (_app, olga, request) = opening().await;
    let mut many = twenty(&olga, request.id).await;
    let path = format!("/api/access-requests/{}/events", request.id);
    let refused = olga.get(&path).await;
    assert_eq!((refused.problem().status, refused.problem().kind), (429, ProblemKind::TooMany));
    assert_eq!(refused.header("retry-after"), "15");
    drop(many.pop());
    assert!(olga.follow(request.id).await.next().await.is_some());
}
