//! Bodies that are no requests at all, or that somebody else's page sent.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use http::header::{CONTENT_TYPE, ORIGIN};
use http::{Method, StatusCode};
use serde_json::json;
use shared::problem::{Problem, ProblemKind};
use tests::TestApp;
use tests::app::Visitor;

async fn is_malformed(olga: &Visitor, body: Vec<u8>) -> Problem {
    let shown = String::from_utf8_lossy(&body).chars().take(80).collect::<String>();
    let request =
        olga.request(&Method::POST, "/api/access-requests").header(CONTENT_TYPE, "application/json");
    let answer = olga.send(request.body(Body::from(body)).expect("any body will do")).await;
    let problem = answer.problem();
    assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{shown}");
    problem
}

#[tokio::test]
async fn a_body_that_is_not_json() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let whole = app.wish("web-1", 3389).to_string();
    let cut = &whole[..whole.len() - 1];
    let twice = format!("{whole}{whole}");
    for body in ["", "{", "null", "[]", "\"text\"", "\u{0}", cut, &twice] {
        is_malformed(&olga, body.into()).await;
    }
    is_malformed(&olga, b"{\"reason\": \"\xff\xfe\"}".to_vec()).await;
    is_malformed(&olga, "[".repeat(10_000).into()).await;
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_body_that_says_something_twice() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let whole = app.wish("web-1", 3389).to_string();
    let end = whole.len() - 1;
    for (twice, field) in [
        (format!("{},\"duration\":\"PT24H\"}}", &whole[..end]), "duration"),
        (whole.replace("\"ports\":[3389]", "\"ports\":[3389],\"ports\":[22]"), "vms[0].ports"),
    ] {
        let problem = is_malformed(&olga, twice.into()).await;
        assert_eq!(problem.violations[0].field, field);
    }
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_body_larger_than_any_honest_one() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["reason"] = json!("x".repeat(4 << 20));
    let problem = app.sign_in("operator").await.post("/api/access-requests", &wish).await.problem();
    assert_eq!((problem.status, problem.kind), (413, ProblemKind::TooLarge));
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_body_of_unknown_length_that_does_not_end() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let endless =
        futures_util::stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b' '; 4096])));
    let request =
        olga.request(&Method::POST, "/api/access-requests").header(CONTENT_TYPE, "application/json");
    let problem = olga.send(request.body(Body::from_stream(endless)).unwrap()).await.problem();
    assert_eq!((problem.status, problem.kind), (413, ProblemKind::TooLarge));
}

#[tokio::test]
async fn a_body_of_another_type() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for media in ["application/xml", "application/octet-stream", "application/jsonx"] {
        let request = olga.request(&Method::POST, "/api/access-requests").header(CONTENT_TYPE, media);
        let body = Body::from(app.wish("web-1", 3389).to_string());
        let problem = olga.send(request.body(body).unwrap()).await.problem();
        assert_eq!((problem.status, problem.kind), (415, ProblemKind::Unsupported), "{media}");
    }
    let request = olga.request(&Method::POST, "/api/access-requests");
    let answer = olga.send(request.body(Body::from(app.wish("web-1", 3389).to_string())).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_body_that_another_site_sent() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let wish = app.wish("web-1", 3389).to_string();
    for (name, value) in [
        (ORIGIN.as_str(), "https://evil.example"),
        (ORIGIN.as_str(), "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        (CONTENT_TYPE.as_str(), "text/plain"),
        (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
    ] {
        let mut request = olga
            .request(&Method::POST, "/api/access-requests")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(wish.clone()))
            .unwrap();
        // A browser sends both, and means the same by them; one alone must do.
        if name == ORIGIN.as_str() {
            request.headers_mut().remove("sec-fetch-site");
        } else if name == "sec-fetch-site" {
            request.headers_mut().remove(ORIGIN);
        }
        request.headers_mut().insert(name, value.parse().unwrap());
        let problem = olga.send(request).await.problem();
        assert_eq!((problem.status, problem.kind), (403, ProblemKind::ForeignOrigin), "{name}: {value}");
    }
    assert!(app.initiates().is_empty());
}
