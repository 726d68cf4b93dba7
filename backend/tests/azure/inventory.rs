//! The list of all machines.

use std::sync::Arc;

use backend::azure::arm::ArmError;
use backend::azure::resource_id::ResourceId;
use backend::inventory::{DEFAULT_MAX_AGE, Inventory, Snapshot};
use jiff::SignedDuration;
use shared::resource_id::ArmName;
use shared::vm::{JitState, Os, PowerState};
use simulator::world::{
    Ancestors, ManagementGroup, NewNic, NewNsg, NewPolicy, NewSubnet, NewSubscription, NewVm, NewVnet,
};
use simulator::{Fault, Trouble, World};

use crate::bench::{Bench, add_subscription, production};

fn inventory(bench: &Bench) -> Inventory {
    Inventory::new(bench.azure.clone(), bench.clock.clone(), DEFAULT_MAX_AGE)
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.vms().map(|entry| entry.vm.id.name().as_str()).collect()
}

/// Two subscriptions that are read, and one whose policies are not.
fn three_subscriptions() -> World {
    let mut world = production(&["web01"]);
    add_subscription(&mut world, "Development", "Owner");
    world.add_vm(NewVm::windows("build01").subscription("Development").tag("env", "test")).unwrap();
    add_subscription(&mut world, "Finance", "Virtual Machine Contributor");
    world.add_vm(NewVm::linux("ledger01").subscription("Finance")).unwrap();
    world
}

async fn lists_made(bench: &Bench, inventory: &Inventory) -> usize {
    bench.flying(inventory.snapshot()).await.unwrap();
    bench.received("/jitNetworkAccessPolicies").len()
}

#[tokio::test]
async fn machines_of_all_subscriptions_are_listed_by_name() {
    let bench = Bench::start(three_subscriptions()).await;
    let snapshot = bench.flying(inventory(&bench).snapshot()).await.unwrap();
    assert_eq!(names(&snapshot), ["build01", "ledger01", "web01"]);

    let web01 = snapshot.vm(&bench.vm("web01")).unwrap();
    assert_eq!(web01.vm.subscription_name, "Production");
    assert_eq!((web01.vm.os, web01.vm.power), (Os::Linux, PowerState::Running));
    assert_eq!(web01.vm.public_address, Some("203.0.113.20".parse().unwrap()));
    assert_eq!(web01.policy.as_deref(), Some(&bench.policy_of("web01")));
    let JitState::Configured { ports } = &web01.vm.jit else { panic!("{:?}", web01.vm.jit) };
    assert_eq!(ports.iter().map(|port| port.number()).collect::<Vec<_>>(), [22]);

    let build01 = snapshot.vm(&bench.vm("build01")).unwrap();
    assert_eq!((build01.vm.os, &build01.vm.jit), (Os::Windows, &JitState::NotConfigured));
    assert_eq!(build01.tags.get("env").map(String::as_str), Some("test"));
    assert!(build01.nic.is_some());
    assert_eq!(build01.nsgs.len(), 1);
}

#[tokio::test]
async fn a_subscription_that_refuses_does_not_hide_the_others() {
    let bench = Bench::start(three_subscriptions()).await;
    let snapshot = bench.flying(inventory(&bench).snapshot()).await.unwrap();
    let [finance] = &snapshot.unreadable[..] else { panic!("{:?}", snapshot.unreadable) };
    assert_eq!(finance.name, "Finance");
    assert!(finance.reason.contains("Microsoft.Security/"), "{}", finance.reason);
    assert_eq!(snapshot.vm(&bench.vm("ledger01")).unwrap().vm.jit, JitState::Unknown);
    assert_eq!(snapshot.subscriptions.len(), 3);
}

#[tokio::test]
async fn policies_that_are_away_for_a_moment_stay_as_they_were_known() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = inventory(&bench);
    bench.flying(inventory.snapshot()).await.unwrap();
    bench.simulator.fail_next(Fault::always(Trouble::ServerError(500)).on("jitNetworkAccessPolicies"));
    bench.advance(SignedDuration::from_hours(1));
    let snapshot = bench.flying(inventory.snapshot()).await.unwrap();
    assert_eq!(snapshot.unreadable.len(), 1);
    assert!(matches!(snapshot.vm(&bench.vm("web01")).unwrap().vm.jit, JitState::Configured { .. }));
}

