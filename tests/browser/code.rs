//! What is chosen, as text to be copied.

use tests::TestApp;
use tests::browser::{Key, Page};

const OPEN: &str = "Copy as code";

/// Keeps a copy of what the page puts on the clipboard.
async fn listen(page: &Page) {
    page.run(
        "const write = navigator.clipboard.writeText.bind(navigator.clipboard);
         navigator.clipboard.writeText = (text) => { window.copied = text; return write(text); };",
    )
    .await;
}

/// Copies a text that is shown, and tells what was copied.
async fn copied(page: &Page, what: &str) -> String {
    page.button(&format!("Copy {what}")).click().await;
    page.says(&format!("Copied {what}")).await;
    page.run("return window.copied").await.as_str().expect("something was copied").to_owned()
}

#[tokio::test]
async fn a_request_of_the_connect_page_is_copied_and_nothing_is_requested() {
    let app = TestApp::start().await;
    let link = format!("{}?reason=INC1%20it%27s%20%22down%22%20%23%20100%25", app.connect_path("web-1"));
    app.visit_as("operator", &link, async |page| {
        page.button(OPEN).click().await;
        page.path_that(|path| path == "/requests/code").await;
        page.heading("Request as code").appears().await;
        page.says("Start-AzJitNetworkAccessPolicy").await;
        page.is_fine_at_any_size("request-code").await;
        listen(page).await;
        let powershell = copied(page, "PowerShell").await;
        assert!(powershell.contains("-Location 'westeurope' -Name 'default'"), "{powershell}");
        page.find("radio", "curl").click().await;
        let curl = copied(page, "curl").await;
        assert!(curl.contains(r#""reason": "INC1 it\u0027s \"down\" # 100%""#), "{curl}");
        page.find("radio", "Azure CLI").click().await;
        assert!(copied(page, "Azure CLI").await.contains("az rest --method post"));
        assert!(!page.find("radio", "Bicep").is_there().await, "a request is nothing that lasts");
        page.goto("/requests/code#what").await;
        page.run("location.reload()").await;
        page.says("The address does not say what is to be requested.").await;
    })
    .await;
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn the_connect_page_has_no_code_for_what_is_not_filled_in() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.button(OPEN).click().await;
        page.says("Say why access is needed").await;
        assert_eq!(page.path().await, app.connect_path("web-1"));
    })
    .await;
}

#[tokio::test]
async fn a_request_for_many_is_written_by_keyboard_and_again_once_something_changed() {
    let app = TestApp::start().await;
    let vms = ["web-1", "app-1"].map(|name| app.vm(name).to_string()).join("\\n");
    app.visit_as("operator", "/about", async |page| {
        page.run(&format!("sessionStorage.setItem('postern.chosen', '{vms}')")).await;
        page.goto("/jit/request").await;
        page.says("Please select the ports").await;
        page.find("summary", OPEN).click().await;
        page.says("Say why you need access").await;
        page.field("Request justification *").fill("INC0012345 patching").await;
        page.says("Something has changed since this was written.").await;
        page.button("Write it again").click().await;
        page.says("Start-AzJitNetworkAccessPolicy").await;
        page.tab_to("radio", "PowerShell").await;
        page.press(Key::Right).await;
        page.says("az rest --method post").await;
        page.tab_to("group", "Azure CLI").await;
        assert_eq!(page.wrong_with_focus().await, None);
        page.is_fine_at_any_size("jit-request-code").await;
        let text = page.visible_text().await;
        assert_eq!(text.matches("az rest --method post").count(), 2, "one for each machine: {text}");

        page.find("combobox", "Time range, port 3389 of web-1").choose("2 h").await;
        page.button("Write it again").click().await;
        page.says("-v+120M").await;
    })
    .await;
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_change_is_copied_before_it_is_saved_also_as_bicep() {
    let app = TestApp::start().await;
    let configuration = app.connect_path("bare-1").replace("/connect", "/configuration");
    app.visit_as("admin", &configuration, async |page| {
        page.find("summary", OPEN).click().await;
        page.says("Set-AzJitNetworkAccessPolicy").await;
        page.is_fine_at_any_size("configuration-code").await;
        page.button("Choose the ports first").click().await;
        page.find("summary", OPEN).click().await;
        page.find("radio", "Bicep").click().await;
        page.says("name: 'westeurope/bare-1'").await;
        page.find("textbox", "Port, row 1").fill("443").await;
        page.button("Write it again").click().await;
        page.says("number: 443").await;
        listen(page).await;
        assert!(copied(page, "Bicep").await.contains("number: 443"));

        let (web, lab) = (app.vm("web-1"), app.vm("app-1"));
        page.goto(&format!("/jit/policy?vm={web}&vm={lab}")).await;
        page.button("Add port").click().await;
        page.find("textbox", "Port, row 4").fill("443").await;
        page.button("Save…").click().await;
        page.heading("What saving changes").appears().await;
        page.find("summary", OPEN).click().await;
        page.find("radio", "Bicep").click().await;
        page.says("resource jit1 'Microsoft.Security/locations/jitNetworkAccessPolicies@2020-01-01'").await;
        page.is_fine_at_any_size("jit-policy-code").await;
    })
    .await;
    let written = app.azure.requests().into_iter().filter(|call| call.method == http::Method::PUT).count();
    assert_eq!(written, 0);
}

#[tokio::test]
async fn a_request_of_the_past_is_copied_to_be_made_again() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (request, _events) = app.web_for(&olga).await;
    app.visit_as("operator", &format!("/requests/{}", request.id), async |page| {
        page.find("summary", OPEN).click().await;
        page.says(".AddMinutes(60)").await;
        page.is_fine_at_any_size("request-again").await;
    })
    .await;
}
