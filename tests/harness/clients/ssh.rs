//! OpenSSH: a server that lets one key in, and the client.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::free_address;
use crate::process::{Process, program, run};

/// An OpenSSH server with a host key of its own that lets the current user in, by one key.
#[derive(Debug)]
pub struct SshServer {
    address: SocketAddr,
    folder: TempDir,
    _server: Process,
}

/// What a client made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// Signed in, and the command ran.
    Welcome,
    /// Reached a server that did not take the key.
    KeyRefused,
    /// Reached nobody.
    NoAnswer,
}

impl SshServer {
    /// Starts one on a free port of the loopback address.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        let here = folder.path();
        for key in ["host", "user", "stranger"] {
            make_key(&here.join(key));
        }
        make_separation_folder();
        let address = free_address();
        let config = here.join("sshd_config");
        fs::write(&config, server_config(here, address)).expect("a new folder takes files");
        // Its children are started by the path it was started with, which must be absolute.
        let mut command = Command::new(program(&["sshd"]));
        command.args(["-D", "-e", "-f"]).arg(config);
        let server = Process::start(&mut command);
        server.says(|line| line.starts_with("Server listening on").then_some(())).await;
        Self { address, folder, _server: server }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs `true` over `ssh` on the machine at `host`, with the key that the server knows.
    ///
    /// The host key is checked: what answers must be this server.
    pub async fn greet(&self, host: IpAddr, port: u16) -> Greeting {
        self.greet_with("user", host, port).await
    }

    /// The same with a key that the server does not know.
    pub async fn greet_as_stranger(&self, host: IpAddr, port: u16) -> Greeting {
        self.greet_with("stranger", host, port).await
    }

    async fn greet_with(&self, key: &str, host: IpAddr, port: u16) -> Greeting {
        let mut command = Command::new(program(&["ssh"]));
        command
            .arg("-F")
            .arg(self.client_config(host, port))
            .arg("-i")
            .arg(self.folder.path().join(key))
            .args(["-p", &port.to_string(), "-l", &Self::user(), "--", &host.to_string(), "true"]);
        let output = run(command).await;
        judge(&output)
    }

    /// Runs `true` with an entry of `~/.ssh/config`, on the machine that it calls `alias`. As whoever
    /// pasted it would, only the path to their key is filled in, in place of `key`.
    ///
    /// The host key is checked here too.
    pub async fn greet_by_entry(&self, entry: &str, alias: &str, key: &str) -> Greeting {
        let mine = self.folder.path().join("user");
        assert!(entry.contains(key), "the entry has no place for a key:\n{entry}");
        let entry = entry.replace(key, &mine.display().to_string());
        // The name that the entry gives the machine's key is what it is known by.
        let known_as = entry.lines().find_map(|line| line.trim().strip_prefix("HostKeyAlias "));
        let known_as = known_as.expect("the entry names the machine's key");
        let host = fs::read_to_string(self.folder.path().join("host.pub")).expect("the key was made");
        let known_hosts = self.folder.path().join("known-by-entry");
        fs::write(&known_hosts, format!("{known_as} {host}")).expect("the folder takes files");
        let config = self.folder.path().join("ssh_config_by_entry");
        fs::write(&config, &entry).expect("the folder takes files");
        let mut command = Command::new(program(&["ssh"]));
        command.arg("-F").arg(config);
        command.args(["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=10"]);
        command.arg("-o").arg(format!("UserKnownHostsFile={}", known_hosts.display()));
        command.args([alias, "true"]);
        judge(&run(command).await)
    }

