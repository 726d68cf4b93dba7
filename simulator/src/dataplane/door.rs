//! One port of one machine.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tracing::{debug, warn};

use super::settings::{PORT_OFFSET, Ports, Refusal};
use super::unavailable::Unavailable;
use super::{Gate, Target, greeter};

/// A port that asks the gate about everyone who comes.
pub(super) struct Door {
    gate: Arc<dyn Gate>,
    refusal: Refusal,
    vm: String,
    port: u16,
    target: Mutex<Target>,
}

/// Listens at the first number that can be had.
pub(super) async fn listen(
    ports: Ports,
    address: IpAddr,
    port: u16,
) -> Result<(TcpListener, SocketAddr), Unavailable> {
    let (first, second) = match ports {
        Ports::Own => (port, port.checked_add(PORT_OFFSET)),
        Ports::Free => (0, None),
    };
    match (bind(address, first).await, second) {
        (Err(Unavailable { source, .. }), Some(second)) if is_not_to_be_had(&source) => {
            bind(address, second).await
        }
        (bound, _) => bound,
    }
}

async fn bind(address: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), Unavailable> {
    let unavailable = |source| Unavailable { listens_at: SocketAddr::new(address, port), source };
    let listener = TcpListener::bind((address, port)).await.map_err(unavailable)?;
    let listens_at = listener.local_addr().map_err(unavailable)?;
    Ok((listener, listens_at))
}

fn is_not_to_be_had(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::AddrInUse)
}

impl Door {
    pub fn new(gate: Arc<dyn Gate>, refusal: Refusal, vm: &str, port: u16, target: Target) -> Arc<Self> {
        Arc::new(Self { gate, refusal, vm: vm.to_owned(), port, target: Mutex::new(target) })
    }

    /// Where connections go from now on.
    pub fn lead_to(&self, target: Target) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = target;
    }

    /// Serves connections until it is aborted, which ends them too.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        connections.spawn(Arc::clone(&self).answer(stream, peer.ip()));
                    }
                    Err(error) if concerns_one_connection(&error) => {}
                    Err(error) => {
                        warn!(vm = self.vm, port = self.port, %error, "Cannot accept before a connection ends.");
                        if connections.join_next().await.is_none() {
                            return;
                        }
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn answer(self: Arc<Self>, stream: TcpStream, peer: IpAddr) {
        let admitted = self.gate.admits(&self.vm, self.port, peer);
        debug!(vm = self.vm, port = self.port, admitted, "Somebody connects to a machine.");
        let ended = if admitted { self.let_in(stream).await } else { self.refuse(stream).await };
        if let Err(error) = ended {
            debug!(vm = self.vm, port = self.port, %error, "A connection to a machine breaks.");
        }
    }

    async fn let_in(&self, mut stream: TcpStream) -> io::Result<()> {
        let target = *self.target.lock().unwrap_or_else(PoisonError::into_inner);
        let server = match target {
            Target::Greeter => return greeter::greet(stream, &self.vm, self.port).await,
            Target::Forward(server) => TcpStream::connect(server).await,
        };
        match server {
            Ok(mut server) => {
                stream.set_nodelay(true)?;
                server.set_nodelay(true)?;
                io::copy_bidirectional(&mut stream, &mut server).await.map(|_| ())
            }
            Err(error) => {
                warn!(vm = self.vm, port = self.port, %error, "No server answers behind an open port.");
                stream.set_zero_linger()
            }
        }
    }

    async fn refuse(&self, mut stream: TcpStream) -> io::Result<()> {
        match self.refusal {
            // Closing with nothing to linger for is a reset.
            Refusal::Reset => stream.set_zero_linger(),
            Refusal::Drop => io::copy(&mut stream, &mut io::sink()).await.map(|_| ()),
        }
    }
}

/// Whether the error is about the one who came, and not about accepting as such.
fn concerns_one_connection(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("vm", &self.vm).field("port", &self.port).finish_non_exhaustive()
    }
}
