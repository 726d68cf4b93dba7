//! When Azure Policy looks, and what it saw before.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};
use simulator::world::NewPolicyAssignment;

use super::states::{assigned, post, states, subscription, told};
use crate::client::{Azure, vm_path};

const JIT: &str = " and policyAssignmentName eq 'jit'";

/// Puts the machine under a policy of its own, or takes that away.
pub async fn guard(azure: &Azure, vm: &str) {
    let id = vm_path(azure, vm);
    let (group, _) = id.split_once("/providers/").unwrap();
    let policy =
        format!("{group}/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/{vm}");
    let port = json!({ "number": 22, "protocol": "*", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT3H" });
    let body =
        json!({ "kind": "Basic", "properties": { "virtualMachines": [{ "id": id, "ports": [port] }] } });
    let answer = azure.put(&format!("{policy}?api-version=2020-01-01"), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
}

#[tokio::test]
async fn a_new_assignment_is_silent_until_the_first_look() {
    let azure = Azure::start(assigned()).await;
    let office = subscription(&azure, "Office");
    let body = json!({ "properties": { "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/b0f33259-77d7-4c9e-aac6-3aabcfae693c" } });
    let path =
        format!("{office}/providers/Microsoft.Authorization/policyAssignments/late?api-version=2024-05-01");
    assert_eq!(azure.put(&path, &body).await.status, StatusCode::CREATED);
    let late = " and policyAssignmentName eq 'late'";
    azure.wait(5 * 60 - 1);
    assert_eq!(states(&azure, &office, late).await, []);
    azure.wait(1);
    assert_eq!(states(&azure, &office, late).await, told(&[("desk", "NonCompliant")]));
    // Switched off it says nothing any more, which is noticed as late.
    let mut off = body.clone();
    off["properties"]["parameters"] = json!({ "effect": { "value": "Disabled" } });
    assert_eq!(azure.put(&path, &off).await.status, StatusCode::OK);
    assert_eq!(states(&azure, &office, late).await.len(), 1);
    azure.wait(5 * 60);
    assert_eq!(states(&azure, &office, late).await, []);
    // What is removed is forgotten at once.
    assert_eq!(azure.put(&path, &body).await.status, StatusCode::OK);
    azure.wait(5 * 60);
    assert_eq!(states(&azure, &office, late).await.len(), 1);
    assert_eq!(azure.delete(&path).await.status, StatusCode::OK);
    assert_eq!(states(&azure, &office, late).await, []);
}

#[tokio::test]
async fn a_change_is_seen_after_a_quarter_of_an_hour_and_the_past_is_kept() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    guard(&azure, "open").await;
    azure.wait(15 * 60 - 1);
    assert_eq!(states(&azure, &plant, JIT).await[1].1, "NonCompliant");
    azure.wait(1);
    assert_eq!(states(&azure, &plant, JIT).await[1].1, "Compliant");

    let all = async |from: &str, to: &str| -> Vec<Value> {
        let filter = "resourceGroup eq 'plant-rg' and policyAssignmentName eq 'jit'";
        let options = [("$from", from), ("$to", to), ("$filter", filter), ("$orderby", "timestamp asc")];
        let answer = post(&azure, &plant, "default/queryResults", &options).await;
        let rows = answer.body["value"].as_array().unwrap().iter();
        rows.map(|row| json!([row["timestamp"], row["complianceState"]])).collect()
    };
    assert_eq!(
        all("2029-12-31T00:00:00Z", "2030-01-01T13:00:00Z").await,
        [
            json!(["2029-12-31T06:05:00.0000000Z", "NonCompliant"]),
            json!(["2030-01-01T06:05:00.0000000Z", "NonCompliant"]),
            json!(["2030-01-01T12:15:00.0000000Z", "Compliant"]),
        ]
    );
    assert_eq!(all("2030-01-01T00:00:00Z", "2030-01-01T12:14:59Z").await.len(), 1);
    assert_eq!(all("2020-01-01T00:00:00Z", "2029-12-31T00:00:00Z").await.len(), 0, "it was not assigned yet");
}

#[tokio::test]
async fn everything_is_looked_at_once_a_day_and_kept_for_a_while() {
    let mut azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    azure.simulator.world().behaviour.states_kept = SignedDuration::from_hours(72);
    azure.wait(30 * 24 * 3600);
    azure.renew_token();
    let from = [
        ("$from", "2020-01-01T00:00:00Z"),
        ("$filter", "resourceGroup eq 'plant-rg' and policyAssignmentName eq 'jit'"),
    ];
    let answer = post(&azure, &plant, "default/queryResults", &from).await;
    assert_eq!(answer.body["@odata.count"], 3, "{:?}", answer.body);
    assert_eq!(answer.body["value"][0]["timestamp"], "2030-01-31T06:05:00.0000000Z");
}

#[tokio::test]
async fn an_assignment_of_the_world_begins_when_it_was_made() {
    let mut world = assigned();
    let new = NewPolicyAssignment {
        ago: SignedDuration::from_mins(1),
        ..NewPolicyAssignment::named("x", "Office")
    };
    world.add_policy_assignment(&new).unwrap();
    let azure = Azure::start(world).await;
    let office = subscription(&azure, "Office");
    let mine = " and policyAssignmentName eq 'x'";
    assert_eq!(states(&azure, &office, mine).await, []);
    azure.wait(4 * 60);
    assert_eq!(states(&azure, &office, mine).await, told(&[("desk", "NonCompliant")]));
}
