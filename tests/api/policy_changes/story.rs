//! Planning, changing and looking on.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::configuration::JitConfiguration;
use shared::page::Page;
use shared::policy::JitPolicy;
use shared::policy_change::{Meaning, PolicyChange, Progress};
use shared::port::Port;
use simulator::world::{Person, World};
use tests::TestApp;
use tests::app::minutes;

use super::{
    POLICIES, apart, at_azure, begin, calls, change, fates, is_write, merge, outcomes, over, path, plan, set,
    start, writes,
};

#[tokio::test]
async fn a_plan_says_what_a_change_would_mean_and_changes_nothing() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    // The list of machines is there by now.
    ada.get("/api/vms").await;
    let before = calls(&app).len();
    let plan = plan(&app, &ada, &["web-1", "app-1", "bare-1", "lab-1"], &merge(&[22], &[5986])).await;
    let [web, linux, bare, lab] = &plan.items[..] else { panic!("{plan:?}") };
    assert_eq!(web.means, Meaning::Changed);
    assert_eq!((&web.ports.added[..], &web.ports.removed[..]), (&[Port::SSH][..], &[Port::WINRM_TLS][..]));
    assert_eq!((web.shared_with, web.from.as_ref().unwrap().ports.len()), (4, 2));
    assert_eq!((linux.means, linux.obstacle.as_ref()), (Meaning::Unchanged, None));
    assert_eq!((bare.means, &bare.from), (Meaning::Enabled, &None));
    assert!(bare.policy_id.as_ref().unwrap().ends_with("/jitNetworkAccessPolicies/bare-1"), "{bare:?}");
    assert_eq!((lab.means, &lab.version), (Meaning::Impossible, &None));
    assert!(lab.obstacle.as_ref().unwrap().contains("you may not see it"), "{lab:?}");
    assert_eq!(writes(&app), 0);
    assert_eq!(calls(&app).len() - before, 1, "the policies of a subscription are one call");
}

#[tokio::test]
async fn whoever_may_only_look_is_told_so_for_each_machine() {
    let app = start().await;
    let olga = app.sign_in("operator").await;
    let plan = plan(&app, &olga, &["web-1", "app-1"], &json!("disable")).await;
    for item in &plan.items {
        let obstacle = item.obstacle.as_ref().unwrap();
        assert!(obstacle.contains("no access rule lets you configure"), "{obstacle}");
        assert!(item.from.is_some(), "they may see it");
    }
    let asked = begin(&olga, &plan, &json!("disable")).await;
    assert_eq!((asked.progress, asked.settled), (Progress::Over, 2));
    assert_eq!(fates(&asked), [("web-1", "refused"), ("app-1", "refused")]);
    assert_eq!(writes(&app), 0);
    let trail = app.store.entries().before(i64::MAX, 2).await.unwrap();
    let body = &trail[0].content.body;
    assert_eq!((&body["wanted"], &body["machines"]), (&json!("configure_many"), &json!(2)), "{body}");
    assert!(body["why"][0].as_str().is_some_and(|why| why.starts_with("web-1: no access rule")), "{body}");
    assert_ne!(trail[1].content.body["wanted"], "configure_many", "one entry for all of them");
}

#[tokio::test]
async fn each_policy_is_read_written_and_read_once_for_all_of_its_machines() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[22, 3389]);
    let planned = plan(&app, &ada, &["web-1", "off-1", "app-1", "bare-1", "lab-1"], &wanted).await;
    let before = calls(&app).len();
    let begun = begin(&ada, &planned, &wanted).await;
    assert_eq!((begun.machines, begun.settled, begun.progress), (5, 1, Progress::Working));
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(
        fates(&done),
        [("web-1", "done"), ("off-1", "done"), ("app-1", "done"), ("bare-1", "done"), ("lab-1", "refused")]
    );
    for vm in ["web-1", "off-1", "app-1", "bare-1"] {
        assert_eq!(at_azure(&app, vm), [22, 3389], "{vm}");
    }
    for others in ["inner-1", "open-1", "shut-1"] {
        assert_eq!(at_azure(&app, others), [3389, 5986], "{others}");
    }
    let calls = &calls(&app)[before..];
    assert_eq!(calls.iter().filter(|call| is_write(call)).count(), 3, "one for each policy");
    let one = |call: &&simulator::Received| call.path.contains("/jitNetworkAccessPolicies/");
    let single = calls.iter().filter(one).filter(|call| call.method == Method::GET);
    assert_eq!(single.count(), 6, "before and after each");
    let outcomes = outcomes(&app, begun.id).await;
    assert_eq!(outcomes.len(), 4);
    assert!(outcomes.values().all(|outcome| outcome == "done"), "{outcomes:?}");
}

