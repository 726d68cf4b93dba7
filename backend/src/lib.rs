//! Postern's service.
//!
//! Read [`jit`] first: it is what the product is for. [`guardrails`] decides, [`audit`] remembers,
//! [`azure`] acts, and [`routes`] is the whole URL map.

pub mod jit;
pub mod guardrails;
pub mod rules;
pub mod audit;
pub mod preflight;
pub mod rdp;
pub mod inventory;
pub mod azure;
pub mod session;
pub mod store;
pub mod routes;
pub mod error;
pub mod openapi;
pub mod site;
pub mod state;
pub mod config;
pub mod clock;
