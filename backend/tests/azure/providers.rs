//! What the providers answer, at their best and at their oddest.

use backend::azure::arm::ArmError;
use backend::azure::compute::Machine;
use jiff::SignedDuration;
use shared::vm::{Os, PowerState};
use simulator::world::{self, NewPolicy, NewSubscription, NewVm};
use simulator::{Fault, Trouble, World};
use uuid::Uuid;

use crate::bench::{Bench, production};

async fn machine(bench: &Bench, name: &str) -> Machine {
    bench.azure.compute.vm(&bench.vm(name)).await.unwrap()
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let mut world = production(&[]);
    world.behaviour.page_size = 2;
    for name in ["a", "b", "c", "d", "e"] {
        let id = world.add_vm(NewVm::linux(name)).unwrap();
        world.add_policy(&NewPolicy::of(&[&id], &[22]).named(name)).unwrap();
    }
    let bench = Bench::start(world).await;
    let policies = bench.azure.security.policies(bench.vm("a").subscription()).await.unwrap();
    assert_eq!(policies.len(), 5);
    assert_eq!(bench.received("/jitNetworkAccessPolicies").len(), 3);
}

#[tokio::test]
async fn subscriptions_that_are_switched_off_are_left_out() {
    let mut world = World::generated(0, 2);
    world
        .add_subscription(NewSubscription { state: "Disabled".to_owned(), ..NewSubscription::named("Old") })
        .unwrap();
    let bench = Bench::start(world).await;
    let subscriptions = bench.azure.subscriptions.list().await.unwrap();
    assert_eq!(subscriptions.len(), 2);
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_fetched() {
    let bench = Bench::start(World::generated(0, 2)).await;
    bench.simulator.fail_next(Fault::next(Trouble::ForeignNextLink));
    let error = bench.azure.subscriptions.list().await.unwrap_err();
    assert!(matches!(error, ArmError::Unexpected(_)), "{error:?}");
    assert_eq!(bench.received("/subscriptions").len(), 1);
}

#[tokio::test]
async fn a_machine_and_its_network_are_read() {
    let bench = Bench::start(production(&["web01"])).await;
    let machine = machine(&bench, "web01").await;
    assert_eq!((machine.os, machine.power), (Os::Linux, PowerState::Running));
    assert_eq!(machine.admin_username.as_deref(), Some("azureuser"));

    let network = &bench.azure.network;
    let nic = network.nic(&machine.primary_nic.unwrap()).await.unwrap();
    let public_ip = network.public_ip(&nic.public_ip.unwrap()).await.unwrap();
    assert_eq!(public_ip.address, Some("203.0.113.20".parse().unwrap()));
    let nsg = network.nsg(&nic.nsg.unwrap()).await.unwrap();
    assert!(nsg.rules.iter().any(|rule| rule.name.contains("JITRule")));
    assert!(nsg.rules.iter().any(|rule| rule.name == "DenyAllInBound"));
    assert_eq!(network.nsg_of_subnet(&nic.subnet.unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn a_machine_is_started_and_waited_for() {
    let mut world = production(&[]);
    world.add_vm(NewVm::windows("jump-01").power(world::PowerState::Deallocated)).unwrap();
    let bench = Bench::start(world).await;
    let starting = bench.azure.compute.start(&bench.vm("jump-01")).await.unwrap();
    assert!(starting.correlation_id().is_some());
    assert_eq!(machine(&bench, "jump-01").await.power, PowerState::Starting);
    bench.flying(starting.finish()).await.unwrap();
    assert_eq!(machine(&bench, "jump-01").await.power, PowerState::Running);
}

#[tokio::test]
async fn nothing_is_lost_to_capitals_and_to_words_of_tomorrow() {
    let bench = Bench::start(production(&["web01", "web02"])).await;
    let (vm, policy) = (bench.vm("web01"), bench.policy_of("web01"));
    for trouble in [Trouble::OddCasing, Trouble::UnknownEnums] {
        bench.simulator.fail_next(Fault::always(trouble.clone()));
        let policies = bench.azure.security.policies(vm.subscription()).await.unwrap();
        let found = policies.iter().find(|candidate| candidate.id == policy).unwrap();
        assert!(found.of(&vm).is_some(), "{trouble:?}");
        let machine = machine(&bench, "web01").await;
        let nic = bench.azure.network.nic(&machine.primary_nic.unwrap()).await.unwrap();
        assert!(!bench.azure.network.nsg(&nic.nsg.unwrap()).await.unwrap().rules.is_empty(), "{trouble:?}");
        bench.simulator.faults().clear();
    }
}

#[tokio::test]
async fn lists_that_are_null_are_empty() {
    let bench = Bench::start(production(&["web01"])).await;
    bench.simulator.fail_next(Fault::always(Trouble::NullLists));
    assert!(bench.azure.subscriptions.list().await.unwrap().is_empty());
    assert!(bench.azure.security.policy(&bench.policy_of("web01")).await.unwrap().vms.is_empty());
    assert_eq!(machine(&bench, "web01").await.primary_nic, None);
}

#[tokio::test]
async fn a_query_over_many_subscriptions_is_asked_in_batches_and_read_to_the_last_row() {
    #[derive(serde::Deserialize)]
    struct Row {
        id: String,
    }
    let bench = Bench::start(World::generated(2500, 301)).await;
    let subscriptions: Vec<Uuid> =
        bench.azure.subscriptions.list().await.unwrap().iter().map(|subscription| subscription.id).collect();
    let query =
        "resources | where type =~ 'microsoft.compute/virtualmachines' | project id | order by id asc";
    let mut ids = Vec::new();
    let row = |Row { id }| ids.push(id);
    bench.flying(bench.azure.graph.query(&subscriptions, query, row)).await.unwrap();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 2500);
    assert_eq!(bench.received("/Microsoft.ResourceGraph/resources").len(), 4);
}

#[tokio::test]
async fn queries_wait_for_a_new_quota_when_the_old_one_is_used_up() {
    let mut world = production(&["web01"]);
    world.behaviour.throttling = true;
    let bench = Bench::start(world).await;
    let subscription = bench.vm("web01").subscription();
    let query = "resources | project id | order by id asc";
    let asking = async {
        for _ in 0..40 {
            bench.azure.graph.query(&[subscription], query, |_: serde_json::Value| ()).await.unwrap();
        }
    };
    bench.flying(asking).await;
    let calls = bench.received("/Microsoft.ResourceGraph/resources");
    assert!(calls.iter().all(|call| call.status == 200), "no query is sent in vain");
    let took = calls.last().unwrap().at.duration_since(calls[0].at);
    assert!(SignedDuration::from_secs(8) <= took, "{took:?}");
}

#[tokio::test]
async fn a_query_that_is_wrong_says_what_is_wrong() {
    let bench = Bench::start(production(&[])).await;
    let subscription = bench.simulator.world().subscription("Production").unwrap().id.parse().unwrap();
    let error =
        bench.azure.graph.query(&[subscription], "resources | frobnicate", |_: serde_json::Value| ()).await;
    let Err(ArmError::Refused { message, .. }) = error else { panic!("{error:?}") };
    assert!(message.contains("frobnicate"), "{message}");
}
