//! Just-in-time policies to be, and requests of the past.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::world::{OwnBehaviour, Sources};

/// A policy to be, with the same ports for all its machines.
///
/// Two entries with one name, group and location are one policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    #[serde(default = "default_name")]
    pub name: String,
    /// Names of machines, all of one resource group and location.
    pub vms: Vec<String>,
    #[serde(rename = "port")]
    pub ports: Vec<NewPort>,
    #[serde(default)]
    pub behaviour: OwnBehaviour,
}

/// A port to be asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPort {
    pub number: u16,
    #[serde(default = "any")]
    pub protocol: String,
    #[serde(default = "anywhere")]
    pub source: Sources,
    /// ISO 8601, `PT5M` to `PT24H`.
    #[serde(default = "three_hours")]
    pub longest: String,
}

/// A request made before this world began.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    pub vm: String,
    pub port: u16,
    pub source: String,
    /// Username of who asked; empty for a service.
    pub by: String,
    /// How long before the beginning it was made.
    pub ago: SignedDuration,
    /// For how long it was.
    pub lasting: SignedDuration,
    #[serde(default)]
    pub reason: Option<String>,
}

impl NewPolicy {
    /// A policy called `default` that lets everybody ask for `ports` for up to three hours.
    pub fn of(vms: &[&str], ports: &[u16]) -> Self {
        Self {
            name: default_name(),
            vms: vms.iter().map(|vm| (*vm).to_owned()).collect(),
            ports: ports.iter().map(|port| NewPort::number(*port)).collect(),
            behaviour: OwnBehaviour::default(),
        }
    }

    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

impl NewPort {
    /// From anywhere, for up to three hours.
    pub fn number(number: u16) -> Self {
        Self { number, protocol: any(), source: anywhere(), longest: three_hours() }
    }

    #[must_use]
    pub fn from(mut self, source: &str) -> Self {
        self.source = Sources::One(source.to_owned());
        self
    }

    /// For up to an ISO 8601 duration.
    #[must_use]
    pub fn longest(mut self, duration: &str) -> Self {
        duration.clone_into(&mut self.longest);
        self
    }
}

fn default_name() -> String {
    "default".to_owned()
}

fn any() -> String {
    "*".to_owned()
}

fn anywhere() -> Sources {
    Sources::One("*".to_owned())
}

fn three_hours() -> String {
    "PT3H".to_owned()
}
