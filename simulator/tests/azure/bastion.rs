//! Bastion hosts: which reach what, and the links they share.

use serde_json::{Value, json};

use crate::client::{Answer, Azure, vm_path};

const NETWORK: &str = "?api-version=2024-05-01";
const HUB: &str = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-hq-rg/providers/Microsoft.Network/bastionHosts/hq-bastion";
const BASIC: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/contoso-vision-rg/providers/Microsoft.Network/bastionHosts/vision-bastion";

async fn links(azure: &Azure, bastion: &str, verb: &str, vm: &str) -> Answer {
    let body = json!({ "vms": [{ "vm": { "id": vm_path(azure, vm) } }] });
    azure.post(&format!("{bastion}/{verb}ShareableLinks{NETWORK}"), &body).await
}

fn urls(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body["value"].as_array().unwrap().iter().filter_map(|link| link["bsl"].as_str()).collect()
}

#[tokio::test]
async fn a_bastion_says_what_it_can_do_and_where_it_stands() {
    let azure = Azure::contoso().await;
    let hub = azure.get(&format!("{HUB}{NETWORK}")).await.body;
    assert_eq!(hub["sku"]["name"], "Standard");
    assert_eq!(hub["properties"]["enableTunneling"], true);
    let subnet = hub["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"].as_str().unwrap();
    let subnet = azure.get(&format!("{subnet}{NETWORK}")).await.body;
    assert_eq!(subnet["properties"]["addressPrefix"], "10.30.255.0/26");

    let list = azure
        .get(&format!(
            "/subscriptions/{}/providers/Microsoft.Network/bastionHosts{NETWORK}",
            azure.simulator.world().subscription("Contoso Platform").unwrap().id
        ))
        .await;
    assert_eq!(list.names(), ["platform-bastion", "recovery-bastion"]);
    let developer = &list.body["value"][0]["properties"];
    assert!(developer.get("ipConfigurations").is_none());
    assert!(developer["virtualNetwork"]["id"].as_str().unwrap().ends_with("/platform-vnet"));
}

#[tokio::test]
async fn both_ends_of_a_peering_know_of_it() {
    let azure = Azure::contoso().await;
    let (hq, factory) = {
        let world = azure.simulator.world();
        let id = |name: &str| world.vnets.named(name).unwrap().id.clone();
        (id("hq-vnet"), id("factory-vnet"))
    };
    for (own, remote) in [(&hq, &factory), (&factory, &hq)] {
        let vnet = azure.get(&format!("{own}{NETWORK}")).await.body;
        let peering = &vnet["properties"]["virtualNetworkPeerings"][0]["properties"];
        assert_eq!(peering["peeringState"], "Connected");
        assert_eq!(peering["remoteVirtualNetwork"]["id"], remote.as_str());
    }
}

#[tokio::test]
async fn resource_graph_lists_bastions() {
    let azure = Azure::contoso().await;
    let query = "resources | where type =~ 'microsoft.network/bastionhosts' | project id, name, sku = tostring(sku.name), subnet = tostring(properties.ipConfigurations[0].properties.subnet.id), share = tobool(properties.enableShareableLink) | order by id asc";
    let body = json!({ "query": query });
    let rows = azure.post("/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", &body).await;
    let rows = rows.body["data"].as_array().unwrap().clone();
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["vision-bastion", "hq-bastion", "platform-bastion", "recovery-bastion"]);
    assert_eq!((&rows[1]["sku"], &rows[1]["share"]), (&json!("Standard"), &json!(true)));
    assert_eq!(rows[2]["subnet"], "", "a Developer has none");
}

