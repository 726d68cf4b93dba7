//! Guests and their codes.

use tests::TestApp;
use tests::app::minutes;
use tests::browser::{Key, Page, visit};

use super::{address, code, prepared};

/// What is read out at once.
async fn alerts(page: &Page) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[role=alert]')].map(it => it.textContent.trim())";
    serde_json::from_value(page.run(script).await).expect("they are texts")
}

/// What is read out when there is time.
async fn announced(page: &Page) -> String {
    let script = "return document.querySelector('[aria-live=polite].visually-hidden').textContent";
    page.run(script).await.as_str().unwrap_or_default().trim().to_owned()
}

#[tokio::test]
async fn a_wrong_code_leaves_the_field_as_it_was_and_says_so_beside_it_once() {
    let app = TestApp::start().await;
    let handed = prepared(&app, true).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.field("Code").fill("AAAA-AAAA").await;
        page.button("Go on").click().await;
        page.says("you can try 4 more times").await;
        page.field("Code").is_described_as("you can try 4 more times").await;
        assert_eq!(page.field("Code").value().await, "AAAA-AAAA");
        assert_eq!(page.field("Code").attribute("aria-invalid").await.as_deref(), Some("true"));
        assert_eq!(page.focus().await.1, "Code");
        assert_eq!(alerts(page).await.len(), 1, "{:?}", alerts(page).await);
        assert_eq!(announced(page).await, "", "it is not said twice");
        page.is_fine_at_any_size("handoff-code").await;

        page.press(Key::Enter).await;
        page.says("you can try 3 more times").await;
        assert_eq!(page.focus().await.1, "Code");
        page.field("Code").fill("AAAA").await;
        page.press(Key::Enter).await;
        page.says("A code is two times four letters and digits; enter all of it.").await;
        page.field("Code").fill(code(&handed)).await;
        page.press(Key::Enter).await;
        page.heading("Ada Administrator prepared access to web-1 for 1 h").appears().await;
        page.has_focus_in("Ada Administrator prepared access to web-1 for 1 h").await;
        assert!(alerts(page).await.is_empty(), "{:?}", alerts(page).await);
        page.button("Open access and download").click().await;
        app.while_time_passes(page.heading("You can connect to web-1").appears()).await;
        assert_eq!(announced(page).await, "web-1 is open for you.");
    })
    .await;
}

#[tokio::test]
async fn too_many_wrong_codes_lock_the_link_and_lead_a_guest_to_no_page_that_is_not_theirs() {
    let app = TestApp::start().await;
    let handed = prepared(&app, true).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.field("Code").fill("AAAA-AAAA").await;
        for left in ["4 more times", "3 more times", "2 more times", "once more"] {
            page.press(Key::Enter).await;
            page.says(left).await;
        }
        page.press(Key::Enter).await;
        page.heading("This link is locked").appears().await;
        page.has_focus_in("This link is locked").await;
        assert!(alerts(page).await.is_empty(), "the page says it: {:?}", alerts(page).await);
        assert!(!page.link("Go to My access").is_there().await);
        page.is_fine_at_any_size("handoff-locked").await;
    })
    .await;
}

#[tokio::test]
async fn a_guest_who_comes_too_late_is_sent_to_nobody_but_whoever_sent_the_link() {
    let app = TestApp::start().await;
    let handed = prepared(&app, true).await;
    app.wait(minutes(16));
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.heading("The time of this link is over").appears().await;
        assert!(!page.link("Go to My access").is_there().await);
        page.is_fine_at_any_size("handoff-over").await;
    })
    .await;
    assert!(app.initiates().is_empty());
}