/// A world with `web01` in a subscription that is in the management group `plants`.
fn below_plants() -> World {
    let mut world = production(&["web01"]);
    for (name, parent) in [("contoso", None), ("plants", Some("contoso"))] {
        let group = ManagementGroup {
            name: name.to_owned(),
            display_name: Some("A group".to_owned()),
            parent: parent.map(str::to_owned),
        };
        world.add_management_group(group).unwrap();
    }
    for subscription in world.subscriptions.values_mut() {
        subscription.management_group = Some("plants".to_owned());
    }
    world
}

/// The management groups of `web01`, by the list and as it is now.
async fn groups_of_web01(bench: &Bench, inventory: &Inventory) -> [Option<Vec<String>>; 2] {
    let names = |groups: Option<&[ArmName]>| groups.map(|all| all.iter().map(ArmName::to_string).collect());
    let id = bench.vm("web01");
    let live = bench.flying(inventory.live(&id)).await.unwrap().unwrap();
    let live = bench.flying(inventory.with_ancestors(live)).await;
    let snapshot = bench.flying(inventory.snapshot()).await.unwrap();
    let listed = snapshot.place(snapshot.vm(&id).unwrap()).management_groups;
    [names(listed), names(live.place().management_groups)]
}

#[tokio::test]
async fn the_management_groups_above_a_machine_are_known_before_there_is_a_list_and_after() {
    let bench = Bench::start(below_plants()).await;
    let inventory = inventory(&bench);
    let expected = Some(["plants", "contoso", World::TENANT_ID].map(str::to_owned).to_vec());
    assert_eq!(groups_of_web01(&bench, &inventory).await, [expected.clone(), expected.clone()]);
    assert_eq!(groups_of_web01(&bench, &inventory).await, [expected.clone(), expected]);
    assert_eq!(inventory.snapshot().await.unwrap().ancestry.missing, None);
}

#[tokio::test]
async fn management_groups_that_azure_does_not_tell_of_are_unknown_and_not_none() {
    let mut world = below_plants();
    world.behaviour.ancestors = Ancestors::Hidden;
    let bench = Bench::start(world).await;
    let inventory = inventory(&bench);
    assert_eq!(groups_of_web01(&bench, &inventory).await, [None, None]);
    let snapshot = inventory.snapshot().await.unwrap();
    let missing = snapshot.ancestry.missing.as_deref().unwrap();
    assert!(missing.contains(&bench.vm("web01").subscription().to_string()), "{missing}");
}

#[tokio::test]
async fn management_groups_from_before_are_not_believed_once_they_cannot_be_read() {
    let bench = Bench::start(below_plants()).await;
    let inventory = inventory(&bench);
    assert!(groups_of_web01(&bench, &inventory).await.iter().all(Option::is_some));
    bench.simulator.world().behaviour.ancestors = Ancestors::Hidden;
    bench.advance(SignedDuration::from_hours(1));
    bench.flying(inventory.snapshot()).await.unwrap();
    assert_eq!(groups_of_web01(&bench, &inventory).await, [None, None]);
}

#[tokio::test]
async fn the_groups_of_interface_and_subnet_are_both_known() {
    let mut world = production(&[]);
    add_network(&mut world);
    let nic = NewNic {
        subnet: Some("hq/jump".to_owned()),
        nsg: Some("nic-nsg".to_owned()),
        make_nsg: true,
        ..NewNic::default()
    };
    world.add_vm(NewVm::linux("web01").nics(vec![nic])).unwrap();
    let bench = Bench::start(world).await;
    let snapshot = bench.flying(inventory(&bench).snapshot()).await.unwrap();
    let nsgs = &snapshot.vm(&bench.vm("web01")).unwrap().nsgs;
    assert_eq!(nsgs.iter().map(ResourceId::name).collect::<Vec<_>>(), ["nic-nsg", "subnet-nsg"]);
}

/// Adds the network `hq` with the subnet `jump` behind `subnet-nsg`.
fn add_network(world: &mut World) {
    let (group, location) = ("rg".to_owned(), "westeurope".to_owned());
    let nsg = NewNsg {
        name: "subnet-nsg".to_owned(),
        subscription: None,
        group: group.clone(),
        location: location.clone(),
        rules: Vec::new(),
    };
    world.add_nsg(nsg).unwrap();
    let jump = NewSubnet {
        name: "jump".to_owned(),
        prefixes: vec!["10.1.0.0/24".parse().unwrap()],
        nsg: Some("subnet-nsg".to_owned()),
    };
    let space = vec!["10.1.0.0/16".parse().unwrap()];
    let hq =
        NewVnet { name: "hq".to_owned(), subscription: None, group, location, space, subnets: vec![jump] };
    world.add_vnet(hq).unwrap();
}

