//! Making an assignment, or writing one anew.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{WRITE, check_scope, show};
use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    resource_id, time,
    world::{Assignable, Effect, Part, PolicyAssignment, World},
};

/// The longest name at a management group, and elsewhere.
const LONGEST: (usize, usize) = (24, 64);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    properties: Properties,
    // What an answer says of it may be sent back.
    #[serde(default, rename = "id")]
    _id: Option<String>,
    #[serde(default, rename = "name")]
    _name: Option<String>,
    #[serde(default, rename = "type")]
    _kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Properties {
    policy_definition_id: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    enforcement_mode: Option<String>,
    #[serde(default)]
    not_scopes: Vec<String>,
    #[serde(default)]
    non_compliance_messages: Vec<Map<String, Value>>,
    #[serde(default)]
    metadata: Map<String, Value>,
    #[serde(default, rename = "scope")]
    _scope: Option<String>,
    #[serde(default, rename = "definitionVersion")]
    _definition_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    value: Value,
}

/// 201 for a new one, 200 for one that was there.
pub(in crate::arm::authorization) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    let id = call.target.resource();
    call.require(world, WRITE, &id)?;
    check_scope(call, world)?;
    let name = call.target.rest.get(1).map_or("", String::as_str);
    check_name(name, &call.target.scope)?;
    let given = call.json::<Body>()?.properties;
    let what = Assignable::find(&given.policy_definition_id).ok_or_else(|| {
        ArmError::new(
            StatusCode::NOT_FOUND,
            "PolicyDefinitionNotFound",
            format!(
                "The policy definition '{}' could not be found.",
                resource_id::name(&given.policy_definition_id)
            ),
        )
    })?;
    for (parameter, given) in &given.parameters {
        check_parameter(name, what, parameter, &given.value)?;
    }
    let enforcement = given.enforcement_mode.unwrap_or_else(|| "Default".to_owned());
    if !["Default", "DoNotEnforce"].iter().any(|known| known.eq_ignore_ascii_case(&enforcement)) {
        let message = format!(
            "The enforcement mode '{enforcement}' of policy assignment '{name}' is invalid. Valid values are 'Default, DoNotEnforce'."
        );
        return Err(ArmError::bad_request("InvalidPolicyAssignmentEnforcementMode", message));
    }
    let scope = &call.target.scope;
    let below = |inner: &String| world.is_within(inner, scope) && !resource_id::same(inner, scope);
    if let Some(outside) = given.not_scopes.iter().find(|inner| !below(inner)) {
        let message = format!(
            "The policy assignment '{name}' has the invalid not scope '{outside}'. Not scopes must be below the scope '{scope}' of the assignment."
        );
        return Err(ArmError::bad_request("InvalidPolicyAssignmentNotScopes", message));
    }
    let before = world.policy_assignments.get(&id);
    let status = if before.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let assignment = PolicyAssignment {
        id: before.map_or_else(|| id.clone(), |before| before.id.clone()),
        name: name.to_owned(),
        scope: before.map_or_else(|| scope.clone(), |before| before.scope.clone()),
        display_name: given.display_name,
        description: given.description,
        what,
        definition: given.policy_definition_id,
        parameters: given.parameters.into_iter().map(|(name, given)| (name, given.value)).collect(),
        enforcement,
        not_scopes: given.not_scopes,
        messages: given.non_compliance_messages.into_iter().map(Value::Object).collect(),
        metadata: metadata(call, given.metadata, before),
        saved_at: call.now,
    };
    let shown = show(&assignment);
    world.policy_assignments.insert(assignment);
    Ok(Reply::ok(shown).status(status))
}

fn check_name(name: &str, scope: &str) -> Result<(), ArmError> {
    let refused = |why: String| {
        ArmError::bad_request(
            "InvalidPolicyAssignmentName",
            format!("The policy assignment name '{name}' is invalid. {why}"),
        )
    };
    let longest = if resource_id::management_group(scope).is_some() { LONGEST.0 } else { LONGEST.1 };
    if longest < name.chars().count() {
        return Err(refused(format!(
            "The policy assignment name length must not exceed '{longest}' characters."
        )));
    }
    if name.chars().any(|c| "<>%&:\\?/".contains(c) || c.is_control()) || name.ends_with(' ') {
        return Err(refused(
            "The policy assignment name must not contain '<,>,%,&,:,\\,?,/' or control characters, or end with a space.".to_owned(),
        ));
    }
    Ok(())
}

/// A parameter must be one of what is assigned, and its value one that it allows.
fn check_parameter(assignment: &str, what: Assignable, name: &str, value: &Value) -> Result<(), ArmError> {
    let parts = what.parts();
    let Some(part) = parts.iter().find(|part| part.parameter().eq_ignore_ascii_case(name)) else {
        return Err(ArmError::bad_request(
            "UndefinedPolicyParameter",
            format!(
                "The policy assignment '{assignment}' has the parameter(s) '{name}' which are not defined in the policy definition '{}'.",
                what.name()
            ),
        ));
    };
    if value.as_str().and_then(Effect::parse).is_some() {
        return Ok(());
    }
    let Part { definition, .. } = part;
    Err(ArmError::bad_request(
        "PolicyParameterValueNotAllowed",
        format!(
            "The value '{}' is not allowed for policy parameter '{name}' in policy definition '{} version {}'. The allowed values are '{}'.",
            value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            definition.name,
            definition.version,
            Effect::NAMES.join(", ")
        ),
    ))
}

/// What was given, and who wrote it when.
fn metadata(
    call: &Call<'_>,
    given: Map<String, Value>,
    before: Option<&PolicyAssignment>,
) -> Map<String, Value> {
    let mut metadata = given;
    let now = Value::from(time::ticks(call.now));
    let who = Value::from(call.who.object_id.clone());
    let earlier = |name: &str| before.and_then(|before| before.metadata.get(name)).cloned();
    let (created_by, created_on, updated_by, updated_on) = match before {
        None => (who, now, Value::Null, Value::Null),
        Some(_) => {
            (earlier("createdBy").unwrap_or_default(), earlier("createdOn").unwrap_or_default(), who, now)
        }
    };
    for (name, value) in [
        ("createdBy", created_by),
        ("createdOn", created_on),
        ("updatedBy", updated_by),
        ("updatedOn", updated_on),
    ] {
        metadata.insert(name.to_owned(), value);
    }
    metadata
}
