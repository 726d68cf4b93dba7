//! Signing in and out, and what happens when a session is over.

use tests::TestApp;
use tests::app::{enter, minutes};
use tests::browser::visit;

#[tokio::test]
async fn whoever_is_not_signed_in_is_asked_to_and_comes_back() {
    let app = TestApp::start().await;
    visit(app.site(), async |page| {
        page.goto("/vms?q=web-1").await;
        page.link("Sign in").click().await;
        page.button("*operator@contoso.com*").click().await;
        page.link("web-1").appears().await;
        page.arrives_at("/vms?q=web-1").await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_leads_out_for_good() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/", async |page| {
        page.button("Account: operator@contoso.com").click().await;
        page.button("Sign out").click().await;
        page.link("Sign in").appears().await;
        page.goto("/vms").await;
        page.link("Sign in").click().await;
        page.button("*operator@contoso.com*").appears().await;
    })
    .await;
}

#[tokio::test]
async fn another_place_is_signed_out_of_by_pressing_twice() {
    let app = TestApp::start().await;
    let elsewhere = app.sign_in("operator").await;
    app.visit_as("operator", "/", async |page| {
        page.button("Account: operator@contoso.com").click().await;
        page.link("Where you are signed in").click().await;
        page.heading("Where you are signed in").appears().await;
        page.says("THIS ONE").await;
        page.button("Sign out – Unknown browser, *").click().await;
        assert_eq!(elsewhere.get("/api/session").await.status, 200, "once is asking");
        page.button("Really sign out? – Unknown browser, *").click().await;
        page.says("You are signed in nowhere else.").await;
        assert_eq!(elsewhere.get("/api/session").await.status, 401);
        page.link("My access").inside("navigation", "Main").appears().await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_everywhere_leads_out_here_too() {
    let app = TestApp::start().await;
    let elsewhere = app.sign_in("operator").await;
    app.visit_as("operator", "/sessions", async |page| {
        page.button("Sign out everywhere*").click().await;
        page.button("Really sign out? – every place*").click().await;
        page.link("Sign in").appears().await;
        assert_eq!(elsewhere.get("/api/session").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_over_is_told_where_it_matters() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        app.wait(minutes(9 * 60));
        page.button("Request and download").click().await;
        page.says("You are signed out.").await;
        page.link("Sign in to go on here").click().await;
        page.button("Request and download").appears().await;
        assert_eq!(page.field("Reason*").value().await, "INC0012345 look at the disk", "nothing was lost");
        assert!(app.initiates().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_page_that_loses_the_service_says_so_and_finds_back_to_it() {
    const LOST: &str = "Connection to Postern lost.";
    let app = TestApp::start().await;
    let (site, path) = (app.site().clone(), app.connect_path("web-1"));
    visit(&site, async move |page| {
        enter(page, "operator", &path).await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;

        let stopped = app.stop();
        page.says(LOST).await;
        let app = stopped.start().await;
        page.stops_saying(LOST).await;
        app.wait(minutes(60));
        app.while_time_passes(page.says("Access ended: its time was over.")).await;
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}