#[tokio::test]
async fn of_a_port_only_what_is_named_changes_on_the_machines_that_have_it() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = json!({ "merge": { "amend": [{ "port": 3389, "longest": "PT2H" }] } });
    let planned = plan(&app, &ada, &["web-1", "office-1", "app-1", "bare-1"], &wanted).await;
    let means: Vec<Meaning> = planned.items.iter().map(|item| item.means).collect();
    assert_eq!(means, [Meaning::Changed, Meaning::Changed, Meaning::Unchanged, Meaning::Unchanged]);
    let begun = begin(&ada, &planned, &wanted).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(
        fates(&done),
        [("web-1", "done"), ("office-1", "done"), ("app-1", "unchanged"), ("bare-1", "unchanged")]
    );
    for vm in ["web-1", "office-1"] {
        let now: JitConfiguration = ada.get(&format!("{}/jit-policy", app.vm_path(vm))).await.json();
        let before = planned.items.iter().find(|item| item.vm.name().as_str() == vm).unwrap();
        let rule = |policy: &JitPolicy| policy.rule_for(Port::RDP).cloned().unwrap();
        let (before, now) = (rule(before.from.as_ref().unwrap()), rule(now.policy.as_ref().unwrap()));
        assert_eq!(now.longest.words(), "2 h");
        assert_eq!((now.protocol, now.sources), (before.protocol, before.sources), "{vm}");
    }
    let nothing = json!({ "merge": { "amend": [{ "port": 3389 }] } });
    let problem = ada
        .post(POLICIES, &json!({ "vms": [app.vm("web-1")], "change": nothing, "dry_run": true }))
        .await
        .problem();
    assert_eq!(problem.violations[0].field, "change.merge.amend[0]", "{problem:?}");
}

#[tokio::test]
async fn what_is_open_on_other_machines_of_the_policy_stays_open() {
    let app = start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let request = olga.open("web-1", 3389).await;
    app.wait(SignedDuration::from_secs(15));
    change(&app, &ada, &["inner-1", "off-1"], &json!("disable")).await;
    assert!(at_azure(&app, "inner-1").is_empty() && at_azure(&app, "off-1").is_empty());
    app.wait(minutes(1));
    assert!(app.azure.admits("web-1", 3389, tests::app::HOME));
    assert_eq!(olga.look_at(request.id).await.status.name(), "open");
}

#[tokio::test]
async fn whoever_follows_is_told_all_at_first_and_then_what_became_of_whom() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[22]);
    let planned = plan(&app, &ada, &["web-1", "app-1", "off-1"], &wanted).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let mut events = ada.follow_at(&format!("{}/events", path(begun.id))).await;
    let followed = async {
        let mut told: Vec<PolicyChange> = Vec::new();
        while let Some(change) = events.next_of("change").await {
            told.push(change);
        }
        told
    };
    let told = app.while_time_passes(followed).await;
    assert_eq!(told[0].items.len(), 3);
    let last = told.last().unwrap();
    assert_eq!((last.progress, last.settled), (Progress::Over, 3));
    let mut known = told[0].clone();
    for item in told.iter().flat_map(|change| &change.items) {
        let same = known.items.iter_mut().find(|known| known.vm == item.vm).unwrap();
        *same = item.clone();
    }
    assert_eq!(fates(&known), [("web-1", "done"), ("app-1", "unchanged"), ("off-1", "done")]);
}

#[tokio::test]
async fn a_change_is_seen_by_whoever_asked_for_it_and_by_auditors_of_all_of_it() {
    let app = TestApp::start_in(|world: &mut World| {
        apart(world);
        world.add_person(Person::new("Anna Auditor", "anna@contoso.com").app_role("Administrator")).unwrap();
    })
    .await;
    let (ada, anna) = (app.sign_in("admin").await, app.sign_in("anna").await);
    let done = change(&app, &ada, &["web-1", "app-1"], &set(&[3389])).await;
    let listed: Page<PolicyChange> = ada.get("/api/jit/changes").await.json();
    let [listed] = &listed.items[..] else { panic!("{listed:?}") };
    assert_eq!((listed.id, listed.machines, listed.settled), (done.id, 2, 2));
    assert_eq!((listed.progress, listed.items.len()), (Progress::Over, 0));
    let theirs: Value = anna.get("/api/jit/changes").await.json();
    assert_eq!(theirs["items"], json!([]), "it is not theirs");
    assert_eq!(anna.get(&path(done.id)).await.status, StatusCode::OK);
    assert_eq!(
        anna.post(&format!("{}/cancel", path(done.id)), &json!({})).await.status,
        StatusCode::FORBIDDEN
    );
    for name in ["operator", "reader", "stranger"] {
        let other = app.sign_in(name).await;
        for path in [path(done.id), format!("{}/events", path(done.id))] {
            assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{name} {path}");
        }
    }
}

#[tokio::test]
async fn a_machine_that_is_gone_is_pointed_out_and_forgotten() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let gone = app.vm("shut-1");
    app.azure.world().vms.remove(&gone.to_string()).expect("it was there");
    app.wait(minutes(2));
    ada.get("/api/vms").await;
    let around = app
        .until(SignedDuration::from_secs(1), async || {
            Some(plan(&app, &ada, &["web-1"], &json!("disable")).await).filter(|plan| !plan.gone.is_empty())
        })
        .await;
    assert_eq!(around.gone, [gone]);
    let still_there = plan(&app, &ada, &["web-1"], &json!("forget")).await;
    assert!(still_there.items[0].obstacle.as_ref().unwrap().contains("exists"), "{still_there:?}");
    let disabled = plan(&app, &ada, &["shut-1"], &json!("disable")).await;
    assert!(disabled.items[0].obstacle.as_ref().unwrap().contains("forgotten"), "{disabled:?}");
    let forgotten = change(&app, &ada, &["shut-1"], &json!("forget")).await;
    assert_eq!(fates(&forgotten), [("shut-1", "done")]);
    assert!(at_azure(&app, "shut-1").is_empty());
    assert_eq!(at_azure(&app, "web-1"), [3389, 5986]);
}
