//! Requests for access.

mod azure_trouble;
mod bad_requests;
mod bodies;
mod close;
mod extend;
mod follow;
mod guardrails;
mod list;
mod open_points;
mod others;
mod ports;
mod replaces;
mod restart;
mod story;
