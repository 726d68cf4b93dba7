//! Virtual machines as the page shows them.

mod may;

use std::net::{IpAddr, Ipv6Addr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::RequestId;
use crate::duration::AccessDuration;
use crate::policy::JitPolicy;
use crate::port::Port;
use crate::resource_id::VmId;
use crate::source::Source;

pub use may::{May, Network, RequestLimits};

/// One row of the list of machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vm {
    /// Its ARM resource id.
    pub id: VmId,
    /// The display name of its subscription.
    pub subscription_name: String,
    /// The Azure region, such as `westeurope`.
    pub location: String,
    /// Its operating system.
    pub os: Os,
    /// Whether it runs.
    pub power: PowerState,
    /// The address inside its virtual network.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub private_address: Option<IpAddr>,
    /// The address on the Internet, if it has one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub public_address: Option<IpAddr>,
    /// The public name, if it has one.
    pub fqdn: Option<String>,
    /// Where it stands with just-in-time access.
    pub jit: JitState,
}

impl Vm {
    /// The method that suits its operating system: RDP for Windows, SSH for the rest.
    pub fn usual_port(&self) -> Port {
        match self.os {
            Os::Windows => Port::RDP,
            Os::Linux | Os::Unknown => Port::SSH,
        }
    }
}

/// An operating system family, as `storageProfile.osDisk.osType` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Os {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// Azure did not say, or said something new.
    #[serde(other)]
    Unknown,
}

/// What a machine is doing, after the `PowerState/…` codes of its instance view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PowerState {
    /// On its way up.
    Starting,
    /// Up.
    Running,
    /// On its way down.
    Stopping,
    /// Down, and still paid for.
    Stopped,
    /// Being taken off its host.
    Deallocating,
    /// Down and off its host; a dynamic public address is gone.
    Deallocated,
    /// Azure did not say, or said something new.
    #[serde(other)]
    Unknown,
}

/// Whether just-in-time access is set up on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JitState {
    /// A policy keeps these ports closed until somebody asks.
    Configured {
        /// The ports, ascending.
        ports: Vec<Port>,
    },
    /// No policy names the machine.
    NotConfigured,
    /// The policies of the subscription could not be read.
    Unknown,
}

/// Everything the Connect page needs to know of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VmDetails {
    /// The machine.
    pub vm: Vm,
    /// Its address on the Internet of IPv6, if it has one beside the one of the list.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub public_ipv6: Option<Ipv6Addr>,
    /// Its address of IPv6 inside the virtual network, if it has one beside the one of the list.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub private_ipv6: Option<Ipv6Addr>,
    /// Its local administrator, `osProfile.adminUsername`; absent on specialised disks.
    pub admin_username: Option<String>,
    /// Its own name for itself, `osProfile.computerName`.
    pub computer_name: Option<String>,
    /// Whether people can sign in to it with their Entra ID account: it has Azure's extension for that.
    pub entra_sign_in: bool,
    /// The address of the Azure Firewall that just-in-time access opens, if there is one in front:
    /// connections go there, and to a port that is known once access is granted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub firewall_address: Option<IpAddr>,
    /// Why just-in-time access cannot open anything on it, whoever asks and whatever policies say;
    /// absent where it can, or where that is not known.
    #[serde(default)]
    pub unsupported: Option<Unsupported>,
    /// Its JIT policy, read just now.
    pub policy: Option<JitPolicy>,
    /// What is open or opening, whoever asked for it.
    pub grants: Vec<Grant>,
    /// What the person who looks may do.
    pub may: May,
    /// When Azure was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
}

/// What keeps just-in-time access from a machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unsupported {
    /// What it is, in a sentence for people.
    pub reason: String,
    /// Who can do what about it, in a sentence for people.
    pub remedy: String,
}

