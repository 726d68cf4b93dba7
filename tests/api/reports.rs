//! What a month or a quarter was like.

use http::StatusCode;
use shared::report::Report;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{Visitor, minutes};

use crate::activity::{ask_past_postern, with_nina};

async fn report(who: &Visitor, query: &str) -> Report {
    let answer = who.get(&format!("/api/report?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// Access through Postern and past it, a refusal, and an early end.
async fn with_a_month() -> (TestApp, Visitor) {
    let app = with_nina().await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    // A port that her rule does not name.
    olga.post("/api/access-requests", &app.wish("open-1", 5986)).await;
    ask_past_postern(&app, "nina@contoso.com", "off-1", 3389).await;
    app.wait(minutes(10));
    let ada = app.sign_in("admin").await;
    (app, ada)
}

#[tokio::test]
async fn a_month_is_told_by_people_machines_and_what_stands_out() {
    let (app, ada) = with_a_month().await;
    let report = report(&ada, "period=2030-01").await;
    assert_eq!((report.totals.grants, report.refused.count, report.outside.count), (2, 1, 1));
    let people: Vec<_> =
        report.people.items.iter().map(|share| (share.name.as_str(), share.grants, share.refused)).collect();
    assert_eq!(people, [("operator@contoso.com", 1, 1), ("nina@contoso.com", 1, 0)]);
    let machines: Vec<&str> = report.machines.items.iter().map(|share| share.name.as_str()).collect();
    assert_eq!(machines, ["web-1", "off-1", "open-1"]);
    assert_eq!(report.outside.items[0].account.as_deref(), Some("nina@contoso.com"));
    assert_eq!((report.zone.as_str(), report.hours.as_str()), ("UTC", "08:00-18:00"));
    assert_eq!(report.days.len(), 31, "every day has its place");
    assert_eq!(report.days[0].grants, 2);
    assert_eq!((report.out_of_hours.count, report.own_since.is_some()), (0, true));
    assert_eq!(report.as_of, app.now());
    // The month before had nothing of it, the quarter has all.
    assert_eq!(self::report(&ada, "period=2029-12").await.totals.grants, 0);
    assert_eq!(self::report(&ada, "period=2030-Q1").await.totals, report.totals);
}

#[tokio::test]
async fn hours_are_those_of_the_zone_that_is_asked_for() {
    let (_app, ada) = with_a_month().await;
    // At nine in the morning in Greenwich it is ten at night in Auckland.
    let there = report(&ada, "period=2030-01&zone=Pacific/Auckland").await;
    assert_eq!((there.out_of_hours.count, there.days.len()), (2, 31));
    assert_eq!(there.begins.to_string(), "2029-12-31T11:00:00Z");
    let at_night = report(&ada, "period=2030-01&zone=Pacific/Auckland&hours=22:00-06:00").await;
    assert_eq!((at_night.out_of_hours.count, at_night.hours.as_str()), (0, "22:00-06:00"));
}

#[tokio::test]
async fn it_is_a_table_too() {
    let (_app, ada) = with_a_month().await;
    let answer = ada.get("/api/report.csv?period=2030-Q1").await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"report-2030-Q1.csv\"");
    let text = answer.text();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert!(lines[0].starts_with("section,name,detail,grants,minutes,"), "{}", lines[0]);
    for expected in [
        "report,period,2030-Q1,",
        "total,grants,,2,",
        "person,operator@contoso.com,Olga Operator,1,",
        "made outside Postern,nina@contoso.com,",
        "refused,operator@contoso.com,",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{expected} in {text}");
    }
}

#[tokio::test]
async fn only_what_one_may_audit_is_in_it() {
    let (app, _ada) = with_a_month().await;
    let olga = app.sign_in("operator").await;
    assert_eq!(olga.get("/api/report?period=2030-01").await.status, StatusCode::FORBIDDEN);
    // She may audit the laboratories, where nothing was done.
    let lara = app.sign_in("laboratory").await;
    let theirs = report(&lara, "period=2030-01").await;
    assert_eq!((theirs.totals.grants, theirs.outside.count, theirs.people.of), (0, 0, 0));
}

#[tokio::test]
async fn what_could_not_be_read_is_named_in_both_forms() {
    let (app, ada) = with_a_month().await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("/eventtypes/"));
    let report = report(&ada, "period=2030-01").await;
    assert!(!report.unreadable.is_empty());
    assert_eq!(
        (report.totals.grants, report.outside.count),
        (1, 0),
        "what Postern did is in it all the same"
    );
    let table = ada.get("/api/report.csv?period=2030-01").await.text();
    assert!(table.contains("azure-log-unreadable,"), "{table}");
}

#[tokio::test]
async fn what_is_no_report_is_told_by_the_field() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for (query, field) in [
        ("", "period"),
        ("period=2030", "period"),
        ("period=2030-13", "period"),
        ("period=2030-01&zone=Europe/Nowhere", "zone"),
        ("period=2030-01&zone=../../etc/passwd", "zone"),
        ("period=2030-01&hours=8-18", "hours"),
        ("period=2030-01&colour=red", "colour"),
    ] {
        for path in ["/api/report", "/api/report.csv"] {
            let answer = ada.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
            let problem = answer.problem();
            assert!(problem.violations.iter().any(|told| told.field == field), "{query}: {problem:?}");
        }
    }
}
