//! Carrying out the faults of [`crate::fault`] on calls to Resource Manager.

mod broken;

use axum::{body::Body, response::Response};
use http::{Method, StatusCode};
use serde_json::Value;

use self::broken::{Broken, Distorted};
use super::{bearer, challenge, error::ArmError, reply::Reply};
use crate::{azure::Azure, fault::Trouble, server::CutOff};

/// A response that never arrives: the server drops the connection instead.
pub(super) fn cut_off() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CutOff);
    response
}

/// The refusal of a fault that comes before anything is done.
pub(super) fn refusal(azure: &Azure, trouble: &Trouble, method: &Method, path: &str) -> Option<ArmError> {
    let path = path.split('?').next().unwrap_or(path);
    let refusal = match trouble {
        Trouble::Unauthorized => bearer::challenge(
            azure,
            "InvalidAuthenticationToken",
            "The access token is invalid.",
            "The access token is invalid.",
        ),
        Trouble::ClaimsChallenge => challenge::claims_challenge(azure),
        Trouble::Forbidden => {
            let (action, scope) = action_over(method, path);
            ArmError::new(
                StatusCode::FORBIDDEN,
                "AuthorizationFailed",
                format!(
                    "The client does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials."
                ),
            )
        }
        Trouble::NotFound => ArmError::new(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            format!(
                "The Resource '{path}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
            ),
        ),
        Trouble::Conflict => ArmError::new(
            StatusCode::CONFLICT,
            "Conflict",
            "The request could not be completed because of a conflict with another operation in progress.",
        ),
        Trouble::Locked => ArmError::new(
            StatusCode::CONFLICT,
            "ScopeLocked",
            format!(
                "The scope '{path}' cannot perform delete operation because following scope(s) are locked: '{path}'. Please remove the lock and try again."
            ),
        ),
        Trouble::Busy => ArmError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RetryableErrorDueToAnotherOperation",
            format!("Operation on {path} is preempted by another operation in progress. Please retry later."),
        )
        .header("retry-after", "5".to_owned()),
        Trouble::PreconditionFailed => ArmError::new(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            "The condition specified using HTTP conditional header(s) is not met.",
        ),
        Trouble::Throttled { retry_after } => {
            let error = ArmError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                "The request is being throttled as the limit has been reached for operation type.",
            );
            match retry_after {
                Some(seconds) => error.header("retry-after", seconds.to_string()),
                None => error,
            }
        }
        Trouble::ServerError(status) => ArmError::new(
            StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            "InternalServerError",
            "Encountered internal server error. Please retry after some time.",
        ),
        Trouble::Slow(_)
        | Trouble::LateAnswer(_)
        | Trouble::CutOff
        | Trouble::ActThenCutOff
        | Trouble::CutOffHalfway
        | Trouble::BadJson
        | Trouble::ForeignNextLink
        | Trouble::UnknownEnums
        | Trouble::OddCasing
        | Trouble::NullLists => return None,
    };
    Some(refusal)
}

