//! The Defender plan of a subscription, as `Microsoft.Security/pricings` 2024-01-01 has it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Azure, one_machine};

async fn subscription(azure: &Azure) -> String {
    let answer = azure.get("/subscriptions?api-version=2022-12-01").await;
    answer.body["value"][0]["id"].as_str().expect("there is one").to_owned()
}

async fn unpaid() -> (Azure, String) {
    let azure = Azure::start(one_machine()).await;
    for subscription in azure.simulator.world().subscriptions.values_mut() {
        (subscription.plan, subscription.trial) =
            (simulator::world::Plan::Free, SignedDuration::from_mins(24 * 60 + 30));
    }
    let path = format!(
        "{}/providers/Microsoft.Security/pricings/VirtualMachines?api-version=2024-01-01",
        subscription(&azure).await
    );
    (azure, path)
}

fn wanted(tier: &str, sub_plan: &str) -> Value {
    json!({ "properties": { "pricingTier": tier, "subPlan": sub_plan } })
}

#[tokio::test]
async fn a_plan_is_switched_on_and_its_trial_begins_once() {
    let (azure, path) = unpaid().await;
    let put = azure.put(&path, &wanted("Standard", "P2")).await;
    assert_eq!((put.status.as_u16(), &put.body["properties"]["subPlan"]), (200, &json!("P2")));
    assert_eq!(put.header("x-ms-ratelimit-remaining-subscription-resource-requests"), "249");
    azure.wait(30 * 60);
    // Without a sub-plan the one that is there stays; nothing of this begins the trial anew.
    let again = azure.put(&path, &json!({ "properties": { "pricingTier": "Standard" } })).await;
    assert_eq!(again.body["properties"]["subPlan"], "P2");
    let read = azure.get(&path).await.body["properties"].clone();
    assert_eq!((&read["pricingTier"], &read["freeTrialRemainingTime"]), (&json!("Standard"), &json!("P1D")));
}

#[tokio::test]
async fn resource_graph_notices_late() {
    let (azure, path) = unpaid().await;
    azure.simulator.world().behaviour.graph_lag = SignedDuration::from_mins(5);
    azure.put(&path, &wanted("Standard", "P2")).await;
    let query = "securityresources | where type =~ 'microsoft.security/pricings' and name =~ 'VirtualMachines' | project tier = tostring(properties.pricingTier)";
    let url = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01";
    let tier = async || {
        let answer = azure.post(url, &json!({ "query": query })).await;
        answer.body["data"][0]["tier"].clone()
    };
    assert_eq!(tier().await, "Free");
    azure.wait(5 * 60);
    assert_eq!(tier().await, "Standard");
}

#[tokio::test]
async fn what_there_is_not_is_refused() {
    let (azure, path) = unpaid().await;
    for wrong in [
        wanted("Premium", "P2"),
        wanted("Standard", "P3"),
        json!({ "properties": { "subPlan": "P2" } }),
        json!({}),
    ] {
        let answer = azure.put(&path, &wrong).await;
        assert_eq!(answer.status.as_u16(), 400, "{wrong}: {:?}", answer.body);
    }
    let unknown = path.replace("VirtualMachines", "Mainframes");
    assert_eq!(azure.put(&unknown, &wanted("Standard", "P2")).await.status.as_u16(), 404);
    let old = path.replace("2024-01-01", "2017-08-01-preview");
    assert_eq!(azure.put(&old, &wanted("Standard", "P2")).await.code(), "NoRegisteredProviderFound");
    assert_eq!(azure.get(&path).await.body["properties"]["pricingTier"], "Free", "nothing of that was done");
}

#[tokio::test]
async fn it_takes_the_right_to_write_it() {
    let (azure, path) = unpaid().await;
    {
        let mut world = azure.simulator.world();
        world.roles.push(simulator::world::Role::new("Looker", &["*/read"], &[]));
        world.assignments.iter_mut().for_each(|assignment| assignment.role = "Looker".to_owned());
    }
    let refused = azure.put(&path, &wanted("Standard", "P2")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "AuthorizationFailed"));
    assert!(refused.message().contains("Microsoft.Security/pricings/write"), "{}", refused.message());
    assert_eq!(azure.get(&path).await.status.as_u16(), 200);
}
