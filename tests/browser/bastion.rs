//! The ways to connect beside the usual one: other clients, and Azure Bastion.

#[path = "../api/bastion/world.rs"]
mod world;

use serde_json::json;
use tests::TestApp;
use tests::app::HOME;
use tests::browser::Usable;

use world::{HUB, HUB_RANGE, hub, wish};

const LINKS: &str = "bastion = { shareable_links = true }";

#[tokio::test]
async fn a_machine_is_reached_through_a_bastion_with_commands_that_fit_it() {
    let app = TestApp::start_set_in(LINKS, |world| hub(world, |_| ())).await;
    app.visit_as("operator", &app.connect_path("inner-1"), async |page| {
        page.find("summary", "More ways to connect (2)").click().await;
        page.button("Use Bastion").click().await;
        page.says(&format!("hub-bastion | {HUB_RANGE}")).await;
        page.says("which the VM's network web-vnet is peered with").await;
        let target = format!("--name \"hub-bastion\" --target-resource-id \"{}\"", app.vm("inner-1"));
        page.says(&target).await;
        page.find("radio", "Tunnel").click().await;
        page.says("az network bastion tunnel").await;
        page.says("mstsc /v:localhost:53389").await;
        page.field("Reason*").fill("INC1").await;
        assert!(page.find("radio", "Tunnel").is_checked().await, "filling in the form changes nothing else");
        page.find("checkbox", "Make a link for this access").click().await;
        for width in [1280, 375] {
            page.resize(width, 900).await;
            assert_eq!(page.sideways_scroll().await, 0, "at {width} px");
            assert_eq!(page.sticking_out().await, Vec::<String>::new(), "at {width} px");
            page.keep_picture(&format!("bastion-{width}")).await;
        }
        page.resize(1280, 900).await;
        page.path_that(|path| path.contains("method=bastion")).await;
        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request access").click().await;
        app.while_time_passes(page.says(&format!("Open for {HUB_RANGE}"))).await;
        assert!(app.azure.admits("inner-1", 3389, "10.9.255.4".parse().unwrap()));
        assert!(!app.azure.admits("inner-1", 3389, HOME));
        app.until(jiff::SignedDuration::from_secs(1), async || {
            page.button("Show link").click().await;
            page.visible_text().await.contains("/api/shareable-url/").then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_address_of_the_page_leads_to_the_bastion_and_says_where_none_is() {
    let app = TestApp::start().await;
    let path = format!("{}?method=bastion", app.connect_path("web-1"));
    app.visit_as("operator", &path, async |page| {
        page.says("No Bastion that Postern sees is in the VM's virtual network web-vnet").await;
        page.find("summary", "No Bastion that Postern sees*").click().await;
        page.button("Copy diagnosis").click().await;
        page.says("Copied diagnosis").await;
        // There is nothing to ask for.
        page.button("Request access").becomes(Usable::No).await;
        assert!(!page.field("Reason*").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn the_address_of_the_page_leads_to_a_bastion_that_nothing_is_wrong_with() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let path = format!("{}?method=bastion", app.connect_path("inner-1"));
    app.visit_as("operator", &path, async |page| {
        page.says(&format!("hub-bastion | {HUB_RANGE}")).await;
        page.says(&format!("port 3389 opens for the Bastion hub-bastion ({HUB_RANGE}).")).await;
        let text = page.visible_text().await;
        assert!(!text.contains("Wait until") && !text.contains("No Bastion"), "{text}");
        assert!(!text.contains("No public IP address"), "a Bastion needs none: {text}");
        assert!(text.contains("Private IP | "), "{text}");
    })
    .await;
}

#[tokio::test]
async fn somebody_whom_no_rule_lets_through_a_bastion_is_told() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let refused = app.sign_in("admin").await.post("/api/access-requests", &wish(&app, "web-1", 3389)).await;
    assert_eq!(refused.problem().violations[0].field, "source", "{}", json!(HUB));
    let path = format!("{}?method=bastion", app.connect_path("web-1"));
    app.visit_as("admin", &path, async |page| {
        page.says("You can see this VM but can't request access.").await;
    })
    .await;
}

#[tokio::test]
async fn each_ssh_client_has_its_own_way_of_being_told() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("app-1"), async |page| {
        page.says("ssh -i \"path-to-private-key\" azureuser@203.0.113.81").await;
        page.find("radio", "Config file").click().await;
        page.says("HostKeyAlias postern-").await;
        page.says("ssh postern-app-1").await;
        page.find("radio", "PuTTY").click().await;
        page.says("putty -ssh -P 22 azureuser@203.0.113.81").await;
        page.find("radio", "Entra sign-in").click().await;
        page.says("az ssh vm --subscription").await;
        page.resize(375, 900).await;
        assert_eq!(page.sideways_scroll().await, 0);
        page.keep_picture("ssh-clients-375").await;
    })
    .await;
}
