//! Figures for whoever keeps the service running.

use http::StatusCode;
use serde_json::json;
use tests::TestApp;
use tests::app::Installed;
use tests::database::Kind;
use tests::process::Process;

/// The program, built from the same sources as `postern`.
const PROGRAM: &str = env!("CARGO_BIN_EXE_postern-for-tests");

/// Figures are read at a port that is free, and somebody is to be told what happens who is not there.
const SETTINGS: &str = r#"
    [server]
    metrics = "127.0.0.1:0"
    [notify.tickets]
    on = ["grant"]
    webhook = "http://127.0.0.1:9/tickets"
    secret = "a secret of sixteen or more letters"
"#;

async fn figures(of: &Process) -> String {
    let place = of.says(|line| line.contains("figures can be read").then(|| line.to_owned())).await;
    let at = place.find("127.0.0.1:").expect("it says where");
    let address = place[at..].split(|letter: char| letter.is_whitespace() || letter == '"').next();
    let url = format!("http://{}/metrics", address.expect("it says where"));
    let answer = reqwest::get(url).await.expect("somebody listens there");
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"].to_str().expect("it is text");
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    answer.text().await.expect("it is text")
}

/// The value of one figure.
fn value(figures: &str, name: &str) -> Option<f64> {
    let line = figures.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map(|value| value.parse().expect("it is a number"))
}

#[tokio::test]
async fn what_happens_is_counted_and_nobody_is_named() {
    let installed = Installed::new(PROGRAM, Kind::Sqlite, SETTINGS, |_| ()).await;
    let process = installed.serve().await;
    let olga = installed.sign_in("operator").await;
    let opened = olga.post("/api/access-requests", &installed.wish("web-1", 3389)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let mut refused = installed.wish("web-1", 3389);
    refused["reason"] = json!(null);
    assert_eq!(olga.post("/api/access-requests", &refused).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let figures = figures(&process).await;
    assert!(figures.ends_with("# EOF\n"));
    let counted = [
        r#"http_calls_total{method="POST",route="/api/access-requests",status="201"}"#,
        r#"http_calls_total{method="POST",route="/api/access-requests",status="422"}"#,
        r#"azure_calls_total{service="microsoft.security",method="POST",status="202"}"#,
        r#"audit_entries_total{kind="intent",what="open",outcome=""}"#,
        r#"audit_entries_total{kind="refusal",what="access",outcome=""}"#,
        r#"audit_entries_total{kind="event",what="signed_in",outcome=""}"#,
    ];
    for name in counted {
        assert_eq!(value(&figures, &format!("postern_{name}")), Some(1.0), "{name} in\n{figures}");
    }
    let requests = |state| value(&figures, &format!("postern_requests{{state=\"{state}\"}}"));
    assert_eq!(requests("opening").zip(requests("open")).map(|(opening, open)| opening + open), Some(1.0));
    assert_eq!(requests("closing"), Some(0.0));
    assert!(value(&figures, "postern_audit_trail_entries").is_some_and(|last| last >= 3.0));
    let took = r#"postern_http_call_seconds_count{route="/api/access-requests"}"#;
    assert_eq!(value(&figures, took), Some(2.0));
    for name in ["web-1", "operator", "Olga", "192.0.2.7", "contoso"] {
        assert!(!figures.contains(name), "{name} in\n{figures}");
    }
}

#[tokio::test]
async fn they_are_not_read_where_people_go() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for visitor in [&app.visitor(), &olga] {
        assert_eq!(visitor.get("/metrics").await.status, StatusCode::NOT_FOUND);
    }
}
