//! Single rules of a security group: reading, writing and deleting them.

mod check;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use check::check;

use super::security_group::show_rule;
use crate::{
    arm::{call::Call, error::ArmError, operations, reply::Reply},
    jit, nsg, resource_id,
    world::{Access, Direction, Nsg, SecurityRule, World},
};

/// `…/networkSecurityGroups/{group}/securityRules[/{rule}]` and `…/defaultSecurityRules[/{rule}]`
pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let action = |verb: &str| format!("Microsoft.Network/networkSecurityGroups/securityRules/{verb}");
    let path = &call.target.path;
    match (&call.method, &call.target.lower()[2..]) {
        (&Method::GET, [kind, name @ ..]) => {
            call.require(world, &action("read"), path)?;
            read(call, world, kind, name.first().copied())
        }
        (&Method::PUT, ["securityrules", _]) => {
            call.require(world, &action("write"), path)?;
            write(call, world)
        }
        (&Method::DELETE, ["securityrules", _]) => {
            call.require(world, &action("delete"), path)?;
            delete(call, world)
        }
        _ => Err(call.not_simulated()),
    }
}

fn group<'world>(call: &Call<'_>, world: &'world World) -> Result<&'world Nsg, ArmError> {
    world.nsgs.get(&call.target.resource()).ok_or_else(|| call.not_found())
}

fn name<'call>(call: &'call Call<'_>) -> &'call str {
    call.target.rest.get(3).map_or("", String::as_str)
}

fn read(call: &Call<'_>, world: &World, kind: &str, wanted: Option<&str>) -> Result<Reply, ArmError> {
    let group = group(call, world)?;
    let (kind, rules) = match kind {
        "defaultsecurityrules" => ("defaultSecurityRules", nsg::default_rules().to_vec()),
        _ => ("securityRules", jit::rules_at(world, group, call.now)),
    };
    let Some(wanted) = wanted else {
        return Ok(Reply::ok(
            json!({ "value": rules.iter().map(|rule| show_rule(group, kind, rule)).collect::<Value>() }),
        ));
    };
    let rule = rules.iter().find(|rule| rule.name.eq_ignore_ascii_case(wanted));
    rule.map(|rule| Reply::ok(show_rule(group, kind, rule))).ok_or_else(|| rule_not_found(call))
}

fn rule_not_found(call: &Call<'_>) -> ArmError {
    let id = &call.target.path;
    ArmError::new(StatusCode::NOT_FOUND, "NotFound", format!("Resource {id} not found."))
}

#[derive(Deserialize)]
struct Body {
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    #[serde(default)]
    description: String,
    protocol: String,
    #[serde(default)]
    source_port_range: Option<String>,
    #[serde(default)]
    source_port_ranges: Vec<String>,
    #[serde(default)]
    destination_port_range: Option<String>,
    #[serde(default)]
    destination_port_ranges: Vec<String>,
    #[serde(default)]
    source_address_prefix: Option<String>,
    #[serde(default)]
    source_address_prefixes: Vec<String>,
    #[serde(default)]
    destination_address_prefix: Option<String>,
    #[serde(default)]
    destination_address_prefixes: Vec<String>,
    access: Access,
    priority: u16,
    direction: Direction,
}

fn write(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let Properties {
        description,
        protocol,
        source_port_range,
        source_port_ranges,
        destination_port_range,
        destination_port_ranges,
        source_address_prefix,
        source_address_prefixes,
        destination_address_prefix,
        destination_address_prefixes,
        access,
        priority,
        direction,
    } = call.json::<Body>()?.properties;
    let rule = SecurityRule {
        name: name(call).to_owned(),
        description,
        protocol,
        source_ports: either(source_port_range, source_port_ranges)?,
        destination_ports: either(destination_port_range, destination_port_ranges)?,
        sources: either(source_address_prefix, source_address_prefixes)?,
        destinations: either(destination_address_prefix, destination_address_prefixes)?,
        access,
        priority,
        direction,
    };
    check(&rule)?;
    let group = group(call, world)?;
    let other = jit::rules_at(world, group, call.now).into_iter().find(|other| {
        other.priority == priority
            && other.direction == direction
            && !other.name.eq_ignore_ascii_case(&rule.name)
    });
    if let Some(other) = other {
        return Err(ArmError::bad_request(
            "SecurityRuleConflict",
            format!(
                "Security rule {} conflicts with rule {}. Rules cannot have the same Priority and Direction. To learn more, see aka.ms/nsgrules.",
                rule.name, other.name
            ),
        ));
    }
    let shown = show_rule(group, "securityRules", &rule);
    let group = world.nsgs.get_mut(&call.target.resource()).ok_or_else(|| call.not_found())?;
    let known = group.rules.iter().position(|known| known.name.eq_ignore_ascii_case(&rule.name));
    let Some(index) = known else {
        group.rules.push(rule);
        return Ok(Reply::ok(shown).status(StatusCode::CREATED));
    };
    group.rules[index] = rule;
    Ok(Reply::ok(shown))
}

/// One value or several, but not both.
fn either(one: Option<String>, several: Vec<String>) -> Result<Vec<String>, ArmError> {
    match one {
        Some(one) if several.is_empty() => Ok(vec![one]),
        Some(one) => Err(ArmError::bad_request(
            "SecurityRuleParameterConflict",
            format!("Security rule has a single value, '{one}', and several for the same parameter."),
        )),
        None => Ok(several),
    }
}

/// Deleting a rule of just-in-time works too; its own history does not notice.
fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let group = group(call, world)?;
    let (id, location) = (group.id.clone(), group.location.clone());
    let rules = jit::rules_at(world, group, call.now);
    if !rules.iter().any(|rule| rule.name.eq_ignore_ascii_case(name(call))) {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    world.delete_made_rule(&id, name(call));
    if let Some(group) = world.nsgs.get_mut(&id) {
        group.rules.retain(|rule| !rule.name.eq_ignore_ascii_case(resource_id::name(&call.target.path)));
    }
    Ok(operations::accepted(call, "Microsoft.Network", &location, call.now))
}
