//! The helpdesk's side.

use tests::TestApp;
use tests::browser::Key;

#[tokio::test]
async fn the_helpdesk_prepares_access_from_the_connect_page() {
    let app = TestApp::start().await;
    app.visit_as("helpdesk", &app.connect_path("web-1"), async |page| {
        page.link("Prepare for somebody else").click().await;
        page.heading("Prepare access to web-1").appears().await;
        page.is_fine_at_any_size("handoff-form").await;
        page.button("Prepare").click().await;
        page.field("For whom *").is_described_as("Say for whom it is.").await;
        assert_eq!(page.focus().await.1, "For whom *");
        page.field("For whom *").fill("stranger").await;
        page.stops_saying("Say for whom it is.").await;
        page.field("Reason*").fill("INC0012345 wages").await;
        page.button("Prepare").click().await;
        page.field("For whom *").is_described_as("Say it as they sign in, such as name@contoso.com.").await;
        page.is_fine_at_any_size("handoff-form-wrong").await;
        page.field("For whom *").fill("stranger@contoso.com").await;
        page.button("Prepare").click().await;
        page.heading("Prepared for stranger@contoso.com").appears().await;
        page.has_focus_in("Prepared for stranger@contoso.com").await;
        let link = page.field("Link").value().await;
        assert!(link.contains("/for/") && link.contains('#'), "{link}");
        page.says("Sign in as stranger@contoso.com").await;
        page.find("image", "QR code of the link for stranger@contoso.com").appears().await;
        page.is_fine_at_any_size("handoff-result").await;
        page.button("Take back what is for stranger@contoso.com").click().await;
        page.says("taken back by Hedy Helpdesk").await;
        page.heading("Prepare access to web-1").appears().await;
        page.has_focus_in("What you have prepared").await;
    })
    .await;
}

#[tokio::test]
async fn who_may_not_prepare_access_is_told_who_can() {
    let app = TestApp::start().await;
    let path = format!("/handoffs?vm={}", app.vm("web-1"));
    app.visit_as("reader", "/handoffs", async |page| {
        for path in ["/handoffs", &path] {
            page.goto(path).await;
            page.says("No access rule lets you prepare access for somebody else.").await;
            page.says("request-for-others").await;
            assert!(!page.button("Prepare").is_there().await);
        }
        page.is_fine_at_any_size("handoff-not-allowed").await;
    })
    .await;
}

#[tokio::test]
async fn the_reason_is_asked_for_as_on_the_connect_page() {
    let app = TestApp::start().await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        let of_own = page.field("Reason*");
        let (required, hint) = (
            of_own.attribute("aria-required").await,
            page.run("return document.getElementById('reason-hint').textContent").await,
        );
        page.link("Prepare for somebody else").click().await;
        page.heading("Prepare access to web-1").appears().await;
        assert_eq!(page.field("Reason*").attribute("aria-required").await, required);
        assert_eq!(page.run("return document.getElementById('reason-hint').textContent").await, hint);
    })
    .await;
}

#[tokio::test]
async fn the_whole_way_goes_by_keyboard() {
    let app = TestApp::start().await;
    let mut handed = (String::new(), String::new());
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.tab_to("link", "Prepare for somebody else").await;
        page.press(Key::Enter).await;
        page.heading("Prepare access to web-1").appears().await;
        page.tab_to("textbox", "For whom *").await;
        page.type_text("Gus of Fabrikam").await;
        page.tab_to("checkbox", "They have no account here: give me a code to read out").await;
        page.type_text(" ").await;
        page.tab_to("button", "Prepare").await;
        page.press(Key::Enter).await;
        page.heading("Prepared for Gus of Fabrikam").appears().await;
        page.tab_to("button", "Copy link").await;
        page.press(Key::Enter).await;
        let code = page.run("return document.querySelector('.handoff__code').textContent").await;
        handed = (page.field("Link").value().await, code.as_str().expect("there is a code").to_owned());
    })
    .await;
    let (link, code) = handed;
    tests::browser::visit(app.site(), async |page| {
        page.goto(&link[link.find("/for/").expect("it leads to the page")..]).await;
        page.field("Code").appears().await;
        page.tab_to("textbox", "Code").await;
        page.type_text(&code).await;
        page.press(Key::Enter).await;
        page.has_focus_in("Ada Administrator prepared access to web-1 for 1 h").await;
        page.tab_to("button", "Open access and download").await;
        page.press(Key::Enter).await;
        app.while_time_passes(page.has_focus_in("You can connect to web-1")).await;
        page.tab_to("button", "Close now").await;
        page.press(Key::Enter).await;
        page.tab_to("button", "Close access").await;
        page.press(Key::Enter).await;
        app.while_time_passes(page.has_focus_in("Access to web-1 is over")).await;
    })
    .await;
}
