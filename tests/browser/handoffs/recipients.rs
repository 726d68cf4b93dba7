//! Whoever it is for, if they have an account.

use serde_json::json;
use shared::handoff::PreparedHandoff;
use tests::TestApp;
use tests::app::{HOME, enter};
use tests::browser::visit;

use super::{address, prepared};

#[tokio::test]
async fn whom_it_is_for_signs_in_presses_one_button_and_has_the_file() {
    let app = TestApp::start().await;
    let handed = prepared(&app, false).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.heading("Somebody prepared access for you").appears().await;
        page.is_fine_at_any_size("handoff-knock").await;
        page.link("Sign in").click().await;
        page.button("*stranger@contoso.com*").click().await;
        page.heading("Hedy Helpdesk prepared access to web-1 for 1 h").appears().await;
        page.says("192.0.2.7").await;
        page.says("INC0012345 wages").await;
        page.is_fine_at_any_size("handoff-ready").await;
        assert!(app.initiates().is_empty(), "looking opens nothing");
        page.button("Open access and download").click().await;
        let opened = page.heading("You can connect to web-1");
        app.while_time_passes(opened.appears()).await;
        let file = String::from_utf8_lossy(&page.downloaded("web-1.rdp").await).into_owned();
        assert!(file.contains("203.0.113.80"), "{file}");
        page.is_fine_at_any_size("handoff-open").await;
        assert!(app.azure.admits("web-1", 3389, HOME));
        assert_eq!(app.initiates().len(), 1);

        // Their front page leads back here, not to a page that is not for them.
        page.goto("/").await;
        page.link("web-1").click().await;
        page.heading("You can connect to web-1").appears().await;
        page.goto("/").await;
        page.button("Close now").click().await;
        page.button("Close access").click().await;
        app.while_time_passes(page.says("Access ended (closed early)")).await;
    })
    .await;
    assert!(!app.azure.admits("web-1", 3389, HOME));
}

#[tokio::test]
async fn where_somebody_else_is_in_there_it_is_said_at_preparing_and_asked_before_it_is_opened() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("helpdesk", &format!("/handoffs?vm={}", app.vm("web-1")), async |page| {
        page.says("Port 3389 is open for 192.0.2.7 until").await;
        page.says("Whoever it is for is asked before.").await;
        page.is_fine_at_any_size("handoff-taken-form").await;
    })
    .await;
    let handed = prepared(&app, false).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.link("Sign in").click().await;
        page.button("*stranger@contoso.com*").click().await;
        page.button("Open access and download").click().await;
        let asked = page.find("dialog", "Somebody else is using this port");
        asked.appears().await;
        page.says("Azure may end their access when yours opens.").await;
        let text = page.visible_text().await;
        assert!(!text.contains("operator@contoso.com"), "{text}");
        page.is_fine_at_any_size("handoff-taken").await;
        page.button("Cancel").click().await;
        page.says("Nothing was opened: somebody else is using the port.").await;
        assert_eq!(app.initiates().len(), 1);

        page.button("Open access and download").click().await;
        page.button("Open anyway").click().await;
        app.while_time_passes(page.heading("You can connect to web-1").appears()).await;
        assert_eq!(app.initiates().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn somebody_else_is_told_that_it_is_not_for_them_and_can_take_another_account() {
    let app = TestApp::start().await;
    let handed = prepared(&app, false).await;
    visit(app.site(), async |page| {
        enter(page, "other", "/").await;
        page.goto(address(&handed)).await;
        page.heading("This was prepared for somebody else").appears().await;
        page.is_fine_at_any_size("handoff-not-yours").await;
        let other = page.link("Sign in with another account");
        let leads_to = other.attribute("href").await.expect("it leads somewhere");
        assert!(leads_to.contains("prompt=select_account"), "{leads_to}");
        other.click().await;
        page.button("*stranger@contoso.com*").click().await;
        page.heading("Hedy Helpdesk prepared access to web-1 for 1 h").appears().await;
    })
    .await;
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn what_was_opened_in_another_tab_is_shown_here_too_and_nothing_of_what_stood_in_the_way() {
    let app = TestApp::start().await;
    let handed = prepared(&app, false).await;
    visit(app.site(), async |page| {
        enter(page, "stranger", "/").await;
        page.goto(address(&handed)).await;
        page.button("Open access and download").appears().await;
        let secret = handed.link.split_once('#').expect("it has a secret").1;
        let elsewhere = app.sign_in("stranger").await;
        let path = format!("/api/handoffs/{}/redeem", handed.handoff.id);
        let opened = elsewhere.post(&path, &json!({ "secret": secret, "address": HOME })).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        page.button("Open access and download").click().await;
        app.while_time_passes(page.heading("You can connect to web-1").appears()).await;
        assert!(!page.visible_text().await.contains("used already"), "{}", page.visible_text().await);
    })
    .await;
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn whom_a_rule_keeps_out_all_the_same_is_told_whom_to_tell_and_not_that_they_can_connect() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await.at("198.51.100.99");
    let wish = json!({
        "vm": app.vm("shut-1"), "ports": [3389], "duration": "PT1H", "reason": "INC0012345 wages",
        "requested_for": "stranger@contoso.com",
    });
    let handed: PreparedHandoff = ada.post("/api/handoffs", &wish).await.json();
    app.visit_as("stranger", "/", async |page| {
        page.goto(address(&handed)).await;
        page.button("Open access and download").click().await;
        let heading = page.heading("shut-1 is open for you, but you cannot get through");
        app.while_time_passes(heading.appears()).await;
        let keeps_out = "A rule of the network keeps you out of port 3389, whatever was opened. Tell Ada Administrator, who can see which.";
        page.says(keeps_out).await;
        page.stops_saying("You can connect").await;
        page.stops_saying("DenyAllInbound").await;
        page.is_fine_at_any_size("handoff-blocked").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_prepared_it_is_told_that_only_the_other_can_have_it_opened() {
    let app = TestApp::start().await;
    let handed = prepared(&app, false).await;
    app.visit_as("helpdesk", "/", async |page| {
        page.goto(address(&handed)).await;
        page.heading("You prepared this for stranger@contoso.com").appears().await;
        assert!(!page.button("Open access and download").is_there().await);
        page.is_fine_at_any_size("handoff-you-prepared").await;
        page.link("See what you have prepared").click().await;
        page.heading("Access for somebody else").appears().await;
    })
    .await;
    assert!(app.initiates().is_empty());
}
