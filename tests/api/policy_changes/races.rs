//! Others who change the same, cancelling, and trying again.

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::policy_change::{ChangePlan, Fate, Meaning, PolicyChange, Progress};
use simulator::{Fault, Trouble};
use tests::TestApp;
use uuid::Uuid;

use super::{
    ask, at_azure, begin, change, fates, look, merge, outcomes, over, path, plan, set, start, writes,
};

/// Somebody else's turn at the policies of a plan.
pub(super) struct Held {
    names: Vec<String>,
    holder: Uuid,
}

/// Has the turn at all policies of a plan, so that nobody else does until it is given back.
pub(super) async fn hold(app: &TestApp, plan: &ChangePlan) -> Held {
    let holder = Uuid::new_v4();
    let mut names: Vec<String> =
        plan.items.iter().filter_map(|item| Some(item.policy_id.as_ref()?.to_lowercase())).collect();
    names.sort_unstable();
    names.dedup();
    for name in &names {
        assert!(
            app.store
                .leases()
                .take(name, holder, app.now(), Timestamp::MAX)
                .await
                .expect("the store answers")
        );
    }
    Held { names, holder }
}

impl Held {
    pub(super) async fn give_back(self, app: &TestApp) {
        for name in &self.names {
            app.store.leases().give_back(name, self.holder).await.expect("the store answers");
        }
    }
}

#[tokio::test]
async fn a_machine_that_somebody_changed_since_the_plan_is_left_and_shown() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[22]);
    let planned = plan(&app, &ada, &["web-1", "off-1", "app-1"], &merge(&[443], &[])).await;
    change(&app, &ada, &["off-1"], &set(&[8443])).await;
    let app_policy = planned.items[2].policy_id.clone().unwrap();
    app.azure.world().remove_policy(&app_policy).expect("it was there");
    let done = over(&app, &ada, begin(&ada, &planned, &wanted).await.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "overtaken"), ("app-1", "overtaken")]);
    let Fate::Overtaken { standing: Some(standing) } = &done.items[1].fate else { panic!("{done:?}") };
    assert_eq!(standing.ports[0].port.number(), 8443);
    assert_eq!(done.items[2].fate, Fate::Overtaken { standing: None });
    assert_eq!(at_azure(&app, "off-1"), [8443]);
    assert!(at_azure(&app, "app-1").is_empty(), "what was deleted is not brought back");
}

#[tokio::test]
async fn nor_is_one_overwritten_that_is_changed_before_its_turn() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[22]);
    let planned = plan(&app, &ada, &["web-1", "off-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let mut theirs = app.azure.world().policies().get(begun.items[0].policy_id.as_str()).unwrap().clone();
    theirs.machines.retain(|machine| !machine.id.ends_with("/off-1"));
    app.azure.world().put_policy(theirs);
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "overtaken")]);
    assert!(at_azure(&app, "off-1").is_empty());
    let outcomes = outcomes(&app, begun.id).await;
    assert_eq!((outcomes["web-1"].as_str(), outcomes["off-1"].as_str()), ("done", "refused"));
}

#[tokio::test]
async fn two_who_change_the_same_machines_lose_nothing_to_each_other() {
    let app = start().await;
    let (ada, again) = (app.sign_in("admin").await, app.sign_in("admin").await);
    for round in 0..5_u16 {
        let (first, second) = (set(&[22, 9000 + round]), set(&[22, 9100 + round]));
        let planned = plan(&app, &ada, &["web-1", "off-1", "app-1"], &first).await;
        let other = plan(&app, &again, &["off-1", "app-1", "office-1"], &second).await;
        let (one, two) =
            futures_util::future::join(begin(&ada, &planned, &first), begin(&again, &other, &second)).await;
        let (one, two) = (over(&app, &ada, one.id).await, over(&app, &again, two.id).await);
        let fate = |change: &PolicyChange, vm: &str| {
            fates(change).into_iter().find(|(name, _)| *name == vm).map(|(_, fate)| fate)
        };
        for vm in ["off-1", "app-1"] {
            let (a, b) = (fate(&one, vm), fate(&two, vm));
            let number = match (a, b) {
                (Some("done"), Some("overtaken")) => 9000 + round,
                (Some("overtaken"), Some("done")) => 9100 + round,
                both => panic!("{vm}: {both:?}"),
            };
            assert_eq!(at_azure(&app, vm), [22, number], "{vm}: whoever was told that it is done did it");
        }
        assert_eq!((fate(&one, "web-1"), fate(&two, "office-1")), (Some("done"), Some("done")));
    }
}

