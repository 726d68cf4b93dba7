//! Access that is open: made to last longer, closed early, and kept at hand.

use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;
use tests::browser::Page;

pub const GRANTED: &str = "JIT access granted to port 3389 for source IP(s)";

/// Asks for an hour and waits until the port is open.
pub async fn open(app: &TestApp, page: &Page) {
    page.field("Reason*").fill("INC0012345 look at the disk").await;
    page.button("Request and download").click().await;
    app.while_time_passes(page.says(GRANTED)).await;
}

#[tokio::test]
async fn access_that_is_open_can_be_made_to_last_longer() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        app.wait(minutes(40));
        page.button("Extend").click().await;
        page.button("Max (2 h)").click().await;
        // What is open stays, with its time and the way out, until the newer one is there.
        page.says("Extending…").await;
        page.find("region", "Open access").appears().await;
        page.button("Close now").appears().await;
        page.shows_left(15 * 60..=20 * 60).await;
        page.is_fine_at_any_size("extending").await;
        assert_eq!(app.initiates().len(), 2);
        app.while_time_passes(page.says("01:5")).await;
        page.stops_saying("Extending…").await;
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_extended_stays_as_it_was_and_that_is_told() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        app.wait(minutes(40));
        app.azure.fail_next(Fault::next(Trouble::Conflict).on("/initiate"));
        page.button("Extend").click().await;
        page.button("Max (2 h)").click().await;
        app.while_time_passes(page.says("It was not extended.")).await;
        page.find("region", "Open access").appears().await;
        page.button("Extend").appears().await;
        page.is_fine_at_any_size("not-extended").await;
    })
    .await;
}

#[tokio::test]
async fn closing_early_is_asked_about_and_told_as_it_is() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        page.button("Close now").click().await;
        page.says("A session that is open stays connected.").await;
        assert_eq!(app.initiates().len(), 1, "it was only asked");
        page.button("Close access").click().await;
        app.while_time_passes(page.says("Access ended: it was closed early.")).await;
        assert!(!app.azure.admits("web-1", 3389, tests::app::HOME));
    })
    .await;
}

#[tokio::test]
async fn what_is_open_is_extended_and_closed_from_the_front_page_too() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| {
        page.button("Extend").click().await;
        page.button("2 h").click().await;
        page.stops_saying("From now on, for").await;
        app.while_time_passes(page.button("Close now").appears()).await;
        assert_eq!(app.initiates().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_machine_is_kept_at_hand_in_this_browser() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Pin web-1").click().await;
        page.button("Unpin web-1").appears().await;
        page.goto("/").await;
        page.heading("Pinned virtual machines").appears().await;
        page.link("web-1").appears().await;
        page.button("Unpin web-1").click().await;
        page.stops_saying("Pinned virtual machines").await;
    })
    .await;
}
