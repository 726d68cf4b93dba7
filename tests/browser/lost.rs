//! What becomes of a page whose network, service or session goes away while something is open.

use serde_json::json;
use shared::access::RequestId;
use tests::TestApp;
use tests::app::{Visitor, enter, minutes};
use tests::browser::{Network, Page, visit};

use super::given;
use super::held::{GRANTED, open};

const LOST: &str = "Connection to Postern lost. What stands here was heard";

/// The latest request of somebody.
async fn latest(of: &Visitor) -> RequestId {
    let requests: serde_json::Value = of.get("/api/access-requests?mine=true&limit=1").await.json();
    serde_json::from_value(requests["items"][0]["id"].clone()).expect("they made one")
}

/// Closes the latest request of somebody, and waits until Azure has.
async fn close(app: &TestApp, of: &Visitor) {
    let id = latest(of).await;
    let mut events = of.follow(id).await;
    assert!(of.close(id).await.status.is_success());
    app.hurry(&mut events, shared::access::Status::is_final).await;
}

/// Waits until a countdown goes on.
async fn counts_on(page: &Page) {
    let now = page.find("timer", "*").text().await;
    page.stops_saying(&now).await;
}

#[tokio::test]
async fn without_a_network_the_countdown_goes_on_and_its_age_is_told() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        page.set_network(Network::Lost).await;
        page.says(LOST).await;
        counts_on(page).await;
        app.wait(minutes(20));
        page.wait(minutes(20)).await;
        page.says("heard 20 min ago").await;
        page.button("Refresh").click().await;
        counts_on(page).await;
        page.stops_saying("could not be reached").await;
        page.resize(375, 800).await;
        page.keep_picture("lost-connect-narrow").await;
        page.resize(1280, 800).await;
        page.keep_picture("lost-connect").await;
        page.shows_left(30 * 60..=40 * 60).await;

        page.listen().await;
        close(&app, &app.sign_in("operator").await).await;
        page.set_network(Network::There).await;
        page.says("Access ended: it was closed early.").await;
        page.stops_saying(LOST).await;
        page.says("Ended (closed early)").await;
        assert_eq!(page.heard().await.times("Access ended: it was closed early."), 1);
    })
    .await;
}

#[tokio::test]
async fn my_access_says_how_old_it_is_and_catches_up() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| {
        page.find("article", "web-1").appears().await;
        page.set_network(Network::Lost).await;
        page.says(LOST).await;
        counts_on(page).await;
        app.wait(minutes(20));
        page.wait(minutes(20)).await;
        page.says("heard 20 min ago").await;
        page.keep_picture("lost-my-access").await;

        page.listen().await;
        close(&app, &app.sign_in("operator").await).await;
        page.set_network(Network::There).await;
        page.says("Access ended (closed early)").await;
        page.stops_saying(LOST).await;
        page.stops_saying("could not be reached").await;
        assert_eq!(page.heard().await.times("Access ended (closed early)"), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_was_given_access_is_told_too() {
    let app = TestApp::start().await;
    visit(app.site(), async |page| {
        given::opened(&app, page).await;
        page.listen().await;
        page.set_network(Network::Lost).await;
        page.says(LOST).await;
        counts_on(page).await;
        page.set_network(Network::There).await;
        page.stops_saying(LOST).await;
        assert_eq!(page.heard().await.times("is open for you"), 0, "they know that");

        page.set_network(Network::Lost).await;
        page.says(LOST).await;
        close(&app, &app.sign_in("stranger").await).await;
        page.set_network(Network::There).await;
        page.heading("Access to web-1 is over").appears().await;
        page.stops_saying(LOST).await;
        assert_eq!(page.heard().await.times("Access to web-1 is over."), 1);
    })
    .await;
}

#[tokio::test]
async fn a_service_that_starts_again_finds_everything_as_it_was() {
    let app = TestApp::start().await;
    let (site, path) = (app.site().clone(), app.connect_path("web-1"));
    visit(&site, async move |page| {
        enter(page, "operator", &path).await;
        open(&app, page).await;
        page.downloaded("web-1.rdp").await;
        page.listen().await;

        let stopped = app.stop();
        page.says(LOST).await;
        counts_on(page).await;
        let app = stopped.start().await;
        page.stops_saying(LOST).await;
        page.says(GRANTED).await;
        counts_on(page).await;

        let heard = page.heard().await;
        assert_eq!(heard.times("JIT access granted"), 0, "that is no news: {:?}", heard.told);
        assert!(heard.seconds().iter().all(|left| left.is_some_and(|left| left > 57 * 60)), "{heard:?}");
        let files = std::fs::read_dir(page.downloads()).expect("the folder is there").count();
        assert_eq!(files, 1, "it came once");
        assert_eq!(app.initiates().len(), 1);
        page.button("Close now").click().await;
        page.button("Close access").click().await;
        app.while_time_passes(page.says("Access ended: it was closed early.")).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_elsewhere_is_told_and_brought_back_to_what_is_open() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        let elsewhere = app.sign_in("operator").await;
        assert!(elsewhere.post("/auth/logout?everywhere=true", &json!({})).await.status.is_success());
        app.wait(jiff::SignedDuration::from_secs(20));
        page.says("You are signed out.").await;
        assert!(!page.visible_text().await.contains(LOST), "that is not what is wrong");
        page.link("Sign in to go on here").click().await;
        page.says(GRANTED).await;
        page.heading("web-1 | Connect").appears().await;
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn so_is_one_of_the_front_page_and_of_whoever_was_given_access() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| {
        page.find("article", "web-1").appears().await;
        let elsewhere = app.sign_in("operator").await;
        elsewhere.post("/auth/logout?everywhere=true", &json!({})).await;
        app.wait(jiff::SignedDuration::from_secs(20));
        page.says("You are signed out.").await;
        assert!(!page.visible_text().await.contains(LOST), "that is not what is wrong");
        page.link("Sign in to go on here").click().await;
        page.find("article", "web-1").appears().await;
    })
    .await;
    let app = TestApp::start().await;
    visit(app.site(), async |page| {
        given::opened(&app, page).await;
        let elsewhere = app.sign_in("stranger").await;
        elsewhere.post("/auth/logout?everywhere=true", &json!({})).await;
        app.wait(jiff::SignedDuration::from_secs(20));
        page.link("Sign in").click().await;
        page.heading("You can connect to web-1").appears().await;
    })
    .await;
}
