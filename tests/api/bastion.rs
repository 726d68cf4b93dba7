//! Access through Azure Bastion.

mod held;
mod links;
mod reach;
mod requests;
mod world;
