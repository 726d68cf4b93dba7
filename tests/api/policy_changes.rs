//! The same change of just-in-time access for many machines.

mod faults;
mod left;
mod races;
mod rights;
mod scale;
mod split;
mod story;
mod warnings;
mod wrong;

use std::collections::HashMap;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::policy_change::{ChangeId, ChangePlan, Fate, PolicyChange, Progress};
use simulator::Received;
use simulator::world::{Guarded, Policy, World};
use tests::TestApp;
use tests::app::{Answer, Visitor};

/// Two machines have a policy of their own here, and the others of their group share one.
fn apart(world: &mut World) {
    let both = |machine: &Guarded| ["/app-1", "/office-1"].iter().any(|name| machine.id.ends_with(name));
    let shared = world.policies().iter().find(|policy| policy.machines.iter().any(both));
    let mut shared = shared.expect("it is in this world").clone();
    let own: Vec<Guarded> = shared.machines.extract_if(.., |machine| both(machine)).collect();
    for machine in own {
        let name = machine.id.rsplit('/').next().expect("it has a name");
        let id = shared.id.replace("/default", &format!("/{name}"));
        world.put_policy(Policy { id, machines: vec![machine], requests: Vec::new(), ..shared.clone() });
    }
    world.put_policy(shared);
}

async fn start() -> TestApp {
    TestApp::start_in(apart).await
}

const POLICIES: &str = "/api/jit/policies";

/// One port, for anybody, three hours.
fn port(number: u16) -> Value {
    json!({ "port": number, "protocol": "*", "sources": ["*"], "longest": "PT3H" })
}

fn set(numbers: &[u16]) -> Value {
    json!({ "set": { "ports": numbers.iter().map(|number| port(*number)).collect::<Vec<_>>() } })
}

fn merge(add: &[u16], remove: &[u16]) -> Value {
    let ports: Vec<Value> = add.iter().map(|number| port(*number)).collect();
    json!({ "merge": { "ports": ports, "remove": remove } })
}

fn path(id: ChangeId) -> String {
    format!("/api/jit/changes/{id}")
}

async fn plan(app: &TestApp, by: &Visitor, vms: &[&str], change: &Value) -> ChangePlan {
    let vms: Vec<_> = vms.iter().map(|name| app.vm(name)).collect();
    by.post(POLICIES, &json!({ "vms": vms, "change": change, "dry_run": true })).await.json()
}

/// Asks for what was planned.
async fn ask(by: &Visitor, plan: &ChangePlan, change: &Value) -> Answer {
    let unseen = "0".repeat(32).parse().expect("it is a version");
    let vms: Vec<_> = plan.items.iter().map(|item| &item.vm).collect();
    let versions: Vec<_> = plan.items.iter().map(|item| item.version.as_ref().unwrap_or(&unseen)).collect();
    by.post(POLICIES, &json!({ "vms": vms, "change": change, "versions": versions })).await
}

async fn begin(by: &Visitor, plan: &ChangePlan, change: &Value) -> PolicyChange {
    let answer = ask(by, plan, change).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    answer.json()
}

async fn look(by: &Visitor, id: ChangeId) -> PolicyChange {
    by.get(&path(id)).await.json()
}

/// The change once nothing more happens to it.
async fn over(app: &TestApp, by: &Visitor, id: ChangeId) -> PolicyChange {
    over_by(app, by, id, SignedDuration::from_secs(1)).await
}

/// Waits until a change is over, looking at it now and then: so far apart.
async fn over_by(app: &TestApp, by: &Visitor, id: ChangeId, step: SignedDuration) -> PolicyChange {
    app.until(step, async || Some(look(by, id).await).filter(|change| change.progress == Progress::Over))
        .await
}

/// Plans a change, asks for it, and waits until it is over.
async fn change(app: &TestApp, by: &Visitor, vms: &[&str], change: &Value) -> PolicyChange {
    let planned = plan(app, by, vms, change).await;
    over(app, by, begin(by, &planned, change).await.id).await
}

/// What has become of each machine, in words.
fn fates(change: &PolicyChange) -> Vec<(&str, &'static str)> {
    change.items.iter().map(|item| (item.vm.name().as_str(), word(&item.fate))).collect()
}

fn word(fate: &Fate) -> &'static str {
    match fate {
        Fate::Waiting => "waiting",
        Fate::Working => "working",
        Fate::Done => "done",
        Fate::Unchanged => "unchanged",
        Fate::Overtaken { .. } => "overtaken",
        Fate::Refused { .. } => "refused",
        Fate::Failed { .. } => "failed",
        Fate::Cancelled => "cancelled",
    }
}

/// The ports that Azure has for a machine.
fn at_azure(app: &TestApp, vm: &str) -> Vec<u16> {
    let id = app.vm(vm).to_string();
    let world = app.azure.world();
    let machines = world.policies_of(&id).filter_map(|policy| policy.machine(&id));
    let mut ports: Vec<u16> =
        machines.flat_map(|machine| machine.ports.iter().map(|port| port.number)).collect();
    ports.sort_unstable();
    ports
}

/// The calls about policies themselves, and not what was requested through them.
fn calls(app: &TestApp) -> Vec<Received> {
    let about =
        |call: &Received| call.path.contains("/jitNetworkAccessPolicies") && !call.path.contains("/initiate");
    app.azure.requests().into_iter().filter(about).collect()
}

fn is_write(call: &Received) -> bool {
    call.method == Method::PUT || call.method == Method::DELETE
}

fn writes(app: &TestApp) -> usize {
    calls(app).iter().filter(|call| is_write(call)).count()
}

/// What the trail says became of the machines of a change: each has one intent and one outcome.
async fn outcomes(app: &TestApp, id: ChangeId) -> HashMap<String, String> {
    let trail = app.store.entries().before(i64::MAX, 10_000).await.expect("the trail can be read");
    let mut intents = HashMap::new();
    let mut outcomes = HashMap::new();
    for entry in trail.iter().rev() {
        let body = &entry.content.body;
        match entry.content.kind {
            backend::store::EntryKind::Intent(attempt) if body["change"] == json!(id) => {
                let vm = body["vm"].as_str().expect("it names one").rsplit('/').next().unwrap_or_default();
                assert_eq!(intents.insert(attempt, vm.to_owned()), None);
            }
            backend::store::EntryKind::Outcome(attempt) => {
                let Some(vm) = intents.remove(&attempt) else { continue };
                let outcome = body["outcome"].as_str().expect("an outcome is a word").to_owned();
                assert_eq!(outcomes.insert(vm, outcome), None, "one outcome for each machine");
            }
            _ => {}
        }
    }
    assert!(intents.is_empty(), "without an outcome: {intents:?}");
    outcomes
}
