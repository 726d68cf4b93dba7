//! What was done, and what of it nobody did through Postern.

use jiff::SignedDuration;
use simulator::world::NewDeed::{Initiate, Write};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;

/// The past of the demo's world, and somebody who has just opened a port through Postern.
async fn with_a_past() -> TestApp {
    let app = TestApp::start_in(|world| {
        let nina = simulator::world::Person::new("Nina", "nina@contoso.com");
        world.add_person(nina).expect("she is new");
        let event = |vm: &str, did, ago: i64, status| simulator::world::NewEvent {
            vm: vm.to_owned(),
            deed: did,
            by: "nina@contoso.com".to_owned(),
            address: "198.51.100.9".to_owned(),
            ago: minutes(ago),
            status,
        };
        for event in [event("web-1", Write, 3000, 200), event("app-1", Initiate, 90, 403)] {
            world.add_past_event(&event).expect("it fits the world");
        }
    })
    .await;
    app.sign_in("operator").await.open("web-1", 3389).await;
    app.wait(minutes(5));
    app
}

#[tokio::test]
async fn what_was_made_outside_postern_stands_out_among_what_was_not() {
    let app = with_a_past().await;
    app.visit_as("admin", "/", async |page| {
        page.link("Audit").inside("navigation", "Main").click().await;
        page.heading("Audit").appears().await;
        page.says("MADE OUTSIDE POSTERN").await;
        page.says("nina@contoso.com").await;
        page.says("operator@contoso.com").await;
        page.says("3 to 20 minutes behind").await;
        page.says("goes back 90 days").await;
        page.is_fine_at_any_size("audit").await;
        page.find("combobox", "Made").choose("Through Postern").await;
        page.arrives_at("/audit?made=postern").await;
        page.stops_saying("nina@contoso.com").await;
        page.says("operator@contoso.com").await;
        page.find("searchbox", "Person").fill("nina").await;
        page.says("Nothing matches these filters.").await;
        page.is_fine_at_any_size("audit-empty").await;
        page.link("Reset filters").click().await;
        page.says("nina@contoso.com").await;
        page.link("Download CSV").appears().await;
        page.link("Download JSON lines").appears().await;
    })
    .await;
}

#[tokio::test]
async fn a_machine_has_its_own_activity() {
    let app = with_a_past().await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.link("Activity").inside("navigation", "Pages of web-1").click().await;
        page.heading("web-1 | Activity").appears().await;
        page.says("Update JIT network access policy").await;
        page.says("operator@contoso.com").await;
        assert!(!page.find("searchbox", "Virtual machine").is_there().await);
        page.is_fine_at_any_size("activity-of-a-machine").await;
    })
    .await;
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_named_and_what_postern_did_is_there() {
    let app = with_a_past().await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("/eventtypes/"));
    app.visit_as("admin", "/audit", async |page| {
        page.says("Microsoft.Insights/eventtypes/values/read").await;
        page.says("operator@contoso.com").await;
        page.says("Azure's log could not be read.").await;
        page.is_fine_at_any_size("audit-unreadable").await;
    })
    .await;
}

#[tokio::test]
async fn who_may_audit_nothing_is_offered_nothing_and_told_why() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/audit", async |page| {
        page.says("No access rule lets you see who had access to any machine.").await;
        assert!(!page.link("Audit").inside("navigation", "Main").is_there().await);
        page.is_fine_at_any_size("audit-refused").await;
        page.goto(&app.connect_path("web-1")).await;
        page.link("Configuration").inside("navigation", "Pages of web-1").appears().await;
        assert!(!page.link("Activity").inside("navigation", "Pages of web-1").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn all_of_it_is_downloaded_and_it_is_told_how_far_that_has_come() {
    let app = with_a_past().await;
    app.visit_as("admin", "/audit", async |page| {
        page.says("nina@contoso.com").await;
        // What was read is not good for long, and then Azure takes its time.
        app.wait(minutes(10));
        app.azure.fail_next(Fault::always(Trouble::Slow(minutes(2))).on("/eventtypes/"));
        page.link("Download JSON lines").click().await;
        page.says("Nothing found yet").await;
        page.is_fine_at_any_size("audit-download").await;
        page.button("Cancel").click().await;
        page.stops_saying("Nothing found yet").await;
        assert_eq!(page.downloads().read_dir().expect("it is a folder").count(), 0);

        app.azure.faults().clear();
        app.wait(minutes(3));
        page.link("Download CSV").click().await;
        page.says("3 entries downloaded.").await;
        let file = page.downloaded("activity.csv").await;
        let file = String::from_utf8(file).expect("it is text");
        assert!(file.starts_with("at,operation,"), "{file}");
        assert_eq!(file.lines().count(), 4, "{file}");
        assert!(file.contains("nina@contoso.com") && file.contains("operator@contoso.com"), "{file}");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_handed_out_is_told_with_why_and_nothing_is_saved() {
    let app = with_a_past().await;
    app.visit_as("admin", "/audit", async |page| {
        page.says("nina@contoso.com").await;
        app.wait(SignedDuration::from_hours(24));
        page.link("Download CSV").click().await;
        page.says("The file was not downloaded. Nothing was saved.").await;
        page.says("You are signed out.").await;
        page.link("Sign in to go on here").appears().await;
        assert_eq!(page.downloads().read_dir().expect("it is a folder").count(), 0);
    })
    .await;
}