#[tokio::test]
async fn everybody_waits_for_the_same_first_list() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = inventory(&bench);
    let both = async { tokio::join!(inventory.snapshot(), inventory.snapshot()) };
    let (first, second) = bench.flying(both).await;
    assert!(Arc::ptr_eq(&first.unwrap(), &second.unwrap()));
    assert_eq!(bench.received("/jitNetworkAccessPolicies").len(), 1);
}

#[tokio::test]
async fn a_list_is_kept_for_its_age_then_shown_while_a_new_one_is_loaded_then_waited_for() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = inventory(&bench);
    let first = bench.flying(inventory.snapshot()).await.unwrap();
    assert_eq!(lists_made(&bench, &inventory).await, 1);

    bench.advance(SignedDuration::from_mins(2));
    assert!(Arc::ptr_eq(&inventory.snapshot().await.unwrap(), &first));
    let second = newer(&bench, &inventory, &first).await;
    assert_eq!(lists_made(&bench, &inventory).await, 2);

    bench.advance(SignedDuration::from_mins(11));
    let third = inventory.snapshot().await.unwrap();
    assert!(SignedDuration::from_mins(11) <= third.as_of.duration_since(second.as_of));
}

/// The list that takes the place of `old`.
async fn newer(bench: &Bench, inventory: &Inventory, old: &Arc<Snapshot>) -> Arc<Snapshot> {
    loop {
        let snapshot = bench.flying(inventory.snapshot()).await.unwrap();
        if !Arc::ptr_eq(&snapshot, old) {
            return snapshot;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_old_list_is_better_than_none() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = inventory(&bench);
    let first = bench.flying(inventory.snapshot()).await.unwrap();
    bench.simulator.fail_next(Fault::always(Trouble::ServerError(503)));
    bench.advance(SignedDuration::from_hours(5));
    let still = bench.flying(inventory.snapshot()).await.unwrap();
    assert!(Arc::ptr_eq(&still, &first));
}

#[tokio::test]
async fn without_any_list_the_failure_is_told() {
    let bench = Bench::start(production(&["web01"])).await;
    bench.simulator.fail_next(Fault::always(Trouble::ServerError(503)));
    let inventory = inventory(&bench);
    assert!(matches!(bench.flying(inventory.snapshot()).await, Err(ArmError::Unexpected(_))));
    bench.simulator.faults().clear();
    assert_eq!(names(&bench.flying(inventory.snapshot()).await.unwrap()), ["web01"]);
}

#[tokio::test]
async fn what_was_changed_is_looked_at_again_soon() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = inventory(&bench);
    let first = bench.flying(inventory.snapshot()).await.unwrap();
    let id = bench.simulator.world().add_vm(NewVm::linux("web02")).unwrap();
    bench.simulator.world().add_policy(&NewPolicy::of(&[&id], &[22])).unwrap();
    inventory.refresh_soon();
    bench.advance(SignedDuration::from_secs(16));
    let second = newer(&bench, &inventory, &first).await;
    assert_eq!(names(&second), ["web01", "web02"]);
}

#[tokio::test]
async fn an_empty_tenant_is_an_empty_list() {
    let mut world = World::empty();
    let bench = Bench::start(world.clone()).await;
    assert_eq!(names(&bench.flying(inventory(&bench).snapshot()).await.unwrap()), Vec::<&str>::new());

    world.add_subscription(NewSubscription::named("Foreign")).unwrap();
    world.add_vm(NewVm::linux("hidden")).unwrap();
    let bench = Bench::start(world).await;
    let snapshot = bench.flying(inventory(&bench).snapshot()).await.unwrap();
    assert_eq!((names(&snapshot).len(), snapshot.subscriptions.len()), (0, 0));
}

#[tokio::test]
async fn an_azure_that_is_away_is_left_alone_for_a_while() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = inventory(&bench);
    bench.flying(inventory.snapshot()).await.unwrap();
    bench.simulator.fail_next(Fault::always(Trouble::ServerError(503)));
    bench.advance(SignedDuration::from_hours(5));
    bench.flying(inventory.snapshot()).await.unwrap();
    bench.simulator.forget_requests();
    inventory.snapshot().await.unwrap();
    bench.flying(inventory.live(&bench.vm("web01"))).await.unwrap_err();
    assert!(bench.received("/subscriptions").is_empty());
}
