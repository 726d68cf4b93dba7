//! Whether anything stands before a machine that just-in-time access could open.

use shared::vm::Unsupported;
use tracing::warn;

use crate::azure::network::{ManagedFirewall, Network, Nic};

/// What of a machine's network keeps just-in-time access from it, as far as that could be read.
///
/// A machine with a security group before its interface, of its own or of its subnet, is one that
/// just-in-time access can open. Only where there is none is it asked whether a firewall would do.
pub(super) async fn unsupported(network: &Network, nic: &Nic) -> Option<Unsupported> {
    let Nic { nsg: None, subnet: Some(subnet), .. } = nic else { return None };
    if network.nsg_of_subnet(subnet).await.ok()?.is_some() {
        return None;
    }
    let managed = match subnet.parent() {
        Some(vnet) => network.managed_firewall_in(&vnet).await.unwrap_or_else(|error| {
            warn!(error = &error as &dyn std::error::Error, "the firewalls of a network could not be read");
            None
        }),
        None => None,
    };
    Some(told(managed))
}

fn told(managed: Option<ManagedFirewall>) -> Unsupported {
    match managed {
        None => Unsupported {
            reason: "No network security group stands before this VM, neither on its primary network interface nor on the subnet of that, so just-in-time access has nothing to open.".to_owned(),
            remedy: "Whoever looks after its network can put one there.".to_owned(),
        },
        Some(ManagedFirewall { name, policy }) => Unsupported {
            reason: format!(
                "The Azure Firewall {name} in this VM's network is managed by the firewall policy {policy}, where just-in-time access can write no rules, and no network security group stands before the VM."
            ),
            remedy: "Whoever looks after its network can put a network security group before the VM, or let people in by a rule of that policy.".to_owned(),
        },
    }
}
