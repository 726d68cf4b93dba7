//! Where a machine is reached at this moment.

use std::net::IpAddr;

use tracing::warn;

use crate::azure::arm::ArmError;
use crate::azure::network::{Network, Nic};
use crate::azure::resource_id::ResourceId;

/// The addresses of a machine.
#[derive(Debug)]
pub(super) struct Addresses {
    /// Its network interface.
    pub(super) nic: Result<Nic, ArmError>,
    /// Its address and name on the Internet; the outer `None` if that could not be read.
    pub(super) public: Option<(Option<IpAddr>, Option<String>)>,
}

/// Reads the interface and what is on it.
pub(super) async fn addresses(network: &Network, nic: Option<&ResourceId>) -> Addresses {
    let Some(nic) = nic else {
        return Addresses { nic: Err(ArmError::NotFound), public: None };
    };
    let nic = network.nic(nic).await.inspect_err(unread);
    let public = match &nic {
        Ok(Nic { public_ip: Some(public_ip), .. }) => {
            let public_ip = network.public_ip(public_ip).await.inspect_err(unread).ok();
            public_ip.map(|public_ip| (public_ip.address, public_ip.fqdn))
        }
        Ok(Nic { public_ip: None, .. }) => Some((None, None)),
        Err(_) => None,
    };
    Addresses { nic, public }
}

fn unread(error: &ArmError) {
    warn!(
        error = error as &dyn std::error::Error,
        "the addresses of a machine are shown as they were last listed"
    );
}
