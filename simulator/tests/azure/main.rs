//! The simulated Azure from outside: over HTTP, as a client sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod activity;
mod arm;
mod bastion;
mod client;
mod doors;
mod entra;
mod faults;
mod graph;
mod jit;
mod management_groups;
mod network;
mod policy;
mod pricings;
mod worlds;
