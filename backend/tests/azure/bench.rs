//! A simulated Azure, and our client in front of it, on clocks that are wound by hand.

use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use backend::azure::Azure;
use backend::azure::arm::ArmClient;
use backend::azure::cloud::Cloud;
use backend::azure::credential::{CredentialSettings, credential};
use backend::azure::http_client::{self, Timeouts};
use backend::azure::security::PolicyId;
use backend::clock::{Clock, Hand};
use jiff::{SignedDuration, Timestamp};
use shared::resource_id::VmId;
use simulator::world::{NewAssignment, NewPolicy, NewSubscription, NewVm};
use simulator::{Received, Settings, Simulator, World};
use tokio::time::MissedTickBehavior;

/// Everything a test needs.
pub struct Bench {
    pub simulator: Simulator,
    pub azure: Azure,
    pub clock: Clock,
    hand: Hand,
}

impl Bench {
    /// A simulated Azure with `world` in it. Postern is its app and has got its token already.
    pub async fn start(world: World) -> Self {
        let start: Timestamp = "2030-01-01T09:00:00Z".parse().unwrap();
        let settings = Settings { clock: simulator::Clock::by_hand(start), ..Settings::default() };
        let simulator = Simulator::start(world, settings).await.unwrap();
        let (clock, hand) = Clock::by_hand(start);
        let azure = Azure::new(client(&cloud(simulator.url()), &clock));
        azure.subscriptions.list().await.unwrap();
        simulator.forget_requests();
        Self { simulator, azure, clock, hand }
    }

    /// Lets time pass, for us and for Azure.
    pub fn advance(&self, duration: SignedDuration) {
        self.simulator.clock().advance(duration);
        self.hand.advance(duration);
    }

    /// Runs `work` while time flies: a minute in little more than two seconds. It does not fly
    /// faster on a machine that is busy with something else.
    pub async fn flying<T>(&self, work: impl Future<Output = T>) -> T {
        let mut ticks = tokio::time::interval(Duration::from_millis(2));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                _ = ticks.tick() => self.advance(SignedDuration::from_millis(50)),
            }
        }
    }

    /// What reached Azure under a path that ends like this, before its query.
    pub fn received(&self, path: &str) -> Vec<Received> {
        let ends = |call: &Received| call.path.split('?').next().is_some_and(|own| own.ends_with(path));
        self.simulator.requests().into_iter().filter(ends).collect()
    }

    pub fn vm(&self, name: &str) -> VmId {
        self.simulator.world().vm(name).unwrap().id.parse().unwrap()
    }

    /// The policy that the machine is in.
    pub fn policy_of(&self, vm: &str) -> PolicyId {
        let world = self.simulator.world();
        let id = world.vm(vm).unwrap().id.clone();
        let policy = world.policies_of(&id).next().unwrap();
        policy.id.parse().unwrap()
    }
}

/// Our client for `cloud`, as its app.
pub fn client(cloud: &Cloud, clock: &Clock) -> ArmClient {
    let http = http_client::client(Timeouts::default()).unwrap();
    ArmClient::new(http, cloud, app_credential(cloud, clock), clock.clone())
}

/// The cloud that is at `url`.
pub fn cloud(url: &str) -> Cloud {
    Cloud {
        authority: url.parse().unwrap(),
        arm: url.parse().unwrap(),
        arm_scope: "https://management.azure.com/.default".to_owned(),
        graph: None,
        graph_scope: String::new(),
        portal: None,
        vault_domain: None,
        vault_scope: Cloud::public().vault_scope,
    }
}

fn app_credential(cloud: &Cloud, clock: &Clock) -> Arc<dyn TokenCredential> {
    let settings = CredentialSettings::ClientSecret {
        tenant: World::TENANT_ID.to_owned(),
        client_id: World::CLIENT_ID.to_owned(),
        secret: World::CLIENT_SECRET.into(),
    };
    let http = http_client::client(Timeouts::default()).unwrap();
    credential(&settings, cloud, &http, Timeouts::default(), clock).unwrap()
}

/// A world with one subscription, `Production`, that Postern owns, and machines in it whose SSH
/// port is kept by a policy.
pub fn production(vms: &[&str]) -> World {
    let mut world = World::empty();
    add_subscription(&mut world, "Production", "Owner");
    for vm in vms {
        let id = world.add_vm(NewVm::linux(vm).public("203.0.113.20".parse().unwrap())).unwrap();
        world.add_policy(&NewPolicy::of(&[&id], &[22])).unwrap();
    }
    world
}

/// Adds a subscription in which Postern has a role.
pub fn add_subscription(world: &mut World, name: &str, role: &str) {
    world.add_subscription(NewSubscription::named(name)).unwrap();
    let assignment =
        NewAssignment { to: World::CLIENT_ID.to_owned(), role: role.to_owned(), on: name.to_owned() };
    world.assign(&assignment).unwrap();
}
