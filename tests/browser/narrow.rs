//! Small screens.

use tests::TestApp;
use tests::browser::Page;

async fn fits(page: &Page, what: &str) {
    for width in [375, 320] {
        page.resize(width, 800).await;
        let scroll = page.sideways_scroll().await;
        assert_eq!(scroll, 0, "{what} at {width} px: {:#?}", page.sticking_out().await);
    }
}

#[tokio::test]
async fn no_page_scrolls_sideways_on_a_phone() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/", async |page| {
        page.says("Nothing is open for you.").await;
        fits(page, "the empty front page").await;
        page.goto("/vms").await;
        page.link("web-1").appears().await;
        fits(page, "the list").await;
        for vm in ["web-1", "app-1", "bare-1", "off-1", "inner-1", "open-1"] {
            page.goto(&app.connect_path(vm)).await;
            page.heading(&format!("{vm} | Connect")).appears().await;
            page.find("heading", "Connection prerequisites").appears().await;
            fits(page, vm).await;
        }
        page.goto("/nothing/here").await;
        fits(page, "the page that is not there").await;
    })
    .await;
}

#[tokio::test]
async fn the_way_to_a_machine_can_be_gone_on_a_phone() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.resize(375, 800).await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
        fits(page, "an open port").await;
        page.button("Menu").click().await;
        page.link("My access").inside("navigation", "Main").click().await;
        page.find("article", "web-1").appears().await;
        fits(page, "the front page with something on it").await;
    })
    .await;
}
