//! The machines' ports, as real TCP listeners on loopback addresses.
//!
//! Every machine has an address of its own, and every port of it is a door: a connection goes
//! through only if the [`Gate`] admits its peer at that moment. So `ssh`, an RDP client or
//! `curl` is really let in while access is open and really shut out before and after.
//!
//! Two things differ from Azure, both because the kernel completes the TCP handshake before
//! anybody can be asked. A refused peer connects and is then reset (or left without a word,
//! see [`Refusal`]), where Azure would not answer at all. And a port scan by bare connect finds
//! every door; what tells an open one is that something answers.
//!
//! As in Azure, a connection that is established stays when access ends.

mod address;
mod door;
mod greeter;
mod settings;
#[cfg(test)]
mod tests;
mod unavailable;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::task::JoinSet;

pub use address::loopback_address;
use door::Door;
pub use settings::{PORT_OFFSET, Ports, Refusal, Settings};
pub use unavailable::{NoSuchDoor, Unavailable};

/// Who gets through to a machine at this moment.
pub trait Gate: Send + Sync + 'static {
    /// Whether a connection from `peer` to a port of the machine with this ARM id goes through.
    fn admits(&self, vm: &str, port: u16, peer: IpAddr) -> bool;
}

/// A machine and its ports.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The machine's ARM id, compared without regard to case.
    pub vm: String,
    /// Its address, usually a [`loopback_address`].
    pub address: IpAddr,
    /// The ports that can be connected to.
    pub ports: Vec<PortTarget>,
}

/// A port of a machine and what stands behind it.
#[derive(Debug, Clone, Copy)]
pub struct PortTarget {
    /// The port's number as the gate knows it.
    pub port: u16,
    /// Where an admitted connection leads.
    pub target: Target,
}

/// What stands behind a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A line of text that says which machine it is. On port 3389 a client of the remote
    /// desktop protocol is told in that protocol that no session is to be had.
    Greeter,
    /// A server to which the connection is passed on.
    Forward(SocketAddr),
}

impl From<SocketAddr> for Target {
    fn from(server: SocketAddr) -> Self {
        Self::Forward(server)
    }
}

/// All doors of all machines. Dropping it closes them and cuts what still goes through.
#[derive(Debug)]
pub struct DataPlane {
    machines: HashMap<String, Machine>,
    tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Machine {
    address: IpAddr,
    doors: HashMap<u16, (SocketAddr, Arc<Door>)>,
}

impl DataPlane {
    /// Opens the ports of all machines.
    ///
    /// Fails where they cannot be opened at all, such as on macOS, whose only loopback address
    /// is 127.0.0.1; the rest of the simulator does without.
    pub async fn start(
        settings: Settings,
        gate: Arc<dyn Gate>,
        endpoints: Vec<Endpoint>,
    ) -> Result<Self, Unavailable> {
        let mut plane = Self { machines: HashMap::new(), tasks: JoinSet::new() };
        for Endpoint { vm, address, ports } in endpoints {
            let mut doors = HashMap::with_capacity(ports.len());
            for PortTarget { port, target } in ports {
                let (listener, listens_at) = door::listen(settings.ports, address, port).await?;
                let door = Door::new(Arc::clone(&gate), settings.refusal, &vm, port, target);
                plane.tasks.spawn(Arc::clone(&door).serve(listener));
                doors.insert(port, (listens_at, door));
            }
            plane.machines.insert(vm.to_lowercase(), Machine { address, doors });
        }
        Ok(plane)
    }

    /// The address of a machine.
    pub fn address_of(&self, vm: &str) -> Option<IpAddr> {
        self.machines.get(&vm.to_lowercase()).map(|machine| machine.address)
    }

    /// Where to connect to for a port of a machine. Its number is another than `port` if that
    /// could not be had, as [`Ports`] explains.
    pub fn listen_address(&self, vm: &str, port: u16) -> Option<SocketAddr> {
        self.door(vm, port).map(|(listens_at, _)| *listens_at)
    }

    /// Puts another server behind a port, for connections from now on.
    pub fn set_target(&self, vm: &str, port: u16, target: impl Into<Target>) -> Result<(), NoSuchDoor> {
        let (_, door) = self.door(vm, port).ok_or_else(|| NoSuchDoor { vm: vm.to_owned(), port })?;
        door.lead_to(target.into());
        Ok(())
    }

    /// Closes everything, and returns when it is closed.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }

    fn door(&self, vm: &str, port: u16) -> Option<&(SocketAddr, Arc<Door>)> {
        self.machines.get(&vm.to_lowercase())?.doors.get(&port)
    }
}
