//! Policies and initiatives that are built in. Nobody has any of their own here.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    world::{DEFINITIONS, Definition, Effect, INITIATIVES, Initiative, World},
};

/// `/providers/Microsoft.Authorization/policyDefinitions`: everybody may read what is built in.
pub(super) fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let rows: Vec<Value> = DEFINITIONS.into_iter().map(show).collect();
    built_in(call, world, &rows)
}

pub(super) fn list_sets(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    let rows: Vec<Value> = INITIATIVES.into_iter().map(show_set).collect();
    built_in(call, world, &rows)
}

pub(super) fn get(call: &Call<'_>, world: &World, name: &str) -> Result<Reply, ArmError> {
    call.only_options(&[])?;
    check_scope(call, world, "Microsoft.Authorization/policyDefinitions/read")?;
    let found = DEFINITIONS.into_iter().find(|known| known.name == name && call.target.scope == "/");
    found.map(|definition| Reply::ok(show(definition))).ok_or_else(|| {
        let message = format!("The policy definition '{name}' could not be found.");
        ArmError::new(StatusCode::NOT_FOUND, "PolicyDefinitionNotFound", message)
    })
}

pub(super) fn get_set(call: &Call<'_>, world: &World, name: &str) -> Result<Reply, ArmError> {
    call.only_options(&[])?;
    check_scope(call, world, "Microsoft.Authorization/policySetDefinitions/read")?;
    let found = INITIATIVES.into_iter().find(|known| known.name == name && call.target.scope == "/");
    found.map(|initiative| Reply::ok(show_set(initiative))).ok_or_else(|| {
        let message = format!("The policy set definition '{name}' could not be found.");
        ArmError::new(StatusCode::NOT_FOUND, "PolicySetDefinitionNotFound", message)
    })
}

/// A list of what is built in. Filters are not simulated, nor what a subscription would list.
fn built_in(call: &Call<'_>, world: &World, rows: &[Value]) -> Result<Reply, ArmError> {
    if call.target.scope != "/" || call.query("$filter").is_some() {
        return Err(call.not_simulated());
    }
    call.only_options(&["$top", "$skiptoken"])?;
    let size = call.number("$top")?.unwrap_or(usize::MAX).min(world.behaviour.page_size);
    paging::short(call, rows, size, "$skiptoken")
}

/// What a subscription or a management group has of its own is read with a right to it.
fn check_scope(call: &Call<'_>, world: &World, action: &str) -> Result<(), ArmError> {
    if call.target.scope == "/" { Ok(()) } else { call.require(world, action, &call.target.scope) }
}

/// What a parameter that is an effect looks like.
fn effect_parameter() -> Value {
    json!({
        "type": "String",
        "metadata": { "displayName": "Effect", "description": "Enable or disable the execution of the policy" },
        "allowedValues": Effect::NAMES,
        "defaultValue": "AuditIfNotExists",
    })
}

fn show(definition: &Definition) -> Value {
    json!({
        "id": definition.id(),
        "type": "Microsoft.Authorization/policyDefinitions",
        "name": definition.name,
        "properties": {
            "displayName": definition.display_name,
            "policyType": "BuiltIn",
            "mode": "All",
            "description": definition.description,
            "metadata": { "version": definition.version, "category": "Security Center" },
            "version": definition.version,
            "versions": [definition.version],
            "parameters": { "effect": effect_parameter() },
            "policyRule": {
                "if": { "field": "type", "equals": "Microsoft.Compute/virtualMachines" },
                "then": {
                    "effect": "[parameters('effect')]",
                    "details": {
                        "type": "Microsoft.Security/assessments",
                        "name": definition.assessment,
                        "existenceCondition": {
                            "field": "Microsoft.Security/assessments/status.code",
                            "in": ["NotApplicable", "Healthy"],
                        },
                    },
                },
            },
        },
    })
}

fn show_set(initiative: &Initiative) -> Value {
    let parameters: Map<String, Value> =
        initiative.members.iter().map(|member| (member.parameter.to_owned(), effect_parameter())).collect();
    let members = initiative.members.iter().map(|member| {
        json!({
            "policyDefinitionReferenceId": member.reference,
            "policyDefinitionId": member.definition.id(),
            "definitionVersion": "3.*.*",
            "effectiveDefinitionVersion": member.definition.version,
            "parameters": { "effect": { "value": format!("[parameters('{}')]", member.parameter) } },
            "groupNames": [member.group],
        })
    });
    let mut groups: Vec<&str> = initiative.members.iter().map(|member| member.group).collect();
    groups.dedup();
    json!({
        "id": initiative.id(),
        "type": "Microsoft.Authorization/policySetDefinitions",
        "name": initiative.name,
        "properties": {
            "displayName": initiative.display_name,
            "policyType": "BuiltIn",
            "description": initiative.description,
            "metadata": { "version": initiative.version, "category": initiative.category },
            "version": initiative.version,
            "versions": [initiative.version],
            "parameters": parameters,
            "policyDefinitions": members.collect::<Value>(),
            "policyDefinitionGroups": groups.into_iter().map(|name| json!({ "name": name })).collect::<Value>(),
        },
    })
}
