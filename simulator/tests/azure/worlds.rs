//! Worlds: the one of the demo, and generated ones.

use simulator::{World, world::Resource};

use crate::client::Azure;

#[tokio::test]
async fn contoso_has_what_the_demo_shows() {
    let azure = Azure::contoso().await;
    let world = azure.simulator.world();
    assert_eq!(world.vms.len(), 35);
    assert_eq!(world.people.len(), 5);
    let in_use = world.public_ips.iter().filter_map(|ip| ip.address).collect::<Vec<_>>();
    let documentation = ["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"];
    let ranges = documentation.map(|range| range.parse::<ipnet::IpNet>().unwrap());
    assert!(in_use.iter().all(|address| ranges.iter().any(|range| range.contains(address))));
}

#[tokio::test]
async fn at_contoso_one_rule_defeats_just_in_time_and_the_others_stay_shut() {
    let azure = Azure::contoso().await;
    let operator = "203.0.113.7".parse().unwrap();
    assert!(azure.simulator.admits("hmi-03", 3389, operator), "AllowRDP at 300 comes first");
    assert!(!azure.simulator.admits("hmi-01", 3389, operator));
    assert!(azure.simulator.admits("build-07", 22, operator), "no policy, and open");
    assert!(!azure.simulator.admits("lab-01", 22, operator), "no security group lets nobody in");
}

#[tokio::test]
async fn at_contoso_somebody_is_in_at_this_moment() {
    let azure = Azure::contoso().await;
    assert!(azure.simulator.admits("jump-02", 22, "203.0.113.45".parse().unwrap()));
    azure.wait(3 * 60 * 60);
    assert!(!azure.simulator.admits("jump-02", 22, "203.0.113.45".parse().unwrap()));
}

#[test]
fn a_generated_world_is_as_large_as_it_was_asked_for_and_always_the_same() {
    let world = World::generated(250, 10);
    assert_eq!(world.vms.len(), 250);
    assert_eq!(world.subscriptions.len(), 10);
    let ids = |world: &World| world.vms.iter().map(|vm| vm.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&world), ids(&World::generated(250, 10)));
}
