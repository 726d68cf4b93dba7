//! The whole way of somebody who needs a machine.

use tests::TestApp;
use tests::app::minutes;

const GRANTED: &str = "JIT access granted to port 3389 for source IP(s)";

#[tokio::test]
async fn from_the_front_page_to_the_file_and_on_to_the_end() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/", async |page| {
        page.heading("My access").appears().await;
        page.says("Nothing is open for you.").await;
        let search = page.find("combobox", "*").inside("main", "");
        search.fill("web-1").await;
        page.find("option", "web-1 *").click().await;

        page.heading("web-1 | Connect").appears().await;
        page.says("Request JIT access to port 3389 for source IP(s)").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;

        app.while_time_passes(page.says(GRANTED)).await;
        page.says("Port 3389 is accessible from source IP(s)").await;
        page.says("Open for 192.0.2.7 → 203.0.113.80:3389").await;
        let file = String::from_utf8(page.downloaded("web-1.rdp").await).unwrap();
        assert!(file.contains("full address:s:203.0.113.80:3389\r\n"), "{file}");
        assert!(file.contains("redirectdrives:i:0\r\n"), "{file}");

        let left = page.find("timer", "*").text().await;
        assert!(left.starts_with("00:5"), "{left}");
        app.wait(minutes(60));
        app.while_time_passes(page.says("Access ended: its time was over.")).await;
        page.find("timer", "*").goes_away().await;

        page.button("Request again").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        assert_eq!(app.initiates().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn from_a_link_in_a_ticket_it_is_one_click_to_the_file() {
    let app = TestApp::start().await;
    let link = format!("{}?reason=INC0012345%20look%20at%20the%20disk", app.connect_path("web-1"));
    app.visit_as("operator", &link, async |page| {
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.downloaded("web-1.rdp").await;
    })
    .await;
}

#[tokio::test]
async fn for_a_shell_there_is_a_command_and_no_file() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("app-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request access").click().await;
        app.while_time_passes(page.says("JIT access granted to port 22 for source IP(s)")).await;
        let command = page.field("Execute in your choice of local shell").value().await;
        assert!(command.starts_with("ssh ") && command.contains("203.0.113.81"), "{command}");
        assert!(command.contains("azureuser"), "{command}");
        page.button("Copy user").inside("region", "Open access").appears().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_open_stands_on_the_front_page_until_it_is_over() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;

        page.link("My access").inside("navigation", "Main").click().await;
        page.find("article", "web-1").appears().await;
        page.link("Download RDP file for web-1").appears().await;
        page.says("3389 for 192.0.2.7").await;
        app.wait(minutes(60));
        app.while_time_passes(page.says("Access ended (its time was over)")).await;
        page.link("Download RDP file for web-1").goes_away().await;
    })
    .await;
}

#[tokio::test]
async fn a_second_look_at_the_page_shows_what_is_open_already() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.goto(&app.connect_path("web-1")).await;
        page.says(GRANTED).await;
        page.says("Requested by you").await;
        assert!(!page.button("Request and download").is_there().await);
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}