    /// Runs `true` with the command line of `PuTTY` as its `plink` takes it, with the key that the
    /// server knows. Of the machine's key the fingerprint is given: nobody is asked anything.
    pub async fn greet_with_plink(&self, line: &str) -> Greeting {
        let arguments = line.strip_prefix("putty ").expect("the line is one of PuTTY");
        let folder = self.folder.path();
        let fingerprint =
            said_by(Command::new(program(&["ssh-keygen"])).arg("-lf").arg(folder.join("host.pub")));
        let fingerprint = fingerprint.split(' ').nth(1).expect("ssh-keygen tells the fingerprint").to_owned();
        let key = folder.join("user.ppk");
        let mut convert = Command::new(program(&["puttygen"]));
        said_by(convert.arg(folder.join("user")).args(["-O", "private", "-o"]).arg(&key));
        let mut command = Command::new(program(&["plink"]));
        command.env("HOME", folder).args(["-batch", "-hostkey", &fingerprint, "-i"]).arg(&key);
        command.args(arguments.split(' ')).arg("true");
        let output = run(command).await;
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => Greeting::Welcome,
            Some(1)
                if ["Connection refused", "reset by peer", "closed network connection"]
                    .iter()
                    .any(|sign| said.contains(sign)) =>
            {
                Greeting::NoAnswer
            }
            _ => panic!("plink ended with {}, saying:\n{said}", output.status),
        }
    }

    /// The user whom it lets in.
    pub fn user() -> String {
        user_name(&rustix::process::getuid().as_raw().to_string())
    }

    /// Settings for a client that asks nobody anything and trusts no host but this server.
    fn client_config(&self, host: IpAddr, port: u16) -> PathBuf {
        let key = fs::read_to_string(self.folder.path().join("host.pub")).expect("the key was made");
        let known_hosts = self.folder.path().join(format!("known-{host}-{port}"));
        let name = if port == 22 { host.to_string() } else { format!("[{host}]:{port}") };
        fs::write(&known_hosts, format!("{name} {key}")).expect("the folder takes files");
        let config = self.folder.path().join("ssh_config");
        let settings = format!(
            "BatchMode yes\n\
             IdentitiesOnly yes\n\
             StrictHostKeyChecking yes\n\
             UserKnownHostsFile {}\n\
             ConnectTimeout 10\n",
            known_hosts.display()
        );
        fs::write(&config, settings).expect("the folder takes files");
        config
    }
}

fn judge(output: &Output) -> Greeting {
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => Greeting::Welcome,
        Some(255) if said.contains("Permission denied (publickey)") => Greeting::KeyRefused,
        Some(255) if is_no_answer(&said) => Greeting::NoAnswer,
        _ => panic!("ssh ended with {}, saying:\n{said}", output.status),
    }
}

/// Whether the connection was refused. Time that runs out would be a hang, and is none of this.
fn is_no_answer(said: &str) -> bool {
    ["Connection refused", "Connection reset", "Connection closed by"].iter().any(|sign| said.contains(sign))
}

/// What a program says that ends well.
fn said_by(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn make_key(path: &Path) {
    let made = Command::new(program(&["ssh-keygen"]))
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"])
        .arg(path)
        .status()
        .expect("ssh-keygen starts");
    assert!(made.success(), "ssh-keygen made no key");
}

/// Run as root, OpenSSH wants a folder to lock its unprivileged half in, and Debian makes it only
/// when the service starts.
fn make_separation_folder() {
    let folder = Path::new("/run/sshd");
    if rustix::process::getuid().is_root() && !folder.exists() {
        fs::create_dir_all(folder).expect("root may make a folder in /run");
    }
}

fn server_config(folder: &Path, address: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "ListenAddress {address}\n\
         HostKey {folder}/host\n\
         PidFile none\n\
         UsePAM no\n\
         PasswordAuthentication no\n\
         KbdInteractiveAuthentication no\n\
         AuthorizedKeysFile {folder}/user.pub\n\
         StrictModes no\n"
    )
}

/// The name of the user with this id.
fn user_name(id: &str) -> String {
    let users = fs::read_to_string("/etc/passwd").expect("every system has a list of users");
    users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.get(2) == Some(&id))
        .map(|fields| fields[0].to_owned())
        .expect("whoever runs the tests is a user")
}
