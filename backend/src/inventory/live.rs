//! One machine as Azure has it at this moment.

mod before;
mod network;
mod policy;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use futures_util::future::join3;
use jiff::Timestamp;
use shared::policy::JitPolicy;
use shared::resource_id::VmId;
use shared::vm::{JitState, Os, PowerState, Unsupported, Vm};
use tracing::warn;

use super::ancestry::{Ancestors, Ancestry};
use super::{Inventory, InventoryVm};
use crate::azure::arm::ArmError;
use crate::azure::compute::Machine;
use crate::azure::network::Nic;
use crate::azure::security::{Policy, PolicyId, PolicyRequest};
use crate::preflight::Gateway;
use crate::rules::{Place, PublicTarget};
use network::Addresses;

/// A machine as Azure has it at this moment, and its JIT policy.
#[derive(Debug, Clone)]
pub struct LiveVm {
    /// The machine.
    pub vm: Vm,
    /// Its address on the Internet of IPv6, if it has one beside the other.
    pub public_ipv6: Option<Ipv6Addr>,
    /// Its tags.
    pub tags: Arc<BTreeMap<String, String>>,
    /// The management groups that its subscription is in; `None` if that could not be read.
    pub management_groups: Option<Ancestors>,
    /// Its local administrator.
    pub admin_username: Option<String>,
    /// Its own name for itself.
    pub computer_name: Option<String>,
    /// Whether people can sign in to it with their Entra ID account, as far as that could be read.
    pub entra_sign_in: bool,
    /// When Azure was asked.
    pub as_of: Timestamp,
    /// Its primary network interface, if that could be read.
    pub(super) nic: Result<Nic, ArmError>,
    /// What stands before it that no security group does, as far as that could be read.
    pub(super) gateway: Option<Gateway>,
    policy: Option<Policy>,
    /// Why just-in-time access cannot open anything, unless the policy names a firewall.
    unsupported: Option<Unsupported>,
    /// Why it could not be set up when the list was made, where that is not for the network.
    uncovered: Option<Arc<Unsupported>>,
}

impl LiveVm {
    /// What the JIT policy says of it, if one names it. There is none either if
    /// [`Vm::jit`] is [`JitState::Unknown`].
    pub fn policy(&self) -> Option<(&PolicyId, &JitPolicy)> {
        let policy = self.policy.as_ref()?;
        Some((&policy.id, &policy.of(&self.vm.id)?.ports))
    }

    /// The machine as access rules see it.
    pub fn place(&self) -> Place<'_> {
        let management_groups = self.management_groups.as_deref();
        Place { vm: &self.vm.id, tags: &self.tags, management_groups }
    }

    /// Where it is reached on the Internet, if it is.
    ///
    /// An address that is not allocated at the moment counts, and so does one that may be there.
    pub fn public_target(&self) -> Option<PublicTarget> {
        let vm = &self.vm;
        if let Some(firewall) = self.firewall_address() {
            let (ipv4, ipv6) = (firewall.is_ipv4(), firewall.is_ipv6());
            return Some(PublicTarget { name: firewall.to_string(), ipv4, ipv6 });
        }
        let address = vm.public_address.or(self.public_ipv6.map(IpAddr::V6));
        let name = vm.fqdn.clone().or_else(|| address.map(|address| address.to_string()))?;
        let (first, second) = match &self.nic {
            Ok(nic) => (nic.public_ip.is_some(), nic.public_ipv6.is_some()),
            Err(_) => (true, true),
        };
        let first_is_v6 = vm.public_address.is_some_and(|address| address.is_ipv6());
        Some(PublicTarget { name, ipv4: first && !first_is_v6, ipv6: second || first_is_v6 })
    }

    /// Its address of IPv6 inside the virtual network, if it has one beside the other.
    pub fn private_ipv6(&self) -> Option<Ipv6Addr> {
        self.nic.as_ref().ok()?.private_ipv6
    }

    /// Why just-in-time access cannot open anything on it, if that is known: neither a security
    /// group stands before it nor a firewall with classic rules.
    pub fn unsupported(&self) -> Option<&Unsupported> {
        self.unsupported.as_ref().filter(|_| self.firewall_address().is_none())
    }

    /// Why just-in-time access could not be set up on it when the list was made, if no policy names
    /// it and that is not for its network: the plan of its subscription, for example. It may be
    /// otherwise by now, so this is to be told and forbids nothing.
    pub fn uncovered(&self) -> Option<&Unsupported> {
        self.uncovered.as_deref().filter(|_| self.vm.jit == JitState::NotConfigured)
    }

    /// Who asked for what on it lately.
    pub fn requests(&self) -> impl Iterator<Item = &PolicyRequest> {
        let requests = self.policy.iter().flat_map(|policy| &policy.requests);
        requests.filter(|request| request.vm == self.vm.id)
    }

    /// The address of the Azure Firewall that connections go through, if there is one.
    pub fn firewall_address(&self) -> Option<IpAddr> {
        self.policy.as_ref()?.of(&self.vm.id)?.firewall_address
    }
}

/// What the list knows of a machine.
struct Listed {
    entry: Option<Arc<InventoryVm>>,
    subscription_name: String,
    management_groups: Option<Ancestors>,
    as_of: Timestamp,
}

