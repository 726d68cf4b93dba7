//! Setting just-in-time access up on a machine, and what people see of that.

use http::StatusCode;
use serde_json::json;
use shared::configuration::JitConfiguration;
use simulator::world::Sources;
use tests::TestApp;

fn path(app: &TestApp, vm: &str) -> String {
    app.connect_path(vm).replace("/connect", "/configuration")
}

#[tokio::test]
async fn just_in_time_is_enabled_edited_and_disabled_again() {
    let app = TestApp::start().await;
    app.visit_as("admin", &path(&app, "bare-1"), async |page| {
        page.heading("bare-1 | Configuration").appears().await;
        page.says("To improve security, enable just-in-time access.").await;
        page.is_fine_at_any_size("configuration-off").await;
        page.button("Enable just-in-time").click().await;
        page.says("Just-in-time VM access is enabled.").await;
        page.says("22 (SSH)").await;
        page.says("Policy bare-1, for this machine alone.").await;

        page.button("Edit ports").click().await;
        page.button("Add port").click().await;
        page.button("Save").click().await;
        page.says("Enter a port, such as 3389.").await;
        page.find("textbox", "Port, row 2").fill("5986").await;
        page.says("Added Port 5986: any protocol, from any source, at most 3 h").await;
        page.is_fine_at_any_size("configuration-edit").await;
        page.button("Save").click().await;
        page.says("5986 (WinRM)").await;
        page.is_fine_at_any_size("configuration-on").await;

        page.button("Disable just-in-time").click().await;
        page.button("Disable").inside("dialog", "Disable just-in-time access on this machine?").click().await;
        page.says("To improve security, enable just-in-time access.").await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_somebody_made_meanwhile_is_shown_beside_ones_own() {
    let app = TestApp::start().await;
    let other = app.sign_in("admin").await;
    let api = format!("{}/jit-policy", app.vm_path("web-1"));
    app.visit_as("admin", &path(&app, "web-1"), async |page| {
        page.says("shared with").await;
        page.button("Edit ports").click().await;
        page.button("Remove port 5986").click().await;

        let seen: JitConfiguration = other.get(&api).await.json();
        let theirs = json!({ "ports": [
            { "port": 3389, "protocol": "*", "sources": ["203.0.113.0/24"], "longest": "PT1H" },
            { "port": 5986, "protocol": "*", "sources": ["*"], "longest": "PT1H" },
        ] });
        let condition = format!("\"{}\"", seen.version);
        let changed = other.change(&api, ("if-match", &condition), Some(&theirs)).await;
        assert_eq!(changed.status, StatusCode::OK);

        page.button("Save").click().await;
        page.says("Somebody changed this while you edited it, and nothing was overwritten.").await;
        page.says("203.0.113.0/24").await;
        page.says("Removed Port 5986").await;
        page.is_fine_at_any_size("configuration-conflict").await;
        page.button("Save").click().await;
        page.says("Just-in-time VM access is enabled.").await;
        // What was not edited stays as the other made it.
        let ports = other.get(&api).await.json::<JitConfiguration>().policy.unwrap().ports;
        assert_eq!(ports.len(), 1);
        assert_eq!(ports[0].sources, ["203.0.113.0/24".parse().unwrap()]);
        assert_eq!(ports[0].longest.minutes(), 60);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_configure_only_reads() {
    let app = TestApp::start().await;
    app.visit_as("operator", &path(&app, "web-1"), async |page| {
        page.says("Just-in-time VM access is enabled.").await;
        assert!(!page.button("Edit ports").is_there().await);
        page.link("Connect").click().await;
        page.heading("web-1 | Connect").appears().await;
    })
    .await;
    app.visit_as("operator", &path(&app, "bare-1"), async |page| {
        page.says("No access rule lets you configure it.").await;
        assert!(!page.button("Enable just-in-time").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_azure_would_not_protect_says_why() {
    let app = TestApp::start_in(|world| {
        world.nics.iter_mut().filter(|nic| nic.id.contains("bare-1")).for_each(|nic| nic.nsg = None);
    })
    .await;
    app.visit_as("admin", &path(&app, "bare-1"), async |page| {
        page.says("Just-in-time access cannot be enabled on this machine.").await;
        page.says("No network security group stands before this VM").await;
        assert!(!page.button("Enable just-in-time").is_there().await);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_understood_of_a_policy_is_shown_as_azure_has_it() {
    let app = TestApp::start_in(|world| {
        let vm = world.vm("web-1").expect("it is in this world").id.clone();
        let policy = world.policies_of(&vm).next().expect("one names it").id.clone();
        let policy = world.policy_mut(&policy).expect("it is there");
        let machine = policy.machines.iter_mut().find(|machine| machine.id == vm).expect("it names it");
        machine.ports[0].sources =
            Sources::Several(["203.0.113.0/24", "AzureCloud"].map(str::to_owned).to_vec());
    })
    .await;
    app.visit_as("admin", &path(&app, "web-1"), async |page| {
        page.says("Postern does not understand all of what Azure has here.").await;
        page.says("\"AzureCloud\"").await;
        page.says("5986 (WinRM)").await;
        page.is_fine_at_any_size("configuration-unread").await;
    })
    .await;
}
