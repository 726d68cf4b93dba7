//! What is wrong with what was entered, told at its field.

use tests::TestApp;
use tests::app::minutes;

use super::{GRANTED, give_reason};

#[tokio::test]
async fn a_source_outside_the_policy_is_told_with_one_inside_it_to_take() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("office-1"), async |page| {
        give_reason(page).await;
        page.button("Request and download").click().await;
        page.find("combobox", "Source IP address*").is_described_as("only for 198.51.100.0/24").await;
        assert!(app.initiates().is_empty());

        page.button("Use 198.51.100.0/24").click().await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reason_that_is_missing_is_asked_for_at_its_field() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Request and download").click().await;
        let reason = page.field("Reason*");
        reason.is_described_as("Ticket number, such as INC0012345").await;
        assert_eq!(reason.attribute("aria-invalid").await.as_deref(), Some("true"));
        assert!(page.focus().await.1.starts_with("Reason"), "{:?}", page.focus().await);
        reason.fill("because").await;
        page.button("Request and download").click().await;
        reason.is_described_as("INC0012345").await;
        assert!(app.initiates().is_empty());
        reason.fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
    })
    .await;
}

#[tokio::test]
async fn a_duration_too_long_is_told_with_the_longest_to_take() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        give_reason(page).await;
        page.field("Access duration").fill("9").await;
        page.button("Request and download").click().await;
        page.field("Access duration").is_described_as("at most 2 h").await;
        page.button("Use 2 hours").click().await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        let initiate = &app.initiates()[0];
        let port = &initiate.json()["virtualMachines"][0]["ports"][0];
        let end: jiff::Timestamp = port["endTimeUtc"].as_str().unwrap().parse().unwrap();
        // Time went on while the request was on its way.
        let asked_for = end.duration_since(initiate.at);
        assert!((minutes(119)..=minutes(120)).contains(&asked_for), "{asked_for}");
    })
    .await;
}

#[tokio::test]
async fn a_duration_that_is_too_long_anywhere_is_told_with_the_longest_here() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Access duration").fill("48").await;
        page.button("Request and download").click().await;
        page.field("Access duration").is_described_as("at most 2 h").await;
        assert!(!page.visible_text().await.contains("24 h"));
        page.button("Use 2 hours").click().await;
    })
    .await;
}

#[tokio::test]
async fn a_private_source_that_cannot_reach_a_public_address_is_told_at_the_field() {
    let app = TestApp::start().await;
    let path = format!("{}?source=10.0.0.5", app.connect_path("web-1"));
    app.visit_as("operator", &path, async |page| {
        let field = page.field("Another address or range");
        field.is_described_as("10.0.0.5 is a private address").await;
        assert_eq!(field.attribute("aria-invalid").await.as_deref(), Some("true"));
        page.stops_saying("This VM only sees it if you reach it through a VPN").await;
        page.is_fine_at_any_size("private-source").await;
        page.button("Use 192.0.2.7").click().await;
        page.stops_saying("is a private address").await;
        assert!(page.path().await.contains("/connect"));
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_in_the_address_is_told_in_a_line() {
    let app = TestApp::start().await;
    let path = format!("{}?port=rdp&method=vnc&for=soon", app.connect_path("web-1"));
    app.visit_as("operator", &path, async |page| {
        page.says("Not understood in this page's address, and left out: port=rdp, method=vnc, for=soon.")
            .await;
        page.find("combobox", "VM port").appears().await;
        page.is_fine_at_any_size("odd-address").await;
        page.goto(&app.connect_path("web-1")).await;
        page.heading("web-1 | Connect").appears().await;
        page.stops_saying("Not understood").await;
    })
    .await;
}

#[tokio::test]
async fn a_link_to_a_port_that_the_policy_does_not_cover_says_what_it_covers() {
    let app = TestApp::start().await;
    let path = format!("{}?port=8080", app.connect_path("web-1"));
    app.visit_as("admin", &path, async |page| {
        page.says("Port 8080 isn't in this VM's JIT policy. It covers ports 3389, 5986.").await;
        let button = page.button("Request and download");
        assert_eq!(button.attribute("aria-disabled").await.as_deref(), Some("true"));
        page.is_fine_at_any_size("port-not-covered").await;
    })
    .await;
}
