//! What the page gives for the Azure CLI, run with it.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::code::Code;
use tests::TestApp;
use tests::app::{HOME, minutes};
use tests::clients::AzureCli;

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_request_opens_the_port_at_azure() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("web-1", 3389);
    wish["reason"] = "INC1 can’t boot; it's $(id) `id` \"now\"! \\".into();
    let code: Code = olga.post("/api/access-requests/code", &wish).await.json();
    let cli = AzureCli::sign_in(&app.azure, app.now()).await;
    let output = cli.run(&code.az);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let [initiate] = &app.initiates()[..] else { panic!("it is one call") };
    assert_eq!((initiate.status, &initiate.json()["justification"]), (202, &wish["reason"]));
    let port = &initiate.json()["virtualMachines"][0]["ports"][0];
    let ends: Timestamp = port["endTimeUtc"].as_str().expect("a time").parse().expect("a time");
    assert_eq!((ends, &port["allowedSourceAddressPrefix"]), (app.now() + minutes(60), &json!(HOME)));
    app.wait(minutes(1));
    assert!(app.azure.admits("web-1", 3389, HOME));
}

/// The ports that Azure has for a machine; none if no policy names it.
fn ports(app: &TestApp, name: &str) -> Vec<u16> {
    let id = app.vm(name).to_string();
    let world = app.azure.world();
    let machines = world.policies_of(&id).filter_map(|policy| policy.machine(&id));
    machines.flat_map(|machine| &machine.ports).map(|port| port.number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_change_replaces_policies_at_azure_and_leaves_other_machines_as_they_are() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let cli = AzureCli::sign_in(&app.azure, app.now()).await;
    let rule = json!({ "port": 22, "protocol": "TCP", "sources": ["198.51.100.0/24", "203.0.113.9"], "longest": "PT90M" });
    let vms = json!([app.vm("web-1"), app.vm("bare-1")]);
    let run = async |change: Value| {
        let change = json!({ "vms": vms, "change": change });
        let code: Code = ada.post("/api/jit/policies/code", &change).await.json();
        let output = cli.run(&code.az);
        assert!(output.status.success() && output.stderr.is_empty(), "{}: {output:?}", code.az);
    };
    let others = ["off-1", "inner-1", "app-1", "office-1"];
    let before = others.map(|name| ports(&app, name));

    run(json!({ "set": { "ports": [rule] } })).await;
    assert_eq!([ports(&app, "web-1"), ports(&app, "bare-1")], [[22], [22]]);
    assert_eq!(others.map(|name| ports(&app, name)), before);

    run(json!("disable")).await;
    assert!(ports(&app, "web-1").is_empty() && ports(&app, "bare-1").is_empty());
    assert_eq!(others.map(|name| ports(&app, name)), before);
}
