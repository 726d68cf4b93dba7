//! Letting go of it early.

use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::HOME;
use tests::browser::visit;

use super::{address, code, prepared};

#[tokio::test]
async fn a_guest_closes_it_early_and_is_told_what_became_of_that() {
    let app = TestApp::start().await;
    let handed = prepared(&app, true).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.field("Code").fill(code(&handed)).await;
        page.button("Go on").click().await;
        page.button("Open access and download").click().await;
        app.while_time_passes(page.heading("You can connect to web-1").appears()).await;
        page.button("Close now").click().await;
        page.says("A session that is open stays connected.").await;
        page.is_fine_at_any_size("handoff-close").await;
        assert_eq!(app.initiates().len(), 1, "it was only asked");

        app.azure.fail_next(Fault::next(Trouble::Forbidden).on("/initiate"));
        page.button("Close access").click().await;
        page.says("It could not be closed. Postern's identity lacks").await;
        page.heading("You can connect to web-1").appears().await;
        page.is_fine_at_any_size("handoff-not-closed").await;
        assert!(app.azure.admits("web-1", 3389, HOME));

        page.button("Close now").click().await;
        page.button("Close access").click().await;
        app.while_time_passes(page.heading("Access to web-1 is over").appears()).await;
        page.says("It was closed early.").await;
        page.is_fine_at_any_size("handoff-closed").await;
    })
    .await;
    assert!(!app.azure.admits("web-1", 3389, HOME));
}
