//! Every state of the Connect page, at the sizes and in the themes that people see it in.

use serde::Deserialize;
use tests::TestApp;
use tests::app::minutes;
use tests::browser::Page;

/// The list that the demo leads newcomers by.
const STATES: &str = include_str!("../../backend/demo/states.toml");

#[derive(Debug, Deserialize)]
struct States {
    #[serde(rename = "state")]
    states: Vec<State>,
}

#[derive(Debug, Deserialize)]
struct State {
    name: String,
    vm: String,
    #[serde(default)]
    query: String,
}

/// A share of the states, so that several shares are looked at side by side.
async fn look_at_share(share: usize, shares: usize) {
    let States { states } = toml::from_str(STATES).expect("the list of states is sound");
    for state in states.iter().skip(share).step_by(shares) {
        let app = TestApp::start_demo().await;
        let query = if state.query.is_empty() { String::new() } else { format!("?{}", state.query) };
        let path = format!("{}{query}", app.connect_path(&state.vm));
        let of_machine = app.connect_path(&state.vm);
        app.visit_as("operator", &of_machine, async |page| {
            if path != of_machine {
                page.goto(&path).await;
            }
            arrive(&app, page, &state.name).await;
            page.is_fine_at_any_size(&state.name).await;
        })
        .await;
    }
}

/// Does what it takes to see a state.
async fn arrive(app: &TestApp, page: &Page, state: &str) {
    match state {
        "Idle" => page.says("Nothing stands in the way: request access").await,
        "Granted" => {
            ask(page).await;
            app.while_time_passes(page.says("JIT access granted to port 3389")).await;
            page.says("lets 203.0.113.7 in now").await;
        }
        "JIT not set up" => page.says("JIT isn't enabled on this VM.").await,
        "Port not in the policy" => page.says("Port 3389 isn't in this VM's JIT policy.").await,
        "Not allowed" => {
            page.says("You can see this VM but can't request access.").await;
            page.button("Why can't I?").click().await;
            page.says("does not let you request access").await;
        }
        "Requesting" => {
            ask(page).await;
            page.says("Requesting access…").await;
        }
        "Opening for long" => {
            ask(page).await;
            page.says("Access approved.").await;
            app.wait(minutes(3));
            // It counts by itself from what it was told last, which in here is no time ago.
            page.goto(&page.path().await).await;
            page.says("Azure accepted the request but the rule hasn't appeared.").await;
        }
        "Granted, but blocked" => {
            page.says("even once the port is open: rule “Deny-All”").await;
            ask(page).await;
            app.while_time_passes(page.says("Access is open, but rule “Deny-All”")).await;
            page.says("out even now: rule “Deny-All” (priority 100) of state-blocked-nsg blocks it.").await;
        }
        "Open for somebody else" => page.says("Open for 198.51.100.4 by somebody else.").await,
        "Opened by somebody else for you too" => {
            page.says("it covers your address: you can connect for as long as theirs lasts").await;
        }
        "Several ports, several grants" => {
            page.heading("Open on this VM").appears().await;
            page.find("checkbox", "22 SSH, at most 1 h").click().await;
            ask(page).await;
            app.while_time_passes(page.says("Also open: 22 SSH.")).await;
            page.says("Port 5986 for 198.51.100.4").await;
        }
        "Refused by Azure" => {
            ask(page).await;
            page.says("Azure refused the request. Nothing was opened.").await;
            page.button("Use 203.0.113.0/24").appears().await;
        }
        "Failed" => {
            ask(page).await;
            app.while_time_passes(page.says("The request failed. Nothing was opened.")).await;
        }
        "Ending, and ended" => {
            ask(page).await;
            app.while_time_passes(page.says("Access ends in")).await;
            page.is_fine_at_any_size("Ending").await;
            app.while_time_passes(page.says("Access ended")).await;
        }
        "Source outside the policy" => page.says("only for 198.51.100.0/24").await,
        "Stopped" => page.says("This VM is stopped (deallocated).").await,
        "No public address" => page.says("No public IP address.").await,
        "Through Bastion" => {
            page.says("hq-bastion | 10.30.255.0/26").await;
            page.says("opens for the Bastion hq-bastion (10.30.255.0/26).").await;
            page.find("summary", "*opens for the Bastion*").click().await;
            page.says("the subnet that the Bastion hq-bastion connects from").await;
            let text = page.visible_text().await;
            assert!(!text.contains("is known to reach this VM") && !text.contains("No public IP"), "{text}");
        }
        "No Bastion" => page.says("No Bastion that Postern sees").await,
        "Behind an Azure Firewall" => {
            page.says("The port to connect to is known once access is granted.").await;
            ask(page).await;
            app.while_time_passes(page.says("JIT access granted to port 3389")).await;
            page.says("connect to port 13000 of the Azure Firewall at 203.0.113.60.").await;
            page.says("Port 13000 of the firewall leads to the VM.").await;
        }
        "Entra sign-in" => page.says("The RDP file signs you in with your Entra ID account.").await,
        "Nothing to open" => {
            page.says("JIT can't be used on this VM.").await;
            page.says("No network security group stands before this VM").await;
        }
        "Managed by a firewall policy" => {
            page.says("JIT can't be used on this VM.").await;
            page.says("managed by the firewall policy plant-firewall-policy").await;
            page.says("Whoever looks after its network can").await;
        }
        "JIT defeated" => {
            page.says("JIT does not protect it").await;
            page.says("You need no request: rule “AllowRDP” (priority 300) of hmi-legacy-nsg").await;
        }
        unknown => panic!("nobody knows how to see “{unknown}”"),
    }
}

async fn ask(page: &Page) {
    page.field("Reason*").fill("INC0012345 look at the disk").await;
    page.button("Request and download").click().await;
}

#[tokio::test]
async fn every_state_can_be_seen_and_read_at_any_size_1_of_4() {
    look_at_share(0, 4).await;
}

#[tokio::test]
async fn every_state_can_be_seen_and_read_at_any_size_2_of_4() {
    look_at_share(1, 4).await;
}

#[tokio::test]
async fn every_state_can_be_seen_and_read_at_any_size_3_of_4() {
    look_at_share(2, 4).await;
}

#[tokio::test]
async fn every_state_can_be_seen_and_read_at_any_size_4_of_4() {
    look_at_share(3, 4).await;
}
