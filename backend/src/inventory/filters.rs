//! What stands between the network and a machine.

use std::net::IpAddr;

use futures_util::future::try_join;

use super::{Inventory, LiveVm};
use crate::azure::arm::ArmError;
use crate::azure::network::{Nic, Nsg};
use crate::azure::resource_id::ResourceId;
use crate::preflight::Filters;

impl Inventory {
    /// The security groups in front of a machine, read now.
    pub async fn filters(&self, machine: &LiveVm) -> Filters {
        let nic = match &machine.nic {
            Ok(nic) => nic,
            Err(error) => return Filters::Unknown { reason: reason("network interface", error) },
        };
        match self.groups(nic).await {
            Ok(groups) => Filters::Known {
                groups,
                addresses: nic.private_address.into_iter().chain(nic.private_ipv6.map(IpAddr::V6)).collect(),
                application_groups: nic.application_groups.clone(),
                gateway: machine.gateway.clone(),
            },
            Err(error) => Filters::Unknown { reason: reason("security groups", &error) },
        }
    }

    async fn groups(&self, nic: &Nic) -> Result<Vec<Nsg>, ArmError> {
        let network = &self.0.azure.network;
        let on_nic = self.group(nic.nsg.as_ref());
        let on_subnet = async {
            match &nic.subnet {
                Some(subnet) => self.group(network.nsg_of_subnet(subnet).await?.as_ref()).await,
                None => Ok(None),
            }
        };
        let (on_nic, on_subnet) = try_join(on_nic, on_subnet).await?;
        Ok(on_nic.into_iter().chain(on_subnet).collect())
    }

    async fn group(&self, id: Option<&ResourceId>) -> Result<Option<Nsg>, ArmError> {
        match id {
            Some(id) => self.0.azure.network.nsg(id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// Why something of a machine could not be read, in a sentence for people.
pub(super) fn reason(what: &str, error: &ArmError) -> String {
    match error {
        ArmError::Forbidden { action: Some(action), .. } => {
            format!("Postern may not read the machine's {what}: its identity lacks {action}.")
        }
        ArmError::Forbidden { action: None, .. } => format!("Postern may not read the machine's {what}."),
        ArmError::NotFound => format!("Azure knows of no {what} of the machine."),
        ArmError::Throttled { .. } => format!("Azure is too busy to tell the machine's {what}."),
        ArmError::Refused { .. }
        | ArmError::Token(_)
        | ArmError::Transport(_)
        | ArmError::AnswerLost(_)
        | ArmError::Unexpected(_) => format!("Azure did not tell the machine's {what}."),
    }
}
