//! A line that is slow: the page says what it waits for, nothing jumps, and nothing is asked twice.

use tests::TestApp;
use tests::browser::Network;

use super::held::GRANTED;

#[tokio::test]
async fn the_page_comes_in_its_shape_and_is_asked_once() {
    let app = TestApp::start().await;
    let path = app.connect_path("web-1");
    app.visit_as("operator", &path, async |page| {
        page.set_network(Network::Slow).await;
        page.goto(&path).await;
        page.says("Nothing stands in the way").await;
        let (moved, what) = page.moved().await;
        assert!(moved < 10, "{moved}: {what:#?}");

        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        page.button("Requesting access…").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        assert_eq!(app.initiates().len(), 1);
        page.downloaded("web-1.rdp").await;
        page.shows_left(30 * 60..=60 * 60).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_jumps_from_the_request_to_the_end() {
    let app = TestApp::start().await;
    let path = app.connect_path("web-1");
    app.visit_as("operator", &path, async |page| {
        page.says("Nothing stands in the way").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.says("lets 192.0.2.7 in now").await;
        let stays = "return document.querySelector('#connect-status').getBoundingClientRect().top
            < document.querySelector('section.session').getBoundingClientRect().top";
        assert_eq!(page.run(stays).await, true, "it stands where it was asked for");
        let (moved, what) = page.moved().await;
        assert!(moved < 10, "{moved}: {what:#?}");
    })
    .await;
}
