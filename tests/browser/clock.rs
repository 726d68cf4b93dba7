//! Clocks that jump: the computer slept, or somebody set its clock. No time that is wrong is shown
//! as if it were known.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use tests::TestApp;
use tests::app::minutes;
use tests::browser::{Network, Page, visit};

use super::given;
use super::held::open;

/// How many seconds are left. The page counts on from what it was told while the test's clock stands
/// still.
async fn left(app: &TestApp) -> RangeInclusive<i64> {
    let left = app.left().await.as_secs();
    left - 60..=left + 1
}

/// Has the page ask what time it is: what was wound since it was told last, it does not know.
pub async fn agree(app: &TestApp, page: &Page) {
    page.set_clock_by(SignedDuration::from_hours(1)).await;
    page.shows_left(left(app).await).await;
}

/// Whether every countdown showed what was left at one of these times, or that it did not know.
async fn showed(page: &Page, right: &[RangeInclusive<i64>]) {
    let heard = page.heard().await;
    let is_right =
        |left: &Option<i64>| left.is_none_or(|left| right.iter().any(|right| right.contains(&left)));
    assert!(heard.seconds().iter().all(is_right), "not within {right:?}: {:?}", heard.left);
}

/// Sleeps and sets the clock, and looks at what the page makes of it. An hour has just begun.
async fn jump(app: &TestApp, page: &Page) {
    let mut right = vec![left(app).await];
    agree(app, page).await;
    page.listen().await;
    app.wait(minutes(30));
    page.sleep_for(minutes(30)).await;
    right.push(left(app).await);
    page.shows_left(left(app).await).await;
    for hours in [2, -4, 2] {
        app.wait(minutes(3));
        page.set_clock_by(SignedDuration::from_hours(hours)).await;
        // It asks, and goes on by what it is told.
        right.push(left(app).await);
        page.shows_left(left(app).await).await;
    }
    showed(page, &right).await;
    assert_eq!(page.heard().await.times("ended"), 0);
}

#[tokio::test]
async fn the_connect_page_never_shows_a_wrong_time_as_known() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        jump(&app, page).await;
    })
    .await;
}

#[tokio::test]
async fn nor_does_my_access() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", "/", async |page| jump(&app, page).await).await;
}

#[tokio::test]
async fn nor_does_what_somebody_was_given() {
    let app = TestApp::start().await;
    visit(app.site(), async |page| {
        given::opened(&app, page).await;
        jump(&app, page).await;
    })
    .await;
}

#[tokio::test]
async fn without_a_network_the_time_is_unknown_until_it_is_back() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        open(&app, page).await;
        agree(&app, page).await;
        page.set_network(Network::Lost).await;
        page.says("Connection to Postern lost.").await;
        page.listen().await;
        for hours in [2, -3] {
            page.set_clock_by(SignedDuration::from_hours(hours)).await;
            page.says("unknown time left").await;
            page.says("was heard before this device slept or its clock was set").await;
        }
        assert!(!page.visible_text().await.contains("Access ended"));
        page.set_network(Network::There).await;
        page.shows_left(left(&app).await).await;
        page.stops_saying("Connection to Postern lost.").await;
        showed(page, &[left(&app).await]).await;
    })
    .await;
}
