//! Interfaces, addresses, security groups; starting a machine.

use serde_json::json;
use simulator::world::{PowerState, RulesOn};
use simulator::{Fault, Trouble};

use crate::client::{Azure, FACTORY, vm_path};

const NETWORK: &str = "?api-version=2024-05-01";
const COMPUTE: &str = "?api-version=2024-07-01";

#[tokio::test]
async fn from_a_machine_one_finds_its_public_address_by_following_ids() {
    let azure = Azure::contoso().await;
    let vm = azure.get(&format!("{}{COMPUTE}", vm_path(&azure, "hmi-01"))).await.body;
    assert_eq!(vm["properties"]["storageProfile"]["osDisk"]["osType"], "Windows");
    let nic = vm["properties"]["networkProfile"]["networkInterfaces"][0]["id"].as_str().unwrap();
    let nic = azure.get(&format!("{nic}{NETWORK}")).await.body;
    let configuration = &nic["properties"]["ipConfigurations"][0]["properties"];
    assert_eq!(configuration["privateIPAddress"], "10.20.1.4");
    let ip = azure
        .get(&format!("{}{NETWORK}", configuration["publicIPAddress"]["id"].as_str().unwrap()))
        .await
        .body;
    assert_eq!(ip["properties"]["ipAddress"], "203.0.113.11");
    let subnet =
        azure.get(&format!("{}{NETWORK}", configuration["subnet"]["id"].as_str().unwrap())).await.body;
    assert!(
        subnet["properties"]["networkSecurityGroup"]["id"].as_str().unwrap().ends_with("/factory-floor-nsg")
    );
}

#[tokio::test]
async fn an_unallocated_address_has_no_value() {
    let azure = Azure::contoso().await;
    let group = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-hq-rg";
    let ip = azure
        .get(&format!("{group}/providers/Microsoft.Network/publicIPAddresses/build-08-ip{NETWORK}"))
        .await;
    assert_eq!(ip.status, 200);
    assert_eq!(ip.body["properties"].get("ipAddress"), None);
}

#[tokio::test]
async fn a_list_shows_status_only_when_asked() {
    let azure = Azure::contoso().await;
    let path = format!("{FACTORY}/providers/Microsoft.Compute/virtualMachines{COMPUTE}");
    let plain = azure.get(&path).await.body;
    assert_eq!(plain["value"][0]["properties"].get("instanceView"), None);
    let full = azure.get(&format!("{path}&statusOnly=true")).await.body;
    assert_eq!(full["value"][0]["properties"]["instanceView"]["statuses"][1]["code"], "PowerState/running");
}

#[tokio::test]
async fn starting_a_machine_is_an_operation_one_follows_to_its_end() {
    let azure = Azure::contoso().await;
    let vm = vm_path(&azure, "hmi-02");

    let accepted = azure.post(&format!("{vm}/start{COMPUTE}"), &json!({})).await;
    assert_eq!(accepted.status, 202);
    let operation = accepted.header("azure-asyncoperation").to_owned();
    assert_eq!(azure.get(&operation).await.body["status"], "InProgress");
    let view = azure.get(&format!("{vm}/instanceView{COMPUTE}")).await.body;
    assert_eq!(view["statuses"][1]["code"], "PowerState/starting");

    azure.wait(30);
    assert_eq!(azure.get(&operation).await.body["status"], "Succeeded");
    let now = azure.now();
    assert_eq!(azure.simulator.world().vm("hmi-02").unwrap().power.at(now), PowerState::Running);
}

#[tokio::test]
async fn a_rule_cannot_take_the_priority_of_another() {
    let azure = Azure::start(crate::client::one_machine()).await;
    let group = azure.simulator.world().nsgs.named("web-1-nsg").unwrap().id.clone();
    let rule = |priority: u16| {
        json!({ "properties": {
            "protocol": "Tcp", "access": "Allow", "direction": "Inbound", "priority": priority,
            "sourceAddressPrefix": "203.0.113.0/24", "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "22",
        } })
    };
    let path = |name: &str| format!("{group}/securityRules/{name}{NETWORK}");

    assert_eq!(azure.put(&path("AllowOffice"), &rule(300)).await.status, 201);
    assert_eq!(azure.put(&path("AllowOffice"), &rule(301)).await.status, 200);
    let conflict = azure.put(&path("Other"), &rule(301)).await;
    assert_eq!((conflict.status.as_u16(), conflict.code()), (400, "SecurityRuleConflict"));
    assert!(azure.simulator.admits("web-1", 22, "203.0.113.7".parse().unwrap()));
    assert_eq!(azure.delete(&path("AllowOffice")).await.status, 202);
    assert_eq!(azure.delete(&path("AllowOffice")).await.status, 204);
    assert!(!azure.simulator.admits("web-1", 22, "203.0.113.7".parse().unwrap()));
}