#[tokio::test]
async fn a_link_is_made_once_shown_and_deleted() {
    let azure = Azure::contoso().await;
    assert!(urls(&links(&azure, HUB, "get", "jump-01").await).is_empty());
    let made = links(&azure, HUB, "create", "jump-01").await;
    let again = links(&azure, HUB, "create", "jump-01").await;
    assert_eq!(urls(&made), urls(&again), "there is one link for each machine");
    assert!(urls(&made)[0].starts_with("https://bst-"));
    assert_eq!(urls(&links(&azure, HUB, "get", "jump-01").await), urls(&made));
    assert_eq!(links(&azure, HUB, "delete", "jump-01").await.status, 200);
    assert!(urls(&links(&azure, HUB, "get", "jump-01").await).is_empty());
    let other = links(&azure, HUB, "create", "jump-01").await;
    assert_ne!(urls(&made), urls(&other), "what was deleted does not come back");
}

#[tokio::test]
async fn a_link_may_take_its_time() {
    let azure = Azure::contoso().await;
    azure.simulator.world().behaviour.link_delay = jiff::SignedDuration::from_secs(20);
    let accepted = links(&azure, HUB, "create", "hmi-01").await;
    assert_eq!((accepted.status.as_u16(), accepted.header("azure-asyncoperation")), (202, ""));
    let location = accepted.header("location").to_owned();
    assert_eq!(azure.get(&location).await.status, 202);
    assert!(urls(&links(&azure, HUB, "get", "hmi-01").await).is_empty());
    azure.wait(20);
    assert_eq!(azure.get(&location).await.status, 200);
    assert_eq!(urls(&links(&azure, HUB, "get", "hmi-01").await).len(), 1, "the factory is peered");
}

#[tokio::test]
async fn not_every_bastion_shares_links_and_none_with_machines_it_does_not_reach() {
    let mut azure = Azure::contoso().await;
    let off = links(&azure, BASIC, "create", "vision-01").await;
    assert_eq!((off.status.as_u16(), off.code()), (400, "BastionShareableLinkNotEnabled"));
    let far = links(&azure, HUB, "create", "runner-01").await;
    assert!(urls(&far).is_empty());
    assert!(far.body["value"][0]["message"].as_str().is_some_and(|message| !message.is_empty()));
    let odd: Value = json!({ "vms": [{ "vm": { "id": HUB } }] });
    let odd = azure.post(&format!("{HUB}/createShareableLinks{NETWORK}"), &odd).await;
    assert_eq!(odd.code(), "InvalidRequestFormat");

    azure.become_person("auditor@contoso.com");
    assert_eq!(azure.get(&format!("{HUB}{NETWORK}")).await.status, 200);
    let refused = links(&azure, HUB, "create", "jump-01").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "AuthorizationFailed"));
    assert!(refused.message().contains("Microsoft.Network/bastionHosts/createShareableLinks/action"));
}

#[tokio::test]
async fn a_machine_lets_the_bastion_in_once_its_port_is_open_for_the_subnet_of_that() {
    let azure = Azure::contoso().await;
    let inside = "10.30.255.5".parse().unwrap();
    assert!(!azure.simulator.admits("scada-hist-02", 3389, inside), "just-in-time keeps it shut");
    let ends_at = azure.now() + jiff::SignedDuration::from_mins(30);
    let body = json!({ "virtualMachines": [{ "id": vm_path(&azure, "scada-hist-02"), "ports": [{
        "number": 3389, "endTimeUtc": ends_at.to_string(), "allowedSourceAddressPrefix": "10.30.255.0/26",
    }] }] });
    let vm = vm_path(&azure, "scada-hist-02");
    let policy = azure.simulator.world().policies_of(&vm).next().unwrap().id.clone();
    let answer = azure.post(&format!("{policy}/initiate?api-version=2020-01-01"), &body).await;
    assert_eq!(answer.status, 202, "{:?}", answer.body);
    azure.wait(10);
    assert!(azure.simulator.admits("scada-hist-02", 3389, inside));
    assert!(!azure.simulator.admits("scada-hist-02", 3389, "10.45.255.5".parse().unwrap()), "no peering");
}
