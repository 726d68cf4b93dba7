//! Machines that share a policy get one of their own each.

mod faults;
mod left;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::policy_change::{ChangePlan, Fate, Meaning, PolicyChange};
use simulator::world::{Guarded, Policy, World};
use simulator::{Fault, Received, Trouble};
use tests::TestApp;
use tests::app::minutes;

use super::races::hold;
use super::{
    apart, ask, at_azure, begin, calls, change, fates, is_write, look, outcomes, over, path, plan, set,
    start, writes,
};

const SHARED: &str = "default";
const TOGETHER: [&str; 5] = ["web-1", "off-1", "inner-1", "open-1", "shut-1"];

fn split() -> Value {
    json!("split")
}

/// The names of the policies that name a machine at Azure.
fn policies(app: &TestApp, vm: &str) -> Vec<String> {
    let id = app.vm(vm).to_string();
    let world = app.azure.world();
    let name = |policy: &Policy| policy.id.rsplit('/').next().expect("it has a name").to_owned();
    world.policies_of(&id).map(name).collect()
}

fn is_shared(policy: &Policy) -> bool {
    policy.id.contains("/web-rg/") && policy.id.ends_with("/default")
}

/// What Azure has in the shared policy, machine by machine.
fn shared(app: &TestApp) -> Vec<(String, String)> {
    let world = app.azure.world();
    let policy = world.policies().iter().find(|policy| is_shared(policy));
    let machines = policy.map(|policy| policy.machines.clone()).unwrap_or_default();
    let told = |machine: &Guarded| {
        let Guarded { id, ports, public_ip_address, since } = machine;
        (id.clone(), format!("{ports:?} {public_ip_address:?} {since}"))
    };
    machines.iter().map(told).collect()
}

fn written(app: &TestApp) -> Vec<Received> {
    calls(app).into_iter().filter(is_write).collect()
}

