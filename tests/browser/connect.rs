//! The Connect page: its choices and its address.

use tests::TestApp;

#[tokio::test]
async fn the_address_brings_others_to_the_same_choices() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("30 min").click().await;
        page.find("combobox", "Source IP address*").choose("Contoso office | 198.51.100.0/24").await;
        page.field("Reason*").fill("CHG0007 patch").await;
        let expected = ["PT30M", "198.51.100.0", "CHG0007"];
        let address = page.path_that(|path| expected.iter().all(|part| path.contains(part))).await;
        page.goto(&address).await;
        page.field("Reason*").appears().await;
        assert_eq!(page.field("Reason*").value().await, "CHG0007 patch");
        assert_eq!(page.button("30 min").attribute("aria-pressed").await.as_deref(), Some("true"));
        assert_eq!(page.find("combobox", "Source IP address*").value().await, "198.51.100.0/24");
    })
    .await;
}

#[tokio::test]
async fn the_other_method_is_offered_with_its_port() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.heading("Native RDP").appears().await;
        page.find("summary", "More ways to connect*").click().await;
        page.button("Use Native SSH").click().await;
        page.heading("Native SSH").inside("region", "Native SSH").appears().await;
        page.says("Port 22 isn't in this VM's JIT policy.").await;
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_has_open_is_told_without_their_name() {
    let app = TestApp::start().await;
    let otto = app.sign_in("other").await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "192.0.2.99".into();
    let created: shared::access::CreatedAccess = otto.post("/api/access-requests", &wish).await.json();
    let mut events = otto.follow(created.items[0].id).await;
    app.hurry(&mut events, |status| matches!(status, shared::access::Status::Open { .. })).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("Open for 192.0.2.99 by somebody else. Your address needs its own request.").await;
        assert!(!page.visible_text().await.contains("Otto"));
    })
    .await;
}

#[tokio::test]
async fn requests_of_before_are_listed_and_can_be_used_again() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("You have not requested access to this VM lately.").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
        page.find("cell", "INC0012345 look at the disk").appears().await;
        page.button("Use again").appears().await;
    })
    .await;
}
