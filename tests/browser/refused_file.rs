//! A file that cannot be signed: what happened, who can help, and another try.

use serde_json::json;
use shared::handoff::PreparedHandoff;
use tests::TestApp;
use tests::app::minutes;
use tests::browser::Page;
use tests::trust::Trust;

const REFUSED: &str = "could not be signed just now";

/// The product whose files are signed in a vault that has not answered since the start.
async fn without_vault(trust: &Trust) -> TestApp {
    let app = TestApp::start_in(|world| {
        trust.into_vault(world, "Contoso Vault", (2020, 2090), "v1");
        world.vault.trouble = Some(503);
    })
    .await;
    let settings = trust.vault_settings(app.azure.url());
    app.restart_set(&settings, []).await.0
}

/// The vault answers again, and another try brings the file.
async fn try_again(app: &TestApp, page: &Page) {
    page.says(REFUSED).await;
    page.says("tell whoever runs Postern").await;
    page.stops_saying("Not signed").await;
    app.azure.world().vault.trouble = None;
    app.wait(minutes(1));
    page.button("Try again").click().await;
    let file = String::from_utf8_lossy(&page.downloaded("web-1.rdp").await).into_owned();
    assert!(file.contains("signature:s:"), "{file}");
    page.stops_saying(REFUSED).await;
}

#[tokio::test]
async fn the_connect_page_says_why_there_is_no_file_and_tries_again() {
    let trust = Trust::anew();
    let app = without_vault(&trust).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("It cannot be signed at the moment, and an unsigned one is not handed out.").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(REFUSED)).await;
        page.is_fine_at_any_size("file-refused").await;
        page.goto("/about").await;
        page.says("the key vault that signs them has not answered").await;
        page.stops_saying("The files that Postern hands out are not signed").await;
        page.goto(&app.connect_path("web-1")).await;
        page.link("Download RDP file").inside("region", "Open access").click().await;
        try_again(&app, page).await;
    })
    .await;
}

#[tokio::test]
async fn the_front_page_says_why_there_is_no_file_and_tries_again() {
    let trust = Trust::anew();
    let app = without_vault(&trust).await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| {
        page.link("Download RDP file for web-1").click().await;
        page.says(REFUSED).await;
        page.is_fine_at_any_size("file-refused-front").await;
        try_again(&app, page).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_was_given_access_is_told_why_there_is_no_file() {
    let trust = Trust::anew();
    let app = without_vault(&trust).await;
    let hedy = app.sign_in("helpdesk").await;
    let wish = json!({
        "vm": app.vm("web-1"), "ports": [3389], "duration": "PT1H", "reason": "INC0012345 wages",
        "requested_for": "stranger@contoso.com",
    });
    let handed: PreparedHandoff = hedy.post("/api/handoffs", &wish).await.json();
    let path = &handed.link[handed.link.find("/for/").expect("it leads to the page")..];
    app.visit_as("stranger", "/", async |page| {
        page.goto(path).await;
        page.button("Open access and download").click().await;
        app.while_time_passes(page.says(REFUSED)).await;
        page.is_fine_at_any_size("file-refused-for").await;
        try_again(&app, page).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_is_signed_once_for_each_that_is_saved() {
    let trust = Trust::anew();
    let app = TestApp::start_in(|world| trust.into_vault(world, "Contoso Vault", (2020, 2090), "v1")).await;
    let settings = trust.vault_settings(app.azure.url());
    let app = app.restart_set(&settings, []).await.0;
    let signatures = || app.azure.world().vault.signatures;
    let at_start = signatures();
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389")).await;
        let file = page.downloaded("web-1.rdp").await;
        assert!(String::from_utf8_lossy(&file).contains("signature:s:"));
        assert_eq!(signatures() - at_start, 1);
    })
    .await;
    let olga = app.sign_in("operator").await;
    let requests: serde_json::Value = olga.get("/api/access-requests?mine=true&limit=1").await.json();
    let id = requests["items"][0]["id"].as_str().expect("she made one").to_owned();
    assert!(olga.get(&format!("/api/access-requests/{id}/rdp")).await.status.is_success());
    assert_eq!(signatures() - at_start, 2, "each file that is handed out is counted");
}
