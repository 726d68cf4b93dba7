//! Many machines, and what is asked for in odd casing.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::Value;
use simulator::{World, world::NewPolicyAssignment};

use super::states::{BENCHMARK, assigned, post, root, subscription};
use crate::client::{Answer, Azure};

const JIT: &str = "policyDefinitionName eq 'b0f33259-77d7-4c9e-aac6-3aabcfae693c'";

/// So many machines, to all of which the benchmark applies since yesterday.
async fn generated(machines: usize) -> Azure {
    let mut world = World::generated(machines, 10);
    world.behaviour.assessment_every = SignedDuration::from_hours(3);
    let definition = BENCHMARK.to_owned();
    let ago = SignedDuration::from_hours(12);
    let new = NewPolicyAssignment { definition, ago, ..NewPolicyAssignment::named("mcsb", &root()) };
    world.add_policy_assignment(&new).unwrap();
    Azure::start(world).await
}

#[tokio::test]
async fn ten_thousand_machines_come_a_thousand_at_a_time() {
    let azure = generated(10_000).await;
    let mut sizes = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    let mut page =
        post(&azure, &root(), "latest/queryResults", &[("$filter", JIT), ("$select", "resourceId")]).await;
    loop {
        let rows = page.body["value"].as_array().unwrap();
        sizes.push(rows.len());
        ids.extend(rows.iter().map(|row| row["resourceId"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["@odata.nextLink"].as_str() else { break };
        page = Answer::of(azure.request(Method::POST, next)).await;
    }
    assert_eq!(sizes, [1000; 10]);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10_000, "no machine twice");
    let counts = [("$filter", JIT), ("$apply", "groupby((complianceState), aggregate($count as n))")];
    let counted = post(&azure, &root(), "latest/queryResults", &counts).await;
    let counted = counted.body["value"].as_array().unwrap();
    assert_eq!(counted.iter().map(|row| row["n"].as_u64().unwrap()).sum::<u64>(), 10_000);
    let top = post(&azure, &root(), "latest/queryResults", &[("$filter", JIT), ("$top", "1500")]).await;
    let rest = Answer::of(azure.request(Method::POST, top.body["@odata.nextLink"].as_str().unwrap())).await;
    assert_eq!(
        (&rest.body["@odata.count"], &rest.body["@odata.nextLink"]),
        (&Value::from(500), &Value::Null)
    );
}

#[tokio::test]
async fn casing_makes_no_difference_to_what_is_asked_for() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    let path = "/PROVIDERS/microsoft.policyinsights/POLICYSTATES/Latest/QUERYRESULTS";
    let group = "/RESOURCEGROUPS/Plant-RG/Providers/MICROSOFT.COMPUTE/VirtualMachines/OPEN";
    for (scope, rows) in [
        (plant.replace("subscriptions", "Subscriptions"), 6),
        (format!("{}{group}", plant.to_ascii_uppercase()), 3),
        (format!("{plant}/providers/microsoft.authorization/POLICYASSIGNMENTS/JIT"), 2),
        (root().to_ascii_uppercase(), 8),
    ] {
        let options = [
            ("Api-Version", "2024-10-01"),
            ("$FILTER", "RESOURCETYPE eq 'microsoft.compute/VIRTUALMACHINES'"),
        ];
        let answer = Answer::of(azure.request(Method::POST, &format!("{scope}{path}")).query(&options)).await;
        assert_eq!(answer.body["@odata.count"], rows, "{scope}: {:?}", answer.body);
        for row in answer.body["value"].as_array().unwrap() {
            let id = row["resourceId"].as_str().unwrap();
            assert_eq!(id, id.to_ascii_lowercase());
        }
    }
}
