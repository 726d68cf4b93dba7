//! The product in one process: a simulated Azure, the service in front of it, and clocks wound by
//! hand, so that three hours take no time.

mod answer;
mod calls;
mod events;
mod installed;
mod network;
mod replica;
mod restart;
mod service;
mod sign_in;
mod store;
mod time;
mod visit;
mod visitor;
mod wish;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backend::clock::{Clock, Hand};
use backend::config::Config;
use backend::store::Store;
use jiff::Timestamp;
use shared::resource_id::VmId;
use simulator::dataplane::DataPlane;
use simulator::{Received, Settings, Simulator, World};
use tempfile::TempDir;
use url::Url;

pub use answer::Answer;
pub use events::Events;
pub use installed::Installed;
pub use replica::Replica;
pub use restart::Stopped;
pub use time::minutes;
pub use visit::enter;
pub use visitor::Visitor;

use crate::database::{Database, Kind};
use service::{Door, Service, Setting};
use wish::Machines;

/// Where people are, unless a test says otherwise: at home.
pub const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// When tests begin.
const BEGINNING: &str = "2030-01-01T09:00:00Z";

/// Names and ranges of what `world.toml` describes.
const WORLD: &str = include_str!("app/world.toml");

/// The product, running, and everything around it.
pub struct TestApp {
    /// The simulated Azure: its world, the calls it received, and faults for those to come.
    pub azure: Simulator,
    /// What the service keeps.
    pub store: Store,
    /// Where it keeps it.
    pub database: Database,
    service: Service,
    door: Door,
    clock: Clock,
    hand: Hand,
    machines: Arc<Machines>,
    planes: Mutex<Vec<DataPlane>>,
    folder: TempDir,
}

impl TestApp {
    /// The product before the Azure of `world.toml`, with the access rules of `rules.toml`.
    pub async fn start() -> Self {
        Self::start_in(|_| ()).await
    }

    /// The same, where the world is first changed a little.
    pub async fn start_in(change: impl FnOnce(&mut World)) -> Self {
        Self::start_with(Kind::Sqlite, None, "", change).await
    }

    /// The same, with this kind of database.
    pub async fn start_on(kind: Kind) -> Self {
        Self::start_with(kind, None, "", |_| ()).await
    }

    /// The same, for browsers that reach the service at `site`, through something that speaks TLS.
    pub async fn start_at(site: &str) -> Self {
        Self::start_at_set(site, "").await
    }

    /// The same, with more settings than usual.
    pub async fn start_at_set(site: &str, settings: &str) -> Self {
        let site: Url = site.parse().expect("tests know URLs");
        let callback = site.join("auth/callback").expect("it is a path");
        let allow = |world: &mut World| world.apps[0].redirect_uris.push(callback.into());
        Self::start_with(Kind::Sqlite, Some(site), settings, allow).await
    }

    /// The same, with more settings than usual, as they stand in a settings file.
    pub async fn start_set(settings: &str) -> Self {
        Self::start_with(Kind::Sqlite, None, settings, |_| ()).await
    }

    /// The product that acts in the name of whoever asks, where the world is first changed a little.
    pub async fn start_delegated(change: impl FnOnce(&mut World)) -> Self {
        Self::start_set_in("identity = { mode = \"delegated\" }", change).await
    }

    /// The same, with more settings than usual, where the world is first changed a little.
    pub async fn start_set_in(settings: &str, change: impl FnOnce(&mut World)) -> Self {
        Self::start_with(Kind::Sqlite, None, settings, change).await
    }

    /// The same, with this kind of database.
    pub async fn start_on_set_in(kind: Kind, settings: &str, change: impl FnOnce(&mut World)) -> Self {
        Self::start_with(kind, None, settings, change).await
    }

    async fn start_with(
        kind: Kind,
        site: Option<Url>,
        settings: &str,
        change: impl FnOnce(&mut World),
    ) -> Self {
        let mut world = World::from_toml(WORLD).expect("the world of the tests is sound");
        change(&mut world);
        Self::start_world(world, Setting::TESTS, kind, site, settings).await
    }

    /// The product in the world of the demo.
    pub async fn start_demo() -> Self {
        Self::start_world(World::contoso(), Setting::DEMO, Kind::Sqlite, None, "").await
    }

    async fn start_world(
        world: World,
        setting: Setting,
        kind: Kind,
        site: Option<Url>,
        settings: &str,
    ) -> Self {
        let machines = Arc::new(Machines::of(&world));
        let now = Self::beginning();
        let simulated = Settings { clock: simulator::Clock::by_hand(now), ..Settings::default() };
        let azure = Simulator::start(world, simulated).await.expect("loopback has free ports");
        let (clock, hand) = Clock::by_hand(now);
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        let database = Database::fresh(kind, folder.path()).await;
        let store = Store::open(database.url()).await.expect("a new database can be opened");
        let door = Door::open(site, setting);
        service::write_settings(&azure, folder.path(), door.site(), database.url(), settings);
        let service = Service::start(folder.path(), &door, clock.clone()).await;
        Self {
            azure,
            store,
            database,
            service,
            door,
            clock,
            hand,
            machines,
            planes: Mutex::default(),
            folder,
        }
    }

    /// Where a browser finds the service.
    pub fn site(&self) -> &Url {
        self.door.site()
    }

    /// When every test begins.
    pub fn beginning() -> Timestamp {
        BEGINNING.parse().expect("it is a time")
    }

    /// The settings as the service reads them.
    pub fn settings(&self) -> Config {
        service::settings(self.folder.path())
    }

    /// The service's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Somebody at home who is not signed in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.service.calls(), self.site().clone(), HOME, self.machines.clone())
    }

    /// The id of a machine of the world.
    pub fn vm(&self, name: &str) -> VmId {
        self.machines.id(name)
    }

    /// Where the API has a machine.
    pub fn vm_path(&self, name: &str) -> String {
        let vm = self.vm(name);
        format!("/api/vms/{}/{}/{}", vm.subscription(), vm.resource_group(), vm.name())
    }

    /// A request for an hour's access from home that nothing is wrong with.
    pub fn wish(&self, vm: &str, port: u16) -> serde_json::Value {
        self.machines.wish(vm, port)
    }

    /// The calls that asked Azure to open ports, oldest first.
    pub fn initiates(&self) -> Vec<Received> {
        self.azure.requests().into_iter().filter(|call| call.path.contains("/initiate")).collect()
    }

    /// Waits until Azure is asked something with `part` in its path, from now on.
    pub fn until_azure_is_asked(&self, part: &str) -> impl Future<Output = ()> {
        let asked = move || self.azure.requests().iter().filter(|call| call.path.contains(part)).count();
        let before = asked();
        async move {
            let heard = async {
                let mut looks = tokio::time::interval(Duration::from_millis(2));
                while asked() == before {
                    looks.tick().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), heard).await.expect("Azure is asked");
        }
    }

    /// How often ports of a machine were opened, or began to be.
    pub fn grants_ever(&self, vm: &str) -> usize {
        let id = self.vm(vm);
        let world = self.azure.world();
        let requests = world.policies().iter().flat_map(|policy| &policy.requests);
        let machines = requests.flat_map(|request| &request.machines);
        machines
            .filter(|machine| machine.id.parse() == Ok(id.clone()))
            .map(|machine| machine.ports.len())
            .sum()
    }
}
