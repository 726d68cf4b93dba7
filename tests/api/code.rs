//! Requests and changes as text. That the texts do what they say is tested where they are run, in
//! `tests/clients`.

use serde_json::{Value, json};
use shared::code::Code;
use simulator::world::{Sources, World};
use tests::TestApp;
use tests::app::Visitor;

const ACCESS: &str = "/api/access-requests/code";
const CHANGE: &str = "/api/jit/policies/code";

/// How many calls reached Azure, and how much stands in the audit trail, by what is asked.
async fn cost(app: &TestApp, by: &Visitor, path: &str, body: &Value) -> (usize, usize) {
    let entries =
        async || app.store.entries().before(i64::MAX, 10_000).await.expect("the trail can be read").len();
    let (calls, kept) = (app.azure.requests().len(), entries().await);
    by.post(path, body).await;
    (app.azure.requests().len() - calls, entries().await - kept)
}

fn rules(numbers: &[u16]) -> Value {
    let rule = |number| json!({ "port": number, "protocol": "*", "sources": ["*"], "longest": "PT3H" });
    json!({ "set": { "ports": numbers.iter().map(rule).collect::<Vec<_>>() } })
}

#[tokio::test]
async fn a_request_is_written_in_three_languages_and_nothing_is_requested() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("web-1", 3389);
    wish["reason"] = "INC1 can’t boot; it's $(id) `id` \"now\"!".into();
    olga.get("/api/vms").await;
    let (calls, kept) = cost(&app, &olga, ACCESS, &wish).await;
    let (needed, _) = cost(&app, &olga, "/api/access-requests", &json!({ "vms": [] })).await;
    assert_eq!((app.initiates().len(), kept, needed), (0, 0, 0));
    assert!((1..=8).contains(&calls), "the machine is looked at, as for a request: {calls}");

    let Code { powershell, az, curl, bicep } = olga.post(ACCESS, &wish).await.json();
    assert!(bicep.is_empty(), "a request is nothing that lasts");
    for text in [&powershell, &az, &curl] {
        assert!(text.contains("# 192.0.2.7 is the address that Postern saw you come from."), "{text}");
    }
    for text in [&powershell, &az] {
        assert!(text.contains("Postern’s rules do not"), "{text}");
        assert!(!text.contains("2030-"), "the end counts from when it is run: {text}");
    }
    assert!(powershell.contains("\nStart-AzJitNetworkAccessPolicy -ResourceGroupName 'web-rg' -Location 'westeurope' -Name 'default' -VirtualMachine @(\n"), "{powershell}");
    assert!(powershell.contains(".AddMinutes(60)"), "{powershell}");
    assert!(az.contains(r#""justification": "INC1 can’t boot; it\u0027s $(id) `id` \"now\"\u0021""#), "{az}");
    assert!(curl.contains(&format!("curl --fail-with-body '{}api/access-requests'", app.site())), "{curl}");
    assert!(curl.contains("sign_in.api_scope is not set"), "no token is taken here: {curl}");
}

#[tokio::test]
async fn what_a_request_would_be_refused_for_is_said_instead() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("web-1", 3389);
    wish["duration"] = "PT3H".into();
    let problem = olga.post(ACCESS, &wish).await.problem();
    assert_eq!(problem.status, 422);
    assert!(problem.violations.iter().any(|violation| violation.field == "duration"), "{problem:?}");
    wish["reason"] = "two\nlines".into();
    assert_eq!(olga.post(ACCESS, &wish).await.problem().status, 400);
    wish["vms"][0]["vm"] = json!(app.vm("vault-1"));
    wish["reason"] = "INC1".into();
    assert_eq!(olga.post(ACCESS, &wish).await.problem().status, 404);
}

#[tokio::test]
async fn for_somebody_else_the_text_says_so() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let mut wish = app.wish("web-1", 3389);
    wish["requested_for"] = "anna@contoso.com".into();
    wish["source"] = "198.51.100.0/24".into();
    let code: Code = ada.post(ACCESS, &wish).await.json();
    assert!(code.az.contains("\"INC0012345 look at the disk (for anna@contoso.com)\""), "{}", code.az);
    assert!(code.curl.contains("\"requested_for\": \"anna@contoso.com\""), "{}", code.curl);
    assert!(!code.az.contains("saw you come from"), "somebody typed it: {}", code.az);
}

