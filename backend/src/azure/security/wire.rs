//! JIT policies as `Microsoft.Security` 2020-01-01 spells them.

use std::net::IpAddr;

use jiff::fmt::temporal::SpanParser;
use jiff::{SpanRelativeTo, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use shared::duration::AccessDuration;
use shared::policy::{JitPolicy, PortRule};
use shared::port::{Port, Protocol};
use shared::resource_id::VmId;
use shared::source::{ParseSourceError, Source};
use tracing::warn;

use super::{Policy, PolicyId, PolicyRequest, PolicyVm, PortStatus};
use crate::azure::wire::{Tolerant, if_understood, utc};

#[derive(Deserialize)]
pub(super) struct WirePolicy {
    id: PolicyId,
    properties: WireProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    #[serde(default)]
    virtual_machines: Tolerant<WireVm>,
    #[serde(default)]
    requests: Tolerant<WireRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireVm {
    id: VmId,
    #[serde(default)]
    ports: Tolerant<WirePort>,
    #[serde(default, deserialize_with = "if_understood")]
    public_ip_address: Option<IpAddr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WirePort {
    number: Port,
    protocol: Protocol,
    #[serde(flatten)]
    sources: WireSources,
    max_request_access_duration: WireDuration,
}

/// An ISO 8601 duration, rounded down to whole minutes and into the bounds that Azure documents.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct WireDuration(AccessDuration);

/// One source in one field, or several in another; the unused one may be `null` or empty.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSources {
    allowed_source_address_prefix: Option<String>,
    allowed_source_address_prefixes: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireRequest {
    #[serde(default)]
    virtual_machines: Tolerant<WireRequestVm>,
    #[serde(deserialize_with = "utc")]
    pub(super) start_time_utc: Timestamp,
    requestor: Option<String>,
    justification: Option<String>,
}

#[derive(Deserialize)]
struct WireRequestVm {
    id: VmId,
    #[serde(default)]
    ports: Tolerant<WireRequestPort>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRequestPort {
    number: Port,
    #[serde(flatten)]
    sources: WireSources,
    #[serde(deserialize_with = "utc")]
    end_time_utc: Timestamp,
    #[serde(default, deserialize_with = "if_understood")]
    status: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    status_reason: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    mapped_port: Option<Port>,
}

impl From<WirePolicy> for Policy {
    fn from(wire: WirePolicy) -> Self {
        let WireProperties { virtual_machines, requests } = wire.properties;
        Self {
            id: wire.id,
            vms: virtual_machines.0.into_iter().map(PolicyVm::from).collect(),
            requests: requests.0.into_iter().flat_map(WireRequest::into_requests).collect(),
        }
    }
}

impl From<WireVm> for PolicyVm {
    fn from(wire: WireVm) -> Self {
        let ports = wire.ports.0.into_iter().map(PortRule::from).collect();
        Self { vm: wire.id, ports: JitPolicy { ports }, firewall_address: wire.public_ip_address }
    }
}

impl From<WirePort> for PortRule {
    fn from(wire: WirePort) -> Self {
        Self {
            port: wire.number,
            protocol: wire.protocol,
            sources: wire.sources.into_sources(),
            longest: wire.max_request_access_duration.0,
        }
    }
}

impl WirePort {
    /// The rule, if nothing had to be left out of it.
    pub(super) fn whole(self) -> Option<PortRule> {
        let is_read = |text: &str| !matches!(text.parse::<Source>(), Err(ParseSourceError::Malformed(_)));
        let is_whole = self.sources.named().all(is_read);
        is_whole.then(|| self.into())
    }
}

impl WireRequest {
    pub(super) fn into_requests(self) -> impl Iterator<Item = PolicyRequest> {
        let Self { virtual_machines, start_time_utc, requestor, justification } = self;
        let requestor = requestor.unwrap_or_default();
        let justification = justification.filter(|text| !text.is_empty());
        let ports = virtual_machines
            .0
            .into_iter()
            .flat_map(|vm| vm.ports.0.into_iter().map(move |port| (vm.id.clone(), port)));
        ports.map(move |(vm, port)| PolicyRequest {
            started_at: start_time_utc,
            requestor: requestor.clone(),
            justification: justification.clone(),
            vm,
            port: port.number,
            sources: port.sources.into_sources(),
            ends_at: port.end_time_utc,
            status: PortStatus::of(port.status.unwrap_or_default(), port.status_reason.unwrap_or_default()),
            mapped_port: port.mapped_port,
        })
    }
}

impl WireSources {
    /// The sources. Where Azure names none, none is excluded. One that cannot be read allows
    /// nobody, so it is left out.
    fn into_sources(self) -> Vec<Source> {
        let mut named = self.named().peekable();
        if named.peek().is_none() {
            return vec![Source::ANY];
        }
        named.filter_map(source).collect()
    }

    fn named(&self) -> impl Iterator<Item = &str> {
        let one = self.allowed_source_address_prefix.iter().filter(|text| !text.trim().is_empty());
        let many = self.allowed_source_address_prefixes.iter().flatten();
        one.chain(many).flat_map(|text| text.split(','))
    }
}

fn source(text: &str) -> Option<Source> {
    match text.parse() {
        Ok(source) => Some(source),
        // Azure takes a range whose host bits are set, and means the range.
        Err(ParseSourceError::HostBits { meant, .. }) => Some(Source::range(meant)),
        Err(error @ ParseSourceError::Malformed(_)) => {
            warn!(%error, "left out a source of a JIT policy");
            None
        }
    }
}

impl TryFrom<String> for WireDuration {
    type Error = serde::de::value::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let span = SpanParser::new().parse_span(&text).map_err(Self::Error::custom)?;
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(Self::Error::custom)?;
        let bounds =
            i64::from(AccessDuration::SHORTEST.minutes())..=i64::from(AccessDuration::LONGEST.minutes());
        let minutes = length.as_mins().clamp(*bounds.start(), *bounds.end());
        AccessDuration::from_minutes(minutes).map(Self).map_err(Self::Error::custom)
    }
}

#[cfg(test)]
mod tests;
