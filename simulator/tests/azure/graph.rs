//! Resource Graph: what it knows, in what pages, how often.

use serde_json::{Value, json};

use crate::client::{Answer, Azure};

async fn ask(azure: &Azure, body: &Value) -> Answer {
    azure.post("/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", body).await
}

fn column<'answer>(answer: &'answer Answer, name: &str) -> Vec<&'answer str> {
    answer.body["data"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap()).collect()
}

const MACHINES: &str =
    "resources | where type =~ 'microsoft.compute/virtualmachines' | project id, name | order by id asc";

#[tokio::test]
async fn pages_follow_by_token_until_there_is_none() {
    let azure = Azure::contoso().await;
    let mut names: Vec<String> = Vec::new();
    let mut token = Value::Null;
    loop {
        let body = json!({ "query": MACHINES, "options": { "$top": 8, "$skipToken": token } });
        let answer = ask(&azure, &body).await;
        assert_eq!(answer.body["totalRecords"], 34, "the one in Finance is not seen");
        assert_eq!(answer.body["resultTruncated"], "false");
        names.extend(column(&answer, "name").into_iter().map(str::to_owned));
        token = answer.body["$skipToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(names.len(), 34);
}

#[tokio::test]
async fn rows_without_an_id_cannot_be_paged() {
    let azure = Azure::contoso().await;
    let query = "resources | where type =~ 'microsoft.compute/virtualmachines' | project name";
    let answer = ask(&azure, &json!({ "query": query, "options": { "$top": 5 } })).await;
    assert_eq!(answer.body["resultTruncated"], "true");
    assert_eq!(answer.body.get("$skipToken"), None);
}

#[tokio::test]
async fn just_in_time_policies_are_not_in_the_graph() {
    let azure = Azure::contoso().await;
    let query = "securityresources | where type =~ 'microsoft.security/locations/jitnetworkaccesspolicies' | project id";
    assert_eq!(ask(&azure, &json!({ "query": query })).await.body["totalRecords"], 0);
}

#[tokio::test]
async fn power_plans_and_verdicts_are_where_azure_has_them() {
    let azure = Azure::contoso().await;
    let power = "resources | where type =~ 'microsoft.compute/virtualmachines' and name == 'hmi-02' | project id, power = tostring(properties.extended.instanceView.powerState.code)";
    assert_eq!(column(&ask(&azure, &json!({ "query": power })).await, "power"), ["PowerState/deallocated"]);

    let plans = "securityresources | where type =~ 'microsoft.security/pricings' and name =~ 'VirtualMachines' | project id, plan = tostring(properties.subPlan), trial = tostring(properties.freeTrialRemainingTime) | order by id asc";
    let answer = ask(&azure, &json!({ "query": plans })).await;
    assert_eq!(column(&answer, "plan"), ["P2", "P2", "P2", "P1", ""], "one machine has a plan of its own");
    assert_eq!(column(&answer, "trial"), ["PT0S", "PT0S", "PT0S", "PT0S", "P30D"]);
    assert!(column(&answer, "id")[3].contains("/virtualMachines/cache-01/providers/Microsoft.Security/"));

    let verdicts = "securityresources | where type =~ 'microsoft.security/assessments' and name == '805651bc-6ecd-4c73-9b55-97a19d0582d0' | project id, vm = tostring(properties.resourceDetails.Id), code = tostring(properties.status.code) | where code != 'Healthy' | order by vm asc";
    let answer = ask(&azure, &json!({ "query": verdicts })).await;
    let machines = column(&answer, "vm").into_iter().map(|id| id.rsplit('/').next().unwrap());
    let found: Vec<String> =
        machines.zip(column(&answer, "code")).map(|(vm, code)| format!("{vm} {code}")).collect();
    assert_eq!(
        found,
        [
            "line-01 NotApplicable",
            "build-07 Unhealthy",
            "build-08 Unhealthy",
            "lab-01 NotApplicable",
            "mirror-01 NotApplicable"
        ]
    );
}

#[tokio::test]
async fn firewalls_say_where_they_stand_and_who_manages_them() {
    let azure = Azure::contoso().await;
    let query = "resources | where type =~ 'microsoft.network/azurefirewalls' | project id, name, subnet = tostring(properties.ipConfigurations[0].properties.subnet.id), policy = tostring(properties.firewallPolicy.id) | order by id asc";
    let answer = ask(&azure, &json!({ "query": query })).await;
    assert_eq!(column(&answer, "name"), ["edge-fw", "line-fw"]);
    assert!(column(&answer, "subnet")[0].ends_with("/virtualNetworks/edge-vnet/subnets/AzureFirewallSubnet"));
    assert_eq!(column(&answer, "policy")[0], "");
    assert!(column(&answer, "policy")[1].ends_with("/firewallPolicies/plant-firewall-policy"));
}

#[tokio::test]
async fn verdicts_may_be_behind_the_policies() {
    let azure = Azure::contoso().await;
    azure.simulator.world().behaviour.assessment_every = jiff::SignedDuration::from_mins(20);
    let group = crate::client::vm_path(&azure, "build-07");
    let (group, _) = group.split_once("/providers/").unwrap();
    let id = azure.simulator.world().vm("build-07").unwrap().id.clone();
    let policy = json!({ "kind": "Basic", "properties": { "virtualMachines": [{ "id": id, "ports": [
        { "number": 22, "protocol": "*", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT3H" }
    ] }] } });
    let path = format!(
        "{group}/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/build-07?api-version=2020-01-01"
    );
    assert_eq!(azure.put(&path, &policy).await.status, 200);
    let query = "securityresources | where type =~ 'microsoft.security/assessments' | project id, code = tostring(properties.status.code) | where code == 'Unhealthy' | order by id asc";
    let unhealthy = async || {
        let answer = ask(&azure, &json!({ "query": query })).await;
        column(&answer, "id").iter().filter(|id| id.contains("/virtualMachines/build-07/")).count()
    };
    azure.wait(10 * 60);
    assert_eq!(unhealthy().await, 1);
    azure.wait(20 * 60);
    assert_eq!(unhealthy().await, 0);
}

#[tokio::test]
async fn the_graph_may_lag_behind() {
    let azure = Azure::contoso().await;
    azure.simulator.world().behaviour.graph_lag = jiff::SignedDuration::from_mins(2);
    let vm = crate::client::vm_path(&azure, "hmi-02");
    azure.post(&format!("{vm}/start?api-version=2024-07-01"), &json!({})).await;
    azure.wait(60);
    let query = "resources | where type =~ 'microsoft.compute/virtualmachines' and name == 'hmi-02' | project id, power = tostring(properties.extended.instanceView.powerState.code)";
    assert_eq!(column(&ask(&azure, &json!({ "query": query })).await, "power"), ["PowerState/deallocated"]);
    azure.wait(120);
    assert_eq!(column(&ask(&azure, &json!({ "query": query })).await, "power"), ["PowerState/running"]);
}

#[tokio::test]
async fn subscriptions_that_nobody_may_read_are_refused_together_and_left_out_singly() {
    let mut azure = Azure::contoso().await;
    azure.become_person("helpdesk@contoso.com");
    let (factory, office) = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222");
    let refused = ask(&azure, &json!({ "query": MACHINES, "subscriptions": [factory] })).await;
    assert_eq!(refused.status, 403);
    let partial = ask(&azure, &json!({ "query": MACHINES, "subscriptions": [factory, office] })).await;
    assert_eq!(partial.body["totalRecords"], 17);
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_named_among_the_details() {
    let azure = Azure::contoso().await;
    let answer = ask(&azure, &json!({ "query": "resources | frobnicate" })).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "BadRequest"));
    assert!(answer.body["error"]["details"][0]["message"].is_string());
    let too_many = ask(&azure, &json!({ "query": MACHINES, "options": { "$top": 1001 } })).await;
    assert_eq!(too_many.status, 400);
}

#[tokio::test]
async fn fifteen_queries_in_five_seconds_and_no_more() {
    let azure = Azure::contoso().await;
    let body = json!({ "query": "resourcecontainers | project id" });
    for left in (0..15).rev() {
        assert_eq!(ask(&azure, &body).await.header("x-ms-user-quota-remaining"), left.to_string());
    }
    let answer = ask(&azure, &body).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "5"));
    azure.wait(5);
    assert_eq!(ask(&azure, &body).await.status, 200);
}

#[tokio::test]
async fn management_groups_are_listed_unless_they_are_hidden() {
    let azure = Azure::contoso().await;
    let query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, chain = properties.managementGroupAncestorsChain | order by id asc";
    let chains = async || {
        let answer = ask(&azure, &json!({ "query": query })).await;
        let rows = answer.body["data"].as_array().cloned().unwrap();
        rows.into_iter().map(|row| row["chain"].clone()).collect::<Vec<_>>()
    };
    assert!(chains().await.iter().all(|chain| !chain.as_array().unwrap().is_empty()));
    azure.simulator.world().behaviour.ancestors = simulator::world::Ancestors::Hidden;
    assert!(chains().await.iter().all(Value::is_null));
}