#[tokio::test]
async fn a_change_is_written_with_the_other_machines_of_the_policy_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    ada.get("/api/vms").await;
    let change = json!({ "vms": [app.vm("web-1"), app.vm("bare-1")], "change": rules(&[22]) });
    let mut plan = change.clone();
    plan["dry_run"] = true.into();
    let planning = cost(&app, &ada, "/api/jit/policies", &plan).await;
    assert_eq!(cost(&app, &ada, CHANGE, &change).await, planning, "it takes what planning takes");

    let Code { powershell, az, curl, bicep } = ada.post(CHANGE, &change).await.json();
    let [bicep] = &bicep[..] else { panic!("one group, one file: {bicep:#?}") };
    for text in [&powershell, &az, bicep] {
        for name in ["web-1", "off-1", "inner-1", "open-1", "shut-1", "bare-1"] {
            assert!(text.contains(&app.vm(name).to_string()), "{name} is not in {text}");
        }
        assert!(text.contains("as it was at 2030-01-01T09:00:00Z"), "{text}");
    }
    assert_eq!(powershell.matches("\nSet-AzJitNetworkAccessPolicy ").count(), 2, "{powershell}");
    assert!(powershell.contains("-Kind 'Basic' -VirtualMachine @("), "{powershell}");
    assert_eq!(az.matches("\naz rest --method put").count(), 2, "{az}");
    assert_eq!(bicep.matches("\nresource jit").count(), 2, "{bicep}");
    assert!(bicep.contains("  name: 'westeurope/bare-1'\n"), "{bicep}");
    assert!(bicep.contains("--resource-group 'web-rg'"), "{bicep}");
    assert!(curl.contains("\"versions\": ["), "{curl}");
    assert!(!curl.contains("off-1"), "Postern is told of the machines alone: {curl}");
}

#[tokio::test]
async fn what_cannot_be_changed_is_left_out_and_said_so() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let both = json!({ "vms": [app.vm("app-1"), app.vm("lab-1")], "change": "disable" });
    let Code { powershell, az, curl, bicep } = ada.post(CHANGE, &both).await.json();
    for text in [&powershell, &az, &curl, &bicep[0]] {
        assert!(text.contains(" lab-1 is left out: "), "{text}");
        assert!(!text.contains("virtualMachines/lab-1"), "{text}");
    }
    let alone = json!({ "vms": [app.vm("lab-1")], "change": "disable" });
    let problem = ada.post(CHANGE, &alone).await.problem();
    assert_eq!((problem.status, problem.violations[0].field.as_str()), (422, "vms[0]"));
    let none = json!({ "vms": [], "change": "disable" });
    assert_eq!(ada.post(CHANGE, &none).await.problem().status, 422);
    let same = json!({ "vms": [app.vm("app-1")], "change": rules(&[22]) });
    let Code { az, curl, bicep, .. } = ada.post(CHANGE, &same).await.json();
    assert!(az.contains("everything is like that already") && !az.contains("az rest"), "{az}");
    assert!(curl.contains("everything is like that already") && !curl.contains("curl --fail"), "{curl}");
    assert!(bicep.is_empty(), "{bicep:?}");
}

/// The shared policy names a machine of another subscription, too.
fn with_a_stranger(world: &mut World) {
    let lab = world.vms.iter().find(|vm| vm.name == "lab-1").expect("it is there").id.clone();
    let web = world.vms.iter().find(|vm| vm.name == "web-1").expect("it is there").id.clone();
    let policy = world.policies().iter().find(|policy| policy.machine(&web).is_some());
    let mut policy = policy.expect("it has one").clone();
    let mut stranger = policy.machines[0].clone();
    stranger.id = lab;
    stranger.ports[0].sources = Sources::One("203.0.113.99".to_owned());
    policy.machines.push(stranger);
    world.put_policy(policy);
}

#[tokio::test]
async fn a_policy_with_machines_that_one_may_not_see_is_written_for_postern_alone() {
    let app = TestApp::start_in(with_a_stranger).await;
    let ada = app.sign_in("admin").await;
    let change = json!({ "vms": [app.vm("web-1"), app.vm("bare-1")], "change": rules(&[22]) });
    let Code { powershell, az, curl, bicep } = ada.post(CHANGE, &change).await.json();
    for text in [&powershell, &az, &bicep[0]] {
        assert!(text.contains("machines that you may not see"), "{text}");
        assert!(!text.contains("lab-1") && !text.contains("203.0.113.99"), "{text}");
        assert!(!text.contains("virtualMachines/web-1") && text.contains("virtualMachines/bare-1"), "{text}");
    }
    assert!(curl.contains("virtualMachines/web-1") && !curl.contains("lab-1"), "{curl}");
}
