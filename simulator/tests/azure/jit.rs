//! Just-in-time access from the policy to the port and back.

mod switches;
mod unusual;

use serde_json::{Value, json};
use simulator::world::{Behaviour, Plan, Replaces, SourceRule};

use crate::client::{Answer, Azure, one_machine, policy_path, vm_path, wish};

const VERSION: &str = "?api-version=2020-01-01";

async fn initiate(azure: &Azure, body: &Value) -> Answer {
    azure.post(&format!("{}/initiate{VERSION}", policy_path(azure)), body).await
}

async fn policy(azure: &Azure) -> Value {
    azure.get(&format!("{}{VERSION}", policy_path(azure))).await.body
}

/// Status and reason of each port of each request, oldest first.
async fn statuses(azure: &Azure) -> Vec<String> {
    let policy = policy(azure).await;
    let requests = policy["properties"]["requests"].as_array().unwrap();
    let ports = requests.iter().map(|request| &request["virtualMachines"][0]["ports"][0]);
    ports
        .map(|port| {
            format!("{}/{}", port["status"].as_str().unwrap(), port["statusReason"].as_str().unwrap())
        })
        .collect()
}

fn reaches(azure: &Azure, source: &str) -> bool {
    azure.simulator.admits("web-1", 22, source.parse().unwrap())
}

#[tokio::test]
async fn a_request_opens_the_port_for_its_source_until_its_end() {
    let azure = Azure::start(one_machine()).await;
    assert!(!reaches(&azure, "203.0.113.7"));

    let answer = initiate(&azure, &wish(&azure, "203.0.113.7", 30)).await;

    assert_eq!(answer.status, 202);
    assert_eq!(answer.header("x-ms-request-id"), "");
    assert_eq!(answer.body["startTimeUtc"], "2030-01-01T12:00:00.0000000Z");
    assert_eq!(answer.body["virtualMachines"][0]["ports"][0]["status"], "Initiating");
    assert_eq!(answer.body["requestor"], "", "an app has no name");
    assert!(!reaches(&azure, "203.0.113.7"), "it takes a moment");

    azure.wait(10);
    assert_eq!(statuses(&azure).await, ["Initiated/UserRequested"]);
    assert!(reaches(&azure, "203.0.113.7"));
    assert!(!reaches(&azure, "203.0.113.8"));

    azure.wait(30 * 60);
    assert_eq!(statuses(&azure).await, ["Revoked/Expired"]);
    assert!(!reaches(&azure, "203.0.113.7"));
}

#[tokio::test]
async fn the_requestor_is_the_person_whose_token_it_is() {
    let mut azure = Azure::start(one_machine()).await;
    azure.become_person("somebody@contoso.com");
    let answer = initiate(&azure, &wish(&azure, "203.0.113.7", 30)).await;
    assert_eq!(answer.body["requestor"], "somebody@contoso.com");
}

#[tokio::test]
async fn rules_in_the_security_group_carry_azures_names_and_priorities() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 30)).await;
    azure.wait(10);

    let rules = azure.simulator.rules("web-1-nsg");

    let [allow, deny] = &rules[..] else { panic!("two rules, not {rules:?}") };
    let number = |name: &str, separator: char| {
        let rest =
            name.strip_prefix("MicrosoftDefenderForCloud-JITRule").unwrap().strip_prefix(separator).unwrap();
        let (number, id) = rest.rsplit_once(separator).unwrap();
        assert_eq!(id.len(), 32);
        number.parse::<i32>().unwrap()
    };
    assert_eq!(number(&allow.name, '-'), number(&deny.name, '_'), "one number for the machine");
    assert_eq!(deny.description, "MDC JIT Network Access rule for policy 'default' of VM 'web-1'.");
    assert_eq!(
        allow.description,
        "MDC JIT Network Access rule created by an initiation request for policy 'default' of VM 'web-1'."
    );
    assert_eq!((allow.priority, deny.priority), (100, 4096));
    assert_eq!(allow.sources, ["203.0.113.7"]);
    assert_eq!(deny.sources, ["*"]);
    assert_eq!(allow.destinations, ["10.0.0.4"], "the private address, however it is reached");
}

