//! The pages. Each loads what it shows, and decides.

pub mod about;
pub mod audit;
pub mod compliance;
pub mod configuration;
pub mod connect;
pub mod given;
pub mod handoffs;
pub mod jit;
pub mod jit_policy;
pub mod jit_request;
pub mod my_access;
pub mod not_found;
pub mod reports;
pub mod request;
pub mod request_code;
pub mod requests;
pub mod sessions;
pub mod sign_in;
pub mod vms;
