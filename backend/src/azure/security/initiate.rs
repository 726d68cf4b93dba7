//! Asks a JIT policy to open ports: the one call that this product is about.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use shared::port::Port;
use shared::resource_id::VmId;
use shared::source::Source;

use super::wire::WireRequest;
use super::{PolicyId, Security, path};
use crate::azure::arm::{ArmError, Reply};
use crate::guardrails::Approved;

/// Azure has taken a request. The ports are open once the policy says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// When, by Azure's clock; the policy lists the request under this time.
    pub started_at: Timestamp,
    /// Azure's name for the call, to find it in the activity log.
    pub correlation_id: Option<String>,
}

impl Security {
    /// Asks Azure to open the ports of `access`.
    ///
    /// [`ArmError::AnswerLost`] means that it may have done so: read the policy, and look for the
    /// request by its justification, before asking again.
    pub async fn initiate(&self, access: &Approved) -> Result<Accepted, ArmError> {
        let body = WireInitiate::from(access);
        let reply: Reply<WireRequest> =
            self.0.act(initiate_path(access.policy()).trim_start_matches('/'), access.id().0, &body).await?;
        Ok(Accepted { started_at: reply.value.start_time_utc, correlation_id: reply.correlation_id })
    }
}

/// Where Azure Resource Manager is asked to open ports, with the version of the API.
pub fn initiate_path(id: &PolicyId) -> String {
    format!("/{}", path(id, "/initiate"))
}

/// What is sent there, as JSON.
pub fn initiate_body(access: &Approved) -> Value {
    json!(WireInitiate::from(access))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireInitiate<'a> {
    virtual_machines: [WireVm<'a>; 1],
    justification: &'a str,
}

#[derive(Serialize)]
struct WireVm<'a> {
    id: &'a VmId,
    ports: Vec<WirePort<'a>>,
}

/// The source is not optional here: Azure would take the address that the request came from, and
/// that is ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePort<'a> {
    number: Port,
    end_time_utc: String,
    allowed_source_address_prefix: &'a Source,
}

impl<'a> From<&'a Approved> for WireInitiate<'a> {
    fn from(access: &'a Approved) -> Self {
        // Azure's own pages send ticks of 100 ns.
        let end_time_utc = format!("{:.7}", access.ends_at());
        let port = |&number| WirePort {
            number,
            end_time_utc: end_time_utc.clone(),
            allowed_source_address_prefix: access.source(),
        };
        let vm = WireVm { id: access.vm(), ports: access.ports().iter().map(port).collect() };
        Self { virtual_machines: [vm], justification: access.justification() }
    }
}
