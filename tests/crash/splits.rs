//! The process is killed while machines leave a policy that they share for one of their own, again
//! and again. None ends without a policy, or in two.

use std::time::Duration;

use backend::audit::verify::verify;
use backend::audit::{Action, Outcome};
use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use shared::policy_change::{ChangePlan, Fate};
use simulator::world::{NewPolicy, NewVm, World};
use simulator::{Fault, Trouble};
use tests::app::{Installed, Visitor};
use tests::database::Kind;
use tests::on_both_databases;

use super::PROGRAM;
use super::chance::Chance;
use super::truth;

on_both_databases![machines_get_policies_of_their_own_however_often_the_process_is_killed];

/// How many policies are shared, and by how many machines each. One is split at a time, and the
/// process is killed while it is.
const SHARED: usize = 8;
const MACHINES: usize = 4;

/// How long it may take until everything is over, by the clock on the wall.
const PATIENCE: Duration = Duration::from_mins(1);

fn name(policy: usize, machine: usize) -> String {
    format!("pair-{policy}-{machine}")
}

fn build(world: &mut World) {
    for policy in 0..SHARED {
        let ids: Vec<String> = (0..MACHINES)
            .map(|machine| {
                let vm = NewVm::linux(&name(policy, machine)).subscription("Production");
                world.add_vm(vm.group(&format!("pair-{policy}"))).unwrap()
            })
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        world.add_policy(&NewPolicy::of(&ids, &[22])).unwrap();
    }
}

/// The names of the policies that name a machine.
fn policies(installed: &Installed, policy: usize, machine: usize) -> Vec<String> {
    let world = installed.azure.world();
    let vm = world.vm(&name(policy, machine)).unwrap().id.clone();
    let named = world.policies_of(&vm).map(|policy| {
        let machine = policy.machine(&vm).unwrap();
        assert_eq!((machine.ports.len(), machine.ports[0].number), (1, 22), "it has what it had");
        policy.id.rsplit('/').next().unwrap().to_owned()
    });
    named.collect()
}

async fn ask(installed: &Installed, ada: &Visitor, policy: usize) -> Option<u16> {
    let vms: Vec<String> = {
        let world = installed.azure.world();
        (0..MACHINES).map(|machine| world.vm(&name(policy, machine)).unwrap().id.clone()).collect()
    };
    let wanted = json!({ "vms": vms, "change": "split", "dry_run": true });
    let plan: ChangePlan = ada.try_to_post("/api/jit/policies", &wanted).await?.json();
    let versions: Vec<_> = plan.items.iter().map(|item| &item.version).collect();
    let wanted = json!({ "vms": vms, "change": "split", "versions": versions });
    Some(ada.try_to_post("/api/jit/policies", &wanted).await?.status.as_u16())
}

async fn machines_get_policies_of_their_own_however_often_the_process_is_killed(on: Kind) {
    let mut chance = Chance::new(11);
    let settings =
        "[azure]\npatience = \"6s\"\n[limits]\ncalls_per_minute = 100000\nchanges_per_minute = 100000\n";
    let installed = Installed::new(PROGRAM, on, settings, build).await;
    let process = installed.serve().await;
    let ada = installed.sign_in("admin").await;
    process.kill();
    let (mut asked_for, mut interrupted, mut in_none) = (0, 0, 0);
    for policy in 0..SHARED {
        let process = installed.serve().await;
        let time = SignedDuration::try_from(chance.millis(300)).unwrap();
        for _ in 0..2 {
            let trouble = match chance.below(4) {
                0 => Trouble::Slow(time),
                1 => Trouble::LateAnswer(time),
                2 => Trouble::ActThenCutOff,
                _ => Trouble::CutOff,
            };
            installed.azure.fail_next(Fault::next(trouble).method(Method::PUT));
        }
        let moment = chance.millis(700);
        let answer = tokio::time::timeout(Duration::from_secs(20), ask(&installed, &ada, policy)).await;
        asked_for += u32::from(matches!(answer, Ok(Some(202))));
        _ = tokio::time::timeout(moment, std::future::pending::<()>()).await;
        process.kill();
        installed.azure.faults().clear();
        interrupted += installed.store.changes().unfinished().await.unwrap().len();
        let none = |machine: &usize| policies(&installed, policy, *machine).is_empty();
        in_none += (0..MACHINES).filter(none).count();
    }
    let _process = installed.serve().await;
    let mut looks = tokio::time::interval(Duration::from_millis(200));
    let settled = async {
        while !installed.store.changes().unfinished().await.unwrap().is_empty() {
            looks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.expect("every change comes to its end");
    eprintln!(
        "{on:?}: {asked_for} changes, {interrupted} times one was unfinished, and {in_none} machines were in no policy when the process was killed"
    );
    assert!(asked_for > 0 && interrupted > 0, "the kills came at no bad moment");
    assert_eq!(truth::left_behind(&installed).await, 0, "every intent has its outcome");
    check(&installed).await;
}

async fn check(installed: &Installed) {
    let report = verify(&installed.store, &[]).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    let mut own = Vec::new();
    for attempt in truth::attempts(installed).await.into_values() {
        let Action::Split { vm, change, .. } = attempt.action else { continue };
        let outcome = attempt.outcome.expect("it was waited for");
        let parts = installed.store.changes().parts(change).await.unwrap();
        let mut items = parts.iter().flat_map(|part| &part.items).map(|item| &item.changed);
        let item = items.find(|item| item.vm == vm).expect("it is of that change");
        assert_eq!(item.fate, Fate::Done, "nothing lasted that was in the way");
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
        own.push(vm.name().to_string());
    }
    assert!(!own.is_empty());
    for (policy, machine) in
        (0..SHARED).flat_map(|policy| (0..MACHINES).map(move |machine| (policy, machine)))
    {
        let name = name(policy, machine);
        let named = policies(installed, policy, machine);
        assert_eq!(named.len(), 1, "{name} is in {named:?}");
        assert_eq!(named[0] == name, own.contains(&name), "{name} is in {named:?}");
    }
}
