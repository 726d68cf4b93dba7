//! Switching Microsoft Defender for Servers Plan 2 on, which costs money.

mod faults;
mod rights;

use backend::store::EntryKind;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::configuration::JitConfiguration;
use shared::defender::{DefenderPlan, SubscriptionPlan};
use shared::jit_list::JitPage;
use simulator::Received;
use simulator::world::{Plan, World};
use tests::TestApp;
use tests::app::{Answer, Visitor};

const PRODUCTION: &str = "11111111-1111-4111-8111-111111111111";

/// Nobody has paid for anything in production, and a month of it is free.
fn unpaid(world: &mut World) {
    let production = world.subscriptions.get_mut(PRODUCTION).expect("it is in this world");
    (production.plan, production.trial) = (Plan::Free, SignedDuration::from_hours(720));
}

async fn enable(by: &Visitor, subscription: &str) -> Answer {
    let path = format!("/api/subscriptions/{subscription}/defender-plan");
    by.put(&path, &json!({ "plan": "plan2" })).await
}

/// What Azure was asked to write.
fn writes(app: &TestApp) -> Vec<Received> {
    let is_write = |call: &Received| call.method == Method::PUT && call.path.contains("/pricings/");
    app.azure.requests().into_iter().filter(is_write).collect()
}

fn at_azure(app: &TestApp) -> Plan {
    app.azure.world().subscriptions[PRODUCTION].plan
}

/// What is on record, oldest first, apart from who came and went.
async fn trail(app: &TestApp) -> Vec<(EntryKind, Value)> {
    let mut trail = app.store.entries().before(i64::MAX, 100).await.expect("the trail can be read");
    trail.retain(|entry| entry.content.kind != EntryKind::Event);
    trail.into_iter().rev().map(|entry| (entry.content.kind, entry.content.body)).collect()
}

#[tokio::test]
async fn it_is_switched_on_between_intent_and_outcome_and_read_back() {
    let app = TestApp::start_in(unpaid).await;
    let ada = app.sign_in("admin").await;
    let page: JitPage = ada.get("/api/jit?tab=unsupported").await.json();
    let [plan] = &page.plans[..] else { panic!("{:?}", page.plans) };
    assert!(plan.may_enable && plan.machines > 1, "{plan:?}");
    assert_eq!((plan.plan, plan.trial_days), (Some(DefenderPlan::Free), Some(30)));

    let enabled: SubscriptionPlan = enable(&ada, PRODUCTION).await.json();

    assert_eq!((enabled.plan, enabled.step, enabled.may_enable), (Some(DefenderPlan::Plan2), None, false));
    assert_eq!((enabled.machines, enabled.trial_days), (plan.machines, Some(30)));
    assert!(enabled.told.contains("free of charge for another 30 days"), "{}", enabled.told);
    assert_eq!(at_azure(&app), Plan::P2);
    let [write] = &writes(&app)[..] else { panic!("{:?}", writes(&app)) };
    assert_eq!(write.json(), json!({ "properties": { "pricingTier": "Standard", "subPlan": "P2" } }));
    assert!(write.path.contains("/pricings/VirtualMachines?api-version=2024-01-01"), "{}", write.path);
    let [(EntryKind::Intent(_), intent), (EntryKind::Outcome(_), outcome)] = &trail(&app).await[..] else {
        panic!("{:?}", trail(&app).await)
    };
    assert_eq!(
        *intent,
        json!({ "action": "enable_defender", "subscription": PRODUCTION, "name": "Production", "from": "free" })
    );
    assert_eq!((&outcome["action"], &outcome["outcome"]), (&json!("enable_defender"), &json!("done")));
    assert_eq!(outcome["subscription"], PRODUCTION);
    assert!(outcome["correlation_id"].is_string() && outcome.get("vm").is_none(), "{outcome}");
}

#[tokio::test]
async fn where_it_is_on_nothing_is_written_and_nothing_goes_on_record() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let plan: SubscriptionPlan = enable(&ada, PRODUCTION).await.json();
    assert_eq!(plan.plan, Some(DefenderPlan::Plan2));
    assert!(writes(&app).is_empty() && trail(&app).await.is_empty());
}

#[tokio::test]
async fn what_resource_graph_has_not_noticed_yet_is_known_all_the_same() {
    let app = TestApp::start_in(|world| {
        unpaid(world);
        world.behaviour.graph_lag = SignedDuration::from_mins(5);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let lacking = async || -> JitPage { ada.get("/api/jit?tab=unsupported").await.json() };
    let before = lacking().await;
    assert!(before.plans[0].step.is_some() && before.total > 0);
    enable(&ada, PRODUCTION).await.json::<SubscriptionPlan>();
    let now = app
        .until(SignedDuration::from_secs(20), async || {
            let page = lacking().await;
            (page.plans[0].plan == Some(DefenderPlan::Plan2)).then_some(page)
        })
        .await;
    assert_eq!((now.total, &now.plans[0].step), (0, &None));
    // And just-in-time access can be set up at once.
    let path = format!("{}/jit-policy", app.vm_path("bare-1"));
    let policy = json!({ "ports": [{ "port": 22, "protocol": "*", "sources": ["*"], "longest": "PT1H" }] });
    let set: JitConfiguration = ada.change(&path, ("if-none-match", "*"), Some(&policy)).await.json();
    assert!(set.policy.is_some());
}

#[tokio::test]
async fn enabling_just_in_time_access_buys_nothing() {
    let app = TestApp::start_in(unpaid).await;
    let ada = app.sign_in("admin").await;
    let path = format!("{}/jit-policy", app.vm_path("bare-1"));
    let policy = json!({ "ports": [{ "port": 22, "protocol": "*", "sources": ["*"], "longest": "PT1H" }] });
    let problem = ada.change(&path, ("if-none-match", "*"), Some(&policy)).await.problem();
    assert!(problem.detail.contains("Plan 2"), "{}", problem.detail);
    assert_eq!((at_azure(&app), writes(&app).len()), (Plan::Free, 0));
}
