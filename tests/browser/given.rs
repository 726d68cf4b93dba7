//! What somebody was given, opened.

use tests::TestApp;
use tests::browser::Page;

use super::handoffs::{address, prepared};

/// Signs in whom it was prepared for, and has it opened.
pub async fn opened(app: &TestApp, page: &Page) {
    let handed = prepared(app, false).await;
    page.goto(address(&handed)).await;
    page.link("Sign in").click().await;
    page.button("*stranger@contoso.com*").click().await;
    page.button("Open access and download").click().await;
    app.while_time_passes(page.heading("You can connect to web-1").appears()).await;
}
