//! Access that is open: made to last longer, closed early, and kept at hand.

use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;
use tests::browser::{Key, Page};

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
async fn what_is_asked_about_access_goes_away_with_escape_and_the_focus_back() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Extend").click().await;
        page.says("From now on, for").await;
        page.tab_to("button", "Max (2 h)").await;
        page.press(Key::Escape).await;
        page.stops_saying("From now on, for").await;
        assert_eq!(page.focus().await.1, "Extend");
    })
    .await;
}

/// How far below the top of the page something stands, in CSS pixels.
async fn top_of(page: &Page, selector: &str) -> i64 {
    let script = format!(
        "return Math.round(document.querySelector('{selector}').getBoundingClientRect().top + scrollY)"
    );
    page.run(&script).await.as_i64().expect("it is there")
}

#[tokio::test]
async fn what_is_open_when_the_page_comes_stands_near_its_top_and_leaves_room_when_it_is_over() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        for (width, height) in [(1280, 800), (375, 667)] {
            page.resize(width, height).await;
            page.goto(&app.connect_path("web-1")).await;
            page.find("region", "Open access").appears().await;
            let file = top_of(page, "section.session a[download]").await;
            assert!(file < i64::from(height) - 40, "{width}: the file stands at {file}");
            assert!(top_of(page, "section.session .countdown").await < file);
        }
        page.says("lets 192.0.2.7 in now").await;
        page.is_fine_at_any_size("open-on-top").await;
        page.button("Close now").click().await;
        page.button("Close access").click().await;
        page.says("Port 3389 is being closed for 192.0.2.7.").await;
        page.stops_saying("lets 192.0.2.7 in now").await;
        app.while_time_passes(page.says("Access ended: it was closed early.")).await;
        page.button("Request again").appears().await;
    })
    .await;
}

#[tokio::test]
async fn the_front_page_does_not_push_a_file_for_another_address_than_ones_own() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "198.51.100.4".into();
    app.opened_by("operator", &wish).await;
    app.visit_as("operator", "/", async |page| {
        page.says("Open for 198.51.100.4, and you come from 192.0.2.7 now").await;
        let file = page.link("Download RDP file for web-1");
        assert_eq!(file.attribute("class").await.as_deref(), Some("button"));
        page.is_fine_at_any_size("open-elsewhere").await;
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
