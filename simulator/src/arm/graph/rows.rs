//! Resources as rows of Resource Graph: types and groups in lower case, and a few members of its own.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    arm::{
        compute::machine,
        network::{bastion, firewall, interface, security_group, virtual_network},
        security::{assessments, pricings},
    },
    resource_id,
    world::{Ancestors, Bastion, Firewall, Nic, Nsg, PowerState, PublicIp, Subscription, Vm, Vnet, World},
};

/// Adds the columns that every row has.
pub(super) fn complete(row: Value, tenant: &str) -> Map<String, Value> {
    let Value::Object(mut row) = row else { return Map::new() };
    let text = |row: &Map<String, Value>, name: &str| {
        row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let id = text(&row, "id");
    let lower = text(&row, "type").to_ascii_lowercase();
    row.insert("type".to_owned(), lower.into());
    row.insert("tenantId".to_owned(), tenant.into());
    row.insert("subscriptionId".to_owned(), resource_id::subscription(&id).unwrap_or_default().into());
    row.insert(
        "resourceGroup".to_owned(),
        resource_id::group(&id).unwrap_or_default().to_ascii_lowercase().into(),
    );
    row
}

/// With the power state where only Resource Graph has it.
pub(super) fn machine(world: &World, vm: &Vm, as_of: Timestamp) -> Value {
    let mut row = machine::show(world, vm, as_of, false);
    let power = vm.power.at(as_of);
    let mut view = json!({
        "powerState": {
            "code": format!("PowerState/{}", power.name()),
            "displayStatus": machine::display(power),
            "level": "Info",
        },
    });
    if power == PowerState::Running {
        view["computerName"] = vm.name.clone().into();
        view["osName"] = vm.os_name.clone().into();
        view["osVersion"] = vm.os_version.clone().into();
    }
    row["properties"]["extended"] = json!({ "instanceView": view });
    row
}

pub(super) fn interface(world: &World, nic: &Nic) -> Value {
    interface::show(world, nic, false)
}

pub(super) fn public_ip(ip: &PublicIp) -> Value {
    interface::show_ip(ip)
}

pub(super) fn security_group(world: &World, nsg: &Nsg, as_of: Timestamp) -> Value {
    security_group::show(world, nsg, as_of)
}

pub(super) fn network(vnet: &Vnet) -> Value {
    virtual_network::show(vnet)
}

pub(super) fn bastion(host: &Bastion) -> Value {
    bastion::show(host)
}

/// In a row the assessed resource's id is called `Id`, in the API `id`.
pub(super) fn assessment(world: &World, vm: &Vm, as_of: Timestamp) -> Option<Value> {
    let mut row = assessments::shown(world, vm, as_of)?;
    row["properties"]["resourceDetails"] = json!({
        "Source": "Azure",
        "Id": vm.id,
        "ResourceName": vm.name,
        "ResourceType": "virtualmachines",
    });
    Some(row)
}

pub(super) fn firewall(firewall: &Firewall) -> Value {
    firewall::show(firewall)
}

pub(super) fn pricing(subscription: &Subscription, as_of: Timestamp) -> Value {
    pricings::show(subscription, "VirtualMachines", as_of)
}

/// Of a machine that has a plan of its own.
pub(super) fn pricing_of_machine(vm: &Vm) -> Option<Value> {
    vm.plan.map(|plan| pricings::show_of_machine(&vm.id, plan))
}

pub(super) fn subscription(world: &World, subscription: &Subscription) -> Value {
    let ancestors = world.ancestors(subscription).into_iter();
    let ancestors = ancestors.map(|(name, display)| json!({ "name": name, "displayName": display }));
    let chain = match world.behaviour.ancestors {
        Ancestors::Shown => ancestors.collect(),
        Ancestors::Hidden => Value::Null,
    };
    json!({
        "id": subscription.resource_id(),
        "name": subscription.name,
        "type": "microsoft.resources/subscriptions",
        "properties": {
            "state": subscription.state,
            "managementGroupAncestorsChain": chain,
            "subscriptionPolicies": { "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off" },
        },
    })
}

pub(super) fn group(world: &World, id: &str, location: &str) -> Value {
    json!({
        "tags": world.group_tags.get(&resource_id::key(id)),
        "id": id,
        "name": resource_id::name(id),
        "type": "microsoft.resources/subscriptions/resourcegroups",
        "location": location,
        "properties": { "provisioningState": "Succeeded" },
    })
}
