//! Everything by keyboard.

use tests::TestApp;
use tests::browser::Key;

#[tokio::test]
async fn a_request_can_be_made_without_a_mouse() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Request and download").appears().await;
        page.tab_to("textbox", "Reason *").await;
        page.type_text("INC0012345 look at the disk").await;
        page.tab_to("button", "Request and download").await;
        page.press(Key::Enter).await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
    })
    .await;
}

#[tokio::test]
async fn control_and_enter_send_the_form_from_any_field() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.press_with_control(Key::Enter).await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
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
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
        page.has_focus_in("JIT access granted").await;
    })
    .await;
}
