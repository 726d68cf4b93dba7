//! What the page gives for curl, run with it.

use serde_json::{Value, json};
use shared::access::{CreatedAccess, Status};
use shared::code::Code;
use shared::policy_change::{ChangePlan, PolicyChange, Progress};
use tests::TestApp;
use tests::app::{Visitor, minutes};
use tests::clients::Shell;
use tests::process::program;

const SETTINGS: &str = "sign_in = { api_scope = \"access\" }";

/// Runs a text as somebody; tells what curl printed, and whether it was content.
async fn run(app: &TestApp, who: &str, text: &str) -> (bool, Value) {
    program(&["curl"]);
    let token = app.azure.token_for_api(who, "access").expect("they are there");
    let (shell, text) = (Shell::at(app.now()), text.to_owned());
    let output = tokio::task::spawn_blocking(move || shell.run(&text, &[("TOKEN", &token)]));
    let output = output.await.expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let said = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}: {output:?}"));
    (output.status.success(), said)
}

#[tokio::test]
async fn the_text_of_a_request_opens_the_port() {
    let app = TestApp::start_set(SETTINGS).await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("web-1", 3389);
    wish["reason"] = "INC1 can’t boot; it's $(id) `id` \"now\"! \\".into();
    let code: Code = olga.post("/api/access-requests/code", &wish).await.json();
    assert!(code.curl.contains("with the scope access"), "{}", code.curl);
    let (content, said) = run(&app, "operator@contoso.com", &code.curl).await;
    assert!(content, "{said}");
    let created: CreatedAccess = serde_json::from_value(said).expect("it is the answer");
    assert_eq!(created.items[0].reason.as_ref().map(ToString::to_string).as_deref(), wish["reason"].as_str());
    let mut events = olga.follow(created.items[0].id).await;
    let open = app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert_eq!(open.source.to_string(), "192.0.2.7");
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn the_text_of_a_request_says_what_postern_refuses() {
    let app = TestApp::start_set(SETTINGS).await;
    let olga = app.sign_in("operator").await;
    let code: Code = olga.post("/api/access-requests/code", &app.wish("web-1", 3389)).await.json();
    let (content, said) = run(&app, "reader@contoso.com", &code.curl).await;
    assert!(!content);
    assert_eq!(said["status"], 422, "{said}");
    assert_eq!(app.initiates().len(), 0);
}

/// A change once it is over: what became of its machines.
async fn over(app: &TestApp, by: &Visitor, begun: Value) -> Vec<String> {
    let begun: PolicyChange = serde_json::from_value(begun).expect("it is the answer");
    let path = format!("/api/jit/changes/{}", begun.id);
    let over: PolicyChange = app
        .until(minutes(1), async || {
            let change: PolicyChange = by.get(&path).await.json();
            (change.progress == Progress::Over).then_some(change)
        })
        .await;
    let over = json!(over.items);
    let items = over.as_array().expect("a list").iter();
    items.map(|item| item["fate"]["state"].as_str().expect("a word").to_owned()).collect()
}

/// The ports that Azure has for a machine.
fn ports(app: &TestApp, name: &str) -> Vec<u16> {
    let id = app.vm(name).to_string();
    let world = app.azure.world();
    let policy = world.policies_of(&id).next().expect("it has one");
    policy.machine(&id).expect("it names it").ports.iter().map(|port| port.number).collect()
}

fn set(app: &TestApp, number: u16) -> Value {
    let rule =
        json!({ "port": number, "protocol": "TCP", "sources": ["198.51.100.0/24"], "longest": "PT1H" });
    json!({ "vms": [app.vm("web-1"), app.vm("app-1")], "change": { "set": { "ports": [rule] } } })
}

#[tokio::test]
async fn the_text_of_a_change_changes_what_was_seen_and_nothing_that_was_changed_since() {
    let app = TestApp::start_set(SETTINGS).await;
    let ada = app.sign_in("admin").await;
    let code: Code = ada.post("/api/jit/policies/code", &set(&app, 22)).await.json();
    let untouched = ports(&app, "off-1");
    let (content, begun) = run(&app, "admin@contoso.com", &code.curl).await;
    assert!(content, "{begun}");
    assert_eq!(over(&app, &ada, begun).await, ["done", "done"]);
    assert_eq!((ports(&app, "web-1"), ports(&app, "off-1")), (vec![22], untouched));

    let mut other = set(&app, 5986);
    other["dry_run"] = true.into();
    let plan: ChangePlan = ada.post("/api/jit/policies", &other).await.json();
    other["dry_run"] = false.into();
    other["versions"] = plan.items.iter().map(|item| json!(item.version)).collect();
    let begun = ada.post("/api/jit/policies", &other).await.json();
    assert_eq!(over(&app, &ada, begun).await, ["done", "done"]);
    let (content, begun) = run(&app, "admin@contoso.com", &code.curl).await;
    assert!(content, "{begun}");
    assert_eq!(over(&app, &ada, begun).await, ["overtaken", "overtaken"]);
    assert_eq!(ports(&app, "web-1"), [5986]);
}
