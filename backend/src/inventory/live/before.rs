//! Whether anything stands before a machine that just-in-time access could open.

use shared::vm::Unsupported;
use tracing::warn;

use crate::azure::network::{Firewall, Network, Nic};
use crate::inventory::filters::reason;
use crate::preflight::Gateway;

/// What stands before a machine that no security group does, as far as that could be read. Nothing
/// where a group does, or where it is not known whether one does.
///
/// A machine with a security group before its interface, of its own or of its subnet, is one that
/// just-in-time access can open. Only where there is none is it asked whether a firewall would do.
pub(super) async fn gateway(network: &Network, nic: &Nic) -> Option<Gateway> {
    let Nic { nsg: None, subnet: Some(subnet), .. } = nic else { return None };
    if network.nsg_of_subnet(subnet).await.ok()?.is_some() {
        return None;
    }
    let Some(vnet) = subnet.parent() else { return Some(Gateway::Nothing) };
    Some(match network.firewall_in(&vnet).await {
        Ok(None) => Gateway::Nothing,
        Ok(Some(firewall)) => Gateway::Firewall(firewall),
        Err(error) => {
            warn!(error = &error as &dyn std::error::Error, "the firewalls of a network could not be read");
            Gateway::Unread { reason: reason("firewalls", &error) }
        }
    })
}

/// Why just-in-time access can open nothing there, if that is known.
pub(super) fn unsupported(gateway: &Gateway) -> Option<Unsupported> {
    match gateway {
        Gateway::Nothing => Some(Unsupported {
            reason: "No network security group stands before this VM, neither on its primary network interface nor on the subnet of that, so just-in-time access has nothing to open.".to_owned(),
            remedy: "Whoever looks after its network can put one there.".to_owned(),
        }),
        Gateway::Firewall(Firewall { name, policy: Some(policy) }) => Some(Unsupported {
            reason: format!(
                "The Azure Firewall {name} in this VM's network is managed by the firewall policy {policy}, where just-in-time access can write no rules, and no network security group stands before the VM."
            ),
            remedy: "Whoever looks after its network can put a network security group before the VM, or let people in by a rule of that policy.".to_owned(),
        }),
        // It writes classic rules.
        Gateway::Firewall(Firewall { policy: None, .. }) | Gateway::Unread { .. } => None,
    }
}
