//! What of the calls that come in goes into the log: all that change something.

use http::Method;
use uuid::Uuid;

use crate::{
    arm::{call::Call, reply::Reply},
    world::{Caller, Deed, HttpRequest, World},
};

/// Writes a call down together with its answer, if it is of a kind that the log tells.
pub(in crate::arm) fn record(call: &Call<'_>, world: &mut World, reply: &Reply) {
    let Some((action, segments)) = kind(call) else { return };
    let known = call.target.subscription.as_deref().is_some_and(|id| world.subscription(id).is_some());
    if !known {
        return;
    }
    let (object_id, app) = (&call.who.object_id, &call.who.app_id);
    let caller = match &call.who.upn {
        Some(upn) => Caller::person(world, object_id, upn, app),
        None => Caller::app(world, object_id, app),
    };
    let refused = (!reply.status.is_success()).then(|| reply.body.as_ref().map(ToString::to_string));
    let request = HttpRequest {
        client_request_id: call
            .header("x-ms-client-request-id")
            .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
        address: world.public_address_of_peer(call.caller).to_string(),
        method: call.method.clone(),
        uri: format!("{}{}", call.base, call.target.path),
        body: call.text(),
    };
    world.activity.write(&Deed {
        at: call.now,
        correlation_id: call.correlation_id,
        caller,
        action: action.to_owned(),
        resource: call.target.below_provider(segments),
        request: Some(request),
        status: reply.status,
        message: refused.flatten(),
    });
}

/// The action of a call, and how many segments after the provider name what it is done to.
fn kind(call: &Call<'_>) -> Option<(&'static str, usize)> {
    const POLICIES: &str = "jitnetworkaccesspolicies";
    let namespace = call.target.namespace.as_deref()?;
    match (&call.method, namespace, &call.target.lower()[..]) {
        (&Method::POST, "microsoft.security", ["locations", _, POLICIES, _, "initiate"]) => {
            Some(("Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action", 4))
        }
        (&Method::PUT, "microsoft.security", ["locations", _, POLICIES, _]) => {
            Some(("Microsoft.Security/locations/jitNetworkAccessPolicies/write", 4))
        }
        (&Method::DELETE, "microsoft.security", ["locations", _, POLICIES, _]) => {
            Some(("Microsoft.Security/locations/jitNetworkAccessPolicies/delete", 4))
        }
        (&Method::PUT, "microsoft.authorization", ["policyassignments", _]) => {
            Some(("Microsoft.Authorization/policyAssignments/write", 2))
        }
        (&Method::DELETE, "microsoft.authorization", ["policyassignments", _]) => {
            Some(("Microsoft.Authorization/policyAssignments/delete", 2))
        }
        (&Method::POST, "microsoft.policyinsights", ["policystates", _, "triggerevaluation"]) => {
            Some(("Microsoft.PolicyInsights/policyStates/triggerEvaluation/action", 2))
        }
        (&Method::PUT, "microsoft.security", ["pricings", _]) => {
            Some(("Microsoft.Security/pricings/write", 2))
        }
        (&Method::PUT, "microsoft.network", ["networksecuritygroups", _, "securityrules", _]) => {
            Some(("Microsoft.Network/networkSecurityGroups/securityRules/write", 4))
        }
        (&Method::DELETE, "microsoft.network", ["networksecuritygroups", _, "securityrules", _]) => {
            Some(("Microsoft.Network/networkSecurityGroups/securityRules/delete", 4))
        }
        (&Method::POST, "microsoft.compute", ["virtualmachines", _, "start"]) => {
            Some(("Microsoft.Compute/virtualMachines/start/action", 2))
        }
        _ => None,
    }
}