#[tokio::test]
async fn what_is_cancelled_before_its_turn_is_not_begun() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = json!("disable");
    let planned = plan(&app, &ada, &["web-1", "app-1", "office-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let cancelled = ada.post(&format!("{}/cancel", path(begun.id)), &json!({})).await;
    assert_eq!(cancelled.json::<PolicyChange>().progress, Progress::Cancelling);
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "cancelled"), ("app-1", "cancelled"), ("office-1", "cancelled")]);
    assert_eq!(writes(&app), 0);
    assert!(outcomes(&app, begun.id).await.is_empty());
    let again = ada.post(&format!("{}/cancel", path(begun.id)), &json!({})).await;
    assert_eq!(again.json::<PolicyChange>().progress, Progress::Over, "twice is once");
    let trail = app.store.entries().before(i64::MAX, 20).await.unwrap();
    let about = trail.iter().rev().map(|entry| &entry.content);
    let [asked, cancelled] =
        &about.filter(|entry| entry.body["id"] == json!(begun.id)).collect::<Vec<_>>()[..]
    else {
        panic!("{trail:#?}");
    };
    assert_eq!((&asked.body["event"], &asked.body["machines"]), (&json!("change_asked"), &json!(3)));
    assert_eq!((&asked.body["change"], &asked.body["vms"][1]), (&wanted, &json!(app.vm("app-1"))));
    assert_eq!(cancelled.body["event"], "change_cancelled");
    for entry in [asked, cancelled] {
        assert_eq!(entry.actor["username"], "admin@contoso.com", "{entry:?}");
    }
}

#[tokio::test]
async fn what_has_begun_is_finished_though_it_is_cancelled() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[443]);
    let planned = plan(&app, &ada, &["app-1"], &wanted).await;
    let late = Trouble::LateAnswer(SignedDuration::from_secs(30));
    app.azure.fail_next(Fault::next(late).method(Method::PUT).on("/jitNetworkAccessPolicies/"));
    let asked = app.until_azure_is_asked("/jitNetworkAccessPolicies/");
    let begun = begin(&ada, &planned, &wanted).await;
    asked.await;
    app.until(SignedDuration::ZERO, async || {
        Some(look(&ada, begun.id).await).filter(|change| change.items[0].fate == Fate::Working)
    })
    .await;
    ada.post(&format!("{}/cancel", path(begun.id)), &json!({})).await;
    assert_eq!(fates(&over(&app, &ada, begun.id).await), [("app-1", "done")]);
    assert_eq!(outcomes(&app, begun.id).await["app-1"], "done");
}

#[tokio::test]
async fn what_failed_is_tried_again_once_it_was_seen_anew() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[22, 443]);
    let planned = plan(&app, &ada, &["web-1", "app-1", "office-1"], &wanted).await;
    let failing = planned.items[1].policy_id.clone().unwrap();
    let name = failing.rsplit('/').next().unwrap();
    let fault = Fault::always(Trouble::Forbidden).method(Method::PUT);
    app.azure.fail_next(fault.on(&format!("/jitNetworkAccessPolicies/{name}?")));
    let begun = begin(&ada, &planned, &wanted).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done)[1], ("app-1", "failed"));
    app.azure.faults().clear();
    let retry = format!("{}/retry", path(begun.id));
    let plan: ChangePlan = ada.post(&retry, &json!({ "dry_run": true })).await.json();
    let failed: Vec<&str> =
        fates(&done).into_iter().filter(|(_, fate)| *fate == "failed").map(|(vm, _)| vm).collect();
    assert_eq!(plan.items.iter().map(|item| item.vm.name().as_str()).collect::<Vec<_>>(), failed);
    assert_eq!(plan.items[0].means, Meaning::Changed);
    let versions: Vec<_> = plan.items.iter().map(|item| item.version.clone()).collect();
    let vms: Vec<_> = plan.items.iter().map(|item| item.vm.clone()).collect();
    let again = ada.post(&retry, &json!({ "vms": vms, "versions": versions })).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    let again = over(&app, &ada, again.json::<PolicyChange>().id).await;
    assert!(fates(&again).iter().all(|(_, fate)| *fate == "done"), "{again:?}");
    assert_ne!(again.id, begun.id, "what became of the first stays on record");
    let none = ada.post(&format!("{}/retry", path(again.id)), &json!({ "dry_run": true })).await;
    assert_eq!(none.status, StatusCode::CONFLICT);
    assert_eq!(ask(&ada, &plan, &wanted).await.status, StatusCode::ACCEPTED, "it is like that already");
}
