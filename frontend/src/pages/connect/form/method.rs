//! The ways to connect.

use shared::port::Port;
use shared::vm::{Os, Vm};

/// A way to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Remote Desktop.
    Rdp,
    /// Secure Shell.
    Ssh,
    /// Azure Bastion, and what it leads to.
    Bastion,
}

impl Method {
    pub(super) const ALL: [Self; 3] = [Self::Rdp, Self::Ssh, Self::Bastion];

    /// The one that suits the machine.
    pub fn for_vm(vm: &Vm) -> Self {
        match vm.os {
            Os::Windows => Self::Rdp,
            Os::Linux | Os::Unknown => Self::Ssh,
        }
    }

    /// The other ones.
    pub fn others(self) -> [Self; 2] {
        match self {
            Self::Rdp => [Self::Ssh, Self::Bastion],
            Self::Ssh => [Self::Rdp, Self::Bastion],
            Self::Bastion => [Self::Rdp, Self::Ssh],
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rdp => "Native RDP",
            Self::Ssh => "Native SSH",
            Self::Bastion => "Bastion",
        }
    }

    /// The port it uses unless told otherwise.
    pub fn port(self) -> Option<Port> {
        match self {
            Self::Rdp => Some(Port::RDP),
            Self::Ssh => Some(Port::SSH),
            // It leads to either.
            Self::Bastion => None,
        }
    }

    /// What it is called in an address.
    pub(super) fn query(self) -> &'static str {
        match self {
            Self::Rdp => "rdp",
            Self::Ssh => "ssh",
            Self::Bastion => "bastion",
        }
    }
}