#[tokio::test]
async fn whatever_is_outside_the_policy_is_refused_with_the_same_words() {
    let azure = Azure::start(one_machine()).await;
    let too_long = wish(&azure, "203.0.113.7", 4 * 60);
    let elsewhere = wish(&azure, "198.51.100.7", 30);
    let anywhere = wish(&azure, "*", 30);
    let over = wish(&azure, "203.0.113.7", -1);
    let mut other_port = wish(&azure, "203.0.113.7", 30);
    other_port["virtualMachines"][0]["ports"][0]["number"] = 23.into();

    for body in [too_long, elsewhere, anywhere, over, other_port] {
        let answer = initiate(&azure, &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BadRequest"));
        assert_eq!(
            answer.message(),
            format!(
                "The given access request is not a subset of policy '{}'. Please make sure that the access request is within the allowed policy properties.",
                policy_path(&azure)
            )
        );
    }
    assert_eq!(statuses(&azure).await, [""; 0]);
}

#[tokio::test]
async fn with_exact_sources_only_the_policys_own_range_is_taken() {
    let azure = Azure::start(one_machine()).await;
    azure.simulator.world().behaviour.source_rule = SourceRule::Exact;
    azure.simulator.world().behaviour.refusal_status = 403;
    assert_eq!(initiate(&azure, &wish(&azure, "203.0.113.7", 30)).await.status, 403);
    assert_eq!(initiate(&azure, &wish(&azure, "203.0.113.0/24", 30)).await.status, 202);
}

#[tokio::test]
async fn without_a_source_the_port_opens_for_whoever_called() {
    let azure = Azure::start(one_machine()).await;
    azure.simulator.world().peers.insert("127.0.0.1".parse().unwrap(), "203.0.113.99".parse().unwrap());
    let mut body = wish(&azure, "", 30);
    body["virtualMachines"][0]["ports"][0].as_object_mut().unwrap().remove("allowedSourceAddressPrefix");
    let answer = initiate(&azure, &body).await;
    assert_eq!(answer.body["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefix"], "203.0.113.99");
}

#[tokio::test]
async fn a_newer_request_for_the_port_takes_the_place_of_the_older() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(60);
    initiate(&azure, &wish(&azure, "203.0.113.8", 60)).await;

    assert_eq!(statuses(&azure).await, ["Revoked/NewerRequestInitiated", "Initiating/UserRequested"]);
    assert!(reaches(&azure, "203.0.113.7"), "until the new rule stands");

    azure.wait(10);
    assert!(!reaches(&azure, "203.0.113.7"));
    assert!(reaches(&azure, "203.0.113.8"));
}

#[tokio::test]
async fn where_only_the_same_source_is_replaced_two_people_stay_in() {
    let mut world = one_machine();
    world.behaviour = Behaviour { replaces: Replaces::SameSource, ..Behaviour::default() };
    let azure = Azure::start(world).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    initiate(&azure, &wish(&azure, "203.0.113.8", 60)).await;
    azure.wait(10);

    assert!(reaches(&azure, "203.0.113.7") && reaches(&azure, "203.0.113.8"));
    let priorities: Vec<u16> = azure.simulator.rules("web-1-nsg").iter().map(|rule| rule.priority).collect();
    assert_eq!(priorities, [100, 101, 4096]);
}

#[tokio::test]
async fn saving_a_policy_replaces_its_machines_and_keeps_its_history() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    let body = json!({ "kind": "Basic", "properties": { "virtualMachines": [{
        "id": vm_path(&azure, "web-1"),
        "ports": [{ "number": 3389, "protocol": "*", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT1H" }],
    }] } });

    let answer = azure.put(&format!("{}{VERSION}", policy_path(&azure)), &body).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["properties"]["provisioningState"], "Updating");
    assert_eq!(answer.body["properties"]["requests"], json!([]));
    assert_eq!(answer.body["properties"]["appendMode"], false);
    azure.wait(5);
    let policy = policy(&azure).await;
    assert_eq!(policy["properties"]["provisioningState"], "Succeeded");
    assert_eq!(policy["properties"]["requests"].as_array().unwrap().len(), 1);
    assert_eq!(policy["properties"]["virtualMachines"][0]["ports"][0]["number"], 3389);
}

