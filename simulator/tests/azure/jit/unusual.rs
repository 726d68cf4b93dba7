//! Requests that the documents say little of.

use simulator::world::{IpConfiguration, NewPolicy, WithoutGroup};

use super::{initiate, reaches};
use crate::client::{Azure, one_machine, wish};

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
