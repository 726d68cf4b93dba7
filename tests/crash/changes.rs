//! The process is killed in the middle of changes of many machines, again and again. Each is brought
//! to its end, nothing is written twice, and what is on record is true.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use backend::audit::verify::verify;
use backend::audit::{Action, Outcome};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::policy_change::{ChangePlan, Fate};
use simulator::world::{NewPolicy, NewVm, World};
use simulator::{Fault, Trouble};
use tests::app::Installed;
use tests::database::Kind;
use tests::on_both_databases;

use super::PROGRAM;
use super::chance::Chance;
use super::truth;

on_both_databases![changes_of_many_machines_survive_however_often_the_process_is_killed];

/// How often the process is killed.
const KILLS: u16 = 8;

/// How many policies there are, each with so many machines.
const POLICIES: usize = 6;
const MACHINES: usize = 4;

/// How long it may take until everything is over, by the clock on the wall. A change that somebody
/// left is taken over after some seconds.
const PATIENCE: Duration = Duration::from_mins(1);

fn build(world: &mut World) {
    for policy in 0..POLICIES {
        let add = |machine| {
            let vm = NewVm::linux(&format!("many-{policy}-{machine}"));
            world.add_vm(vm.subscription("Production").group(&format!("many-{policy}"))).unwrap()
        };
        let ids: Vec<String> = (0..MACHINES).map(add).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        world.add_policy(&NewPolicy::of(&ids, &[22])).unwrap();
    }
}

async fn changes_of_many_machines_survive_however_often_the_process_is_killed(on: Kind) {
    let mut chance = Chance::new(7);
    let settings =
        "[azure]\npatience = \"6s\"\n[limits]\ncalls_per_minute = 100000\nchanges_per_minute = 100000\n";
    let installed = Installed::new(PROGRAM, on, settings, build).await;
    let vms: Vec<String> = {
        let world = installed.azure.world();
        world.vms.iter().filter(|vm| vm.name.starts_with("many-")).map(|vm| vm.id.clone()).collect()
    };
    let process = installed.serve().await;
    let ada = installed.sign_in("admin").await;
    process.kill();
    let mut asked_for = 0;
    for round in 0..KILLS {
        let process = installed.serve().await;
        let time = SignedDuration::try_from(chance.millis(300)).unwrap();
        for _ in 0..POLICIES / 2 {
            let trouble = match chance.below(4) {
                0 => Trouble::Slow(time),
                1 => Trouble::LateAnswer(time),
                2 => Trouble::ActThenCutOff,
                _ => Trouble::CutOff,
            };
            installed.azure.fail_next(Fault::next(trouble).method(Method::PUT));
        }
        let asking = async {
            let ports =
                json!([{ "port": 9000 + round, "protocol": "*", "sources": ["*"], "longest": "PT3H" }]);
            let wanted = json!({ "merge": { "ports": ports } });
            let plan = json!({ "vms": vms, "change": wanted, "dry_run": true });
            let plan: ChangePlan = ada.try_to_post("/api/jit/policies", &plan).await?.json();
            let versions: Vec<_> = plan.items.iter().map(|item| &item.version).collect();
            let body = json!({ "vms": vms, "change": wanted, "versions": versions });
            Some(ada.try_to_post("/api/jit/policies", &body).await?.status)
        };
        // Some kills come before anything was begun, some in the midst, some after all of it.
        let moment = chance.millis(900);
        let began = tokio::time::timeout(Duration::from_secs(10), asking).await;
        asked_for += u32::from(matches!(began, Ok(Some(status)) if status == 202));
        _ = tokio::time::timeout(moment, std::future::pending::<()>()).await;
        process.kill();
        installed.azure.faults().clear();
    }
    let left = truth::left_behind(&installed).await;
    let unfinished = installed.store.changes().unfinished().await.unwrap();
    let _process = installed.serve().await;
    let mut looks = tokio::time::interval(Duration::from_millis(200));
    let settled = async {
        while !installed.store.changes().unfinished().await.unwrap().is_empty() {
            looks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.expect("every change comes to its end");
    eprintln!(
        "{on:?}: {asked_for} changes, {} unfinished and {left} intents left by the last kill",
        unfinished.len()
    );
    assert!(asked_for > 0 && !unfinished.is_empty(), "the kills came at no bad moment");
    assert_eq!(truth::left_behind(&installed).await, 0, "every intent has its outcome");
    check(&installed).await;
}

async fn check(installed: &Installed) {
    let report = verify(&installed.store, &[]).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    let mut told = HashMap::new();
    for attempt in truth::attempts(installed).await.into_values() {
        let Action::Configure { vm, change: Some(change), .. } = attempt.action else { continue };
        let outcome = attempt.outcome.expect("it was waited for");
        assert!(told.insert((change, vm), outcome).is_none(), "one attempt for each machine of a change");
    }
    assert!(!told.is_empty());
    for ((change, vm), outcome) in &told {
        let parts = installed.store.changes().parts(*change).await.unwrap();
        let mut items = parts.iter().flat_map(|part| &part.items).map(|item| &item.changed);
        let item = items.find(|item| item.vm == *vm).expect("it is of that change");
        assert_eq!(item.fate == Fate::Done, matches!(outcome, Outcome::Done { .. }), "{item:?} {outcome:?}");
        if item.fate == Fate::Done {
            let port = item.to.as_ref().and_then(|policy| policy.ports.last()).expect("it was added");
            let id = vm.to_string();
            let world = installed.azure.world();
            let mut machines = world.policies_of(&id).filter_map(|policy| policy.machine(&id));
            assert!(
                machines.any(|machine| machine.ports.iter().any(|rule| rule.number == port.port.number())),
                "{item:?}"
            );
        }
    }
    let mut written: HashSet<(String, String)> = HashSet::new();
    for call in
        installed.azure.requests().into_iter().filter(|call| call.method == Method::PUT && call.status == 200)
    {
        let body: Value = call.json();
        assert!(written.insert((call.path.clone(), body.to_string())), "written twice: {} {body}", call.path);
    }
}
