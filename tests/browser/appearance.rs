//! Light and dark.

use tests::TestApp;
use tests::browser::{Page, Scheme};

async fn is_dark(page: &Page) -> bool {
    page.lightness().await < 80
}

#[tokio::test]
async fn the_page_follows_the_system_until_told_otherwise() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/", async |page| {
        page.heading("My access").appears().await;
        page.prefer(Scheme::Light).await;
        assert!(!is_dark(page).await);
        page.prefer(Scheme::Dark).await;
        assert!(is_dark(page).await);

        page.button("Settings").click().await;
        page.find("radio", "Light").click().await;
        assert!(!is_dark(page).await);
        page.goto("/vms").await;
        page.link("web-1").appears().await;
        assert!(!is_dark(page).await, "the choice is remembered");
    })
    .await;
}

#[tokio::test]
async fn text_can_be_read_on_its_ground_in_both_themes() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Request and download").appears().await;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await;
            let faint = page.faint_texts().await;
            assert!(faint.is_empty(), "{scheme:?}: {faint:#?}");
        }
    })
    .await;
}