#[tokio::test]
async fn taking_a_machine_out_of_its_policy_takes_its_rules_away() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(10);
    let path = format!("{}{VERSION}", policy_path(&azure));

    azure.put(&path, &json!({ "properties": { "virtualMachines": [] } })).await;

    assert!(azure.simulator.rules("web-1-nsg").is_empty());
    assert_eq!(statuses(&azure).await, ["Revoked/UserRequested"]);
    assert_eq!(azure.delete(&path).await.status, 200);
    assert_eq!(azure.delete(&path).await.status, 204);
}

#[tokio::test]
async fn a_policy_that_makes_no_sense_is_refused() {
    let azure = Azure::start(one_machine()).await;
    let path = format!("{}{VERSION}", policy_path(&azure));
    let with = |id: &str, protocol: &str, longest: &str| {
        json!({ "properties": { "virtualMachines": [{ "id": id, "ports": [{
            "number": 22, "protocol": protocol, "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": longest,
        }] }] } })
    };
    let vm = vm_path(&azure, "web-1");

    let too_short = azure.put(&path, &with(&vm, "TCP", "PT1M")).await;
    assert_eq!(too_short.status, 400);
    let no_protocol = azure.put(&path, &with(&vm, "", "PT1H")).await;
    assert_eq!(
        (no_protocol.status.as_u16(), no_protocol.message()),
        (500, "Internal server error has occurred.")
    );
    let no_vm = azure.put(&path, &with("subscriptions/web-1", "TCP", "PT1H")).await;
    assert!(no_vm.message().ends_with("however the linked subscription 'subscriptions' was not found."));

    azure.simulator.world().subscriptions.values_mut().for_each(|subscription| subscription.plan = Plan::P1);
    let no_plan = azure.put(&path, &with(&vm, "TCP", "PT1H")).await;
    assert_eq!(no_plan.code(), "PricingTierNotSupported");
}

#[tokio::test]
async fn lists_are_by_subscription_group_and_location() {
    let azure = Azure::contoso().await;
    let factory = crate::client::FACTORY;
    let list = async |middle: &str| {
        let path = format!("{factory}{middle}/jitNetworkAccessPolicies{VERSION}");
        azure.get(&path).await.names().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        list("/providers/Microsoft.Security").await,
        ["default", "scada-hist-01", "scada-hist-02", "cell-01", "vision-01"]
    );
    assert_eq!(list("/providers/Microsoft.Security/locations/northeurope").await, ["vision-01"]);
    let group = "/resourceGroups/contoso-factory-rg/providers/Microsoft.Security";
    assert_eq!(list(group).await, ["default", "scada-hist-01", "scada-hist-02"]);
    assert_eq!(list(&format!("{group}/locations/northeurope")).await, [""; 0]);
}

#[tokio::test]
async fn deleting_the_allow_rule_shuts_the_port_and_the_history_does_not_notice() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(10);
    let allow = azure.simulator.rules("web-1-nsg")[0].name.clone();
    let group = azure.simulator.world().nsgs.named("web-1-nsg").unwrap().id.clone();

    let answer = azure.delete(&format!("{group}/securityRules/{allow}?api-version=2024-05-01")).await;

    assert_eq!(answer.status, 202);
    assert!(!reaches(&azure, "203.0.113.7"));
    assert_eq!(statuses(&azure).await, ["Initiated/UserRequested"]);
}

#[tokio::test]
async fn one_request_for_two_machines_behind_one_group_takes_two_priorities() {
    let azure = Azure::contoso().await;
    let ends_at = (azure.now() + jiff::SignedDuration::from_mins(30)).to_string();
    let ports =
        json!([{ "number": 3389, "endTimeUtc": ends_at, "allowedSourceAddressPrefix": "203.0.113.7" }]);
    let machines = ["hmi-01", "hmi-02"].map(|name| json!({ "id": vm_path(&azure, name), "ports": ports }));
    let first = vm_path(&azure, "hmi-01");
    let policy = azure.simulator.world().policies_of(&first).next().unwrap().id.clone();

    let body = json!({ "virtualMachines": machines });
    assert_eq!(azure.post(&format!("{policy}/initiate{VERSION}"), &body).await.status, 202);
    azure.wait(10);

    let rules = azure.simulator.rules("factory-floor-nsg");
    let allowed = rules.iter().filter(|rule| rule.name.contains("JITRule-"));
    assert_eq!(allowed.map(|rule| rule.priority).collect::<Vec<_>>(), [100, 101]);
}
