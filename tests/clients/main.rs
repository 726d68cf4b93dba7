//! Real clients, let in and shut out: what the product is for, seen from the other end.

mod azure_cli;
mod curl;
mod recipes;
mod remote_desktop;
mod signature;
mod signing;
mod ssh;
