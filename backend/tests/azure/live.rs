//! One machine as it is now.

use backend::inventory::{DEFAULT_MAX_AGE, Inventory, LiveVm};
use backend::preflight::Filters;
use jiff::SignedDuration;
use shared::resource_id::VmId;
use shared::vm::{JitState, PowerState};
use simulator::world::{NewPolicy, NewVm};
use simulator::{Fault, Trouble};

use crate::bench::{Bench, add_subscription, production};

/// An inventory that has its list.
async fn loaded(bench: &Bench) -> Inventory {
    let inventory = Inventory::new(bench.azure.clone(), bench.clock.clone(), DEFAULT_MAX_AGE);
    bench.flying(inventory.snapshot()).await.unwrap();
    bench.simulator.forget_requests();
    inventory
}

async fn live(bench: &Bench, inventory: &Inventory, name: &str) -> LiveVm {
    let machine = bench.flying(inventory.live(&bench.vm(name))).await.unwrap();
    LiveVm::clone(&machine.unwrap())
}

#[tokio::test]
async fn a_machine_is_read_now_with_its_policy() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = loaded(&bench).await;
    let machine = inventory.live(&bench.vm("web01")).await.unwrap().unwrap();
    assert_eq!(machine.vm.public_address, Some("203.0.113.20".parse().unwrap()));
    assert_eq!(machine.admin_username.as_deref(), Some("azureuser"));
    assert_eq!(machine.as_of, bench.clock.now());
    assert_eq!(machine.policy().unwrap().0, &bench.policy_of("web01"));
    assert_eq!(machine.requests().count(), 0);
    let paths: Vec<String> = bench.simulator.requests().into_iter().map(|call| call.path).collect();
    assert_eq!(paths.len(), 4, "machine, interface, address and policy, each once: {paths:#?}");
}

#[tokio::test]
async fn a_machine_that_is_too_new_for_the_list_is_found() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = loaded(&bench).await;
    let id = bench.simulator.world().add_vm(NewVm::linux("web02")).unwrap();
    bench.simulator.world().add_policy(&NewPolicy::of(&[&id], &[22])).unwrap();
    let machine = live(&bench, &inventory, "web02").await;
    assert_eq!(machine.vm.subscription_name, "Production");
    assert!(machine.vm.private_address.is_some());
    assert!(machine.policy().is_some());
}

#[tokio::test]
async fn nobody_waits_for_the_first_list_to_see_one_machine() {
    let bench = Bench::start(production(&["web01"])).await;
    bench
        .simulator
        .fail_next(Fault::always(Trouble::Slow(SignedDuration::from_secs(20))).on("ResourceGraph"));
    let inventory = Inventory::new(bench.azure.clone(), bench.clock.clone(), DEFAULT_MAX_AGE);
    let machine = inventory.live(&bench.vm("web01")).await.unwrap().unwrap();
    assert!(matches!(machine.vm.jit, JitState::Configured { .. }));
}

#[tokio::test]
async fn a_policy_set_up_or_moved_since_the_list_was_made_is_found() {
    let mut world = production(&["web01"]);
    world.add_vm(NewVm::linux("web02")).unwrap();
    let bench = Bench::start(world).await;
    let inventory = loaded(&bench).await;
    let old = bench.policy_of("web01");
    {
        let mut world = bench.simulator.world();
        world.remove_policy(&old.to_string()).unwrap();
        world.add_policy(&NewPolicy::of(&["web01", "web02"], &[22, 3389]).named("new")).unwrap();
    }
    for name in ["web01", "web02"] {
        let machine = live(&bench, &inventory, name).await;
        assert_eq!(machine.policy().unwrap().0.name().as_str(), "new", "{name}");
        assert!(matches!(&machine.vm.jit, JitState::Configured { ports } if ports.len() == 2));
    }
}

#[tokio::test]
async fn a_machine_that_is_gone_is_none_and_so_is_one_that_is_none_of_ours() {
    let mut world = production(&["web01"]);
    world.add_subscription(simulator::world::NewSubscription::named("Foreign")).unwrap();
    world.add_vm(NewVm::linux("hidden").subscription("Foreign")).unwrap();
    let bench = Bench::start(world).await;
    let inventory = loaded(&bench).await;
    let (gone, hidden) = (bench.vm("web01"), bench.vm("hidden"));
    bench.simulator.world().vms.remove(&gone.to_string());
    assert!(bench.flying(inventory.live(&gone)).await.unwrap().is_none());

    bench.simulator.forget_requests();
    assert!(bench.flying(inventory.live(&hidden)).await.unwrap().is_none());
    let elsewhere: VmId = hidden.to_string().replace("hidden", "another").parse().unwrap();
    assert!(bench.flying(inventory.live(&elsewhere)).await.unwrap().is_none());
    assert!(bench.simulator.requests().is_empty(), "Azure is not asked about foreign subscriptions");
}

#[tokio::test]
async fn what_cannot_be_read_now_is_shown_as_it_was_listed() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = loaded(&bench).await;
    for path in ["/virtualMachines/", "/networkInterfaces/", "/publicIPAddresses/"] {
        bench.simulator.fail_next(Fault::always(Trouble::Forbidden).on(path));
    }
    let machine = live(&bench, &inventory, "web01").await;
    assert_eq!(machine.vm.power, PowerState::Running);
    assert_eq!(machine.vm.public_address, Some("203.0.113.20".parse().unwrap()));
    assert!(machine.policy().is_some());
    let Filters::Unknown { reason } = inventory.filters(&machine).await else { panic!("nothing is known") };
    assert!(reason.contains("may not read the machine's network interface"), "{reason}");
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_now_is_not_guessed() {
    let bench = Bench::start(production(&["web01"])).await;
    let inventory = loaded(&bench).await;
    let policies = "jitNetworkAccessPolicies";
    bench.simulator.fail_next(Fault::always(Trouble::ServerError(500)).on(policies));
    assert!(bench.flying(inventory.live(&bench.vm("web01"))).await.is_err());
    bench.simulator.faults().clear();
    bench.simulator.fail_next(Fault::always(Trouble::Forbidden).on(policies));
    let machine = live(&bench, &inventory, "web01").await;
    assert_eq!(machine.vm.jit, JitState::Unknown);
    assert!(machine.policy().is_none());
}

#[tokio::test]
async fn the_groups_in_front_of_a_machine_are_read() {
    let mut world = production(&["web01"]);
    add_subscription(&mut world, "Development", "Owner");
    let bench = Bench::start(world).await;
    let inventory = loaded(&bench).await;
    let machine = live(&bench, &inventory, "web01").await;
    let Filters::Known { groups, addresses, .. } = inventory.filters(&machine).await else {
        panic!("they are known")
    };
    assert_eq!(groups.len(), 1);
    assert_eq!(addresses, Vec::from_iter(machine.vm.private_address));
}
