//! Azure Resource Manager: what all its calls have in common.

mod activity;
mod authorization;
mod bearer;
mod call;
mod challenge;
mod compute;
mod error;
pub(crate) mod graph;
mod management_groups;
mod network;
pub(crate) mod operations;
mod paging;
mod policy_insights;
mod reply;
mod security;
mod subscriptions;
mod target;
pub(crate) mod throttle;
mod trouble;
mod versions;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, State},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};

pub(crate) use self::bearer::audiences;
use self::{call::Call, error::ArmError, reply::Reply, target::Target};
use crate::{azure::Azure, fault::Trouble, request_log::Received, world::World};

/// Answers every call that is not Entra's. What a call asks for is done even if its caller hangs up.
pub(crate) async fn handle(
    azure: State<Azure>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let carried_out = tokio::spawn(carry_out(azure, peer, method, uri, headers, body)).await;
    carried_out.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

async fn carry_out(
    State(azure): State<Azure>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let number = azure.log.received(Received {
        at: azure.clock.now(),
        method: method.clone(),
        path: path.clone(),
        principal: bearer::name(&azure, &headers),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: 0,
    });
    let trouble = azure.faults.befall(&method, &path);
    if let Some(Trouble::Slow(delay)) = &trouble {
        azure.clock.wait(*delay).await;
    }
    if let Some(Trouble::CutOff) = trouble {
        return trouble::cut_off();
    }
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.0.ip());
    let early = trouble.as_ref().and_then(|trouble| trouble::refusal(&azure, trouble, &method, &path));
    let reply = match early {
        Some(error) => error.into(),
        None => answer(&azure, method, &uri, &headers, &body, peer).unwrap_or_else(Reply::from),
    };
    if let Some(Trouble::ActThenCutOff) = trouble {
        return trouble::cut_off();
    }
    if let Some(Trouble::LateAnswer(delay)) = &trouble {
        azure.clock.wait(*delay).await;
    }
    azure.log.answered(number, reply.status.as_u16());
    trouble::distort(reply, trouble.as_ref()).into_response(azure.clock.now())
}

/// The answer in Azure's own order: who is it, is it too much, what is asked, may they.
fn answer(
    azure: &Azure,
    method: Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
    peer: IpAddr,
) -> Result<Reply, ArmError> {
    let who = bearer::principal(azure, headers)?;
    let target = Target::parse(uri.path());
    let now = azure.clock.now();
    let mut world = azure.world();
    let remaining = azure.throttle.take(&world, &who, &method, &target, now)?;
    let call = Call::new(azure, who, method, uri, target, headers, body, peer);
    if call.is_step_up_due(&world) {
        return Err(challenge::claims_challenge(azure));
    }
    let mut reply = match route(&call, &mut world) {
        Ok(reply) => Reply { headers: reply.headers.into_iter().chain(remaining).collect(), ..reply },
        Err(error) => error.into(),
    };
    activity::record(&call, &mut world, &reply);
    reply.headers.push(("x-ms-correlation-request-id", call.correlation_id.to_string()));
    Ok(reply)
}

/// The URL map of Resource Manager, down to the provider.
fn route(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    if let Some(subscription) = call.target.subscription.as_deref()
        && !world.subscriptions.contains_key(&subscription.to_ascii_lowercase())
    {
        return Err(ArmError::new(
            StatusCode::NOT_FOUND,
            "SubscriptionNotFound",
            format!("The subscription '{subscription}' could not be found."),
        ));
    }
    let Some(namespace) = call.target.namespace.as_deref() else {
        return subscriptions::answer(call, world);
    };
    call.check_version()?;
    call.check_group(world)?;
    match namespace {
        "microsoft.insights" => activity::answer(call, world),
        "microsoft.authorization" => authorization::answer(call, world),
        "microsoft.compute" => compute::answer(call, world),
        "microsoft.management" => management_groups::answer(call, world),
        "microsoft.network" => network::answer(call, world),
        "microsoft.policyinsights" => policy_insights::answer(call, world),
        "microsoft.security" => security::answer(call, world),
        "microsoft.resourcegraph" => graph::answer(call, world),
        _ => Err(call.not_simulated()),
    }
}
