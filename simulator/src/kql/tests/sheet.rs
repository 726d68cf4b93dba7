//! The queries that inventories of machines are made with, whole.

use serde_json::{Value, json};

use super::{World, ask};

const INVENTORY: &str = "resources
| where type =~ 'microsoft.compute/virtualmachines'
| extend os = tostring(properties.storageProfile.osDisk.osType), size = tostring(properties.hardwareProfile.vmSize),
         power = tostring(properties.extended.instanceView.powerState.code)
| mv-expand nic = properties.networkProfile.networkInterfaces
| extend nicCount = array_length(properties.networkProfile.networkInterfaces)
| where nicCount == 1 or tobool(nic.properties.primary)
| extend nicId = tolower(tostring(nic.id))
| join kind=leftouter (
    resources | where type =~ 'microsoft.network/networkinterfaces'
    | mv-expand ipc = properties.ipConfigurations
    | where array_length(properties.ipConfigurations) < 2 or tobool(ipc.properties.primary)
    | project nicId = tolower(id), privateIp = tostring(ipc.properties.privateIPAddress), subnetId = tolower(tostring(ipc.properties.subnet.id)),
              nicNsg = tolower(tostring(properties.networkSecurityGroup.id)), pipId = tolower(tostring(ipc.properties.publicIPAddress.id))) on nicId
| join kind=leftouter (
    resources | where type =~ 'microsoft.network/publicipaddresses'
    | project pipId = tolower(id), publicIp = tostring(properties.ipAddress), fqdn = tostring(properties.dnsSettings.fqdn)) on pipId
| project id, name, resourceGroup, subscriptionId, location, tags, zones, os, size, power, nicId, privateIp, publicIp, fqdn, nicNsg, subnetId
| order by id asc";

fn machine(name: &str, nics: &Value) -> Value {
    json!({
        "id": format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{name}"),
        "name": name, "type": "microsoft.compute/virtualmachines", "resourceGroup": "rg",
        "subscriptionId": "s", "location": "westeurope", "tags": {"env": "prod"}, "zones": ["1"],
        "properties": {
            "storageProfile": {"osDisk": {"osType": "Linux"}},
            "hardwareProfile": {"vmSize": "Standard_B2s"},
            "extended": {"instanceView": {"powerState": {"code": "PowerState/running"}}},
            "networkProfile": {"networkInterfaces": nics},
        },
    })
}

fn nic(name: &str, configurations: &Value) -> Value {
    json!({
        "id": format!("/NICs/{name}"), "type": "microsoft.network/networkinterfaces",
        "properties": {"networkSecurityGroup": {"id": "/NSGs/Web"}, "ipConfigurations": configurations},
    })
}

fn configuration(ip: &str, primary: bool, public: &Value) -> Value {
    json!({"properties": {
        "privateIPAddress": ip, "primary": primary, "subnet": {"id": "/Subnets/A"}, "publicIPAddress": public,
    }})
}

#[test]
fn the_inventory_finds_the_primary_address_of_every_machine() {
    let world = World(vec![(
        "resources",
        json!([
            machine("two", &json!([
                {"id": "/nics/two-b", "properties": {"primary": false}},
                {"id": "/nics/TWO-A", "properties": {"primary": true}},
            ])),
            machine("one", &json!([{"id": "/nics/one"}])),
            machine("orphan", &json!([{"id": "/nics/gone"}])),
            nic("one", &json!([configuration("10.0.0.4", true, &json!({"id": "/PIPs/One"}))])),
            nic("Two-A", &json!([
                configuration("10.0.0.6", false, &Value::Null),
                configuration("10.0.0.5", true, &Value::Null),
            ])),
            nic("two-b", &json!([configuration("10.0.0.9", true, &Value::Null)])),
            {"id": "/pips/ONE", "type": "microsoft.network/publicipaddresses",
             "properties": {"ipAddress": "20.0.0.1", "dnsSettings": {"fqdn": "one.example.org"}}},
        ]),
    )]);

    let answer = ask(INVENTORY, &world);

    let summary: Vec<[&Value; 4]> = answer
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| [&row["name"], &row["privateIp"], &row["publicIp"], &row["nicNsg"]])
        .collect();
    assert_eq!(
        json!(summary),
        json!([
            ["one", "10.0.0.4", "20.0.0.1", "/nsgs/web"],
            ["orphan", "", "", ""],
            ["two", "10.0.0.5", "", "/nsgs/web"],
        ])
    );
    assert_eq!(
        answer[0],
        json!({
            "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/one",
            "name": "one", "resourceGroup": "rg", "subscriptionId": "s", "location": "westeurope",
            "tags": {"env": "prod"}, "zones": ["1"], "os": "Linux", "size": "Standard_B2s",
            "power": "PowerState/running", "nicId": "/nics/one", "privateIp": "10.0.0.4",
            "publicIp": "20.0.0.1", "fqdn": "one.example.org", "nicNsg": "/nsgs/web", "subnetId": "/subnets/a",
        })
    );
}

