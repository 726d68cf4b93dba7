//! Everything by keyboard.

use tests::TestApp;
use tests::browser::{Key, Page, Scheme};

use super::held::GRANTED;

#[tokio::test]
async fn a_request_can_be_made_without_a_mouse() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Request and download").appears().await;
        page.tab_to("textbox", "Reason *").await;
        page.type_text("INC0012345 look at the disk").await;
        page.tab_to("button", "Request and download").await;
        page.press(Key::Enter).await;
        app.while_time_passes(page.says(GRANTED)).await;
    })
    .await;
}

#[tokio::test]
async fn control_and_enter_send_the_form_from_any_field() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.press_with_control(Key::Enter).await;
        page.button("Opening…").appears().await;
        assert_eq!(page.focus().await, ("button".to_owned(), "Opening…".to_owned()));
        app.while_time_passes(page.says(GRANTED)).await;
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_slash_goes_to_the_search_and_the_arrows_choose() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/", async |page| {
        page.heading("My access").appears().await;
        page.type_text("/").await;
        assert_eq!(page.focus().await.0, "combobox");
        page.type_text("web-1").await;
        page.find("option", "web-1 *").appears().await;
        page.press(Key::Down).await;
        page.press(Key::Enter).await;
        page.heading("web-1 | Connect").appears().await;
    })
    .await;
}

#[tokio::test]
async fn the_first_stop_skips_to_the_page() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Request and download").appears().await;
        page.press(Key::Tab).await;
        assert_eq!(page.focus().await, ("link".to_owned(), "Skip to the page".to_owned()));
        page.press(Key::Enter).await;
        page.press(Key::Tab).await;
        assert_eq!(page.focus().await.1, "My access", "the first link of the page itself");
    })
    .await;
}

#[tokio::test]
async fn a_grant_brings_the_focus_to_where_it_is_told() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.has_focus_in("JIT access granted").await;
    })
    .await;
}

#[tokio::test]
async fn the_whole_way_from_a_link_to_the_end_goes_by_keys() {
    let app = TestApp::start().await;
    let link = format!("{}?method=rdp&port=3389", app.connect_path("web-1"));
    app.visit_as("operator", &link, async |page| {
        page.button("Request and download").appears().await;
        page.press(Key::Tab).await;
        page.press(Key::Enter).await;
        page.tab_to("combobox", "Source IP address").await;
        page.press(Key::Down).await;
        page.path_that(|path| path.contains("198.51.100.0")).await;
        page.press(Key::Up).await;
        page.path_that(|path| !path.contains("198.51.100.0")).await;
        page.tab_to("radio", "1 h").await;
        page.press(Key::Left).await;
        assert_eq!(page.focus().await.1, "30 min");
        assert!(page.find("radio", "30 min").is_checked().await);
        page.tab_to("textbox", "Reason *").await;
        page.type_text("INC0012345 look / at the disk").await;
        page.tab_to("button", "Request and download").await;
        page.press(Key::Enter).await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.has_focus_in("JIT access granted").await;
        page.downloaded("web-1.rdp").await;

        page.tab_to("link", "Download RDP file").await;
        page.press(Key::Enter).await;
        page.downloaded("web-1 (1).rdp").await;
        page.tab_to("button", "Extend").await;
        page.press(Key::Enter).await;
        page.tab_to("button", "Max (2 h)").await;
        page.press(Key::Enter).await;
        page.stops_saying("From now on, for").await;
        page.focus_stays().await;
        app.while_time_passes(page.says("01:5")).await;
        page.focus_stays().await;

        page.tab_to("button", "Close now").await;
        page.press(Key::Enter).await;
        page.tab_to("button", "Close access").await;
        page.press(Key::Enter).await;
        page.says("Closing port 3389").await;
        page.has_focus_in("Closing").await;
        app.while_time_passes(page.says("Access ended: it was closed early.")).await;
        page.focus_stays().await;
        page.tab_to("button", "Request again").await;
    })
    .await;
}

#[tokio::test]
async fn the_focus_stays_when_time_ends_what_it_is_in() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says(GRANTED).await;
        page.tab_to("button", "Close now").await;
        app.wait(tests::app::minutes(60));
        app.while_time_passes(page.says("Access ended: its time was over.")).await;
        page.has_focus_in("Access ended").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_open_is_held_on_to_and_let_go_of_by_keys_on_the_front_page() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| {
        page.find("article", "web-1").appears().await;
        page.tab_to("button", "Extend").await;
        page.press(Key::Enter).await;
        page.tab_to("button", "2 h").await;
        page.press(Key::Enter).await;
        page.stops_saying("From now on, for").await;
        page.focus_stays().await;
        app.while_time_passes(page.says("01:5")).await;
        page.tab_to("button", "Pin web-1").await;
        page.press(Key::Enter).await;
        page.button("Unpin web-1").inside("region", "Recent virtual machines").appears().await;
        page.focus_stays().await;

        page.goto("/").await;
        page.find("article", "web-1").appears().await;
        page.tab_to("button", "Close now").await;
        page.press(Key::Enter).await;
        page.tab_to("button", "Close access").await;
        page.press(Key::Enter).await;
        app.while_time_passes(page.says("Access ended (closed early)")).await;
        page.focus_stays().await;
        page.tab_to("link", "Request again: web-1").await;
        page.press(Key::Enter).await;
        page.heading("web-1 | Connect").appears().await;
    })
    .await;
}

#[tokio::test]
async fn the_search_is_left_by_the_key_that_leaves_and_typed_slashes_stay() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("app-1"), async |page| {
        page.field("Reason*").appears().await;
        page.type_text("/").await;
        assert_eq!(page.focus().await.1, "Search virtual machines");
        page.type_text("web").await;
        page.find("option", "Show all *").appears().await;
        page.press(Key::Escape).await;
        page.find("option", "Show all *").goes_away().await;
        assert_eq!(page.focus().await.0, "combobox", "it stays in the field");
        page.press(Key::Enter).await;
        page.arrives_at("/vms?q=web").await;
    })
    .await;
}

/// Goes through a page with the Tab key, and looks at every stop.
async fn walk(page: &Page) {
    for scheme in [Scheme::Light, Scheme::Dark, Scheme::Forced] {
        page.prefer(scheme).await;
        page.run("document.activeElement?.blur(); scrollTo(0, 0)").await;
        let mut passed = Vec::new();
        loop {
            page.press(Key::Tab).await;
            let stop = page.focus().await;
            if passed.first() == Some(&stop) || stop.0 == "RootWebArea" || stop.0 == "generic" {
                break;
            }
            assert_eq!(page.wrong_with_focus().await, None, "{scheme:?}, after {passed:?}");
            passed.push(stop);
            assert!(passed.len() < 80, "it does not come round: {passed:?}");
        }
        assert!(passed.len() > 10, "{scheme:?}: {passed:?}");
    }
}

#[tokio::test]
async fn every_stop_of_the_keyboard_can_be_seen_in_all_colours() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("Nothing stands in the way").await;
        walk(page).await;
        app.opened_by("operator", &app.wish("web-1", 3389)).await;
        page.goto(&app.connect_path("web-1")).await;
        page.says(GRANTED).await;
        page.button("Extend").click().await;
        walk(page).await;
        page.goto("/").await;
        page.find("article", "web-1").appears().await;
        walk(page).await;
    })
    .await;
}
