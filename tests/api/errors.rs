//! What goes wrong is told as a problem, always of the same shape.

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::problem::ProblemKind;
use tests::TestApp;

#[tokio::test]
async fn a_problem_has_type_title_status_sentence_and_request_id() {
    let app = TestApp::start().await;
    let answer = app.visitor().get("/api/session").await;
    let problem: Value = serde_json::from_slice(&answer.body).unwrap();
    let id = answer.header("x-request-id");
    assert_eq!(
        problem,
        json!({
            "type": "urn:postern:problem:signed-out",
            "title": "Unauthorized",
            "status": 401,
            "detail": "You are signed out; sign in to go on.",
            "request_id": id,
        })
    );
    assert!(!id.is_empty());
}

#[tokio::test]
async fn nothing_of_the_api_works_without_a_session() {
    let app = TestApp::start().await;
    let vm = app.vm_path("web-1");
    let request = uuid::Uuid::from_u128(7);
    for path in [
        "/api/session",
        "/api/vms",
        &vm,
        &format!("{vm}/preflight?port=3389&source=192.0.2.7"),
        "/api/access-requests",
        &format!("/api/access-requests/{request}"),
        &format!("/api/access-requests/{request}/events"),
        &format!("/api/access-requests/{request}/rdp"),
    ] {
        let problem = app.visitor().get(path).await.problem();
        assert_eq!((problem.status, problem.kind), (401, ProblemKind::SignedOut), "{path}");
    }
    for path in ["/api/access-requests", &format!("{vm}/start")] {
        let problem = app.visitor().post(path, &app.wish("web-1", 3389)).await.problem();
        assert_eq!((problem.status, problem.kind), (401, ProblemKind::SignedOut), "{path}");
    }
    assert!(app.azure.requests().is_empty(), "Azure was asked for nobody");
}

#[tokio::test]
async fn an_address_of_the_api_that_does_not_exist() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for path in
        ["/api", "/api/", "/api/nothing", "/api/vms/x", "/api/vms/", "/api//vms", "/api/../api/nothing"]
    {
        for who in [&app.visitor(), &olga] {
            let problem = who.get(path).await.problem();
            assert_eq!((problem.status, problem.kind), (404, ProblemKind::NotFound), "{path}");
        }
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let foo = Method::from_bytes(b"FOO").unwrap();
    for (method, path, allowed) in [
        (Method::DELETE, "/api/session".to_owned(), "GET,HEAD"),
        (Method::OPTIONS, "/api/session".to_owned(), "GET,HEAD"),
        (foo, "/api/vms".to_owned(), "GET,HEAD"),
        (Method::PUT, "/api/access-requests".to_owned(), "GET,HEAD,POST"),
        (Method::POST, app.vm_path("web-1"), "GET,HEAD"),
        (Method::PATCH, format!("{}/start", app.vm_path("web-1")), "POST"),
        (Method::PUT, "/auth/logout".to_owned(), "POST"),
        (Method::POST, "/healthz".to_owned(), "GET,HEAD"),
    ] {
        let answer = olga.send(olga.request(&method, &path).body(Body::empty()).unwrap()).await;
        let problem = answer.problem();
        assert_eq!((problem.status, problem.kind), (405, ProblemKind::Unsupported), "{method} {path}");
        let mut allow: Vec<String> = answer.header("allow").split(',').map(str::to_owned).collect();
        allow.sort();
        assert_eq!(allow.join(","), allowed, "{method} {path}");
    }
    let start = format!("{}/start", app.vm_path("off-1"));
    assert!(!olga.get(&start).await.status.is_success(), "reading changes nothing");
    assert!(app.azure.requests().iter().all(|call| !call.path.contains("/start")));
}

#[tokio::test]
async fn every_answer_names_its_request_and_no_two_are_the_same() {
    let app = TestApp::start().await;
    let ids = [
        app.visitor().get("/api/session").await.header("x-request-id"),
        app.visitor().get("/api/nothing").await.header("x-request-id"),
        app.sign_in("operator").await.get("/api/session").await.header("x-request-id"),
    ];
    assert!(ids.iter().all(|id| !id.is_empty()), "{ids:?}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn a_request_id_that_the_caller_made_up_does_not_come_back() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let request = visitor.request(&Method::GET, "/api/session").header("x-request-id", "forged-by-caller");
    let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
    assert_ne!(answer.problem().request_id.as_deref(), Some("forged-by-caller"));
}

#[tokio::test]
async fn a_store_that_fails_is_our_fault_and_told_without_its_details() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.lose_sessions().await;
    let answer = olga.get("/api/session").await;
    let problem = answer.problem();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem.kind, ProblemKind::Unexpected);
    for secret in ["sql", "SQL", "table", "pool", "database"] {
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
}
