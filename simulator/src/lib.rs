//! A make-believe Azure over HTTP: Microsoft Entra ID, Azure Resource Manager, Resource Graph.

pub mod clock;
pub mod dataplane;
pub mod fault;
pub mod kql;
pub mod request_log;
pub mod world;

mod arm;
mod azure;
mod entra;
mod gate;
mod glob;
mod jit;
mod nsg;
mod rbac;
mod resource_id;
mod server;
mod simulator;
mod stable;
mod time;

pub use self::{
    clock::Clock,
    fault::{Fault, Trouble},
    request_log::Received,
    simulator::{Settings, Simulator},
    world::World,
};
