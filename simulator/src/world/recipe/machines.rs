//! Machines to be.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;
use serde::Deserialize;

use crate::world::{Assessment, Os, Plan, PowerState};

/// A virtual machine to be, with its network interfaces and public addresses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVm {
    pub name: String,
    /// Name or id; the world's first subscription if not given.
    #[serde(default)]
    pub subscription: Option<String>,
    pub group: String,
    #[serde(default = "west_europe")]
    pub location: String,
    pub os: Os,
    /// What the guest calls its system.
    #[serde(default)]
    pub os_name: Option<String>,
    #[serde(default)]
    pub os_version: Option<String>,
    #[serde(default = "size")]
    pub size: String,
    #[serde(default = "running")]
    pub power: PowerState,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub zones: Vec<String>,
    #[serde(default = "admin")]
    pub admin: String,
    #[serde(default)]
    pub created: Option<Timestamp>,
    #[serde(default)]
    pub assessment: Option<Assessment>,
    /// A plan of Defender for Servers of its own; that of the subscription if not given.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// Whether it has the extension for signing in with Entra ID.
    #[serde(default)]
    pub entra_sign_in: bool,
    /// The first is the primary one; none given means one with a private address.
    #[serde(default, rename = "nic")]
    pub nics: Vec<NewNic>,
}

/// A network interface to be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewNic {
    /// `{vm}-nic`, or `{vm}-nic2` for the second, if not given.
    pub name: Option<String>,
    /// `vnet/subnet` in the machine's subscription; a network of its own is made if not given.
    pub subnet: Option<String>,
    /// Its private address; the next free one if not given.
    pub private: Option<IpAddr>,
    /// A second private address, of IPv6.
    pub private_v6: Option<IpAddr>,
    pub public: Option<IpAddr>,
    pub public_v6: Option<IpAddr>,
    /// Has a dynamic public address that is not allocated now.
    pub unallocated: bool,
    pub fqdn: Option<String>,
    /// Name of a security group in the machine's subscription.
    pub nsg: Option<String>,
    /// Make the security group if there is none of that name.
    #[serde(skip)]
    pub make_nsg: bool,
}

impl NewVm {
    /// A running Linux machine with a security group of its own and no public address.
    pub fn linux(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            subscription: None,
            group: "rg".to_owned(),
            location: west_europe(),
            os: Os::Linux,
            os_name: None,
            os_version: None,
            size: size(),
            power: running(),
            tags: BTreeMap::new(),
            zones: Vec::new(),
            admin: admin(),
            created: None,
            assessment: None,
            plan: None,
            entra_sign_in: false,
            nics: vec![NewNic { nsg: Some(format!("{name}-nsg")), make_nsg: true, ..NewNic::default() }],
        }
    }

    /// A running Windows machine with a security group of its own and no public address.
    pub fn windows(name: &str) -> Self {
        Self { os: Os::Windows, ..Self::linux(name) }
    }

    /// In a subscription, by name or id.
    #[must_use]
    pub fn subscription(mut self, subscription: &str) -> Self {
        self.subscription = Some(subscription.to_owned());
        self
    }

    /// In a resource group.
    #[must_use]
    pub fn group(mut self, group: &str) -> Self {
        group.clone_into(&mut self.group);
        self
    }

    #[must_use]
    pub fn location(mut self, location: &str) -> Self {
        location.clone_into(&mut self.location);
        self
    }

    #[must_use]
    pub fn power(mut self, power: PowerState) -> Self {
        self.power = power;
        self
    }

    #[must_use]
    pub fn tag(mut self, name: &str, value: &str) -> Self {
        self.tags.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With a public address on the first interface.
    #[must_use]
    pub fn public(mut self, address: IpAddr) -> Self {
        if let Some(nic) = self.nics.first_mut() {
            nic.public = Some(address);
        }
        self
    }

    /// With these interfaces and no others.
    #[must_use]
    pub fn nics(mut self, nics: Vec<NewNic>) -> Self {
        self.nics = nics;
        self
    }
}

fn west_europe() -> String {
    "westeurope".to_owned()
}

fn size() -> String {
    "Standard_D2s_v5".to_owned()
}

fn running() -> PowerState {
    PowerState::Running
}

fn admin() -> String {
    "azureuser".to_owned()
}
