//! Scans that are asked for.

use serde_json::json;
use simulator::world::NewPolicyAssignment;

use super::{
    states::{assigned, post, root, states, subscription, told},
    timing::guard,
};
use crate::{client::Azure, management_groups::grant};

const SCAN: &str = "latest/triggerEvaluation";
const JIT: &str = " and policyAssignmentName eq 'jit'";

#[tokio::test]
async fn a_scan_looks_at_all_machines_and_says_when_it_is_done() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    guard(&azure, "open").await;
    let begun = post(&azure, &plant, SCAN, &[]).await;
    assert_eq!((begun.status.as_u16(), begun.header("retry-after")), (202, "30"));
    let location = begun.header("location");
    let own =
        format!("{}{plant}/providers/Microsoft.PolicyInsights/asyncOperationResults/", azure.simulator.url());
    assert!(location.starts_with(&own) && location.ends_with("?api-version=2024-10-01"), "{location}");
    azure.wait(60);
    let again = post(&azure, &plant, SCAN, &[]).await;
    assert_eq!(again.header("location"), location, "one is under way");
    let group = format!("{plant}/resourceGroups/plant-rg");
    assert_ne!(post(&azure, &group, SCAN, &[]).await.header("location"), location, "a group has its own");
    azure.wait(4 * 60 - 1);
    assert_eq!(azure.get(location).await.status.as_u16(), 202);
    assert_eq!(states(&azure, &plant, JIT).await[1].1, "NonCompliant");
    azure.wait(1);
    let done = azure.get(location).await;
    assert_eq!((done.status.as_u16(), done.body), (200, json!({ "status": "Succeeded" })));
    assert_eq!(states(&azure, &plant, JIT).await[1].1, "Compliant");
    let next = post(&azure, &plant, SCAN, &[]).await;
    assert_ne!(next.header("location"), location);
}

#[tokio::test]
async fn a_scan_does_not_wait_for_the_first_look_and_stays_in_its_scope() {
    let azure = Azure::start(assigned()).await;
    azure.simulator.world().behaviour.scan_time = jiff::SignedDuration::from_mins(1);
    let (plant, office) = (subscription(&azure, "Plant"), subscription(&azure, "Office"));
    let body = json!({ "properties": { "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/b0f33259-77d7-4c9e-aac6-3aabcfae693c" } });
    let path =
        format!("{}/providers/Microsoft.Authorization/policyAssignments/new?api-version=2024-05-01", root());
    assert_eq!(azure.put(&path, &body).await.status.as_u16(), 201);
    assert_eq!(post(&azure, &office, SCAN, &[]).await.status.as_u16(), 202);
    azure.wait(60);
    let new = " and policyAssignmentName eq 'new'";
    assert_eq!(states(&azure, &office, new).await, told(&[("desk", "NonCompliant")]));
    assert_eq!(states(&azure, &plant, new).await, []);
}

#[tokio::test]
async fn scans_take_a_right_and_are_not_for_management_groups() {
    let mut azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    assert_eq!(post(&azure, &root(), SCAN, &[]).await.status.as_u16(), 501);
    let nobody = format!(
        "{plant}/providers/Microsoft.PolicyInsights/asyncOperationResults/{}?api-version=2024-10-01",
        uuid_of_nothing()
    );
    assert_eq!(azure.get(&nobody).await.status.as_u16(), 404);
    let begun = post(&azure, &plant, SCAN, &[]).await;
    let elsewhere = begun.header("location").replace(&plant, &subscription(&azure, "Office"));
    assert_eq!(azure.get(&elsewhere).await.status.as_u16(), 404);
    grant(&mut azure.simulator.world(), "somebody@contoso.com", "Reader", "Plant");
    azure.become_person("somebody@contoso.com");
    let refused = post(&azure, &plant, SCAN, &[]).await;
    assert_eq!(refused.code(), "AuthorizationFailed");
    assert!(refused.message().contains("policyStates/triggerEvaluation/action"), "{}", refused.message());
    assert_eq!(azure.get(begun.header("location")).await.status.as_u16(), 202, "whoever may read may ask");
}

fn uuid_of_nothing() -> &'static str {
    "00000000-0000-4000-8000-000000000000"
}

#[tokio::test]
async fn a_change_waits_for_the_first_look_of_a_new_assignment() {
    let mut world = assigned();
    world.add_policy_assignment(&NewPolicyAssignment::named("new", "Plant")).unwrap();
    world.behaviour.first_evaluation = jiff::SignedDuration::from_hours(1);
    let azure = Azure::start(world).await;
    guard(&azure, "open").await;
    azure.wait(20 * 60);
    let plant = subscription(&azure, "Plant");
    assert_eq!(states(&azure, &plant, " and policyAssignmentName eq 'new'").await, []);
}
