//! What stands in the way, and what the page says to it.

use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;
use tests::browser::{Page, Usable};

const GRANTED: &str = "JIT access granted to port 3389 for source IP(s)";

async fn give_reason(page: &Page) {
    page.field("Reason*").fill("INC0012345 look at the disk").await;
}

#[tokio::test]
async fn a_source_outside_the_policy_is_told_with_one_inside_it_to_take() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("office-1"), async |page| {
        give_reason(page).await;
        page.button("Request and download").click().await;
        page.find("combobox", "Source IP address*").is_described_as("only for 198.51.100.0/24").await;
        assert!(app.initiates().is_empty());

        page.button("Use 198.51.100.0/24").click().await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        assert_eq!(app.initiates().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reason_that_is_missing_is_asked_for_at_its_field() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button("Request and download").click().await;
        let reason = page.field("Reason*");
        reason.is_described_as("Ticket number, such as INC0012345").await;
        assert_eq!(reason.attribute("aria-invalid").await.as_deref(), Some("true"));
        assert!(page.focus().await.1.starts_with("Reason"), "{:?}", page.focus().await);
        reason.fill("because").await;
        page.button("Request and download").click().await;
        reason.is_described_as("INC0012345").await;
        assert!(app.initiates().is_empty());
        reason.fill("INC0012345 look at the disk").await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
    })
    .await;
}

#[tokio::test]
async fn a_duration_too_long_is_told_with_the_longest_to_take() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        give_reason(page).await;
        page.field("Access duration").fill("9").await;
        page.button("Request and download").click().await;
        page.field("Access duration").is_described_as("at most 2 h").await;
        page.button("Use 2 hours").click().await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        let initiate = &app.initiates()[0];
        let port = &initiate.json()["virtualMachines"][0]["ports"][0];
        let end: jiff::Timestamp = port["endTimeUtc"].as_str().unwrap().parse().unwrap();
        // Time went on while the request was on its way.
        let asked_for = end.duration_since(initiate.at);
        assert!((minutes(119)..=minutes(120)).contains(&asked_for), "{asked_for}");
    })
    .await;
}

#[tokio::test]
async fn a_duration_that_is_too_long_anywhere_is_told_with_the_longest_here() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.field("Access duration").fill("48").await;
        page.button("Request and download").click().await;
        page.field("Access duration").is_described_as("at most 2 h").await;
        assert!(!page.visible_text().await.contains("24 h"));
        page.button("Use 2 hours").click().await;
    })
    .await;
}

/// What is cut off in a frame that can be scrolled, by how many pixels.
async fn cut_off(page: &Page) -> i64 {
    let script = "return Math.max(0, ...[...document.querySelectorAll('.table-frame')].map((it) => it.scrollWidth - it.clientWidth))";
    page.run(script).await.as_i64().expect("widths are numbers")
}

#[tokio::test]
async fn a_long_refusal_is_told_once_and_to_its_end() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::next(Trouble::Locked).on("/initiate"));
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        give_reason(page).await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.button("Request again").appears()).await;
        page.button("Use again").appears().await;
        let text = page.visible_text().await;
        assert!(!text.contains("Refused: Azure refused"), "{text}");
        for width in [1280, 1000, 375] {
            page.resize(width, 800).await;
            assert_eq!(cut_off(page).await, 0, "{width} px");
        }
        page.is_fine_at_any_size("long-refusal").await;
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_is_not_to_be_seen_has_no_other_pages() {
    let app = TestApp::start().await;
    let path = app.connect_path("web-1").replace("web-1", "nowhere-1");
    app.visit_as("operator", &path, async |page| {
        page.says("There is no such virtual machine").await;
        assert!(!page.link("Configuration").is_there().await);
        page.is_fine_at_any_size("not-there").await;
    })
    .await;
}

#[tokio::test]
async fn somebody_who_may_only_look_is_told_what_is_missing() {
    let app = TestApp::start().await;
    app.visit_as("reader", &app.connect_path("web-1"), async |page| {
        page.says("You can see this VM but can't request access.").await;
        page.says("Missing: an access rule that lets you request port 3389 of web-1.").await;
        page.button("Copy for your admin").appears().await;
        page.button("Request and download").becomes(Usable::No).await;
        page.button("Why can't I?").click().await;
        page.says("Access rule “Readers” does not let you").await;
    })
    .await;
}

#[tokio::test]
async fn a_machine_without_a_policy_says_so() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("bare-1"), async |page| {
        page.says("JIT isn't enabled on this VM.").await;
        page.button("Request access").becomes(Usable::No).await;
    })
    .await;
}

