//! The page, in a real browser.

mod about;
mod appearance;
mod bastion;
mod clock;
mod configuration;
mod connect;
mod given;
mod handoffs;
mod held;
mod jit_list;
mod jit_request;
mod keyboard;
mod lost;
mod narrow;
mod obstacles;
mod policy_changes;
mod ports;
mod refused_file;
mod requests;
mod session;
mod states;
mod step_up;
mod story;
mod visits;
mod vms;
mod warnings;
