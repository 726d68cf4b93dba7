//! What answers behind an open port where no server does.

use std::time::Duration;

use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const REMOTE_DESKTOP: u16 = 3389;
/// The first byte of everything that a remote desktop client sends.
const TPKT_VERSION: u8 = 3;
/// The answer to a remote desktop client's first packet: a connection confirm whose negotiation
/// failed because the server has no certificate. Clients show that and not a broken protocol.
const NO_CERTIFICATE: [u8; 19] =
    [TPKT_VERSION, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 3, 0, 8, 0, 3, 0, 0, 0];

/// How long a peer may take to speak first or to hang up.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much a peer may say while it is being shown out.
const ATTENTION: u64 = 64 * 1024;

/// Says which machine this is, in one line, and hangs up.
///
/// On most ports the line comes at once. A remote desktop client speaks first and understands
/// no text, so on its port the greeter listens before it answers.
pub(super) async fn greet(mut stream: TcpStream, vm: &str, port: u16) -> io::Result<()> {
    let name = vm.rsplit('/').next().unwrap_or(vm);
    let line = format!("{name}: port {port} is open to you. No server runs behind it.\r\n");
    if port == REMOTE_DESKTOP && speaks_remote_desktop(&mut stream).await {
        stream.write_all(&NO_CERTIFICATE).await?;
    } else {
        stream.write_all(line.as_bytes()).await?;
    }
    show_out(stream).await
}

async fn speaks_remote_desktop(stream: &mut TcpStream) -> bool {
    matches!(timeout(PATIENCE, stream.read_u8()).await, Ok(Ok(TPKT_VERSION)))
}

/// Hangs up such that the peer can read what it was told: closing over unread bytes would be
/// a reset, and a reset throws away what has not been read yet.
async fn show_out(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut rest = stream.take(ATTENTION);
    match timeout(PATIENCE, io::copy(&mut rest, &mut io::sink())).await {
        Ok(read) => read.map(|_| ()),
        Err(_) => Ok(()),
    }
}