impl Inventory {
    /// One machine as it is now, even if it is too new for the list. `None` if there is none, or
    /// none that Postern may read.
    ///
    /// What cannot be read now is taken from the list, except for the policy: nobody is let in, or
    /// kept out, by an old one.
    pub async fn live(&self, id: &VmId) -> Result<Option<Arc<LiveVm>>, ArmError> {
        let Some(listed) = self.listed(id).await? else {
            return Ok(None);
        };
        let now = self.0.clock.now();
        let entry = listed.entry.as_deref();
        let nic = entry.and_then(|entry| entry.nic.as_ref());
        let policy = entry.and_then(|entry| entry.policy.as_deref());
        let (machine, addresses, policy) = join3(
            self.0.azure.compute.vm(id),
            network::addresses(&self.0.azure.network, nic),
            policy::policy(&self.0.azure.security, id, policy),
        )
        .await;
        let machine = match machine {
            Ok(machine) => Some(machine),
            Err(ArmError::NotFound) => return Ok(None),
            Err(error @ ArmError::Forbidden { .. }) if entry.is_none() => {
                warn!(
                    error = &error as &dyn std::error::Error,
                    "a machine that is in no list may not be read"
                );
                return Ok(None);
            }
            Err(error) if entry.is_none() => return Err(error),
            Err(error) => {
                warn!(error = &error as &dyn std::error::Error, "a machine is shown as it was last listed");
                None
            }
        };
        // The interface may be another one by now, or may only be known by now.
        let newest_nic = machine.as_ref().map_or(nic, |machine| machine.primary_nic.as_ref());
        let addresses = if newest_nic == nic {
            addresses
        } else {
            network::addresses(&self.0.azure.network, newest_nic).await
        };
        let as_of = if machine.is_some() { now } else { listed.as_of };
        let (jit, policy) = policy?;
        Ok(Some(Arc::new(listed.become_live(id, machine, addresses, jit, policy, as_of))))
    }

    /// The machine with the management groups of its subscription, for rules that hold on such.
    ///
    /// They come with the list. Only while there is none yet are they asked for.
    pub async fn with_ancestors(&self, machine: Arc<LiveVm>) -> Arc<LiveVm> {
        if machine.management_groups.is_some() {
            return machine;
        }
        let subscription = machine.vm.id.subscription();
        // A list may have come since.
        let management_groups = match self.at_hand() {
            Some(snapshot) => snapshot.ancestry.of(subscription).cloned(),
            None => Ancestry::load(&self.0.azure.graph, &[subscription]).await.of(subscription).cloned(),
        };
        Arc::new(LiveVm { management_groups, ..Arc::unwrap_or_clone(machine) })
    }

    /// What the list knows, without waiting for it. Without one, the subscription is looked up:
    /// nobody makes us ask Azure about subscriptions that are none of ours.
    async fn listed(&self, id: &VmId) -> Result<Option<Listed>, ArmError> {
        let snapshot = self.at_hand();
        let (entry, subscriptions, as_of) = match &snapshot {
            Some(snapshot) => (snapshot.vm(id).cloned(), snapshot.subscriptions.clone(), snapshot.as_of),
            None => (None, self.0.azure.subscriptions.list().await?, self.0.clock.now()),
        };
        let Some(subscription) =
            subscriptions.into_iter().find(|subscription| subscription.id == id.subscription())
        else {
            return Ok(None);
        };
        let ancestry = snapshot.as_ref().map(|snapshot| &snapshot.ancestry);
        let management_groups = ancestry.and_then(|ancestry| ancestry.of(subscription.id)).cloned();
        Ok(Some(Listed { entry, subscription_name: subscription.name, management_groups, as_of }))
    }
}

impl Listed {
    fn become_live(
        self,
        id: &VmId,
        machine: Option<Machine>,
        addresses: Addresses,
        jit: JitState,
        policy: Option<Policy>,
        as_of: Timestamp,
    ) -> LiveVm {
        let listed = self.entry.as_deref().map(|entry| &entry.vm);
        let os = machine.as_ref().map(|machine| machine.os).filter(|os| *os != Os::Unknown);
        let power =
            machine.as_ref().map(|machine| machine.power).filter(|power| *power != PowerState::Unknown);
        let location = machine.as_ref().map(|machine| machine.location.clone());
        let (public_address, fqdn) = addresses
            .public
            .unwrap_or_else(|| listed.map(|vm| (vm.public_address, vm.fqdn.clone())).unwrap_or_default());
        let private_address = match &addresses.nic {
            Ok(nic) => nic.private_address,
            Err(_) => listed.and_then(|vm| vm.private_address),
        };
        let vm = Vm {
            id: listed.map_or_else(|| id.clone(), |vm| vm.id.clone()),
            location: location.or_else(|| listed.map(|vm| vm.location.clone())).unwrap_or_default(),
            os: os.or_else(|| listed.map(|vm| vm.os)).unwrap_or(Os::Unknown),
            power: power.or_else(|| listed.map(|vm| vm.power)).unwrap_or(PowerState::Unknown),
            subscription_name: self.subscription_name,
            private_address,
            public_address,
            fqdn,
            jit,
        };
        let old_tags = || self.entry.as_ref().map(|entry| entry.tags.clone()).unwrap_or_default();
        let tags = machine.as_ref().map_or_else(old_tags, |machine| Arc::new(machine.tags.clone()));
        let entra_sign_in = machine.as_ref().is_some_and(|machine| machine.entra_sign_in);
        let (admin_username, computer_name) =
            machine.map(|machine| (machine.admin_username, machine.computer_name)).unwrap_or_default();
        let management_groups = self.management_groups;
        let uncovered = self.entry.as_ref().and_then(|entry| entry.uncovered.clone());
        LiveVm {
            vm,
            public_ipv6: addresses.public_ipv6,
            tags,
            management_groups,
            admin_username,
            computer_name,
            entra_sign_in,
            as_of,
            nic: addresses.nic,
            policy,
            unsupported: addresses.gateway.as_ref().and_then(before::unsupported),
            gateway: addresses.gateway,
            uncovered,
        }
    }
}
