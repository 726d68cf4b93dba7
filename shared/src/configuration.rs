//! How just-in-time access is set up on one machine, for whoever may change that.

mod check;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::duration::AccessDuration;
use crate::policy::{JitPolicy, PortRule};
use crate::port::{Port, Protocol};
use crate::resource_id::VmId;
use crate::source::Source;
use crate::text::text_on_the_wire;
use crate::vm::Os;

pub use check::{LONGEST_NAMES, MOST_PORTS, MOST_SOURCES};

/// How just-in-time access is set up on one machine, as Azure has it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JitConfiguration {
    /// The machine.
    pub vm: VmId,
    /// Its ports; `None` where just-in-time access is not set up on it.
    pub policy: Option<JitPolicy>,
    /// The resource id of the JIT policy that has them, or that a new one will get.
    pub policy_id: String,
    /// The other machines in that policy that whoever asks may see. Whatever is changed here leaves
    /// all others as they are.
    pub shared_with: Vec<VmId>,
    /// How many more are in it.
    #[serde(default)]
    pub shared_with_hidden: u32,
    /// What Azure has of its ports and is not understood here, as Azure has it. It stays as it is,
    /// unless just-in-time access is disabled or a port of the same number is set.
    #[serde(default)]
    pub unread: Vec<String>,
    /// Names this state: to be sent along, as `If-Match`, with what is to take its place.
    pub version: Version,
    /// Whether whoever asks may change it.
    pub may_configure: bool,
    /// When Azure was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
}

/// Names one state of the configuration of one machine. Equal states have equal names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(String);

impl Version {
    /// How many characters it has.
    pub const LENGTH: usize = 32;
}

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == Self::LENGTH && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseVersionError)
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_on_the_wire!(
    Version,
    "Names one state of the configuration of a machine",
    "6a2b1f0c9d8e7f60512233445566778a"
);

/// The text does not name a state of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a version is what was read together with the configuration: 32 digits and letters from a to f")]
pub struct ParseVersionError;

impl JitPolicy {
    /// What the page of Defender for Cloud proposes where nothing is set up: SSH, Remote Desktop and
    /// `WinRM`, from anywhere, three hours at most
    /// (<https://learn.microsoft.com/azure/defender-for-cloud/just-in-time-access-usage>).
    pub fn proposed() -> Self {
        let ports = [Port::SSH, Port::RDP, Port::WINRM, Port::WINRM_TLS];
        Self { ports: ports.map(PortRule::usual).into() }
    }

    /// What the Configuration pane of a machine sets up at once: the usual port of its operating
    /// system (same source).
    pub fn usual(os: Os) -> Self {
        let port = match os {
            Os::Windows => Port::RDP,
            Os::Linux | Os::Unknown => Port::SSH,
        };
        Self { ports: vec![PortRule::usual(port)] }
    }
}

impl PortRule {
    /// What Azure's own pages set on a port: any protocol, any source, three hours at most.
    pub fn usual(port: Port) -> Self {
        let sources = vec![Source::ANY];
        Self { port, protocol: Protocol::Any, sources, longest: AccessDuration::AZURE_DEFAULT }
    }
}

#[cfg(test)]
mod tests;
