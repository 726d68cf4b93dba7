//! `Microsoft.Compute`: the virtual machines.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::resource_id::VmId;
use shared::vm::{Os, PowerState};

use super::arm::{ArmClient, ArmError, Operation};
use super::resource_id::ResourceId;
use super::wire::{Tolerant, if_understood};

const API_VERSION: &str = "api-version=2024-07-01";

/// The virtual machines.
#[derive(Debug, Clone)]
pub struct Compute(pub(super) ArmClient);

/// A virtual machine as it is at this moment.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Its id.
    pub id: VmId,
    /// Its region.
    pub location: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its operating system.
    pub os: Os,
    /// What it is doing.
    pub power: PowerState,
    /// Its local administrator; specialised disks bring their own.
    pub admin_username: Option<String>,
    /// Its own name for itself.
    pub computer_name: Option<String>,
    /// Whether it has the extension by which people sign in with their Entra ID account.
    pub entra_sign_in: bool,
    /// The network interface that connections go to.
    pub primary_nic: Option<ResourceId>,
}

impl Compute {
    /// Reads a machine and what it is doing.
    pub async fn vm(&self, id: &VmId) -> Result<Machine, ArmError> {
        let wire: WireVm = self.0.get(&path(id, "", "$expand=instanceView&")).await?;
        Ok(wire.into_machine(id))
    }

    /// Starts a machine.
    pub async fn start(&self, id: &VmId) -> Result<Operation, ArmError> {
        self.0.start(&path(id, "/start", "")).await
    }
}

fn path(id: &VmId, action: &str, query: &str) -> String {
    format!("{}{action}?{query}{API_VERSION}", id.to_string().trim_start_matches('/'))
}

/// What Azure calls an operating system.
pub(crate) fn os(name: &str) -> Os {
    match name.to_ascii_lowercase().as_str() {
        "windows" => Os::Windows,
        "linux" => Os::Linux,
        _ => Os::Unknown,
    }
}

/// What a status code of an instance view says about power, if it is about that.
pub(crate) fn power(code: &str) -> Option<PowerState> {
    let code = code.to_ascii_lowercase();
    Some(match code.strip_prefix("powerstate/")? {
        "starting" => PowerState::Starting,
        "running" => PowerState::Running,
        "stopping" => PowerState::Stopping,
        "stopped" => PowerState::Stopped,
        "deallocating" => PowerState::Deallocating,
        "deallocated" => PowerState::Deallocated,
        _ => PowerState::Unknown,
    })
}

#[derive(Deserialize)]
struct WireVm {
    location: String,
    #[serde(default, deserialize_with = "if_understood")]
    tags: Option<BTreeMap<String, String>>,
    properties: WireProperties,
    /// The extensions.
    #[serde(default)]
    resources: Tolerant<WireExtension>,
}

#[derive(Deserialize)]
struct WireExtension {
    properties: WireExtensionProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireExtensionProperties {
    publisher: String,
    #[serde(rename = "type")]
    kind: String,
    provisioning_state: String,
}

impl WireExtension {
    /// Whether it is the one for signing in with Entra ID, and came to be.
    fn signs_in(&self, os: Os) -> bool {
        let WireExtensionProperties { publisher, kind, provisioning_state } = &self.properties;
        let wanted = match os {
            Os::Windows => "AADLoginForWindows",
            Os::Linux => "AADSSHLoginForLinux",
            Os::Unknown => return false,
        };
        publisher.eq_ignore_ascii_case("Microsoft.Azure.ActiveDirectory")
            && kind.eq_ignore_ascii_case(wanted)
            && provisioning_state.eq_ignore_ascii_case("Succeeded")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    #[serde(default, deserialize_with = "if_understood")]
    storage_profile: Option<WireStorage>,
    #[serde(default, deserialize_with = "if_understood")]
    os_profile: Option<WireOsProfile>,
    #[serde(default, deserialize_with = "if_understood")]
    network_profile: Option<WireNetwork>,
    #[serde(default, deserialize_with = "if_understood")]
    instance_view: Option<WireView>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStorage {
    os_disk: WireDisk,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDisk {
    os_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireOsProfile {
    admin_username: Option<String>,
    computer_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireNetwork {
    network_interfaces: Tolerant<WireNic>,
}

#[derive(Deserialize)]
struct WireNic {
    id: ResourceId,
    #[serde(default, deserialize_with = "if_understood")]
    properties: Option<WireNicProperties>,
}

#[derive(Deserialize)]
struct WireNicProperties {
    primary: Option<bool>,
}

#[derive(Deserialize)]
struct WireView {
    statuses: Tolerant<WireStatus>,
}

#[derive(Deserialize)]
struct WireStatus {
    code: String,
}

impl WireVm {
    fn into_machine(self, id: &VmId) -> Machine {
        let Self { location, tags, properties, resources } = self;
        let os = properties.storage_profile.map_or(Os::Unknown, |storage| os(&storage.os_disk.os_type));
        let statuses = properties.instance_view.map(|view| view.statuses.0).unwrap_or_default();
        let os_profile = properties.os_profile;
        Machine {
            id: id.clone(),
            location,
            tags: tags.unwrap_or_default(),
            os,
            entra_sign_in: resources.0.iter().any(|extension| extension.signs_in(os)),
            power: statuses.iter().find_map(|status| power(&status.code)).unwrap_or(PowerState::Unknown),
            admin_username: os_profile.as_ref().and_then(|profile| profile.admin_username.clone()),
            computer_name: os_profile.and_then(|profile| profile.computer_name),
            primary_nic: properties.network_profile.and_then(WireNetwork::into_primary),
        }
    }
}

impl WireNetwork {
    /// The primary interface; where none is marked, the first.
    fn into_primary(self) -> Option<ResourceId> {
        let is_primary = |nic: &WireNic| nic.properties.as_ref().and_then(|of| of.primary) == Some(true);
        let nics = self.network_interfaces.0;
        let place = nics.iter().position(is_primary).unwrap_or(0);
        nics.into_iter().nth(place).map(|nic| nic.id)
    }
}

#[cfg(test)]
mod tests;