/// The action that a call needs, as role definitions name it, and the scope it is needed over:
/// `POST …/providers/Microsoft.Compute/virtualMachines/web-1/start` is
/// `Microsoft.Compute/virtualMachines/start/action` over the machine.
fn action_over<'a>(method: &Method, path: &'a str) -> (String, &'a str) {
    let (before, provided) = path.rsplit_once("/providers/").unwrap_or(("", path));
    let segments: Vec<&str> = provided.split('/').filter(|segment| !segment.is_empty()).collect();
    let kinds = |segments: &[&str]| match segments {
        [namespace, rest @ ..] if !before.is_empty() => {
            let kinds: Vec<&str> = rest.iter().copied().step_by(2).collect();
            format!("{namespace}/{}", kinds.join("/"))
        }
        _ => {
            let kinds: Vec<&str> = segments.iter().copied().step_by(2).collect();
            format!("Microsoft.Resources/{}", kinds.join("/"))
        }
    };
    // These are read, although they are asked for with POST.
    let is_query = ["/queryresults", "/summarize"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let (verb, scope) = match method.as_str() {
        "POST" if is_query => ("read", before),
        "POST" => ("action", path.rsplit_once('/').map_or(path, |(scope, _)| scope)),
        "GET" | "HEAD" => ("read", path),
        "DELETE" => ("delete", path),
        _ => ("write", path),
    };
    (format!("{}/{verb}", kinds(&segments)), scope)
}

/// Spoils an answer as the fault says.
pub(super) fn distort(mut reply: Reply, trouble: Option<&Trouble>) -> Distorted {
    let mut broken = None;
    if let (Some(trouble), Some(body)) = (trouble, &mut reply.body) {
        match trouble {
            Trouble::ForeignNextLink => {
                let name = if is_odata(body) { "@odata.nextLink" } else { "nextLink" };
                body[name] = "https://management.example.net/subscriptions?$skipToken=1".into();
            }
            Trouble::UnknownEnums => visit(body, &mut |key, value| {
                if ENUMS.contains(&key) && value.is_string() {
                    *value = "SomethingNew".into();
                }
            }),
            Trouble::OddCasing => {
                let names = if is_odata(body) { &STATE_IDS[..] } else { &["id", "policyDefinitionId"] };
                visit(body, &mut |key, value| {
                    let is_id = names.iter().any(|name| key.eq_ignore_ascii_case(name));
                    if let (true, Some(id)) = (is_id, value.as_str()) {
                        *value = id.to_ascii_uppercase().into();
                    }
                });
            }
            Trouble::NullLists => visit(body, &mut |_, value| {
                if value.is_array() {
                    *value = Value::Null;
                }
            }),
            Trouble::BadJson => broken = Some(Broken::NotJson),
            Trouble::CutOffHalfway => broken = Some(Broken::Half),
            Trouble::Unauthorized
            | Trouble::ClaimsChallenge
            | Trouble::Forbidden
            | Trouble::NotFound
            | Trouble::Conflict
            | Trouble::Locked
            | Trouble::Busy
            | Trouble::PreconditionFailed
            | Trouble::Throttled { .. }
            | Trouble::ServerError(_)
            | Trouble::Slow(_)
            | Trouble::LateAnswer(_)
            | Trouble::CutOff
            | Trouble::ActThenCutOff => {}
        }
    }
    Distorted::new(reply, broken)
}

/// Members whose values clients are tempted to take for a closed list.
const ENUMS: [&str; 13] = [
    "status",
    "complianceState",
    "enforcementMode",
    "statusReason",
    "protocol",
    "provisioningState",
    "osType",
    "state",
    "access",
    "pricingTier",
    "kind",
    "level",
    // Of a text that comes with its translation.
    "value",
];

/// Members that are ids in the states of Azure Policy.
const STATE_IDS: [&str; 5] = [
    "resourceId",
    "policyAssignmentId",
    "policyDefinitionId",
    "policySetDefinitionId",
    "policyAssignmentScope",
];

/// Whether an answer is in the envelope of `OData`, as those of Azure Policy's states are.
fn is_odata(body: &Value) -> bool {
    body.get("@odata.context").is_some()
}

/// Calls `change` on every member, innermost first.
fn visit(value: &mut Value, change: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                visit(member, change);
                change(key, member);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| visit(element, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_action_of_a_call_is_named_as_in_a_role_definition() {
        let group = "/subscriptions/1/resourceGroups/rg";
        let vm = format!("{group}/providers/Microsoft.Compute/virtualMachines/web-1");
        for (method, path, action, scope) in [
            (Method::POST, format!("{vm}/start"), "Microsoft.Compute/virtualMachines/start/action", &vm),
            (Method::GET, vm.clone(), "Microsoft.Compute/virtualMachines/read", &vm),
            (
                Method::POST,
                format!("{vm}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"),
                "Microsoft.PolicyInsights/policyStates/queryResults/read",
                &vm,
            ),
            (
                Method::GET,
                "/subscriptions".to_owned(),
                "Microsoft.Resources/subscriptions/read",
                &"/subscriptions".to_owned(),
            ),
            (
                Method::PUT,
                format!("{group}/providers/Microsoft.Network/networkSecurityGroups/nsg/securityRules/a"),
                "Microsoft.Network/networkSecurityGroups/securityRules/write",
                &format!("{group}/providers/Microsoft.Network/networkSecurityGroups/nsg/securityRules/a"),
            ),
        ] {
            assert_eq!(action_over(&method, &path), (action.to_owned(), scope.as_str()));
        }
    }
}
