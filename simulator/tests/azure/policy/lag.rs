//! Defender, which Azure Policy reads, looks at machines by its own clock.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::{
    World,
    world::{Assessment, NewVerdict},
};

use super::{
    states::{assigned, post, states, subscription},
    timing::guard,
};
use crate::client::{Azure, vm_path};

const JIT: &str = " and policyAssignmentName eq 'jit' and resourceGroup eq 'plant-rg'";

/// What Defender, Resource Graph and Azure Policy say of `open`.
async fn said(azure: &Azure) -> [Value; 3] {
    let vm = vm_path(azure, "open");
    let name = "805651bc-6ecd-4c73-9b55-97a19d0582d0";
    let assessment = azure
        .get(&format!("{vm}/providers/Microsoft.Security/assessments/{name}?api-version=2020-01-01"))
        .await;
    let query = "securityresources | where type =~ 'microsoft.security/assessments' and id contains '/open/' | project id, code = tostring(properties.status.code)";
    let url = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01";
    let row = azure.post(url, &json!({ "query": query })).await;
    let state = states(azure, &subscription(azure, "Plant"), JIT).await[0].1.clone();
    [
        assessment.body["properties"]["status"]["code"].clone(),
        row.body["data"][0]["code"].clone(),
        state.into(),
    ]
}

#[tokio::test]
async fn a_machine_is_not_compliant_for_hours_after_just_in_time_was_switched_on() {
    let mut azure = Azure::start(assigned()).await;
    azure.simulator.world().behaviour.assessment_every = SignedDuration::from_hours(3);
    azure.wait(30 * 60);
    guard(&azure, "open").await;
    let still = ["Unhealthy", "Unhealthy", "NonCompliant"];
    azure.wait(20 * 60);
    assert_eq!(said(&azure).await, still, "Azure Policy has nothing new to see");
    let plant = subscription(&azure, "Plant");
    assert_eq!(post(&azure, &plant, "latest/triggerEvaluation", &[]).await.status.as_u16(), 202);
    azure.wait(10 * 60);
    azure.renew_token();
    assert_eq!(said(&azure).await, still, "a scan reads the same assessment");
    azure.wait(2 * 3600 - 1);
    azure.renew_token();
    assert_eq!(said(&azure).await, still);
    azure.wait(1);
    assert_eq!(said(&azure).await, ["Healthy", "Healthy", "NonCompliant"]);
    azure.wait(15 * 60);
    assert_eq!(said(&azure).await, ["Healthy", "Healthy", "Compliant"]);
    let vm = vm_path(&azure, "open");
    let list =
        azure.get(&format!("{plant}/providers/Microsoft.Security/assessments?api-version=2020-01-01")).await;
    let rows = list.body["value"].as_array().unwrap();
    let own = rows.iter().find(|row| row["id"].as_str().unwrap().starts_with(&vm)).unwrap();
    assert_eq!(own["properties"]["status"]["code"], "Healthy");
    assert_eq!(own["properties"]["status"]["statusChangeDate"], "2030-01-01T15:00:00Z");
}

#[tokio::test]
async fn from_the_beginning_each_machine_has_a_clock_of_its_own() {
    let mut world = World::generated(40, 1);
    world.behaviour.assessment_every = SignedDuration::from_hours(3);
    let mut azure = Azure::start(world).await;
    let policies: Vec<String> =
        azure.simulator.world().policies().iter().map(|policy| policy.id.clone()).collect();
    {
        let mut world = azure.simulator.world();
        for id in &policies {
            world.remove_policy(id);
        }
        for nsg in world.nsgs.iter_mut() {
            nsg.rules.push(super::states::anyone());
        }
    }
    let scope = azure.simulator.world().subscriptions.values().next().unwrap().resource_id();
    let mut unhealthy = Vec::new();
    for _ in 0..4 {
        let list = azure
            .get(&format!("{scope}/providers/Microsoft.Security/assessments?api-version=2020-01-01"))
            .await;
        let rows = list.body["value"].as_array().unwrap();
        assert_eq!(rows.len(), 40);
        unhealthy.push(rows.iter().filter(|row| row["properties"]["status"]["code"] == "Unhealthy").count());
        azure.wait(3600);
        azure.renew_token();
    }
    assert_eq!((unhealthy[0], unhealthy[3]), (0, 40));
    assert!(0 < unhealthy[1] && unhealthy[1] < unhealthy[2] && unhealthy[2] < 40, "{unhealthy:?}");
}

#[tokio::test]
async fn a_world_may_tell_what_was_said_before() {
    let mut world = assigned();
    let unhealthy =
        || Assessment { code: "Unhealthy".to_owned(), cause: String::new(), description: String::new() };
    for (vm, until) in [("guarded", SignedDuration::from_hours(10)), ("open", SignedDuration::from_hours(-1))]
    {
        let said = if vm == "open" {
            Assessment { code: "NotApplicable".to_owned(), ..unhealthy() }
        } else {
            unhealthy()
        };
        world.add_past_verdict(&NewVerdict { vm: vm.to_owned(), said, until }).unwrap();
    }
    let mut azure = Azure::start(world).await;
    let plant = subscription(&azure, "Plant");
    let history = async |azure: &Azure, group: &str| -> Vec<Value> {
        let filter = format!("resourceGroup eq '{group}' and policyAssignmentName eq 'jit'");
        let options =
            [("$from", "2029-12-01T00:00:00Z"), ("$filter", filter.as_str()), ("$orderby", "timestamp asc")];
        let answer = post(azure, &plant, "default/queryResults", &options).await;
        answer.body["value"].as_array().unwrap().iter().map(|row| row["complianceState"].clone()).collect()
    };
    assert_eq!(history(&azure, "other-rg").await, ["NonCompliant", "Compliant"]);
    assert_eq!(history(&azure, "plant-rg").await, ["Compliant", "Compliant"]);
    azure.wait(55 * 60);
    assert_eq!(said(&azure).await[0], "NotApplicable");
    azure.wait(20 * 60);
    azure.renew_token();
    assert_eq!(said(&azure).await, ["Unhealthy", "Unhealthy", "NonCompliant"]);
}
