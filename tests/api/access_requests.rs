//! Requests for access.

mod azure_trouble;
mod bad_requests;
mod bodies;
mod follow;
mod guardrails;
mod list;
mod open_points;
mod others;
mod restart;
mod story;
