//! Microsoft.Security: just-in-time policies, plans, assessments, locations.

pub(super) mod assessments;
pub(super) mod pricings;

mod jit_policies;
mod locations;

use http::Method;

use super::{call::Call, error::ArmError, reply::Reply};
use crate::world::World;

pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    const POLICIES: &str = "jitnetworkaccesspolicies";
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, [POLICIES] | ["locations", _, POLICIES]) => jit_policies::list(call, world),
        (&Method::GET, ["locations", _, POLICIES, _]) => jit_policies::get(call, world),
        (&Method::PUT, ["locations", _, POLICIES, _]) => jit_policies::put(call, world),
        (&Method::DELETE, ["locations", _, POLICIES, _]) => jit_policies::delete(call, world),
        (&Method::POST, ["locations", _, POLICIES, _, "initiate"]) => jit_policies::initiate(call, world),
        (&Method::GET, ["locations"]) => locations::list(call, world),
        (&Method::GET, ["locations", _]) => locations::get(call, world),
        (&Method::GET, ["pricings"]) => pricings::list(call, world),
        (&Method::GET, ["pricings", _]) => pricings::get(call, world),
        (&Method::PUT, ["pricings", _]) => pricings::put(call, world),
        (&Method::GET, ["assessments"]) => assessments::list(call, world),
        (&Method::GET, ["assessments", _]) => assessments::get(call, world),
        _ => Err(call.not_simulated()),
    }
}