#[tokio::test]
async fn both_groups_before_a_machine_must_let_a_packet_in() {
    let mut azure = Azure::contoso().await;
    azure.become_person("admin@contoso.com");
    let ends_at = azure.now() + jiff::SignedDuration::from_mins(30);
    let vm = vm_path(&azure, "plc-gw-02");
    let body = json!({ "virtualMachines": [{ "id": vm, "ports": [{
        "number": 22, "endTimeUtc": ends_at.to_string(), "allowedSourceAddressPrefix": "203.0.113.7",
    }] }] });
    let policy = azure.simulator.world().policies_of(&vm).next().unwrap().id.clone();
    let answer = azure.post(&format!("{policy}/initiate?api-version=2020-01-01"), &body).await;
    assert_eq!(answer.status, 202, "{:?}", answer.body);
    azure.wait(10);

    let source = "203.0.113.7".parse().unwrap();
    assert!(azure.simulator.admits("plc-gw-02", 22, source));
    azure.simulator.world().behaviour.rules_on = RulesOn::Nearest;
    assert!(!azure.simulator.admits("plc-gw-02", 22, source), "the subnet's group knows nothing of it");
}

#[tokio::test]
async fn a_firewall_tells_where_it_stands_and_which_policy_manages_it() {
    let azure = Azure::contoso().await;
    let path = |group: &str| {
        format!("{FACTORY}/resourceGroups/{group}/providers/Microsoft.Network/azureFirewalls{NETWORK}")
    };
    let listed = azure.get(&path("contoso-plant-rg")).await;
    assert_eq!(listed.names(), ["edge-fw", "line-fw"]);
    let [classic, managed] = [0, 1].map(|index| listed.body["value"][index]["properties"].clone());
    let subnet = &classic["ipConfigurations"][0]["properties"]["subnet"]["id"];
    assert!(subnet.as_str().unwrap().ends_with("/edge-vnet/subnets/AzureFirewallSubnet"), "{classic}");
    assert_eq!(classic.get("firewallPolicy"), None);
    assert!(managed["firewallPolicy"]["id"].as_str().unwrap().ends_with("/plant-firewall-policy"));
    let address = classic["ipConfigurations"][0]["properties"]["publicIPAddress"]["id"].as_str().unwrap();
    let address = azure.get(&format!("{address}{NETWORK}")).await;
    assert_eq!(address.body["properties"]["ipAddress"], "203.0.113.60");
    assert_eq!(azure.get(&path("contoso-factory-rg")).await.names(), [""; 0]);
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused() {
    let azure = Azure::start(crate::client::one_machine()).await;
    let group = azure.simulator.world().nsgs.named("web-1-nsg").unwrap().id.clone();
    let path = |name: &str| format!("{group}/securityRules/{name}{NETWORK}");
    let sound = json!({
        "protocol": "Tcp", "access": "Allow", "direction": "Inbound", "priority": 300,
        "sourceAddressPrefix": "Internet", "sourcePortRange": "*",
        "destinationAddressPrefixes": ["10.0.0.4", "10.0.1.0/24"], "destinationPortRange": "5985-5986",
    });
    for (field, value, code) in [
        ("protocol", json!("Tpc"), "SecurityRuleInvalidProtocol"),
        ("priority", json!(99), "SecurityRuleInvalidPriority"),
        ("priority", json!(4097), "SecurityRuleInvalidPriority"),
        ("description", json!("x".repeat(141)), "SecurityRuleInvalidDescription"),
        ("sourceAddressPrefix", json!(null), "SecurityRuleParameterMissing"),
        ("sourceAddressPrefix", json!("203.0.113.0/33"), "SecurityRuleInvalidAddressPrefix"),
        ("sourceAddressPrefixes", json!(["203.0.113.7"]), "SecurityRuleParameterConflict"),
        ("destinationPortRange", json!("70000"), "SecurityRuleInvalidPortRange"),
        ("destinationPortRange", json!("22-21"), "SecurityRuleInvalidPortRange"),
        ("access", json!("Maybe"), "InvalidRequestContent"),
    ] {
        let mut rule = sound.clone();
        rule[field] = value;
        let answer = azure.put(&path("Rule"), &json!({ "properties": rule })).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{field}: {:?}", answer.body);
    }
    let body = json!({ "properties": sound });
    assert_eq!(azure.put(&path("-Rule"), &body).await.code(), "InvalidResourceName");
    assert_eq!(azure.put(&path("Rule_1.x"), &body).await.status, 201);
}

#[tokio::test]
async fn a_group_that_is_locked_or_being_changed_keeps_its_rules() {
    let azure = Azure::start(crate::client::one_machine()).await;
    let group = azure.simulator.world().nsgs.named("web-1-nsg").unwrap().id.clone();
    let deny = azure.simulator.rules("web-1-nsg")[0].name.clone();
    let path = format!("{group}/securityRules/{deny}{NETWORK}");

    azure
        .simulator
        .fail_next(Fault::next(Trouble::Locked).method(reqwest::Method::DELETE).on("/securityRules/"));
    assert_eq!(azure.get(&path).await.status, 200, "a lock lets everybody read");
    let locked = azure.delete(&path).await;
    assert_eq!((locked.status.as_u16(), locked.code()), (409, "ScopeLocked"));
    azure.simulator.fail_next(Fault::next(Trouble::Busy).on("/securityRules/"));
    let busy = azure.delete(&path).await;
    assert_eq!((busy.status.as_u16(), busy.code()), (429, "RetryableErrorDueToAnotherOperation"));
    assert_eq!(busy.header("retry-after"), "5");
    assert_eq!(azure.simulator.rules("web-1-nsg").len(), 1, "nothing was deleted");
    assert_eq!(azure.delete(&path).await.status, 202);
    assert!(azure.simulator.rules("web-1-nsg").is_empty());
}