impl VmDetails {
    /// How long `port` may be open at most: as long as any of these limits and the policy allow.
    /// `None` if there are no limits, so that it may not be opened.
    pub fn longest<'a>(
        &self,
        port: Port,
        limits: impl Iterator<Item = &'a RequestLimits>,
    ) -> Option<AccessDuration> {
        let by_rules = limits.map(|limits| limits.longest).max()?;
        let by_policy = self.policy.as_ref().and_then(|policy| policy.rule_for(port));
        Some(by_policy.map_or(by_rules, |rule| rule.longest.min(by_rules)))
    }

    /// Where a client that comes from `source` connects to for `port`: names or addresses, the best
    /// first, and a port. `None` as long as that is not known, which behind an Azure Firewall is
    /// until access is granted. Of several grants that of `request` goes first.
    pub fn way_in(
        &self,
        port: Port,
        source: Source,
        request: Option<RequestId>,
    ) -> Option<(Vec<String>, Port)> {
        let straight = || (self.destinations(source).collect(), port);
        let Some(firewall) = self.firewall_address else {
            return Some(straight());
        };
        let covers = |grant: &&Grant| {
            grant.port == port && grant.open && grant.sources.iter().any(|range| range.contains(&source))
        };
        let grants = self.grants.iter().filter(covers);
        let grant = grants.max_by_key(|grant| (request.is_some() && grant.mine == request, grant.until))?;
        Some(grant.mapped_port.map_or_else(straight, |mapped| (vec![firewall.to_string()], mapped)))
    }

    /// What a client that comes from `source` connects to, the best first: an address that it can
    /// get to over the Internet, by its name if it has one, and else the one inside the network.
    ///
    /// The name is that of the address of the list, so that it is no way for IPv6.
    fn destinations(&self, source: Source) -> impl Iterator<Item = String> {
        let vm = &self.vm;
        let ipv6 = self.public_ipv6.or(self.private_ipv6.filter(|_| source.is_ipv6()));
        let ipv6 = ipv6.filter(|_| !source.is_ipv4()).map(|address| address.to_string());
        let (first, later) = if source.is_ipv6() { (ipv6, None) } else { (None, ipv6) };
        let public = vm.public_address.map(|address| address.to_string());
        let private = vm.private_address.map(|address| address.to_string());
        [first, vm.fqdn.clone(), public, later, private].into_iter().flatten()
    }
}

/// A port that Azure has opened, or is opening, for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// The port.
    pub port: Port,
    /// For whose addresses.
    pub sources: Vec<Source>,
    /// When Azure closes it again.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
    /// Whether the rule is there yet.
    pub open: bool,
    /// The port of the Azure Firewall in front that leads to this one, if Azure named one.
    pub mapped_port: Option<Port>,
    /// Postern's own request behind it, if the person who looks made it.
    pub mine: Option<RequestId>,
    /// What those sign in with who asked for it, if the person who looks may know: it is theirs, or
    /// they may read the audit trail of the machine.
    pub requested_by: Option<String>,
}

/// One page of the list of machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VmPage {
    /// The machines, ordered by name.
    pub items: Vec<Vm>,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// How many machines match in all.
    pub total: u32,
    /// When Azure was last asked for the list.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
    /// The subscriptions whose machines, or policies, could not be read.
    pub unreadable: Vec<UnreadableSubscription>,
    /// What the filters can be set to, over everything the person may see.
    pub facets: Facets,
}

/// The values that the machines a person may see have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facets {
    /// Subscriptions by name.
    pub subscriptions: Vec<SubscriptionName>,
    /// Regions.
    pub locations: Vec<String>,
}

/// A subscription and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscriptionName {
    /// Its display name.
    pub name: String,
    /// Its id.
    pub id: Uuid,
}

/// A subscription that did not answer as hoped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnreadableSubscription {
    /// Its id.
    pub id: Uuid,
    /// Its display name, or its id where even that is unknown.
    pub name: String,
    /// What went wrong, in a sentence for people.
    pub reason: String,
}

#[cfg(test)]
mod tests;
