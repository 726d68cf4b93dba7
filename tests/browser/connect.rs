//! The Connect page: its choices and its address.

use simulator::world::{NewNic, NewPolicy, NewVm};
use tests::TestApp;
use tests::browser::Key;

#[tokio::test]
async fn the_address_brings_others_to_the_same_choices() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.find("radio", "30 min").click().await;
        page.find("combobox", "Source IP address*").choose("Contoso office | 198.51.100.0/24").await;
        page.field("Reason*").fill("CHG0007 patch").await;
        let expected = ["for=30m", "198.51.100.0", "CHG0007"];
        let address = page.path_that(|path| expected.iter().all(|part| path.contains(part))).await;
        page.goto(&address).await;
        page.field("Reason*").appears().await;
        assert_eq!(page.field("Reason*").value().await, "CHG0007 patch");
        assert!(page.find("radio", "30 min").is_checked().await);
        assert_eq!(page.find("combobox", "Source IP address*").value().await, "198.51.100.0/24");
    })
    .await;
}

#[tokio::test]
async fn the_other_method_is_offered_with_its_port() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.heading("Native RDP").appears().await;
        page.find("summary", "More ways to connect*").click().await;
        page.button("Use Native SSH").click().await;
        page.heading("Native SSH").inside("region", "Native SSH").appears().await;
        page.says("Port 22 isn't in this VM's JIT policy.").await;
    })
    .await;
}

#[tokio::test]
async fn an_address_of_ipv6_is_shown_and_is_what_the_command_leads_to() {
    let app = TestApp::start_in(|world| {
        let nic = NewNic {
            public: "203.0.113.90".parse().ok(),
            private_v6: "2001:db8:1::90".parse().ok(),
            public_v6: "2001:db8:2::90".parse().ok(),
            nsg: Some("web-nsg".to_owned()),
            ..NewNic::default()
        };
        let vm = NewVm::linux("dual-1").subscription("Production").group("web-rg").nics(vec![nic]);
        world.add_vm(vm).expect("there is no other of that name");
        let policy = NewPolicy::of(&["dual-1"], &[22]).named("dual-1");
        world.add_policy(&policy).expect("the machine is there");
    })
    .await;
    app.visit_as("operator", &app.connect_path("dual-1"), async |page| {
        page.says("Public IP | 203.0.113.90").await;
        page.says("Public IPv6 | 2001:db8:2::90").await;
        assert_eq!(page.field("Execute in*").value().await, "ssh azureuser@203.0.113.90");
        page.find("combobox", "Source IP address*").choose("Another address or range…").await;
        page.field("Another address or range").fill("2001:db8:7::7").await;
        page.path_that(|path| path.contains("2001")).await;
        assert_eq!(page.field("Execute in*").value().await, "ssh azureuser@2001:db8:2::90");
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_has_open_is_told_without_their_name() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "192.0.2.99".into();
    app.opened_by("other", &wish).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("Open for 192.0.2.99 by somebody else. The source chosen here needs its own request.")
            .await;
        assert!(!page.visible_text().await.contains("Otto"));
    })
    .await;
}

#[tokio::test]
async fn nobody_loses_their_access_without_a_word_to_whoever_takes_it() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "192.0.2.99".into();
    app.opened_by("other", &wish).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("Azure may end the access of 192.0.2.99 when yours opens.").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        let asked = page.find("dialog", "Somebody else is using this port");
        asked.appears().await;
        assert_eq!(page.focus().await, ("button".to_owned(), "Cancel".to_owned()));
        page.press(Key::Escape).await;
        asked.goes_away().await;
        assert_eq!(page.focus().await.1, "Request and download");
        assert_eq!(app.initiates().len(), 1);

        page.press(Key::Enter).await;
        page.button("Request anyway").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
        assert_eq!(app.initiates().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_opened_since_the_page_was_read_is_asked_about_too() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "192.0.2.99".into();
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        app.opened_by("other", &wish).await;
        page.button("Request and download").click().await;
        page.find("dialog", "Somebody else is using this port").appears().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_open_for_this_device_meanwhile_is_shown_and_not_requested() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        app.opened_by("other", &app.wish("web-1", 3389)).await;
        page.button("Request and download").click().await;
        page.says("by somebody else, and it covers your address").await;
        page.says("Port 3389 is accessible from source IP(s)").await;
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_opened_for_this_device_can_be_asked_for_by_oneself_too() {
    let app = TestApp::start().await;
    app.opened_by("other", &app.wish("web-1", 3389)).await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("by somebody else, and it covers your address").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        let asked = page.find("dialog", "Somebody else is using this port");
        asked.appears().await;
        page.press(Key::Escape).await;
        asked.goes_away().await;
        assert_eq!(app.initiates().len(), 1);
        page.button("Request and download").click().await;
        page.button("Request anyway").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
        page.downloaded("web-1.rdp").await;
        assert_eq!(app.initiates().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_request_is_offered_no_request_beside_what_others_opened() {
    let app = TestApp::start().await;
    app.opened_by("other", &app.wish("web-1", 3389)).await;
    app.visit_as("reader", &app.connect_path("web-1"), async |page| {
        page.says("by somebody else, and it covers your address").await;
        page.says("You can see this VM but can't request access.").await;
        assert!(!page.button("Request*").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn the_way_to_the_port_is_checked_again_for_every_source_and_port() {
    const ACCESSIBLE: &str = "is accessible from source IP(s)";
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("Port 3389 is accessible from source IP(s)")).await;
        let (source, port) = (page.find("combobox", "Source IP address*"), page.find("combobox", "VM port"));

        source.choose("Contoso office | 198.51.100.0/24").await;
        page.stops_saying(ACCESSIBLE).await;
        page.says("Check inbound NSG rules").await;
        source.choose("This device | 192.0.2.7").await;
        page.says("Port 3389 is accessible from source IP(s)").await;
        port.choose("5986").await;
        page.stops_saying(ACCESSIBLE).await;
        port.choose("3389").await;
        page.says("Port 3389 is accessible from source IP(s)").await;
    })
    .await;
}

#[tokio::test]
async fn a_link_says_in_short_for_how_long() {
    let app = TestApp::start().await;
    app.visit_as("operator", &format!("{}?for=30m", app.connect_path("web-1")), async |page| {
        assert!(page.find("radio", "30 min").is_checked().await);
    })
    .await;
}

#[tokio::test]
async fn a_typed_source_that_is_none_takes_the_focus() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.find("combobox", "Source IP address*").choose("Another address or range…").await;
        page.field("Another address or range").fill("300.1.2.3").await;
        // Straight from the field: the error must not move the button away from under the mouse.
        page.button("Request and download").click().await;
        page.field("Another address or range").is_described_as("not an IP address").await;
        assert_eq!(page.focus().await.1, "Another address or range");
    })
    .await;
}

#[tokio::test]
async fn requests_of_before_are_listed_and_can_be_used_again() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("You have not requested access to this VM lately.").await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("JIT access granted to port 3389 for source IP(s)")).await;
        page.find("cell", "INC0012345 look at the disk").appears().await;
        page.button("Use again").appears().await;
    })
    .await;
}
