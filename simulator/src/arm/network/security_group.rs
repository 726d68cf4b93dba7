//! How Network shows security groups and their rules.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    jit, nsg, resource_id,
    world::{Nsg, SecurityRule, World},
};

/// A security group with its rules at this moment, those of just-in-time among them.
pub(in crate::arm) fn show(world: &World, group: &Nsg, now: Timestamp) -> Value {
    let rules = jit::rules_at(world, group, now);
    let list = |kind: &str, rules: &[SecurityRule]| {
        rules.iter().map(|rule| show_rule(group, kind, rule)).collect::<Value>()
    };
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "resourceGuid": crate::stable::uuid(&group.id),
        "securityRules": list("securityRules", &rules),
        "defaultSecurityRules": list("defaultSecurityRules", nsg::default_rules()),
    });
    let ids = |ids: &[String]| ids.iter().map(|id| json!({ "id": id })).collect::<Value>();
    if !group.nics.is_empty() {
        properties["networkInterfaces"] = ids(&group.nics);
    }
    if !group.subnets.is_empty() {
        properties["subnets"] = ids(&group.subnets);
    }
    json!({
        "id": group.id,
        "name": resource_id::name(&group.id),
        "type": "Microsoft.Network/networkSecurityGroups",
        "location": group.location,
        "properties": properties,
    })
}

/// One rule; `kind` is the collection it is in.
pub(in crate::arm) fn show_rule(group: &Nsg, kind: &str, rule: &SecurityRule) -> Value {
    let mut properties = Map::new();
    let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
    put("provisioningState", "Succeeded".into());
    if !rule.description.is_empty() {
        put("description", rule.description.clone().into());
    }
    put("protocol", rule.protocol.clone().into());
    put("access", rule.access.name().into());
    put("priority", rule.priority.into());
    put("direction", rule.direction.name().into());
    // Each of these has a member for one value and another for several.
    for (one, several, values) in [
        ("sourcePortRange", "sourcePortRanges", &rule.source_ports),
        ("destinationPortRange", "destinationPortRanges", &rule.destination_ports),
        ("sourceAddressPrefix", "sourceAddressPrefixes", &rule.sources),
        ("destinationAddressPrefix", "destinationAddressPrefixes", &rule.destinations),
    ] {
        match &values[..] {
            [value] => {
                put(one, value.clone().into());
                put(several, json!([]));
            }
            values => {
                put(several, json!(values));
            }
        }
    }
    json!({
        "id": format!("{}/{kind}/{}", group.id, rule.name),
        "name": rule.name,
        "type": format!("Microsoft.Network/networkSecurityGroups/{kind}"),
        "properties": properties,
    })
}
