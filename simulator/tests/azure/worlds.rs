//! Worlds: the one of the demo, and generated ones.

use simulator::{World, world::Resource};

use crate::{
    client::{Azure, vm_path},
    policy::states::post,
};

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

#[tokio::test]
async fn at_contoso_azure_policy_has_looked_for_weeks() {
    let azure = Azure::start(World::demo()).await;
    let states = async |scope: &str, which: &str, filter: &str| {
        let from = (azure.now() - jiff::SignedDuration::from_hours(20 * 24)).to_string();
        let options = [("$from", from.as_str()), ("$filter", filter)];
        let answer = post(&azure, scope, &format!("{which}/queryResults"), &options).await;
        assert_eq!(answer.status.as_u16(), 200, "{:?}", answer.body);
        answer.body["value"].as_array().unwrap().clone()
    };
    let operations = "/providers/Microsoft.Management/managementGroups/contoso-operations";
    let just_in_time = "policyDefinitionName eq 'b0f33259-77d7-4c9e-aac6-3aabcfae693c'";
    let now = states(operations, "latest", just_in_time).await;
    let count = |state: &str, set: bool| {
        let is = |row: &&serde_json::Value| {
            row["complianceState"] == state && (row["policySetDefinitionId"] != "") == set
        };
        now.iter().filter(is).count()
    };
    // All but the machine of finance, through the initiative; most of the head office a second time.
    assert_eq!(now.iter().filter(|row| row["policySetDefinitionId"] != "").count(), 34);
    assert!(3 < count("NonCompliant", true) && 20 < count("Compliant", true), "{now:#?}");
    assert_eq!((count("Exempt", false), count("Exempt", true)), (1, 0));
    let of = |vm: &str| {
        format!("{just_in_time} and policySetDefinitionId ne '' and resourceId eq '{}'", vm_path(&azure, vm))
    };
    let early = states(operations, "latest", &of("scada-hist-02")).await;
    assert_eq!(early[0]["complianceState"], "NonCompliant", "Defender has not looked yet");
    let past = states(operations, "default", &of("hmi-01")).await;
    let bad = past.iter().filter(|row| row["complianceState"] == "NonCompliant").count();
    assert!(5 < bad && bad < past.len() - 5, "{bad} of {}", past.len());
}

#[test]
fn a_generated_world_is_as_large_as_it_was_asked_for_and_always_the_same() {
    let world = World::generated(250, 10);
    assert_eq!(world.vms.len(), 250);
    assert_eq!(world.subscriptions.len(), 10);
    let ids = |world: &World| world.vms.iter().map(|vm| vm.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&world), ids(&World::generated(250, 10)));
}
