//! The harness: the product and everything it meets, for one test.
//!
//! [`TestApp`] is the product with a simulated Azure and clocks wound by hand. [`browser`] visits
//! it as a person would, [`clients`] are what people connect with,
//! [`provider`] is where they may sign in instead.

pub mod app;
pub mod browser;
pub mod clients;
pub mod database;
pub mod nginx;
mod postgres;
pub mod process;
pub mod provider;
pub mod receiver;
pub mod smtp;
pub mod trust;

pub use app::TestApp;
