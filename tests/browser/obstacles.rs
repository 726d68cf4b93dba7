//! What stands in the way, and what the page says to it.

mod fields;

use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::browser::{Page, Usable};

const GRANTED: &str = "JIT access granted to port 3389 for source IP(s)";

async fn give_reason(page: &Page) {
    page.field("Reason*").fill("INC0012345 look at the disk").await;
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
