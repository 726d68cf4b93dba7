//! The product as it is installed: the program `postern`, with a settings file, in a process of its
//! own and by the clock on the wall.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use backend::store::Store;
use serde_json::Value;
use simulator::{Received, Settings, Simulator, World};
use tempfile::TempDir;

use super::calls::Calls;
use super::wish::Machines;
use super::{HOME, Visitor, WORLD, service, sign_in};
use crate::clients::free_address;
use crate::database::{Database, Kind};
use crate::nginx::Nginx;
use crate::process::Process;

/// The product on disk, before an Azure that runs, and what it keeps.
pub struct Installed {
    /// The simulated Azure.
    pub azure: Simulator,
    /// What the product keeps.
    pub store: Store,
    /// Where it keeps it.
    pub database: Database,
    program: PathBuf,
    address: SocketAddr,
    machines: Arc<Machines>,
    folder: TempDir,
}

impl Installed {
    /// Installs `program` with these settings on top of the usual ones.
    pub async fn new(program: &str, kind: Kind, settings: &str, change: impl FnOnce(&mut World)) -> Self {
        let mut world = World::from_toml(WORLD).expect("the world of the tests is sound");
        change(&mut world);
        let machines = Arc::new(Machines::of(&world));
        let azure = Simulator::start(world, Settings::default()).await.expect("loopback has free ports");
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        let database = Database::fresh(kind, folder.path()).await;
        let store = Store::open(database.url()).await.expect("a new database can be opened");
        let address = free_address();
        let rules = folder.path().join("access.toml");
        fs::write(&rules, service::RULES).expect("the folder takes files");
        let installed = Self { azure, store, database, program: program.into(), address, machines, folder };
        installed.configure(settings);
        installed
    }

    /// Writes the settings anew, with these on top of the usual ones.
    pub fn configure(&self, settings: &str) {
        let site = format!("http://{}", self.address).parse().expect("it is a URL");
        let (folder, store) = (self.folder.path(), self.database.url());
        service::write_settings(&self.azure, folder, &site, store, settings);
    }

    /// Puts an nginx before two instances of the program, and tells where those are to listen.
    pub async fn put_behind_nginx(&mut self, settings: &str) -> (Nginx, [SocketAddr; 2]) {
        let places = [self.address, free_address()];
        let [one, other] = places.map(|place| place.to_string());
        let nginx = Nginx::before_all(&[&one, &other]).await;
        self.address = nginx.address();
        self.configure(settings);
        (nginx, places)
    }

    /// Starts the program, which is not ready yet when this returns.
    pub fn start(&self) -> Process {
        self.start_at(self.address)
    }

    fn start_at(&self, address: SocketAddr) -> Process {
        // A file that may not grow any more is then an error, as on a full disk, and not the end.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", r#"trap '' XFSZ; exec "$0""#]).arg(&self.program);
        self.set_up(&mut command).env("POSTERN__SERVER__LISTEN", address.to_string());
        Process::start(&mut command)
    }

    fn set_up<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env_clear()
            .env("POSTERN_CONFIG", self.folder.path().join(service::SETTINGS))
            .env("POSTERN__ACCESS__RULES", self.folder.path().join("access.toml"))
            .env("POSTERN__SERVER__TRUSTED_PROXIES", "127.0.0.1")
    }

    /// Starts the program and waits until it serves.
    pub async fn serve(&self) -> Process {
        self.serve_at(self.address).await
    }

    /// The same at another address than the one that people know.
    pub async fn serve_at(&self, address: SocketAddr) -> Process {
        let process = self.start_at(address);
        process.says(|line| line.contains("Postern is ready").then_some(())).await;
        process
    }

    /// Signs in somebody at home.
    pub async fn sign_in(&self, name: &str) -> Visitor {
        let site = format!("http://{}", self.address).parse().expect("it is a URL");
        let visitor = Visitor::new(Calls::over_http(self.address), site, HOME, self.machines.clone());
        sign_in::sign_in(&self.azure, &visitor, name, "/").await;
        visitor
    }

    /// A request for an hour's access from home that nothing is wrong with.
    pub fn wish(&self, vm: &str, port: u16) -> Value {
        self.machines.wish(vm, port)
    }

    /// Where the API has a machine.
    pub fn vm_path(&self, name: &str) -> String {
        let vm = self.machines.id(name);
        format!("/api/vms/{}/{}/{}", vm.subscription(), vm.resource_group(), vm.name())
    }

    /// The calls that asked Azure to open ports, oldest first.
    pub fn initiates(&self) -> Vec<Received> {
        self.azure.requests().into_iter().filter(|call| call.path.contains("/initiate")).collect()
    }
}
