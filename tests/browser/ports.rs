//! Several ports in one request, and several requests at once.

use serde_json::json;
use simulator::world::{Access, Direction, NewRule};
use tests::TestApp;
use tests::browser::Page;

async fn ask(page: &Page) {
    page.field("Reason").fill("INC0012345 look at the disk").await;
    page.button("Request and download").click().await;
}

#[tokio::test]
async fn other_ports_are_opened_extended_and_closed_with_the_one_that_is_connected_to() {
    let app = TestApp::start().await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.find("checkbox", "5986 WinRM, at most 1 h").click().await;
        page.path_that(|path| path.contains("port=3389%2C5986")).await;
        page.find("radio", "Max (1 h)").appears().await;
        page.is_fine_at_any_size("ports-chosen").await;
        ask(page).await;
        app.while_time_passes(page.says("Also open: 5986 WinRM.")).await;
        assert_eq!(app.initiates().len(), 1);
        assert!(app.azure.admits("web-1", 5986, tests::app::HOME));
        page.is_fine_at_any_size("ports-open").await;
        app.wait(tests::app::minutes(30));
        page.button("Extend").click().await;
        page.button("Max (1 h)").click().await;
        page.says("Extending…").await;
        let ports = app.initiates()[1].json()["virtualMachines"][0]["ports"].as_array().map(Vec::len);
        assert_eq!(ports, Some(2));
        app.while_time_passes(page.stops_saying("Extending…")).await;
        page.button("Close now").click().await;
        page.button("Close access").click().await;
        app.while_time_passes(page.says("Access ended: it was closed early.")).await;
        assert!(!app.azure.admits("web-1", 5986, tests::app::HOME));
    })
    .await;
}

#[tokio::test]
async fn a_port_that_is_opened_as_well_is_looked_at_as_well() {
    let app = TestApp::start_in(|world| {
        let keep_out = NewRule {
            name: "DenyWinRm".to_owned(),
            priority: 100,
            access: Access::Deny,
            direction: Direction::Inbound,
            protocol: "Tcp".to_owned(),
            sources: vec!["*".to_owned()],
            destinations: vec!["*".to_owned()],
            ports: vec!["5986".to_owned()],
            description: String::new(),
        };
        let group = world.nsgs.iter_mut().find(|group| group.id.ends_with("/web-nsg"));
        group.expect("it is there").rules.push(keep_out.into());
    })
    .await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.says("Nothing stands in the way").await;
        page.find("checkbox", "5986 WinRM, at most 1 h").click().await;
        page.says("Port 5986: The inbound rules keep 192.0.2.7 out").await;
        ask(page).await;
        app.while_time_passes(page.says("Access is open, but rule “DenyWinRm”")).await;
        page.says("blocks port 5986.").await;
        page.is_fine_at_any_size("ports-one-blocked").await;
    })
    .await;
}

#[tokio::test]
async fn a_port_that_is_ticked_and_not_part_of_what_was_opened_meanwhile_can_be_asked_for() {
    let app = TestApp::start().await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.find("checkbox", "5986 WinRM, at most 1 h").click().await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        // In another tab, for the first port alone.
        app.opened_by("admin", &app.wish("web-1", 3389)).await;
        page.button("Request and download").click().await;
        page.says("5986 WinRM is not part of it.").await;
        page.says("Port 3389 is accessible from source IP(s)").await;
        assert!(!page.visible_text().await.contains("blocks port"), "nobody has asked for 5986 yet");
        page.is_fine_at_any_size("ports-not-part-of-it").await;
        page.button("Request 5986 WinRM").click().await;
        page.says("Nothing stands in the way: request access, and port 5986 opens").await;
        assert_eq!(app.initiates().len(), 1);
        page.button("Request*").click().await;
        app.while_time_passes(page.says("JIT access granted to port 5986")).await;
    })
    .await;
}

#[tokio::test]
async fn a_port_that_somebody_else_takes_is_told_and_the_other_stays_open() {
    let app = TestApp::start().await;
    let mut both = app.wish("web-1", 3389);
    both["vms"][0]["ports"] = json!([3389, 5986]);
    let ada = app.sign_in("admin").await;
    app.open_for(&ada, &both).await;
    let path = app.connect_path("web-1");
    app.visit_as("admin", &path, async |page| {
        page.goto(&format!("{path}?port=5986")).await;
        page.says("Also open: 3389 RDP.").await;
        page.listen().await;
        let mut his = app.wish("web-1", 3389);
        his["source"] = json!("192.0.2.99");
        app.taken_by("other", &his).await;
        app.while_time_passes(page.says("Closed already, by a newer request or in Azure: 3389 RDP.")).await;
        page.hears("Closed already, by a newer request or in Azure: 3389 RDP.").await;
        page.stops_saying("Also open: 3389").await;
        page.button("Close now").appears().await;
        page.is_fine_at_any_size("ports-one-taken").await;
        // At the port that is gone there is nothing to hold on to.
        page.goto(&path).await;
        page.says("Open on this VM").await;
        page.says("Port 5986 for 192.0.2.7").await;
        page.is_fine_at_any_size("ports-taken").await;
    })
    .await;
    assert!(!app.azure.admits("web-1", 3389, tests::app::HOME));
    assert!(app.azure.admits("web-1", 5986, tests::app::HOME));
}

#[tokio::test]
async fn a_link_brings_several_ports_and_a_length_that_is_too_long_names_the_port() {
    let app = TestApp::start().await;
    let path = format!("{}?port=3389,5986,22&for=2h", app.connect_path("web-1"));
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.goto(&path).await;
        page.says("Access can last at most 1 h here: port 5986 may be open no longer.").await;
        assert!(page.find("checkbox", "5986 WinRM, at most 1 h").is_checked().await);
        page.button("Use 1 hour").click().await;
        page.stops_saying("Access can last at most").await;
    })
    .await;
}

#[tokio::test]
async fn what_else_is_open_is_listed_and_can_be_closed() {
    let app = TestApp::start().await;
    let mut his = app.wish("web-1", 3389);
    his["source"] = json!("192.0.2.99");
    app.opened_by("other", &his).await;
    app.opened_by("admin", &app.wish("web-1", 5986)).await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.heading("Open on this VM").appears().await;
        page.says("Port 5986 for 192.0.2.7").await;
        page.says("Port 3389 for 192.0.2.99").await;
        page.says("Requested by other@contoso.com.").await;
        page.is_fine_at_any_size("grants-listed").await;
        page.button("Close now").click().await;
        page.button("Close access").click().await;
        app.while_time_passes(page.stops_saying("Port 5986 for 192.0.2.7")).await;
        assert!(!app.azure.admits("web-1", 5986, tests::app::HOME));
        page.says("Port 3389 for 192.0.2.99").await;
    })
    .await;
}

#[tokio::test]
async fn what_one_has_open_from_elsewhere_may_end_and_is_told_before() {
    let app = TestApp::start().await;
    let mut older = app.wish("web-1", 3389);
    older["source"] = json!("192.0.2.99");
    app.opened_by("admin", &older).await;
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.says(
            "Azure may end the access that you have open when this one opens: port 3389 for 192.0.2.99",
        )
        .await;
        page.is_fine_at_any_size("own-replaced").await;
        ask(page).await;
        app.while_time_passes(page.says("JIT access granted to port 3389")).await;
        page.stops_saying("Port 3389 for 192.0.2.99").await;
    })
    .await;
}