fn name_of(call: &Received) -> &str {
    let path = call.path.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

fn reason(change: &PolicyChange, at: usize) -> &str {
    match &change.items[at].fate {
        Fate::Failed { reason } | Fate::Refused { reason } => reason,
        other => panic!("{other:?}"),
    }
}

/// As somebody did in the Azure portal, for an hour from now.
fn open_past_postern(app: &TestApp, vm: &str) {
    let now = app.now();
    let mut world = app.azure.world();
    let id = app.vm(vm).to_string();
    let policy = world.policies_of(&id).next().expect("it is in one").id.clone();
    let world: &mut World = &mut world;
    let grant = simulator::world::Grant {
        number: 3389,
        protocol: "*".to_owned(),
        sources: simulator::world::Sources::One("198.51.100.9".to_owned()),
        ready_at: now,
        ends_at: now + minutes(60),
        cut: None,
        priority: 100,
        rule_id: "night".to_owned(),
        mapped_port: None,
    };
    let request = simulator::world::Request {
        started_at: now,
        requestor: "nina@contoso.com".to_owned(),
        justification: Some("night shift".to_owned()),
        machines: vec![simulator::world::RequestedMachine { id, ports: vec![grant] }],
    };
    world.policy_mut(&policy).expect("it is there").requests.push(request);
}

#[tokio::test]
async fn a_plan_says_who_gets_which_policy_and_who_has_one() {
    let app = start().await;
    let (ada, olga) = (app.sign_in("admin").await, app.sign_in("operator").await);
    let planned = plan(&app, &ada, &["web-1", "app-1", "bare-1", "lab-1"], &split()).await;
    let [web, own, bare, lab] = &planned.items[..] else { panic!("{planned:?}") };
    assert_eq!((web.means, web.shared_with, web.obstacle.as_ref()), (Meaning::Split, 4, None));
    assert!(web.policy_id.as_ref().unwrap().ends_with("/default"), "{web:?}");
    assert!(web.own_policy_id.as_ref().unwrap().ends_with("/jitNetworkAccessPolicies/web-1"), "{web:?}");
    assert!(web.from.is_some() && web.from == web.to && web.ports.is_empty(), "{web:?}");
    assert_eq!((own.means, own.own_policy_id.as_ref()), (Meaning::Unchanged, None));
    assert!(bare.obstacle.as_ref().unwrap().contains("no policy to leave"), "{bare:?}");
    assert!(lab.obstacle.as_ref().unwrap().contains("you may not see it"), "{lab:?}");
    let theirs = plan(&app, &olga, &["web-1"], &split()).await;
    assert!(theirs.items[0].obstacle.as_ref().unwrap().contains("no access rule lets you configure"));
    let refused = begin(&olga, &theirs, &split()).await;
    assert_eq!(fates(&refused), [("web-1", "refused")]);
    let trail = app.store.entries().before(i64::MAX, 1).await.unwrap();
    assert_eq!(trail[0].content.body["change"], "split");
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn each_leaves_with_all_that_it_had_and_the_others_stay_to_the_last_byte() {
    let app = TestApp::start_in(|world| {
        apart(world);
        let mut shared = world.policies().iter().find(|policy| is_shared(policy)).unwrap().clone();
        // One is behind a firewall, and one is none of hers.
        shared.machines[0].public_ip_address = Some("203.0.113.9".to_owned());
        let lab = world.vm("lab-1").unwrap().id.clone();
        shared.machines.push(Guarded { id: lab, ..shared.machines[3].clone() });
        world.put_policy(shared);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let before = shared(&app);
    let done = change(&app, &ada, &["web-1", "inner-1", "app-1"], &split()).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("inner-1", "done"), ("app-1", "unchanged")]);
    for vm in ["web-1", "inner-1"] {
        assert_eq!((policies(&app, vm), at_azure(&app, vm)), (vec![vm.to_owned()], vec![3389, 5986]), "{vm}");
    }
    let left = |(id, _): &&(String, String)| !id.ends_with("/web-1") && !id.ends_with("/inner-1");
    assert_eq!(shared(&app), before.iter().filter(left).cloned().collect::<Vec<_>>());
    let written = written(&app);
    assert_eq!(written.iter().map(name_of).collect::<Vec<_>>(), [SHARED, "web-1", SHARED, "inner-1"]);
    assert!(written.iter().all(|call| call.method == Method::PUT));
    let own: Value = written[1].json();
    assert_eq!(own["properties"]["virtualMachines"][0]["publicIpAddress"], "203.0.113.9");
    assert_eq!(own["properties"]["virtualMachines"].as_array().unwrap().len(), 1);
    let outcomes = outcomes(&app, done.id).await;
    assert_eq!(
        (outcomes.len(), outcomes["web-1"].as_str(), outcomes["inner-1"].as_str()),
        (2, "done", "done")
    );
    let again = change(&app, &ada, &["web-1", "inner-1"], &split()).await;
    assert_eq!(fates(&again), [("web-1", "unchanged"), ("inner-1", "unchanged")]);
}

#[tokio::test]
async fn the_shared_policy_goes_with_the_last_of_them() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let done = change(&app, &ada, &TOGETHER, &split()).await;
    assert!(fates(&done).iter().all(|(_, fate)| *fate == "done"), "{done:?}");
    for vm in TOGETHER {
        assert_eq!((policies(&app, vm), at_azure(&app, vm)), (vec![vm.to_owned()], vec![3389, 5986]), "{vm}");
    }
    let written = written(&app);
    let last = &written[written.len() - 2..];
    assert_eq!((&last[0].method, name_of(&last[0])), (&Method::DELETE, SHARED));
    assert_eq!((&last[1].method, name_of(&last[1])), (&Method::PUT, "shut-1"));
    assert!(shared(&app).is_empty());
}

#[tokio::test]
async fn a_policy_that_is_called_like_it_and_names_others_is_not_its_own() {
    let app = TestApp::start_in(|world| {
        apart(world);
        let mut shared = world.policies().iter().find(|policy| is_shared(policy)).unwrap().clone();
        world.remove_policy(&shared.id);
        shared.id = shared.id.replace("/default", "/web-1");
        world.put_policy(shared);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let done = change(&app, &ada, &["web-1", "off-1"], &split()).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "done")]);
    let [own] = &policies(&app, "web-1")[..] else { panic!() };
    assert!(own.len() == 7 && own.starts_with('j'), "{own}");
    assert_eq!(
        (policies(&app, "inner-1"), policies(&app, "off-1")),
        (vec!["web-1".to_owned()], vec!["off-1".to_owned()])
    );
}

#[tokio::test]
async fn a_machine_that_somebody_has_access_to_stays_until_that_is_over() {
    let app = start().await;
    let (ada, olga) = (app.sign_in("admin").await, app.sign_in("operator").await);
    let request = olga.open("web-1", 3389).await;
    open_past_postern(&app, "inner-1");
    let planned = plan(&app, &ada, &["web-1", "inner-1", "off-1"], &split()).await;
    let until = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let obstacle = planned.items[0].obstacle.as_ref().unwrap();
    assert!(obstacle.contains(&until(request.ends_at)), "{obstacle}");
    let obstacle = planned.items[1].obstacle.as_ref().unwrap();
    assert!(obstacle.contains(&until(app.now() + minutes(60))), "{obstacle}");
    let done = over(&app, &ada, begin(&ada, &planned, &split()).await.id).await;
    assert_eq!(fates(&done), [("web-1", "refused"), ("inner-1", "refused"), ("off-1", "done")]);
    app.wait(minutes(1));
    assert!(app.azure.admits("web-1", 3389, tests::app::HOME), "it stays open");
    app.wait(SignedDuration::from_hours(3));
    app.until(SignedDuration::from_secs(1), async || {
        olga.look_at(request.id).await.status.is_final().then_some(())
    })
    .await;
    let done = change(&app, &ada, &["web-1", "inner-1"], &split()).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("inner-1", "done")]);
}

