//! Remote Desktop: a server that checks passwords, and the client.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::{Display, free_address};
use crate::process::{Process, program, run};

/// A Remote Desktop server with network-level authentication that knows one user.
#[derive(Debug)]
pub struct RdpServer {
    address: SocketAddr,
    // Stopped in this order: the server shows what the display does.
    _server: Process,
    display: Display,
    folder: TempDir,
}

/// What came of an attempt to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logon {
    /// The server took name and password.
    Welcome,
    /// It did not, or there was nobody to ask: the client ends with one code for both.
    Failed,
}

impl RdpServer {
    /// The one user it knows.
    pub const USER: &str = "azureuser";
    /// Their password.
    pub const PASSWORD: &str = "Pa55w0rd!";

    /// Starts one on a free port of the loopback address.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        let users = folder.path().join("sam");
        fs::write(&users, format!("{}:::{}:::\n", Self::USER, password_hash()))
            .expect("a new folder takes files");
        let display = Display::start().await;
        let address = free_address();
        let mut command = Command::new(program(&["freerdp-shadow-cli", "freerdp-shadow-cli3"]));
        at_home_in(&mut command, folder.path());
        command
            .env("DISPLAY", display.name())
            .arg(format!("/port:{}", address.port()))
            .arg(format!("/bind-address:{}", address.ip()))
            .args(["+auth", "/sec:nla"])
            .arg(format!("/sam-file:{}", users.display()));
        let mut server = Process::start(&mut command);
        answers(&mut server, address).await;
        Self { address, _server: server, display, folder }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens an `.rdp` file in a client, as the person with the password would, and waits until
    /// they see the machine's screen. It goes on until it is dropped.
    pub async fn stay_with(&self, file: &[u8]) -> Process {
        let client = self.client(file, Self::PASSWORD);
        // It keeps what it says to itself until it ends, unless it is told otherwise.
        let mut at_once = Command::new(program(&["stdbuf"]));
        at_once.arg("-oL").arg(client.get_program()).args(client.get_args());
        at_once.envs(client.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let client = Process::start(&mut at_once);
        client.says(|line| line.contains("Remote framebuffer format").then_some(())).await;
        client
    }

    /// Opens an `.rdp` file in a client, as a person with this password would, and only signs in.
    pub async fn sign_in_with(&self, file: &[u8], password: &str) -> Logon {
        let mut command = self.client(file, password);
        command.arg("+auth-only");
        let output = run(command).await;
        match output.status.code() {
            // FreeRDP 2 ends with 0, its successor with 131.
            Some(0 | 131) => Logon::Welcome,
            Some(141 | 147) => Logon::Failed,
            _ => panic!(
                "the client ended with {}:\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            ),
        }
    }
}

impl RdpServer {
    fn client(&self, file: &[u8], password: &str) -> Command {
        let path = self.folder.path().join("downloaded.rdp");
        fs::write(&path, file).expect("the folder takes files");
        let mut command = Command::new(program(&["xfreerdp", "xfreerdp3"]));
        at_home_in(&mut command, self.folder.path());
        command.env("DISPLAY", self.display.name()).arg(&path);
        command.arg(format!("/p:{password}")).arg("/cert:ignore");
        command
    }
}

/// Neither program may touch the settings of whoever runs the tests.
fn at_home_in(command: &mut Command, folder: &Path) {
    command.env("HOME", folder).env("XDG_CONFIG_HOME", folder.join("config"));
}

fn password_hash() -> String {
    let output = Command::new(program(&["winpr-hash", "winpr-hash3"]))
        .args(["-u", RdpServer::USER, "-p", RdpServer::PASSWORD])
        .output()
        .expect("winpr-hash starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.lines().last().expect("winpr-hash prints a hash").to_owned()
}

/// Waits until the server takes connections. It does not say when it does, so its port is tried.
async fn answers(server: &mut Process, address: SocketAddr) {
    let mut tries = tokio::time::interval(Duration::from_millis(20));
    let connected = tokio::time::timeout(Duration::from_secs(30), async {
        while TcpStream::connect(address).await.is_err() {
            assert!(server.is_running(), "the Remote Desktop server ended, saying:\n{}", server.log());
            tries.tick().await;
        }
    });
    connected.await.expect("the Remote Desktop server takes connections within half a minute");
}
