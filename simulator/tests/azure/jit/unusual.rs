//! Requests that the documents say little of.

use serde_json::json;
use simulator::World;
use simulator::world::{IpConfiguration, NewPolicy, WithoutGroup};

use super::{initiate, reaches};
use crate::client::{Azure, one_machine, vm_path, wish};

#[tokio::test]
async fn a_source_of_ipv6_gets_to_the_address_of_its_family_alone() {
    let mut world = one_machine();
    let old = world.policies().iter().next().unwrap().id.clone();
    world.remove_policy(&old).unwrap();
    world.add_policy(&NewPolicy::of(&["web-1"], &[22])).unwrap();
    let nic = world.nics.iter_mut().next().unwrap();
    let beside = IpConfiguration {
        name: "ipconfig2".to_owned(),
        primary: false,
        private_address: "2001:db8:1::4".parse().unwrap(),
        ..nic.configurations[0].clone()
    };
    nic.configurations.push(beside);
    let azure = Azure::start(world).await;

    assert_eq!(initiate(&azure, &wish(&azure, "2001:db8::7", 30)).await.status, 202);
    azure.wait(10);

    assert!(reaches(&azure, "2001:db8::7") && !reaches(&azure, "2001:db8::8"));
    let rules = azure.simulator.rules("web-1-nsg");
    assert_eq!(rules[0].destinations, ["2001:db8:1::4"]);
}

#[tokio::test]
async fn a_machine_that_no_security_group_stands_before_has_nothing_to_open() {
    let mut world = one_machine();
    world.nics.iter_mut().next().unwrap().nsg = None;
    let azure = Azure::start(world).await;
    let wish = wish(&azure, "203.0.113.7", 30);
    let answer = initiate(&azure, &wish).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["error"]["code"], "BadRequest");

    azure.simulator.world().behaviour.without_group = WithoutGroup::Accepted;
    assert_eq!(initiate(&azure, &wish).await.status, 202);
}

#[tokio::test]
async fn a_machine_that_only_a_firewall_policy_protects_is_refused_and_one_behind_classic_rules_is_not() {
    for (name, status) in [("line-01", 400), ("cell-01", 202)] {
        let mut world = World::contoso();
        let managed = NewPolicy::of(&["line-01"], &[3389]).named("line-01");
        world.add_policy(&managed).unwrap();
        let azure = Azure::start(world).await;
        let vm = vm_path(&azure, name);
        let end = "2030-01-01T12:30:00Z";
        let port = json!({ "number": 3389, "endTimeUtc": end, "allowedSourceAddressPrefix": "203.0.113.7" });
        let body = json!({ "virtualMachines": [{ "id": vm, "ports": [port] }] });
        let policy = azure.simulator.world().policies_of(&vm).next().unwrap().id.clone();
        let answer = azure.post(&format!("{policy}/initiate?api-version=2020-01-01"), &body).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_field_that_the_contract_does_not_name_counts_as_left_out() {
    let mut world = one_machine();
    world.peers.insert("127.0.0.1".parse().unwrap(), "203.0.113.200".parse().unwrap());
    let azure = Azure::start(world).await;
    let mut misspelt = wish(&azure, "203.0.113.7", 30);
    let port = misspelt["virtualMachines"][0]["ports"][0].as_object_mut().unwrap();
    let source = port.remove("allowedSourceAddressPrefix").unwrap();
    port.insert("allowedSourceAdressPrefix".to_owned(), source);
    let answer = initiate(&azure, &misspelt).await;
    assert_eq!(answer.status, 202);
    let opened = &answer.body["virtualMachines"][0]["ports"][0];
    assert_eq!(opened["allowedSourceAddressPrefix"], "203.0.113.200", "the caller's own");

    let mut endless = wish(&azure, "203.0.113.7", 30);
    let port = endless["virtualMachines"][0]["ports"][0].as_object_mut().unwrap();
    let end = port.remove("endTimeUtc").unwrap();
    port.insert("endTime".to_owned(), end);
    assert_eq!(initiate(&azure, &endless).await.status, 400);
}
