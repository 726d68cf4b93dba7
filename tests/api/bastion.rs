//! Access through Azure Bastion.

mod links;
mod reach;
mod requests;
mod world;
