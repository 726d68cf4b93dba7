//! Virtual machines.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::access::NewAccess;
use shared::bastion::{Ways, Whence};
use shared::duration::AccessDuration;
use shared::explanation::AccessExplanation;
use shared::port::Port;
use shared::preflight::Preflight;
use shared::vm::{VmDetails, VmPage};
use utoipa::IntoParams;

use super::extract::{Params, VmPath, maybe, one, page_size, wrong_field};
use crate::error::ApiError;
use crate::jit::{Caller, Inquiry, Jit};
use crate::session::CurrentUser;
use crate::vms::VmFilter;

/// What the list can be narrowed by. Several values are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Words that must all occur in name, group, subscription, address or tags.
    q: String,
    /// Subscription ids.
    subscription: String,
    /// Regions.
    location: String,
    /// `windows`, `linux`, `unknown`.
    os: String,
    /// `running`, `stopped`, `deallocated` and so on.
    power: String,
    /// `configured`, `not_configured`, `unknown`.
    jit: String,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many machines at most; 1 to 200.
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// Lists the machines that the caller may see.
#[utoipa::path(
    get, path = "/api/vms", tag = "Virtual machines", operation_id = "listVms", params(ListQuery),
    responses(
        (status = 200, body = VmPage),
        ApiError,
    )
)]
pub async fn list(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ListQuery>,
) -> Result<Json<VmPage>, ApiError> {
    let page = jit.vms(&user, query.try_into()?).await?;
    Ok(Json(page))
}

/// Shows one machine as Azure has it now: addresses, policy, what is open, what the caller may do.
#[utoipa::path(
    get, path = "/api/vms/{subscription}/{group}/{name}", tag = "Virtual machines", operation_id = "showVm",
    params(VmPath),
    responses(
        (status = 200, body = VmDetails),
        ApiError,
    )
)]
pub async fn show(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
) -> Result<Json<VmDetails>, ApiError> {
    Ok(Json(jit.vm(&caller, &vm).await?))
}

/// What a connection is judged by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreflightQuery {
    /// The port; several that are to be opened together are separated by commas.
    #[param(example = "3389,22")]
    port: String,
    /// The address or range, or the resource id of the Bastion to come through.
    source: String,
}

/// Says what stands between the caller and a port, coming from a source: whether the inbound rules
/// let it through now and would once the port is open, and everything else that a connection needs.
/// Of several ports, the first is gone through in full.
#[utoipa::path(
    get, path = "/api/vms/{subscription}/{group}/{name}/preflight", tag = "Virtual machines", operation_id = "checkVmAccess",
    params(VmPath, PreflightQuery),
    responses(
        (status = 200, body = Preflight),
        ApiError,
    )
)]
pub async fn preflight(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
    Params(query): Params<PreflightQuery>,
) -> Result<Json<Preflight>, ApiError> {
    let ports: Vec<Port> =
        query.port.split(',').map(|port| one("port", port)).collect::<Result<_, ApiError>>()?;
    if ports.len() > NewAccess::MOST_PORTS {
        let most = NewAccess::MOST_PORTS;
        return Err(wrong_field("port", &format!("at most {most} ports are opened together")));
    }
    let whence: Whence = one("source", &query.source)?;
    let (port, others) = ports.split_first().expect("splitting a text gives one part at least");
    Ok(Json(jit.preflight(&caller, &vm, *port, others, &whence).await?))
}

/// Says which Bastion reaches the machine, if any, what it can do, and where the machine is in the
/// Azure portal. Azure is asked now.
#[utoipa::path(
    get, path = "/api/vms/{subscription}/{group}/{name}/ways", tag = "Virtual machines", operation_id = "showVmWays",
    params(VmPath),
    responses(
        (status = 200, body = Ways),
        ApiError,
    )
)]
pub async fn ways(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
) -> Result<Json<Ways>, ApiError> {
    Ok(Json(jit.ways(&caller, &vm).await?))
}

