//! Access to many machines at once.

use shared::resource_id::VmId;
use tests::TestApp;
use tests::browser::Page;

/// Chooses machines as the list of them does.
async fn choose(page: &Page, vms: &[VmId]) {
    let lines: Vec<String> = vms.iter().map(ToString::to_string).collect();
    let lines = lines.join("\\n");
    page.run(&format!("sessionStorage.setItem('postern.chosen', '{lines}')")).await;
}

#[tokio::test]
async fn ports_of_many_machines_are_opened_at_once_each_with_what_became_of_it() {
    let app = TestApp::start().await;
    let vms = ["web-1", "app-1", "office-1", "bare-1"].map(|name| app.vm(name));
    app.visit_as("operator", "/about", async |page| {
        choose(page, &vms).await;
        page.goto("/jit/request").await;
        page.says("Please select the ports").await;
        page.says("Just-in-time access is not enabled on this VM.").await;
        page.is_fine_at_any_size("jit-request").await;

        page.button("Open ports").click().await;
        page.says("Ticket number").await;
        page.says("Say why access is needed").await;
        assert!(app.initiates().is_empty(), "nothing is asked for without a reason");

        // What is wrong with it is said once, beside it, and not with every port.
        page.field("Request justification *").fill("patching").await;
        page.button("Open ports").click().await;
        page.says("Not requested: see the justification below").await;
        let told = page.visible_text().await.matches("Ticket number").count();
        assert_eq!(told, 2, "as a hint, and as what is wrong");
        assert!(app.initiates().is_empty());

        page.field("Request justification *").fill("INC0012345 patching").await;
        page.button("Open ports").click().await;
        // One is refused, and does not keep the others from being opened.
        page.says("opens port 3389 only for 198.51.100.0/24").await;
        app.while_time_passes(async {
            page.says("Open until").await;
            page.link("Connect").inside("table", "Ports of web-1").appears().await;
            page.link("Connect").inside("table", "Ports of app-1").appears().await;
        })
        .await;
        assert!(app.azure.admits("web-1", 3389, tests::app::HOME));
        assert!(app.azure.admits("app-1", 22, tests::app::HOME));
        page.is_fine_at_any_size("jit-request-opened").await;

        // What was refused is asked for again alone, from a source that may.
        let before = app.initiates().len();
        page.find("combobox", "Allowed source IP, port 3389 of office-1")
            .choose("Contoso office (198.51.100.0/24)")
            .await;
        page.button("Open ports").click().await;
        app.while_time_passes(async {
            page.link("Connect").inside("table", "Ports of office-1").appears().await;
        })
        .await;
        assert_eq!(app.initiates().len(), before + 1);
    })
    .await;
}

#[tokio::test]
async fn a_selection_is_saved_and_requested_again() {
    let app = TestApp::start().await;
    let vms = ["web-1", "app-1"].map(|name| app.vm(name));
    app.visit_as("operator", "/about", async |page| {
        choose(page, &vms).await;
        page.goto("/jit/request").await;
        page.find("switch", "Open, port 22 of app-1").click().await;
        page.find("combobox", "Time range, port 3389 of web-1").choose("2 h").await;
        page.find("textbox", "Name of this selection").fill("Friday patching").await;
        page.button("Save selection").click().await;
        page.heading("Saved selections").appears().await;

        choose(page, &[]).await;
        page.goto("/jit/request").await;
        page.says("No virtual machines are chosen.").await;
        page.button("Friday patching (1)").click().await;
        page.find("switch", "Open, port 3389 of web-1").appears().await;
        assert!(page.find("switch", "Open, port 3389 of web-1").is_checked().await);
        assert_eq!(page.find("combobox", "Time range, port 3389 of web-1").value().await, "PT2H");
        page.button("Forget Friday patching").click().await;
        page.heading("Saved selections").goes_away().await;
    })
    .await;
}

#[tokio::test]
async fn a_range_that_is_none_is_told_at_its_field_and_nothing_is_sent() {
    let app = TestApp::start().await;
    app.visit_as("operator", &format!("/jit/request?vm={}", app.vm("web-1")), async |page| {
        page.find("combobox", "Allowed source IP, port 3389 of web-1").choose("IP range").await;
        page.find("textbox", "IP range, port 3389 of web-1").fill("203.0.113.300").await;
        page.field("Request justification *").fill("INC0012345 patching").await;
        page.button("Open ports").click().await;
        page.says("“203.0.113.300” is not an IP address or range").await;
        assert!(app.initiates().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_open_already_is_told_and_what_others_have_is_replaced_only_on_purpose() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    olga.open("web-1", 3389).await;
    otto.open("open-1", 3389).await;
    let before = app.initiates().len();
    let vms = ["web-1", "open-1"].map(|name| app.vm(name));
    app.visit_as("operator", "/about", async |page| {
        choose(page, &vms).await;
        page.goto("/jit/request").await;
        page.says("Opening for you until").await;
        page.link("Connect").inside("table", "Ports of web-1").appears().await;
        assert!(!page.find("switch", "Open, port 3389 of web-1").is_checked().await);
        page.is_fine_at_any_size("jit-request-held").await;
        assert!(!page.find("switch", "Open, port 3389 of open-1").is_checked().await);
        page.find("switch", "Open, port 3389 of open-1").click().await;

        page.field("Request justification *").fill("INC0012345 patching").await;
        page.button("Open ports").click().await;
        page.says("Others have it open for").await;
        page.is_fine_at_any_size("jit-request-others").await;
        assert_eq!(app.initiates().len(), before);
        page.find("checkbox", "Request port 3389 all the same; theirs may end").click().await;
        page.button("Open ports").click().await;
        app.while_time_passes(async {
            page.link("Connect").inside("table", "Ports of open-1").appears().await;
        })
        .await;
        assert_eq!(app.initiates().len(), before + 1);
    })
    .await;
}
