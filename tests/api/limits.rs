//! How often one may ask.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::{Answer, minutes};

/// A refusal for asking too often, and how many seconds it says to wait.
#[track_caller]
fn wait_of(answer: &Answer) -> i64 {
    assert_eq!(answer.problem().kind, ProblemKind::TooMany, "{}", answer.text());
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    answer.header("retry-after").parse().expect("it says how long to wait")
}

#[tokio::test]
async fn a_person_can_make_only_so_many_requests_and_is_told_when_it_goes_again() {
    let app = TestApp::start_set("limits = { grants_per_minute = 2, grants_per_hour = 3 }").await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    app.wait(SignedDuration::from_secs(1));
    olga.open("app-1", 22).await;
    let refused = olga.post("/api/access-requests", &app.wish("lab-1", 22)).await;
    assert_eq!(wait_of(&refused), 59);
    assert_eq!(app.initiates().len(), 2, "Azure is not bothered");

    let otto = app.sign_in("other").await;
    otto.open("off-1", 3389).await;

    app.wait(minutes(1));
    olga.open("lab-1", 22).await;
    app.wait(minutes(1));
    let refused = olga.post("/api/access-requests", &app.wish("lab-1", 22)).await;
    assert_eq!(wait_of(&refused), 58 * 60 - 1);
}

#[tokio::test]
async fn what_a_person_has_opened_is_not_forgotten_by_a_restart() {
    let app = TestApp::start_set("limits = { grants_per_minute = 1 }").await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    let (app, [olga]) = app.restart([olga]).await;
    let refused = olga.post("/api/access-requests", &app.wish("app-1", 22)).await;
    assert_eq!(wait_of(&refused), 60);
}

#[tokio::test]
async fn who_tries_to_change_too_much_is_stopped_although_nothing_was_allowed() {
    let app = TestApp::start_set("limits = { changes_per_minute = 2 }").await;
    let rita = app.sign_in("reader").await;
    for _ in 0..2 {
        let refused = rita.post("/api/access-requests", &app.wish("web-1", 3389)).await;
        assert_eq!(refused.problem().kind, ProblemKind::Guardrail);
    }
    let refused = rita.post("/api/access-requests", &app.wish("web-1", 3389)).await;
    assert_eq!(wait_of(&refused), 30);
    assert!(rita.get("/api/session").await.status.is_success(), "reading goes on");
}

#[tokio::test]
async fn an_address_can_make_only_so_many_calls_whoever_is_behind_it() {
    let app = TestApp::start_set("limits = { calls_per_minute = 3 }").await;
    let stranger = app.visitor();
    for _ in 0..3 {
        assert_eq!(stranger.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    }
    assert_eq!(wait_of(&stranger.get("/api/session").await), 20);
    let spoofed = stranger.request(&Method::GET, "/api/session").header("x-forwarded-for", "198.51.100.9");
    wait_of(&stranger.send(spoofed.body(axum::body::Body::empty()).unwrap()).await);
    let neighbour = app.visitor().at("192.0.2.8");
    assert_eq!(neighbour.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    assert!(stranger.get("/healthz").await.status.is_success(), "whoever keeps it running is not shut out");
}

#[tokio::test]
async fn signing_in_has_a_tighter_limit_and_a_page_that_says_so() {
    let app = TestApp::start_set("limits = { sign_ins_per_minute = 2 }").await;
    let visitor = app.visitor();
    for _ in 0..2 {
        assert!(visitor.get("/auth/login").await.status.is_redirection());
    }
    let refused = visitor.get("/auth/login").await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (StatusCode::TOO_MANY_REQUESTS, "30".to_owned())
    );
    assert!(
        refused.text().contains("too many sign-ins from your network; try again in 30 seconds"),
        "{}",
        refused.text()
    );
    assert_eq!(visitor.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}
