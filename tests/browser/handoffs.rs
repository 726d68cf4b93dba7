//! The helpdesk prepares access, and whoever it is for has it opened.

use serde_json::json;
use shared::handoff::PreparedHandoff;
use tests::TestApp;
use tests::app::enter;
use tests::browser::{Page, visit};

/// What Hedy, who is elsewhere, has prepared for Sam; or Ada for a guest.
async fn prepared(app: &TestApp, guest: bool) -> PreparedHandoff {
    let who = app.sign_in(if guest { "admin" } else { "helpdesk" }).await.at("198.51.100.99");
    let wish = json!({
        "vm": app.vm("web-1"), "ports": [3389], "duration": "PT1H", "reason": "INC0012345 wages",
        "requested_for": if guest { "Gus of Fabrikam" } else { "stranger@contoso.com" }, "guest": guest,
    });
    who.post("/api/handoffs", &wish).await.json()
}

fn address(prepared: &PreparedHandoff) -> &str {
    &prepared.link[prepared.link.find("/for/").expect("it leads to the page")..]
}

async fn look(page: &Page, name: &str) {
    for (width, height) in [(1280, 900), (375, 800)] {
        page.resize(width, height).await;
        page.keep_picture(&format!("{name}-{width}")).await;
        assert!(page.sideways_scroll().await <= 0, "{name} at {width}");
        assert_eq!(page.faint_texts().await, [""; 0], "{name} at {width}");
        assert_eq!(page.barriers().await, [""; 0], "{name} at {width}");
    }
    page.resize(1280, 900).await;
}

#[tokio::test]
async fn the_helpdesk_prepares_access_from_the_connect_page() {
    let app = TestApp::start().await;
    app.visit_as("helpdesk", &app.connect_path("web-1"), async |page| {
        page.link("Prepare for somebody else").click().await;
        page.heading("Prepare access to web-1").appears().await;
        look(page, "handoff-form").await;
        page.button("Prepare").click().await;
        page.says("Say for whom it is.").await;
        page.field("For whom").fill("stranger@contoso.com").await;
        page.field("Ticket, and what for").fill("INC0012345 wages").await;
        page.button("Prepare").click().await;
        page.heading("Prepared for stranger@contoso.com").appears().await;
        let link = page.field("Link").value().await;
        assert!(link.contains("/for/") && link.contains('#'), "{link}");
        page.says("Sign in as stranger@contoso.com").await;
        page.find("image", "QR code of the link for stranger@contoso.com").appears().await;
        look(page, "handoff-result").await;
        page.button("Take back what is for stranger@contoso.com").click().await;
        page.says("taken back by Hedy Helpdesk").await;
    })
    .await;
}

#[tokio::test]
async fn whom_it_is_for_signs_in_presses_one_button_and_has_the_file() {
    let app = TestApp::start().await;
    let handed = prepared(&app, false).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.heading("Somebody prepared access for you").appears().await;
        look(page, "handoff-knock").await;
        page.link("Sign in").click().await;
        page.button("*stranger@contoso.com*").click().await;
        page.heading("Hedy Helpdesk prepared access to web-1 for 1 h").appears().await;
        page.says("192.0.2.7").await;
        page.says("INC0012345 wages").await;
        look(page, "handoff-ready").await;
        assert!(app.initiates().is_empty(), "looking opens nothing");
        page.button("Open access and download").click().await;
        let opened = page.heading("You can connect to web-1");
        app.while_time_passes(opened.appears()).await;
        let file = String::from_utf8_lossy(&page.downloaded("web-1.rdp").await).into_owned();
        assert!(file.contains("203.0.113.80"), "{file}");
        look(page, "handoff-open").await;
        assert!(app.azure.admits("web-1", 3389, tests::app::HOME));
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
    assert!(!app.azure.admits("web-1", 3389, tests::app::HOME));
}

#[tokio::test]
async fn a_guest_enters_the_code() {
    let app = TestApp::start().await;
    let handed = prepared(&app, true).await;
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.field("Code").fill("AAAA-AAAA").await;
        page.button("Go on").click().await;
        page.says("you can try 4 more times").await;
        look(page, "handoff-code").await;
        page.field("Code").fill(handed.code.as_deref().expect("it is for a guest")).await;
        page.button("Go on").click().await;
        page.heading("Ada Administrator prepared access to web-1 for 1 h").appears().await;
        page.button("Open access and download").click().await;
        app.while_time_passes(page.heading("You can connect to web-1").appears()).await;
    })
    .await;
}

#[tokio::test]
async fn somebody_else_is_told_that_it_is_not_for_them_and_a_part_of_a_link_that_it_is_none() {
    let app = TestApp::start().await;
    let handed = prepared(&app, false).await;
    visit(app.site(), async |page| {
        enter(page, "other", "/").await;
        page.goto(address(&handed)).await;
        page.heading("This was prepared for somebody else").appears().await;
        look(page, "handoff-not-yours").await;
    })
    .await;
    visit(app.site(), async |page| {
        page.goto(address(&handed).split('#').next().expect("it has a path")).await;
        page.says("This link leads to nothing; perhaps only a part of it arrived").await;
    })
    .await;
    app.wait(tests::app::minutes(16));
    visit(app.site(), async |page| {
        page.goto(address(&handed)).await;
        page.heading("The time of this link is over").appears().await;
        look(page, "handoff-over").await;
    })
    .await;
    assert!(app.initiates().is_empty());
}
