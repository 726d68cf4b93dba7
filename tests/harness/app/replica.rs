//! Another instance of the service, on the same database.

use super::service::{Door, Service, Setting};
use super::{TestApp, Visitor};

/// A second service beside the first, which stops when this is dropped.
#[derive(Debug)]
pub struct Replica(Service);

impl TestApp {
    /// Starts the service a second time.
    pub async fn replica(&self) -> Replica {
        Replica(
            Service::start(self.folder.path(), &Door::open(None, Setting::TESTS), self.clock.clone()).await,
        )
    }
}

impl Replica {
    /// Somebody with the same cookies, before this one.
    pub fn stand_before(&self, visitor: &Visitor) -> Visitor {
        visitor.twin(self.0.calls())
    }
}
