//! What a month or a quarter was like.

use tests::TestApp;
use tests::app::minutes;
use tests::browser::Key;

use simulator::world::NewDeed::Initiate;

/// A port that was opened through Postern, one past it at night, and one that was refused.
async fn with_a_month() -> TestApp {
    let app = TestApp::start_in(|world| {
        let nina = simulator::world::Person::new("Nina", "nina@contoso.com");
        world.add_person(nina).expect("she is new");
        let event = simulator::world::NewEvent {
            vm: "app-1".to_owned(),
            deed: Initiate,
            by: "nina@contoso.com".to_owned(),
            address: "198.51.100.9".to_owned(),
            ago: minutes(7 * 60),
            status: 202,
        };
        world.add_past_event(&event).expect("it fits the world");
    })
    .await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    olga.post("/api/access-requests", &app.wish("open-1", 5986)).await;
    app.wait(minutes(5));
    app
}

#[tokio::test]
async fn a_month_is_shown_and_what_stands_out_in_it() {
    let app = with_a_month().await;
    app.visit_as("admin", "/", async |page| {
        page.link("Reports").inside("navigation", "Main").click().await;
        page.heading("Reports").appears().await;
        page.says("Just-in-time access in January 2030, so far").await;
        page.says("Working hours are 08:00 to 18:00, Monday to Friday.").await;
        page.says("operator@contoso.com").await;
        page.says("nina@contoso.com").await;
        page.says("Refused by Postern").await;
        page.link("Out of hours").appears().await;
        page.is_fine_at_any_size("report").await;
        page.link("Refused").click().await;
        page.until("return location.hash === '#refused'").await;
        page.link("Download CSV").appears().await;
    })
    .await;
}

#[tokio::test]
async fn the_period_the_zone_and_the_hours_stand_in_the_address() {
    let app = with_a_month().await;
    app.visit_as("admin", "/reports", async |page| {
        page.find("combobox", "Period").choose("Q1 2030 (January to March)").await;
        page.arrives_at("/reports?period=2030-Q1").await;
        page.says("Just-in-time access in Q1 2030 (January to March), so far").await;
        page.find("combobox", "Time zone").fill("Pacific/Auckland").await;
        page.press(Key::Tab).await;
        page.arrives_at("/reports?period=2030-Q1&zone=Pacific%2FAuckland").await;
        page.says("Times are those of Pacific/Auckland.").await;
        page.goto("/reports?period=2030-01&zone=Europe/Nowhere").await;
        page.says("“Europe/Nowhere” is no time zone").await;
        page.is_fine_at_any_size("report-of-no-zone").await;
        page.find("combobox", "Time zone").fill("").await;
        page.press(Key::Tab).await;
        page.says("Times are those of UTC.").await;
        page.find("combobox", "Period").choose("December 2029").await;
        page.says("Nobody asked for access in this time.").await;
        page.is_fine_at_any_size("report-empty").await;
    })
    .await;
}

#[tokio::test]
async fn on_paper_it_is_the_report_alone() {
    let app = with_a_month().await;
    app.visit_as("admin", "/reports", async |page| {
        page.says("operator@contoso.com").await;
        page.put_on_paper().await;
        assert!(!page.find("navigation", "Main").is_there().await);
        assert!(!page.find("combobox", "Period").is_there().await);
        assert!(!page.find("button", "Print").is_there().await);
        assert_eq!(page.sideways_scroll().await, 0, "{:?}", page.sticking_out().await);
        page.says("Just-in-time access in January 2030, so far").await;
        page.keep_picture("report-on-paper").await;
    })
    .await;
}

#[tokio::test]
async fn who_may_audit_nothing_is_told_so() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/reports", async |page| {
        page.says("No access rule lets you see who had access to any machine.").await;
        assert!(!page.link("Reports").inside("navigation", "Main").is_there().await);
    })
    .await;
}
