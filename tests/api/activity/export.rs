//! What was done, as a file.

use http::StatusCode;
use serde_json::Value;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;

use super::{ask_past_postern, page, with_nina};

#[tokio::test]
async fn a_file_has_exactly_what_is_listed() {
    let app = with_nina().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    olga.open("web-1", 3389).await;
    app.wait(minutes(10));
    ask_past_postern(&app, "nina@contoso.com", "off-1", 3389).await;
    app.wait(minutes(30 * 24 * 60));
    let (ada, olga) = (app.sign_in("admin").await, {
        drop((ada, olga));
        app.sign_in("operator").await
    });
    olga.open("open-1", 3389).await;
    app.wait(minutes(10));
    for query in ["", "made=outside", "vm=web", "person=operator&operation=initiate"] {
        let listed = page(&ada, query).await.items;
        let lines = ada.get(&format!("/api/activity.jsonl?{query}")).await;
        assert_eq!(lines.headers["content-type"], "application/jsonl");
        let written: Vec<Value> =
            lines.text().lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
        assert_eq!(
            written,
            listed.iter().map(|item| serde_json::to_value(item).unwrap()).collect::<Vec<_>>()
        );
        let table = ada.get(&format!("/api/activity.csv?{query}")).await.text();
        let mut table = table.trim_end().split("\r\n");
        assert!(table.next().expect("it has a head").starts_with("at,operation,status,origin,name,account,"));
        let times: Vec<&str> = table.map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(times, listed.iter().map(|item| item.at.to_string()).collect::<Vec<_>>(), "{query}");
    }
}

#[tokio::test]
async fn what_is_missing_in_a_file_is_said_in_it() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("/eventtypes/"));
    let lines = ada.get("/api/activity.jsonl").await.text();
    let last: Value = serde_json::from_str(lines.lines().last().expect("it says so")).unwrap();
    assert_eq!(last["unreadable"]["name"], "Production");
    let table = ada.get("/api/activity.csv").await.text();
    assert_eq!(table.trim_end().split("\r\n").count(), 2, "{table}");
    assert!(table.contains(",azure-log-unreadable,"), "{table}");
}

#[tokio::test]
async fn one_is_written_for_a_person_at_a_time() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let first = ada.begin("/api/activity.csv").await;
    assert_eq!(ada.get("/api/activity.jsonl").await.status, StatusCode::TOO_MANY_REQUESTS);
    drop(first);
    assert_eq!(ada.get("/api/activity.jsonl").await.status, StatusCode::OK);
}
