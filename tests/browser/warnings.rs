//! The end of access is announced before it comes, and when it has.

use jiff::SignedDuration;
use tests::TestApp;
use tests::app::minutes;
use tests::browser::Page;

use super::clock::agree;
use super::held::open;

const ENDS: &str = "ends in";

/// How long it takes until so many minutes are left, and most of another. The page may have counted
/// on a little further.
async fn until_left(app: &TestApp, minutes: i64) -> SignedDuration {
    app.left().await - SignedDuration::from_secs(60 * minutes + 55)
}

/// Lets time pass for everybody until so many minutes are left, and most of another.
async fn pass_until(app: &TestApp, page: &Page, minutes: i64) {
    let passes = until_left(app, minutes).await;
    app.wait(passes);
    page.wait(passes).await;
}

/// Waits until so much is told of the end, and looks whether it is told once.
async fn is_told(page: &Page, times: usize, words: &str) {
    page.hears(words).await;
    let heard = page.heard().await;
    assert_eq!(heard.times(words), 1, "{:?}", heard.told);
    assert_eq!(heard.times(ENDS), times, "{:?}", heard.told);
}

#[tokio::test]
async fn the_end_is_announced_ten_and_five_minutes_and_one_before_it_once_each() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        agree(&app, page).await;
        page.listen().await;
        pass_until(&app, page, 9).await;
        is_told(page, 1, "Access ends in 9 min.").await;
        page.says("Access ends in less than 10 min.").await;
        pass_until(&app, page, 4).await;
        is_told(page, 2, "Access ends in 4 min.").await;
        pass_until(&app, page, 0).await;
        is_told(page, 3, "Access ends in less than a minute.").await;
        app.wait(minutes(1));
        page.wait(minutes(1)).await;
        app.while_time_passes(page.says("Access ended: its time was over.")).await;
        is_told(page, 3, "Access ended: its time was over.").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_slept_through_warnings_hears_one() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| {
        page.find("timer", "*").appears().await;
        agree(&app, page).await;
        page.listen().await;
        let sleeps = until_left(&app, 3).await;
        app.wait(sleeps);
        page.sleep_for(sleeps).await;
        is_told(page, 1, "Access to web-1 ends in 3 min.").await;
        app.wait(minutes(10));
        page.sleep_for(minutes(10)).await;
        app.while_time_passes(page.says("Access ended (its time was over)")).await;
        is_told(page, 1, "web-1: Access ended (its time was over)").await;
    })
    .await;
}
