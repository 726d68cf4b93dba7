//! What can be wrong with doors.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;

/// There can be no data plane here.
#[derive(Debug, thiserror::Error)]
pub struct Unavailable {
    /// Where it was tried to listen.
    pub listens_at: SocketAddr,
    /// What the system said.
    pub source: Error,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listens_at, source } = self;
        write!(f, "cannot listen on {listens_at}: {source}")?;
        match source.kind() {
            ErrorKind::AddrNotAvailable => {
                write!(f, "; this system answers at fewer loopback addresses (macOS at 127.0.0.1 alone)")
            }
            ErrorKind::AddrInUse => write!(f, "; another simulator may be running"),
            _ => Ok(()),
        }
    }
}

/// The data plane has no such machine, or the machine no such port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the data plane has no port {port} of {vm}")]
pub struct NoSuchDoor {
    /// The machine's ARM id.
    pub vm: String,
    /// The port.
    pub port: u16,
}
