//! A sign-in that Azure asks for in the middle of a request.

use tests::TestApp;
use tests::browser::Usable;

const GRANTED: &str = "JIT access granted to port 3389 for source IP(s)";
const LINK: &str = "Sign in again to go on";

async fn careful() -> TestApp {
    TestApp::start_delegated(|world| {
        world.person_mut("operator@contoso.com").expect("she is there").step_up = true;
    })
    .await
}

#[tokio::test]
async fn after_proving_more_the_request_goes_on_by_itself() {
    let app = careful().await;
    let link = format!("{}?for=30m", app.connect_path("web-1"));
    app.visit_as("operator", &link, async |page| {
        page.field("Reason*").fill("CHG0007 patch").await;
        page.button("Request and download").click().await;
        page.says("Azure asks you to sign in again before it does this in your name").await;
        assert_eq!(app.grants_ever("web-1"), 0);

        page.link(LINK).click().await;
        page.button("*operator@contoso.com*").click().await;

        app.while_time_passes(page.says(GRANTED)).await;
        page.says("CHG0007 patch").await;
        let left = page.find("timer", "*").text().await;
        assert!(left.starts_with("00:2"), "the half hour that was chosen, not {left}");
        page.downloaded("web-1.rdp").await;
        assert_eq!(app.grants_ever("web-1"), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_only_opens_such_a_link_has_nothing_requested() {
    let app = careful().await;
    let link = format!("{}?method=rdp&reason=CHG0007%20patch", app.connect_path("web-1"));
    app.visit_as("operator", &link, async |page| {
        page.button("Request and download").click().await;
        page.link(LINK).appears().await;
        let before = app.initiates().len();
        page.goto(&link).await;
        page.button("Request and download").appears().await;
        assert_eq!(app.initiates().len(), before);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_requested_in_the_name_of_somebody_else_who_comes_back() {
    let app = careful().await;
    let link = format!("{}?reason=CHG0007%20patch", app.connect_path("web-1"));
    app.visit_as("operator", &link, async |page| {
        page.button("Request and download").click().await;
        page.link(LINK).click().await;
        page.button("*other@contoso.com*").click().await;

        page.button("Account: other@contoso.com").appears().await;
        page.button("Request and download").becomes(Usable::Yes).await;
        // What they ask for themselves is the first and only thing that is asked for in their name.
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        page.says("other@contoso.com lacks").await;
        page.find("cell", "INC0012345 look at the disk").appears().await;
        assert!(!page.visible_text().await.contains("CHG0007"));
        let theirs = app.initiates().into_iter().filter(|asked| asked.principal == "other@contoso.com");
        assert_eq!(theirs.count(), 1);
    })
    .await;
}
