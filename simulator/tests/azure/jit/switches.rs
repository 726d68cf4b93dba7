//! What is not known of the real service, each way it can be set.

use jiff::SignedDuration;
use serde_json::json;
use simulator::world::{Plan, Replaces};

use super::{VERSION, initiate, policy, reaches, statuses};
use crate::client::{Azure, one_machine, policy_path, vm_path, wish};

/// One machine in a world whose behaviour is changed a little.
async fn where_azure(change: impl FnOnce(&mut simulator::world::Behaviour)) -> Azure {
    let mut world = one_machine();
    change(&mut world.behaviour);
    Azure::start(world).await
}

#[tokio::test]
async fn a_shortest_request_is_refused_below_it_but_for_a_second() {
    let azure = where_azure(|behaviour| behaviour.shortest_request = SignedDuration::from_mins(5)).await;
    assert_eq!(initiate(&azure, &wish(&azure, "203.0.113.7", 4)).await.status, 400);
    let mut almost = wish(&azure, "203.0.113.7", 5);
    let end = azure.now() + SignedDuration::from_secs(299);
    almost["virtualMachines"][0]["ports"][0]["endTimeUtc"] = json!(end.to_string());
    assert_eq!(initiate(&azure, &almost).await.status, 202);
    let end = azure.now() + SignedDuration::from_secs(298);
    almost["virtualMachines"][0]["ports"][0]["endTimeUtc"] = json!(end.to_string());
    assert_eq!(initiate(&azure, &almost).await.status, 400);
    assert_eq!(statuses(&azure).await.len(), 1);
}

#[tokio::test]
async fn a_clock_that_is_behind_is_forgiven_so_much_and_no_more() {
    let azure = where_azure(|behaviour| behaviour.leeway = SignedDuration::from_mins(2)).await;
    assert_eq!(initiate(&azure, &wish(&azure, "203.0.113.7", 182)).await.status, 202);
    assert_eq!(initiate(&azure, &wish(&azure, "203.0.113.7", 183)).await.status, 400);
}

#[tokio::test]
async fn a_refusal_has_the_status_and_code_that_are_set() {
    let azure = where_azure(|behaviour| {
        behaviour.refusal_status = 409;
        behaviour.refusal_code = "RequestNotInPolicy".to_owned();
    })
    .await;
    let refused = initiate(&azure, &wish(&azure, "198.51.100.7", 30)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "RequestNotInPolicy"));
}

#[tokio::test]
async fn several_sources_are_taken_only_where_that_is_set() {
    let several = |azure: &Azure| {
        let mut wish = wish(azure, "", 30);
        let port = wish["virtualMachines"][0]["ports"][0].as_object_mut().unwrap();
        port.remove("allowedSourceAddressPrefix");
        port.insert("allowedSourceAddressPrefixes".to_owned(), json!(["203.0.113.7", "203.0.113.9"]));
        wish
    };
    let azure = where_azure(|behaviour| behaviour.several_sources = true).await;
    assert_eq!(initiate(&azure, &several(&azure)).await.status, 202);
    azure.wait(10);
    let who = ["203.0.113.7", "203.0.113.8", "203.0.113.9"].map(|source| reaches(&azure, source));
    assert_eq!(who, [true, false, true]);

    // Elsewhere it counts as left out, and opens the port for whoever called.
    let azure = Azure::start(one_machine()).await;
    azure.simulator.world().peers.insert("127.0.0.1".parse().unwrap(), "203.0.113.99".parse().unwrap());
    assert_eq!(initiate(&azure, &several(&azure)).await.status, 202);
    azure.wait(10);
    let who = ["203.0.113.7", "203.0.113.9", "203.0.113.99"].map(|source| reaches(&azure, source));
    assert_eq!(who, [false, false, true]);
}

#[tokio::test]
async fn where_only_the_same_requestor_is_replaced_others_stay_in() {
    let mut azure = where_azure(|behaviour| behaviour.replaces = Replaces::SameRequestor).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.become_person("somebody@contoso.com");
    initiate(&azure, &wish(&azure, "203.0.113.8", 60)).await;
    azure.wait(10);
    assert!(reaches(&azure, "203.0.113.7") && reaches(&azure, "203.0.113.8"));
    initiate(&azure, &wish(&azure, "203.0.113.9", 60)).await;
    azure.wait(10);
    assert!(reaches(&azure, "203.0.113.7") && !reaches(&azure, "203.0.113.8"));
}

#[tokio::test]
async fn delays_are_as_long_as_they_are_set() {
    let azure = where_azure(|behaviour| {
        behaviour.initiate_delay = SignedDuration::from_secs(90);
        behaviour.update_delay = SignedDuration::from_secs(40);
        behaviour.deny_priority = 1000;
    })
    .await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(89);
    assert!(!reaches(&azure, "203.0.113.7"));
    assert_eq!(statuses(&azure).await, ["Initiating/UserRequested"]);
    azure.wait(1);
    assert!(reaches(&azure, "203.0.113.7"));
    assert_eq!(azure.simulator.rules("web-1-nsg")[1].priority, 1000);

    let kept = policy(&azure).await["properties"]["virtualMachines"].clone();
    let body = json!({ "kind": "Basic", "properties": { "virtualMachines": kept } });
    azure.put(&format!("{}{VERSION}", policy_path(&azure)), &body).await;
    azure.wait(39);
    assert_eq!(policy(&azure).await["properties"]["provisioningState"], "Updating");
    azure.wait(1);
    assert_eq!(policy(&azure).await["properties"]["provisioningState"], "Succeeded");
}

#[tokio::test]
async fn what_has_ended_is_remembered_for_as_long_as_that_is_set() {
    let azure = where_azure(|behaviour| behaviour.history = SignedDuration::from_mins(10)).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 30)).await;
    azure.wait(39 * 60);
    assert_eq!(statuses(&azure).await, ["Revoked/Expired"]);
    azure.wait(2 * 60);
    assert_eq!(statuses(&azure).await, [""; 0]);
}

#[tokio::test]
async fn a_policy_is_saved_without_the_plan_only_where_that_is_not_required() {
    let mut world = one_machine();
    world.behaviour.plan_refusal_code = "PlanMissing".to_owned();
    world.subscriptions.values_mut().for_each(|subscription| subscription.plan = Plan::Free);
    let azure = Azure::start(world).await;
    let path = format!("{}{VERSION}", policy_path(&azure));
    let body = json!({ "properties": { "virtualMachines": [{
        "id": vm_path(&azure, "web-1"),
        "ports": [{ "number": 22, "protocol": "*", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT1H" }],
    }] } });
    assert_eq!(azure.put(&path, &body).await.code(), "PlanMissing");
    azure.simulator.world().behaviour.plan_required = false;
    assert_eq!(azure.put(&path, &body).await.status, 200);
}