#[test]
fn network_security_groups_come_with_their_rules() {
    let world = World(vec![(
        "resources",
        json!([{
            "id": "/nsgs/web", "name": "web", "type": "microsoft.network/networksecuritygroups",
            "subscriptionId": "s", "resourceGroup": "rg", "location": "westeurope",
            "properties": {"securityRules": [{"name": "allow"}], "networkInterfaces": [{"id": "/nics/one"}]},
        }]),
    )]);

    let answer = ask(
        "resources | where type =~ 'microsoft.network/networksecuritygroups' | project id, name, subscriptionId, resourceGroup, location, rules=properties.securityRules, nics=properties.networkInterfaces, subnets=properties.subnets | order by id asc",
        &world,
    );

    assert_eq!(
        answer,
        json!([{
            "id": "/nsgs/web", "name": "web", "subscriptionId": "s", "resourceGroup": "rg", "location": "westeurope",
            "rules": [{"name": "allow"}], "nics": [{"id": "/nics/one"}], "subnets": null,
        }])
    );
}

#[test]
fn bastions_tell_what_they_can_do() {
    let world = World(vec![(
        "resources",
        json!([{
            "id": "/bastions/b", "name": "b", "type": "microsoft.network/bastionhosts", "sku": {"name": "Standard"},
            "properties": {
                "enableShareableLink": true,
                "ipConfigurations": [{"properties": {"subnet": {"id": "/vnets/v/subnets/AzureBastionSubnet"}}}],
            },
        }]),
    )]);

    let answer = ask(
        "resources | where type =~ 'microsoft.network/bastionhosts' | project id, name, sku=tostring(sku.name), vnetSubnet=tostring(properties.ipConfigurations[0].properties.subnet.id), share=tobool(properties.enableShareableLink), tunnel=tobool(properties.enableTunneling)",
        &world,
    );

    assert_eq!(
        answer,
        json!([{
            "id": "/bastions/b", "name": "b", "sku": "Standard", "vnetSubnet": "/vnets/v/subnets/AzureBastionSubnet",
            "share": true, "tunnel": null,
        }])
    );
}

#[test]
fn recommendations_name_the_machine_they_are_about() {
    let world = World(vec![(
        "securityresources",
        json!([
            {"id": "/a/2", "name": "805651bc-6ecd-4c73-9b55-97a19d0582d0", "subscriptionId": "s",
             "type": "microsoft.security/assessments",
             "properties": {"resourceDetails": {"Id": "/VMs/Web"}, "status": {"code": "NotApplicable", "cause": "NoNSG"}}},
            {"id": "/a/1", "name": "another", "type": "microsoft.security/assessments", "properties": {}},
        ]),
    )]);

    let answer = ask(
        "securityresources
         | where type =~ 'microsoft.security/assessments' and name == '805651bc-6ecd-4c73-9b55-97a19d0582d0'
         | project id, vmId = tolower(tostring(properties.resourceDetails.Id)), status = tostring(properties.status.code),
                   cause = tostring(properties.status.cause), description = tostring(properties.status.description), subscriptionId
         | order by id asc",
        &world,
    );

    assert_eq!(
        answer,
        json!([{
            "id": "/a/2", "vmId": "/vms/web", "status": "NotApplicable", "cause": "NoNSG", "description": "",
            "subscriptionId": "s",
        }])
    );
}

#[test]
fn plans_tell_their_tier() {
    let world = World(vec![(
        "securityresources",
        json!([{
            "id": "/p", "name": "VirtualMachines", "type": "microsoft.security/pricings", "subscriptionId": "s",
            "properties": {"pricingTier": "Standard", "subPlan": "P2", "freeTrialRemainingTime": "PT0S"},
        }]),
    )]);

    let answer = ask(
        "securityresources | where type =~ 'microsoft.security/pricings' and name =~ 'virtualmachines' | project id, subscriptionId, tier=tostring(properties.pricingTier), subPlan=tostring(properties.subPlan), trial=tostring(properties.freeTrialRemainingTime)",
        &world,
    );

    assert_eq!(
        answer,
        json!([{"id": "/p", "subscriptionId": "s", "tier": "Standard", "subPlan": "P2", "trial": "PT0S"}])
    );
}

#[test]
fn subscriptions_come_with_their_management_groups() {
    let chain = json!([{"name": "mg-a"}, {"name": "root"}]);
    let world = World(vec![(
        "resourcecontainers",
        json!([{
            "id": "/subscriptions/s", "subscriptionId": "s", "name": "Prod", "type": "microsoft.resources/subscriptions",
            "properties": {"state": "Enabled", "managementGroupAncestorsChain": chain},
        }]),
    )]);

    let answer = ask(
        "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, subscriptionId, name, state=tostring(properties.state), mgChain=properties.managementGroupAncestorsChain",
        &world,
    );

    assert_eq!(
        answer,
        json!([{"id": "/subscriptions/s", "subscriptionId": "s", "name": "Prod", "state": "Enabled", "mgChain": chain}])
    );
}