#[tokio::test]
async fn a_port_that_the_policy_does_not_cover_is_told_with_those_it_does() {
    let app = TestApp::start().await;
    app.visit_as("operator", &format!("{}?port=22", app.connect_path("web-1")), async |page| {
        page.says("Port 22 isn't in this VM's JIT policy. It covers ports 3389, 5986.").await;
        page.button("Request access").becomes(Usable::No).await;
        page.button("Use Native RDP (port 3389)").click().await;
        page.button("Request and download").becomes(Usable::Yes).await;
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_is_off_can_be_started() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("off-1"), async |page| {
        page.says("This VM is stopped (deallocated).").await;
        page.button("Start VM").click().await;
        page.says("This VM is starting.").await;
        app.wait(jiff::SignedDuration::from_secs(30));
        page.stops_saying("This VM is starting.").await;
        assert!(!page.button("Start VM").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_offered_to_start_what_they_may_not_start() {
    let app = TestApp::start().await;
    app.visit_as("reader", &app.connect_path("off-1"), async |page| {
        page.says("You are not allowed to start it here").await;
        assert!(!page.button("Start VM").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn a_machine_without_a_public_address_says_how_to_reach_it() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("inner-1"), async |page| {
        page.says("No public IP address. Connect to 10.1.1.9 from inside its network").await;
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_lets_everybody_in_is_warned_of() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("open-1"), async |page| {
        page.says("Rule “AllowAnyRdp” (priority 300, network security group open-nsg) lets any address reach port 3389")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_keeps_everybody_out_is_named_once_access_is_open() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("shut-1"), async |page| {
        give_reason(page).await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
        page.says("Access is open, but rule “DenyAllInbound” (priority 100, network security group shut-nsg) blocks port 3389.")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_machine_one_may_not_see_looks_like_one_that_does_not_exist() {
    const WORDS: &str = "There is no such virtual machine, or no access rule lets you see it.";
    let app = TestApp::start().await;
    let hidden = app.connect_path("vault-1");
    app.visit_as("operator", &hidden, async |page| {
        page.says(WORDS).await;
        let seen = page.visible_text().await.replace("vault-1", "");
        page.goto(&hidden.replace("vault-1", "vault-2")).await;
        page.says(WORDS).await;
        assert_eq!(page.visible_text().await.replace("vault-2", ""), seen);
    })
    .await;
}

#[tokio::test]
async fn what_azure_refuses_is_told_with_its_reason() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        app.azure.fail_next(Fault::next(Trouble::Conflict).on("/initiate"));
        give_reason(page).await;
        page.button("Request and download").click().await;
        app.while_time_passes(page.says("Azure refused the request. Nothing was opened.")).await;
        page.says("conflict with another operation").await;
        page.button("Request again").click().await;
        app.while_time_passes(page.says(GRANTED)).await;
    })
    .await;
}

#[tokio::test]
async fn an_azure_that_does_not_answer_is_told_and_can_be_asked_again() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::always(Trouble::ServerError(503)).on("virtualMachines"));
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        app.while_time_passes(page.button("Try again").appears()).await;
        page.says("Request id").await;
        app.azure.faults().clear();
        page.button("Try again").click().await;
        app.while_time_passes(page.says("Request JIT access to port 3389 for source IP(s)")).await;
    })
    .await;
}

#[tokio::test]
async fn one_sentence_says_what_matters_and_opens_to_all_that_was_looked_at() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("shut-1"), async |page| {
        page.says("even once the port is open: rule “DenyAllInbound”").await;
        page.find("summary", "*once the port is open*").click().await;
        page.says("Permission: Access rule").await;
        page.says("Virtual machine: The VM runs.").await;
        page.button("Copy diagnosis").click().await;
        page.says("Copied diagnosis").await;
    })
    .await;
}

#[tokio::test]
async fn a_private_source_that_cannot_reach_a_public_address_is_told_at_the_field() {
    let app = TestApp::start().await;
    let path = format!("{}?source=10.0.0.5", app.connect_path("web-1"));
    app.visit_as("operator", &path, async |page| {
        let field = page.field("Another address or range");
        field.is_described_as("10.0.0.5 is a private address").await;
        assert_eq!(field.attribute("aria-invalid").await.as_deref(), Some("true"));
        page.stops_saying("This VM only sees it if you reach it through a VPN").await;
        page.is_fine_at_any_size("private-source").await;
        page.button("Use 192.0.2.7").click().await;
        page.stops_saying("is a private address").await;
        assert!(page.path().await.contains("/connect"));
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_in_the_address_is_told_in_a_line() {
    let app = TestApp::start().await;
    let path = format!("{}?port=rdp&method=vnc&for=soon", app.connect_path("web-1"));
    app.visit_as("operator", &path, async |page| {
        page.says("Not understood in this page's address, and left out: port=rdp, method=vnc, for=soon.")
            .await;
        page.find("combobox", "VM port").appears().await;
        page.is_fine_at_any_size("odd-address").await;
        page.goto(&app.connect_path("web-1")).await;
        page.heading("web-1 | Connect").appears().await;
        page.stops_saying("Not understood").await;
    })
    .await;
}

#[tokio::test]
async fn a_link_to_a_port_that_the_policy_does_not_cover_says_what_it_covers() {
    let app = TestApp::start().await;
    let path = format!("{}?port=8080", app.connect_path("web-1"));
    app.visit_as("admin", &path, async |page| {
        page.says("Port 8080 isn't in this VM's JIT policy. It covers ports 3389, 5986.").await;
        let button = page.button("Request and download");
        assert_eq!(button.attribute("aria-disabled").await.as_deref(), Some("true"));
        page.is_fine_at_any_size("port-not-covered").await;
    })
    .await;
}
