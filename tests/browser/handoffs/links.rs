//! Links that are whole, cut off, looked at by machines, or two in one tab.

use tests::TestApp;
use tests::app::enter;
use tests::browser::visit;

use super::{address, prepared};

#[tokio::test]
async fn a_browser_that_opens_the_link_and_presses_nothing_uses_nothing_up() {
    let app = TestApp::start().await;
    let (handed, for_guest) = (prepared(&app, false).await, prepared(&app, true).await);
    let before = app.store.entries().head().await.unwrap();
    visit(app.site(), async |page| {
        for _ in 0..2 {
            page.goto(address(&for_guest)).await;
            page.field("Code").appears().await;
            page.goto(address(&handed)).await;
            page.link("Sign in").appears().await;
        }
    })
    .await;
    assert_eq!(app.store.entries().head().await.unwrap(), before, "nothing is put on record");
    visit(app.site(), async |page| {
        // Even the browser of whom it is for.
        enter(page, "stranger", "/").await;
        let before = app.store.entries().head().await.unwrap();
        page.goto(address(&handed)).await;
        page.button("Open access and download").appears().await;
        assert_eq!(app.store.entries().head().await.unwrap(), before);
    })
    .await;
    assert!(app.initiates().is_empty());
    for prepared in [&handed, &for_guest] {
        let kept = app.store.handoffs().get(prepared.handoff.id).await.unwrap().unwrap();
        assert_eq!(kept.handoff, prepared.handoff);
        assert_eq!(kept.wrong_codes, 0);
    }
}

#[tokio::test]
async fn a_part_of_a_link_leads_nowhere_and_the_whole_one_put_into_the_same_tab_does() {
    let app = TestApp::start().await;
    let handed = prepared(&app, true).await;
    let (path, secret) = address(&handed).split_once('#').expect("it has a secret");
    visit(app.site(), async |page| {
        page.goto(&path[..path.len() - 6]).await;
        page.heading("There is nothing behind this link").appears().await;
        page.is_fine_at_any_size("handoff-cut-off").await;
        page.goto(path).await;
        page.says("This link leads to nothing; perhaps only a part of it arrived").await;
        assert!(!page.button("Try again").is_there().await, "it would be the same again");
        page.run(&format!("location.hash = '{}'", &secret[..10])).await;
        page.says("This link leads to nothing; perhaps only a part of it arrived").await;
        page.run(&format!("location.hash = '{secret}'")).await;
        page.field("Code").appears().await;
        // Without it, as after a sign-in, the tab still has it.
        page.goto(path).await;
        page.field("Code").appears().await;
    })
    .await;
}