/// What somebody would like to request.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplanationQuery {
    /// The port.
    #[param(value_type = u16)]
    port: String,
    /// The address or range, or the resource id of the Bastion to come through.
    source: String,
    /// For how long, such as `PT1H`; the shortest there is if left out.
    duration: Option<String>,
    /// Why.
    reason: Option<String>,
    /// For whom, if not for the caller.
    requested_for: Option<String>,
}

/// Says whether a request would be let through, by which access rule, and if not, what stands in
/// the way. Tells only of rules that are about the caller. Nothing is requested.
#[utoipa::path(
    get, path = "/api/vms/{subscription}/{group}/{name}/access-explanation", tag = "Virtual machines", operation_id = "explainVmAccess",
    params(VmPath, ExplanationQuery),
    responses(
        (status = 200, body = AccessExplanation),
        ApiError,
    )
)]
pub async fn explain(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
    Params(query): Params<ExplanationQuery>,
) -> Result<Json<AccessExplanation>, ApiError> {
    Ok(Json(jit.explain(&caller, &vm, &query.try_into()?).await?))
}

/// Starts the machine. 202 means that Azure is on it; the machine's power state tells the rest.
#[utoipa::path(
    post, path = "/api/vms/{subscription}/{group}/{name}/start", tag = "Virtual machines", operation_id = "startVm",
    params(VmPath),
    responses(
        (status = 202, description = "Azure is starting it"),
        ApiError,
    )
)]
pub async fn start(
    caller: Caller,
    State(jit): State<Jit>,
    VmPath(vm): VmPath,
) -> Result<StatusCode, ApiError> {
    jit.start(&caller, &vm).await?;
    Ok(StatusCode::ACCEPTED)
}

impl TryFrom<ExplanationQuery> for Inquiry {
    type Error = ApiError;

    fn try_from(query: ExplanationQuery) -> Result<Self, ApiError> {
        let duration = maybe("duration", query.duration.as_deref())?;
        Ok(Self {
            port: one("port", &query.port)?,
            source: one("source", &query.source)?,
            duration: duration.unwrap_or(AccessDuration::SHORTEST),
            reason: maybe("reason", query.reason.as_deref())?,
            requested_for: maybe("requested_for", query.requested_for.as_deref())?,
        })
    }
}

impl TryFrom<ListQuery> for VmFilter {
    type Error = ApiError;

    fn try_from(query: ListQuery) -> Result<Self, ApiError> {
        Ok(Self {
            words: words(&query.q)?,
            subscriptions: listed("subscription", &query.subscription)?,
            locations: listed("location", &query.location)?,
            os: listed("os", &query.os)?,
            power: listed("power", &query.power)?,
            jit: listed("jit", &query.jit)?,
            after: maybe("cursor", query.cursor.as_deref())?,
            limit: page_size(query.limit.as_deref())?,
        })
    }
}

/// How many words are looked for at most.
const MOST_WORDS: usize = 10;

/// The words of a search.
pub(super) fn words(text: &str) -> Result<Vec<String>, ApiError> {
    let words: Vec<String> = text.split_whitespace().take(MOST_WORDS + 1).map(str::to_owned).collect();
    if words.len() > MOST_WORDS {
        return Err(wrong_field("q", &format!("at most {MOST_WORDS} words are looked for together")));
    }
    Ok(words)
}

/// The values of a comma-separated list, each read as its type is read from JSON. A type that takes
/// whatever Azure may come to say does not take that from a caller.
pub(super) fn listed<T: DeserializeOwned + Serialize>(field: &str, text: &str) -> Result<Vec<T>, ApiError> {
    let read = |value: &str| {
        let wanted = T::deserialize(StrDeserializer::<ValueError>::new(value)).ok();
        let wanted = wanted.filter(|wanted| {
            let said = serde_json::to_value(wanted).ok();
            said.as_ref().and_then(Value::as_str).is_some_and(|said| said.eq_ignore_ascii_case(value))
        });
        wanted.ok_or_else(|| wrong_field(field, &format!("“{value}” is none of the values that it can have; the API's description (/api/openapi.json) lists them")))
    };
    text.split(',').filter(|value| !value.is_empty()).map(read).collect()
}
