//! The harness: the product and everything it meets, for one test.

pub mod browser;
pub mod clients;
mod process;
