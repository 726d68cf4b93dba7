//! Access through Azure Bastion.

mod held;
mod links;
mod reach;
mod replicas;
mod requests;
mod world;
