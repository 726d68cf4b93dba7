//! Where a machine is reached at this moment.

use std::net::{IpAddr, Ipv6Addr};

use futures_util::future::join3;
use tracing::warn;

use super::before::gateway;

use crate::azure::arm::ArmError;
use crate::azure::network::{Network, Nic, PublicIp};
use crate::azure::resource_id::ResourceId;
use crate::preflight::Gateway;

/// The addresses of a machine.
#[derive(Debug)]
pub(super) struct Addresses {
    /// Its network interface.
    pub(super) nic: Result<Nic, ArmError>,
    /// Its address and name on the Internet; the outer `None` if that could not be read.
    pub(super) public: Option<(Option<IpAddr>, Option<String>)>,
    /// Its address of IPv6 there, as far as that could be read: the list knows of none.
    pub(super) public_ipv6: Option<Ipv6Addr>,
    /// What stands before it that no security group does.
    pub(super) gateway: Option<Gateway>,
}

/// Reads the interface and what is on it.
pub(super) async fn addresses(network: &Network, nic: Option<&ResourceId>) -> Addresses {
    let Some(nic) = nic else {
        let nic = Err(ArmError::NotFound);
        return Addresses { nic, public: None, public_ipv6: None, gateway: None };
    };
    let nic = network.nic(nic).await.inspect_err(unread);
    let public = async {
        match &nic {
            Ok(Nic { public_ip: Some(id), .. }) => {
                read(network, id).await.map(|public_ip| (public_ip.address, public_ip.fqdn))
            }
            Ok(Nic { public_ip: None, .. }) => Some((None, None)),
            Err(_) => None,
        }
    };
    let public_ipv6 = async {
        let id = nic.as_ref().ok()?.public_ipv6.as_ref()?;
        match read(network, id).await?.address? {
            IpAddr::V6(address) => Some(address),
            IpAddr::V4(_) => None,
        }
    };
    let gateway = async { gateway(network, nic.as_ref().ok()?).await };
    let (public, public_ipv6, gateway) = join3(public, public_ipv6, gateway).await;
    Addresses { nic, public, public_ipv6, gateway }
}

async fn read(network: &Network, id: &ResourceId) -> Option<PublicIp> {
    network.public_ip(id).await.inspect_err(unread).ok()
}

fn unread(error: &ArmError) {
    warn!(
        error = error as &dyn std::error::Error,
        "the addresses of a machine are shown as they were last listed"
    );
}
