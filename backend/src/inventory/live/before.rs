//! Whether anything stands before a machine that just-in-time access could open.

use shared::vm::Unsupported;
use tracing::warn;

use crate::azure::network::{Network, Nic};
use crate::inventory::eligibility::{Front, in_front};
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
    let front = match gateway {
        Gateway::Nothing => Front::Nothing,
        Gateway::Firewall(firewall) => Front::Firewall(firewall.clone()),
        Gateway::Unread { .. } => return None,
    };
    in_front(&front).map(|obstacle| obstacle.told())
}
