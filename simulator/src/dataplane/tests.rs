//! Doors, tried from outside.

mod life;
mod passage;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{DataPlane, Endpoint, Gate, PortTarget, Ports, Settings, Target};

pub(super) const VM: &str =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web-01";
pub(super) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A gate that is open or shut, and remembers whom it was asked about.
#[derive(Default)]
pub(super) struct Hand {
    open: Mutex<bool>,
    asked: Mutex<Vec<(String, u16, IpAddr)>>,
}

impl Hand {
    pub fn opened() -> Arc<Self> {
        let hand = Self::default();
        hand.turn(true);
        Arc::new(hand)
    }

    pub fn turn(&self, open: bool) {
        *self.open.lock().expect("no panic while held") = open;
    }

    pub fn asked(&self) -> Vec<(String, u16, IpAddr)> {
        self.asked.lock().expect("no panic while held").clone()
    }
}

impl Gate for Hand {
    fn admits(&self, vm: &str, port: u16, peer: IpAddr) -> bool {
        self.asked.lock().expect("no panic while held").push((vm.to_owned(), port, peer));
        *self.open.lock().expect("no panic while held")
    }
}

pub(super) fn endpoint(port: u16, target: impl Into<Target>) -> Endpoint {
    Endpoint {
        vm: VM.to_owned(),
        address: LOCALHOST,
        ports: vec![PortTarget { port, target: target.into() }],
    }
}

/// A data plane with a single door, on whatever number is free.
pub(super) async fn plane(gate: &Arc<Hand>, port: u16, target: impl Into<Target>) -> DataPlane {
    plane_with(Settings { ports: Ports::Free, ..Settings::default() }, gate, endpoint(port, target)).await
}

pub(super) async fn plane_with(settings: Settings, gate: &Arc<Hand>, endpoint: Endpoint) -> DataPlane {
    let gate: Arc<dyn Gate> = Arc::clone(gate) as _;
    DataPlane::start(settings, gate, vec![endpoint]).await.expect("a free port on loopback")
}

pub(super) async fn connect(plane: &DataPlane, port: u16) -> TcpStream {
    let listens_at = plane.listen_address(VM, port).expect("a door");
    TcpStream::connect(listens_at).await.expect("the kernel takes every connection")
}

/// All that the other side says until it hangs up; `None` if it resets.
pub(super) async fn heard(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut said = Vec::new();
    match stream.read_to_end(&mut said).await {
        Ok(_) => Some(said),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
        Err(error) => panic!("{error}"),
    }
}

pub(super) async fn heard_text(stream: &mut TcpStream) -> String {
    String::from_utf8(heard(stream).await.expect("no reset")).expect("text")
}

/// A server that says everything back with `mark` before it, until its client is done.
pub(super) async fn echo(mark: &'static str) -> SocketAddr {
    let listener = TcpListener::bind((LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 64];
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    let reply = [mark.as_bytes(), &buffer[..length]].concat();
                    if stream.write_all(&reply).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

/// Says something through a door and gives what comes back, of that length.
pub(super) async fn ask(stream: &mut TcpStream, words: &str, length: usize) -> String {
    stream.write_all(words.as_bytes()).await.expect("an open connection");
    let mut reply = vec![0; length];
    stream.read_exact(&mut reply).await.expect("an answer");
    String::from_utf8(reply).expect("text")
}
