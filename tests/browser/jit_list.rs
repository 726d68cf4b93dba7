//! How all machines stand with just-in-time access.

use jiff::SignedDuration;
use shared::configuration::JitConfiguration;
use simulator::world::{NewNic, NewVm};
use tests::TestApp;
use tests::browser::Key;

#[tokio::test]
async fn the_tabs_show_what_is_configured_what_could_be_and_what_cannot() {
    let app = TestApp::start_demo().await;
    app.visit_as("admin", "/", async |page| {
        page.link("Just-in-time").inside("navigation", "Main").click().await;
        page.heading("Just-in-time VM access").appears().await;
        page.link("hmi-03").appears().await;
        page.says("Defeated by AllowRDP (300)").await;
        page.says("Something is to be done in 1 subscription").await;
        page.is_fine_at_any_size("jit-configured").await;

        page.link("Not configured *").click().await;
        page.arrives_at("/jit?tab=not-configured").await;
        page.says("Rule “AllowSshFromAnywhere” (priority 310) of hq-build-nsg lets anybody reach port 22.")
            .await;
        page.says("Not needed").await;
        page.is_fine_at_any_size("jit-not-configured").await;

        page.link("Unsupported *").click().await;
        page.says("The subscription Contoso Sandbox has no plan of Microsoft Defender for Servers").await;
        page.says("is managed by the firewall policy plant-firewall-policy").await;
        page.is_fine_at_any_size("jit-unsupported").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_looks_at_it_for_a_while_sees_what_is_open_by_now() {
    let app = TestApp::start().await;
    app.visit_as("admin", "/jit?q=web-1", async |page| {
        page.link("web-1").appears().await;
        let olga = app.sign_in("operator").await;
        app.web_for(&olga).await;
        page.wait(SignedDuration::from_mins(2)).await;
        app.wait(SignedDuration::from_mins(2));
        page.says("Port 3389 open now").await;
    })
    .await;
}

#[tokio::test]
async fn filters_search_and_order_stand_in_the_address() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/jit", async |page| {
        page.says("8 VMs").await;
        page.find("searchbox", "Search to filter items").fill("-1").await;
        page.arrives_at("/jit?q=-1").await;
        page.button("Add filter").click().await;
        page.button("Status").inside("group", "Add filter").click().await;
        page.button("Status : All").click().await;
        page.find("checkbox", "Stopped (deallocated)").click().await;
        page.arrives_at("/jit?q=-1&power=deallocated").await;
        page.says("1 VM").await;
        page.link("off-1").appears().await;
        page.press(Key::Escape).await;
        page.link("Virtual machine*").inside("columnheader", "Virtual machine*").click().await;
        page.arrives_at("/jit?q=-1&power=deallocated&sort=-name").await;
        page.link("Not configured 0").click().await;
        page.says("No virtual machine in this tab matches these filters.").await;
        page.link("Reset filters").inside("group", "Filters").click().await;
        page.link("bare-1").appears().await;
        page.arrives_at("/jit?tab=not-configured").await;
    })
    .await;
}

#[tokio::test]
async fn the_menu_of_a_row_opens_by_its_button_and_by_keyboard() {
    let app = TestApp::start().await;
    app.visit_as("admin", "/jit", async |page| {
        page.link("open-1").appears().await;
        page.button("More for open-1").click().await;
        page.says("lets anybody reach port 3389 without a request.").await;
        assert_eq!(page.focus().await, ("link".to_owned(), "Connect".to_owned()));
        page.press(Key::Escape).await;
        page.stops_saying("lets anybody reach port 3389 without a request.").await;
        assert_eq!(page.focus().await.1, "More for open-1");

        page.press_with_shift(Key::F10).await;
        page.says("lets anybody reach port 3389 without a request.").await;
        page.is_fine_at_any_size("jit-menu").await;
        page.press(Key::Tab).await;
        assert_eq!(page.focus().await.1, "Requests");
        page.press(Key::Tab).await;
        page.press(Key::Enter).await;
        page.heading("open-1 | Configuration").appears().await;
    })
    .await;
}

#[tokio::test]
async fn just_in_time_is_removed_from_a_machine_after_a_question() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let policy = format!("{}/jit-policy", app.vm_path("app-1"));
    app.visit_as("admin", "/jit", async |page| {
        page.button("More for app-1").click().await;
        page.button("Remove").click().await;
        page.says("The ports of app-1 leave the policy").await;
        page.button("Cancel").click().await;
        assert!(ada.get(&policy).await.json::<JitConfiguration>().policy.is_some());
        page.button("More for app-1").click().await;
        page.button("Remove").click().await;
        page.button("Remove").inside("dialog", "Remove just-in-time access from this machine?").click().await;
        page.says("Just-in-time access is removed from app-1.").await;
        assert_eq!(ada.get(&policy).await.json::<JitConfiguration>().policy, None);
        app.wait(SignedDuration::from_secs(30));
        page.button("Refresh").click().await;
    })
    .await;
}

#[tokio::test]
async fn of_many_machines_only_those_are_on_the_page_that_can_be_seen() {
    let app = TestApp::start_in(|world| {
        for number in 0..600 {
            let nic = NewNic { nsg: Some("web-nsg".to_owned()), ..NewNic::default() };
            let vm = NewVm::linux(&format!("many-{number:03}")).subscription("Production").group("web-rg");
            world.add_vm(vm.nics(vec![nic])).expect("there is no other of that name");
        }
    })
    .await;
    app.visit_as("admin", "/jit?tab=not-configured", async |page| {
        page.says("601 VMs").await;
        page.link("bare-1").appears().await;
        let rows = "return document.querySelectorAll('.jit__row').length";
        assert!(page.run(rows).await.as_u64().is_some_and(|rows| rows <= 60), "{:?}", page.run(rows).await);
        page.run("document.querySelector('.jit__rows').scrollTop = 1e6").await;
        page.link("many-599").appears().await;
        assert!(page.run(rows).await.as_u64().is_some_and(|rows| rows <= 80), "{:?}", page.run(rows).await);
        assert!(!page.link("bare-1").is_there().await);
        page.resize(375, 800).await;
        page.link("bare-1").appears().await;
        page.button("Load more").click().await;
        page.says("100 of 601").await;
    })
    .await;
}

#[tokio::test]
async fn somebody_without_any_rule_sees_empty_tabs() {
    let app = TestApp::start().await;
    app.visit_as("stranger", "/jit", async |page| {
        page.says("No virtual machines to display.").await;
        page.says("No access rule lets you see any.").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_ticked_outlasts_loading_the_page_anew_until_it_is_handed_on() {
    let app = TestApp::start().await;
    app.visit_as("admin", "/jit", async |page| {
        page.find("checkbox", "Select web-1").click().await;
        page.says("1 selected").await;
        page.goto("/jit").await;
        page.says("1 selected").await;
        page.button("Edit").click().await;
        page.arrives_at("/jit/policy").await;
        page.goto("/jit").await;
        page.says("0 selected").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_may_only_look_is_offered_nothing_to_do() {
    let app = TestApp::start().await;
    app.visit_as("reader", "/jit", async |page| {
        page.link("web-1").appears().await;
        assert!(!page.find("checkbox", "Select web-1").is_there().await);
        assert!(!page.button("Edit").is_there().await && !page.button("Request access").is_there().await);
        page.goto("/jit?subscription=gone&sort=zzz").await;
        page.says("“gone” is none of the values that it can have").await;
        page.link("Reset filters").click().await;
        page.link("web-1").appears().await;
    })
    .await;
}
