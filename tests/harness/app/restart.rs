//! The service going away, and coming back on the same store.

use std::sync::{Arc, Mutex};

use backend::clock::{Clock, Hand};
use backend::store::Store;
use jiff::SignedDuration;
use simulator::Simulator;
use simulator::dataplane::DataPlane;
use tempfile::TempDir;

use super::service::{self, Door, Service};
use super::wish::Machines;
use super::{TestApp, Visitor};
use crate::database::Database;

/// Everything but the service. Whoever calls it meanwhile waits.
pub struct Stopped {
    /// The simulated Azure, which goes on.
    pub azure: Simulator,
    store: Store,
    database: Database,
    door: Door,
    clock: Clock,
    hand: Hand,
    machines: Arc<Machines>,
    planes: Mutex<Vec<DataPlane>>,
    folder: TempDir,
}

impl TestApp {
    /// Stops the service, as by pulling the plug.
    pub fn stop(self) -> Stopped {
        let Self { azure, store, database, service, door, clock, hand, machines, planes, folder } = self;
        drop(service);
        Stopped { azure, store, database, door, clock, hand, machines, planes, folder }
    }

    /// Stops the service, as by pulling the plug, while everything else goes on: another replica too.
    pub fn kill(&mut self) {
        self.service.kill();
    }

    /// Stops the service and starts it again. The same people stand before it.
    pub async fn restart<const N: usize>(self, people: [Visitor; N]) -> (Self, [Visitor; N]) {
        let app = self.stop().start().await;
        let people = people.map(|visitor| visitor.before(app.service.calls()));
        (app, people)
    }

    /// The same, with other settings on top of the usual ones.
    pub async fn restart_set<const N: usize>(
        self,
        settings: &str,
        people: [Visitor; N],
    ) -> (Self, [Visitor; N]) {
        let stopped = self.stop();
        let (site, store) = (stopped.door.site(), stopped.database.url());
        service::write_settings(&stopped.azure, stopped.folder.path(), site, store, settings);
        let app = stopped.start().await;
        let people = people.map(|visitor| visitor.before(app.service.calls()));
        (app, people)
    }
}

impl Stopped {
    /// Lets time pass.
    pub fn wait(&self, duration: SignedDuration) {
        self.azure.clock().advance(duration);
        self.hand.advance(duration);
    }

    /// Starts the service again.
    pub async fn start(self) -> TestApp {
        let Self { azure, store, database, door, clock, hand, machines, planes, folder } = self;
        let service = Service::start(folder.path(), &door, clock.clone()).await;
        TestApp { azure, store, database, service, door, clock, hand, machines, planes, folder }
    }
}
