//! A make-believe Azure over HTTP: Microsoft Entra ID, Azure Resource Manager, Resource Graph.
//!
//! One loopback port serves it all: Entra under `/{tenant}/…`, Resource Manager under
//! `/subscriptions…` and `/providers…`. Azure's behaviour comes from its documents,
//! specifications and recorded answers; what those leave open is a switch in
//! [`world::Behaviour`]. What is not simulated answers 501, loudly.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use simulator::{Clock, Fault, Settings, Simulator, Trouble, World};
//! use simulator::world::{NewAssignment, NewPolicy, NewSubscription, NewVm};
//!
//! // A world: `World::contoso()`, `World::from_file(…)`, `World::generated(1000, 10)`, or by hand.
//! let mut world = World::empty(); // the tenant, and the app registration of Postern
//! world.add_subscription(NewSubscription::named("Production"))?;
//! world.add_vm(NewVm::linux("web-1").group("web-rg").public("203.0.113.4".parse()?))?;
//! world.add_policy(&NewPolicy::of(&["web-1"], &[22]))?;
//! world.assign(&NewAssignment { to: "Postern".into(), role: "Contributor".into(), on: "Production".into() })?;
//!
//! // Its own clock: grants open and end, machines start and tokens run out as it is wound.
//! let clock = Clock::by_hand("2030-01-01T09:00:00Z".parse()?);
//! let azure = Simulator::start(world, Settings { clock, ..Settings::default() }).await?;
//!
//! // Point a client at it, with `World::TENANT_ID`, `World::CLIENT_ID` and `World::CLIENT_SECRET`.
//! let (arm, issuer) = (azure.url(), azure.issuer());
//!
//! azure.fail_next(Fault::next(Trouble::Throttled { retry_after: Some(5) }).on("/initiate"));
//! azure.clock().advance(jiff::SignedDuration::from_mins(10));
//! azure.world().behaviour.source_rule = simulator::world::SourceRule::Exact;
//!
//! assert!(azure.requests().is_empty(), "nothing reached Azure");
//! assert!(azure.admits("web-1", 22, "198.51.100.7".parse()?), "the port is open");
//! # Ok(())
//! # }
//! ```
//!
//! `azure_identity` refuses an authority without TLS. Keep an `https` one and give the SDK a
//! transport that sends its requests to [`Simulator::url`], or to [`Simulator::router`] without
//! a socket. Links in answers begin with the scheme and host that the client used.

pub mod clock;
pub mod dataplane;
pub mod fault;
pub mod kql;
pub mod request_log;
pub mod world;

mod arm;
mod azure;
mod compliance;
mod defender;
mod entra;
mod gate;
mod glob;
mod jit;
mod nsg;
mod odata;
mod rbac;
mod resource_id;
mod server;
mod simulator;
mod stable;
mod time;
mod vault;

pub use self::{
    clock::Clock,
    fault::{Fault, Trouble},
    request_log::Received,
    simulator::{Settings, Simulator},
    world::World,
};