#[tokio::test]
async fn the_same_is_looked_at_again_when_its_turn_has_come() {
    let app = start().await;
    let (ada, olga) = (app.sign_in("admin").await, app.sign_in("operator").await);
    let planned = plan(&app, &ada, &["web-1", "inner-1", "off-1"], &split()).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &split()).await;
    olga.open("web-1", 3389).await;
    open_past_postern(&app, "inner-1");
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "refused"), ("inner-1", "refused"), ("off-1", "done")]);
    assert!(reason(&done, 0).contains("has access to it until"), "{done:?}");
    assert_eq!(outcomes(&app, begun.id).await.len(), 1, "nothing was begun for the others");
}

#[tokio::test]
async fn and_nobody_is_let_in_while_it_is_on_its_way() {
    let app = start().await;
    let (ada, olga) = (app.sign_in("admin").await, app.sign_in("operator").await);
    let planned = plan(&app, &ada, &["web-1"], &split()).await;
    let late = Trouble::Slow(SignedDuration::from_secs(20));
    app.azure.fail_next(Fault::next(late).method(Method::PUT).on("/jitNetworkAccessPolicies/default"));
    let begun = begin(&ada, &planned, &split()).await;
    app.until(SignedDuration::ZERO, async || {
        Some(look(&ada, begun.id).await).filter(|change| change.items[0].fate == Fate::Working)
    })
    .await;
    let answer = olga.post("/api/access-requests", &app.wish("web-1", 3389)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    assert!(answer.problem().detail.contains("a policy of its own"), "{}", answer.text());
    assert_eq!(fates(&over(&app, &ada, begun.id).await), [("web-1", "done")]);
    app.until(SignedDuration::from_secs(1), async || {
        let answer = olga.post("/api/access-requests", &app.wish("web-1", 3389)).await;
        (answer.status == StatusCode::CREATED).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_others_change_in_the_shared_policy_at_the_same_time_is_kept() {
    let app = start().await;
    let (ada, again) = (app.sign_in("admin").await, app.sign_in("admin").await);
    let planned = plan(&app, &ada, &["web-1", "off-1"], &split()).await;
    let theirs = plan(&app, &again, &["inner-1", "open-1"], &set(&[443])).await;
    let (apart, other) = (split(), set(&[443]));
    let (one, two) =
        futures_util::future::join(begin(&ada, &planned, &apart), begin(&again, &theirs, &other)).await;
    let (one, two) = (over(&app, &ada, one.id).await, over(&app, &again, two.id).await);
    assert!(fates(&one).iter().chain(&fates(&two)).all(|(_, fate)| *fate == "done"), "{one:?} {two:?}");
    assert_eq!((at_azure(&app, "inner-1"), at_azure(&app, "open-1")), (vec![443], vec![443]));
    assert_eq!((at_azure(&app, "web-1"), at_azure(&app, "off-1")), (vec![3389, 5986], vec![3389, 5986]));
    assert_eq!(
        (policies(&app, "web-1"), policies(&app, "inner-1")),
        (vec!["web-1".to_owned()], vec![SHARED.to_owned()])
    );
}

#[tokio::test]
async fn what_was_changed_or_removed_before_its_turn_is_left_as_it_is() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let planned = plan(&app, &ada, &["web-1", "off-1"], &split()).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &split()).await;
    app.azure.world().remove_policy(planned.items[0].policy_id.as_ref().unwrap()).expect("it was there");
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "overtaken"), ("off-1", "overtaken")]);
    assert_eq!(done.items[0].fate, Fate::Overtaken { standing: None });
    assert!(at_azure(&app, "web-1").is_empty(), "what was deleted is not brought back");
    assert_eq!(writes(&app), 0);
    let planned = plan(&app, &ada, &["web-1"], &split()).await;
    let refused = ask(&ada, &planned, &split()).await.json::<PolicyChange>();
    assert!(reason(&refused, 0).contains("no policy to leave"));
}

/// Tries a change again, as it is offered.
async fn again(app: &TestApp, by: &tests::app::Visitor, begun: &PolicyChange) -> (ChangePlan, PolicyChange) {
    let retry = format!("{}/retry", path(begun.id));
    let plan: ChangePlan = by.post(&retry, &json!({ "dry_run": true })).await.json();
    let vms: Vec<_> = plan.items.iter().map(|item| item.vm.clone()).collect();
    let versions: Vec<_> = plan.items.iter().map(|item| item.version.clone()).collect();
    let answer = by.post(&retry, &json!({ "vms": vms, "versions": versions })).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let done = over(app, by, answer.json::<PolicyChange>().id).await;
    (plan, done)
}
