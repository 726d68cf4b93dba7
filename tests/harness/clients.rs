//! Real clients, and servers for them to talk to, all on this machine.

mod azure_cli;
mod display;
mod rdp;
mod script;
mod ssh;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

pub use azure_cli::AzureCli;
pub use display::Display;
pub use rdp::{Logon, RdpServer};
pub use script::Shell;
pub use ssh::{Greeting, SshServer};

/// A loopback address that nobody listens at. For servers that cannot choose one themselves.
pub(crate) fn free_address() -> SocketAddr {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    probe.local_addr().expect("it is bound")
}
