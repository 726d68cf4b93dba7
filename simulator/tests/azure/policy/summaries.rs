//! `summarize`.

use serde_json::{Value, json};

use super::states::{assigned, post, root, subscription};
use crate::client::Azure;

fn of(details: &Value) -> Vec<(&str, u64)> {
    let rows = details.as_array().unwrap().iter();
    rows.map(|row| (row["complianceState"].as_str().unwrap(), row["count"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn machines_and_policies_are_counted_in_all_and_for_each_assignment() {
    let azure = Azure::start(assigned()).await;
    let answer = post(&azure, &root(), "latest/summarize", &[]).await;
    assert_eq!(answer.body["@odata.count"], 1);
    let summary = &answer.body["value"][0];
    // The ports of `guarded` are open, to the policy beside the one about just-in-time.
    assert_eq!(summary["results"]["nonCompliantResources"], 3);
    let only = [("$filter", "policyDefinitionName eq 'b0f33259-77d7-4c9e-aac6-3aabcfae693c'")];
    let answer = post(&azure, &root(), "latest/summarize", &only).await;
    let results = &answer.body["value"][0]["results"];
    assert_eq!(of(&results["resourceDetails"]), [("compliant", 1), ("noncompliant", 2)]);
    assert_eq!((&results["nonCompliantResources"], &results["nonCompliantPolicies"]), (&json!(2), &json!(2)));
    assert_eq!(of(&results["policyGroupDetails"]), [("noncompliant", 1)]);
    let assignments = answer.body["value"][0]["policyAssignments"].as_array().unwrap();
    assert_eq!(assignments.len(), 2);
    let benchmark = &assignments[0];
    assert!(benchmark["policySetDefinitionId"].as_str().unwrap().contains("/policysetdefinitions/1f3afdf9"));
    let policy = &benchmark["policyDefinitions"][0];
    assert_eq!(policy["policyDefinitionReferenceId"], "jitnetworkaccessmonitoring");
    assert_eq!(policy["effect"], "auditifnotexists");
    assert_eq!(policy["results"]["nonCompliantResources"], 2);
    assert_eq!(assignments[1]["policySetDefinitionId"], "");
    assert_eq!(assignments[1]["results"]["nonCompliantResources"], 1);
}

#[tokio::test]
async fn assignments_are_told_as_far_as_wanted() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    let answer = post(&azure, &plant, "latest/summarize", &[("$top", "0")]).await;
    assert_eq!(answer.body["value"][0]["policyAssignments"], json!([]));
    assert_eq!(answer.body["value"][0]["results"]["nonCompliantResources"], 2);
    let refused = post(&azure, &plant, "latest/summarize", &[("$apply", "aggregate($count as n)")]).await;
    assert_eq!(refused.code(), "InvalidQueryOption");
}
