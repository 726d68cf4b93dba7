//! Requests as a table for spreadsheets.

use futures_util::StreamExt;
use http::StatusCode;
use serde_json::json;
use tests::TestApp;

use super::some;

#[tokio::test]
async fn they_come_as_a_table_with_no_formula_in_it() {
    let app = TestApp::start().await;
    let (olga, _, ada) = some(&app).await;
    let formulas = ["=1+1, \"quoted\"", "+1", "-1", "@SUM(1)"];
    let ports = [("shut-1", 3389), ("inner-1", 3389), ("app-1", 22), ("web-1", 3389)];
    for ((vm, port), formula) in ports.into_iter().zip(formulas) {
        let mut wish = app.wish(vm, port);
        wish["reason"] = json!(formula);
        let answer = ada.post("/api/access-requests", &wish).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{vm}: {}", answer.text());
    }

    let answer = ada.get("/api/access-requests.csv?mine=false").await;

    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let text = answer.text();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert!(lines[0].starts_with("requested_at,name,username,"), "{}", lines[0]);
    assert_eq!(lines.len(), 8, "{text}");
    for cell in [",\"'=1+1, \"\"quoted\"\"\",", ",'+1,", ",'-1,", ",'@SUM(1),"] {
        assert_eq!(lines[1..5].iter().filter(|line| line.contains(cell)).count(), 1, "{cell}: {text}");
    }
    assert!(lines[7].contains(",ended,expired,"), "{}", lines[7]);
    let own = olga.get("/api/access-requests.csv").await.text();
    assert_eq!(own.trim_end().split("\r\n").count(), 3, "{own}");
}

#[tokio::test]
async fn one_table_is_written_for_a_person_at_a_time_and_none_that_outlasts_their_session() {
    let app = TestApp::start().await;
    let (olga, _, ada) = some(&app).await;
    let path = "/api/access-requests.csv?mine=false";
    let mut table = ada.begin(path).await;
    assert!(table.next().await.unwrap().unwrap().starts_with(b"requested_at,"));

    let second = ada.get(path).await;
    assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS, "{}", second.text());
    assert!(second.headers.contains_key("retry-after"));
    assert_eq!(olga.get(path).await.status, StatusCode::OK, "hers is another");

    assert!(ada.post("/auth/logout", &json!({})).await.status.is_success());
    assert!(table.next().await.unwrap().is_err(), "it breaks off, and does not look finished");
    drop(table);
    let ada = app.sign_in("admin").await;
    assert_eq!(ada.get(path).await.text().trim_end().split("\r\n").count(), 4);
}
