//! JIT policies, one entry per port.

use std::net::IpAddr;

use jiff::Timestamp;
use shared::policy::JitPolicy;
use shared::port::Port;
use shared::resource_id::VmId;
use shared::source::Source;

use super::PolicyId;

/// A JIT policy: the machines it protects and what was asked of it lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// The machines.
    pub vms: Vec<PolicyVm>,
    /// Who asked for what, one entry per port.
    pub requests: Vec<PolicyRequest>,
}

impl Policy {
    /// What it says of one machine.
    pub fn of(&self, vm: &VmId) -> Option<&PolicyVm> {
        self.vms.iter().find(|entry| entry.vm == *vm)
    }
}

/// What a policy says of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVm {
    /// The machine.
    pub vm: VmId,
    /// Its ports.
    pub ports: JitPolicy,
    /// The address of the Azure Firewall in front of it, if there is one.
    pub firewall_address: Option<IpAddr>,
}

impl PolicyVm {
    /// The ports, ascending.
    pub fn port_numbers(&self) -> Vec<Port> {
        let mut ports: Vec<Port> = self.ports.ports.iter().map(|rule| rule.port).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

/// That somebody asked for a port.
///
/// Azure gives requests no id: what tells them apart is everything in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRequest {
    /// When Azure accepted it.
    pub started_at: Timestamp,
    /// Who asked, as Azure knows them; empty for a service's own identity.
    pub requestor: String,
    /// Why.
    pub justification: Option<String>,
    /// The machine.
    pub vm: VmId,
    /// The port.
    pub port: Port,
    /// For whom it is opened.
    pub sources: Vec<Source>,
    /// When it closes again.
    pub ends_at: Timestamp,
    /// What became of it.
    pub status: PortStatus,
    /// The port to connect to on the Azure Firewall, if there is one in front.
    pub mapped_port: Option<Port>,
}

/// What became of a request for a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortStatus {
    /// Azure is writing the rule.
    Initiating,
    /// The port is open.
    Initiated,
    /// The port is closed again.
    Revoked(RevokedReason),
    /// A word we do not know.
    Other(String),
}

/// Why a port is closed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevokedReason {
    /// Its time was over.
    Expired,
    /// Somebody closed it.
    UserRequested,
    /// A newer request for it took its place.
    NewerRequestInitiated,
    /// A word we do not know.
    Other(String),
}

impl PortStatus {
    pub(super) fn of(status: String, reason: String) -> Self {
        match status.to_ascii_lowercase().as_str() {
            "initiating" => Self::Initiating,
            "initiated" => Self::Initiated,
            "revoked" => Self::Revoked(match reason.to_ascii_lowercase().as_str() {
                "expired" => RevokedReason::Expired,
                "userrequested" => RevokedReason::UserRequested,
                "newerrequestinitiated" => RevokedReason::NewerRequestInitiated,
                _ => RevokedReason::Other(reason),
            }),
            _ => Self::Other(status),
        }
    }
}
