//! The types and pure rules that Postern's page and its service agree on.
//!
//! Everything here is text parsed into a type that cannot be wrong, or arithmetic on such types.
//! There is no I/O, no clock and no browser: a function that depends on the time takes `now`.

pub mod access;
pub mod activity;
pub mod bastion;
pub mod code;
pub mod compliance;
pub mod configuration;
pub mod defender;
pub mod duration;
pub mod explanation;
pub mod handoff;
pub mod history;
pub mod jit_list;
pub mod json;
pub mod moment;
pub mod page;
pub mod policy;
pub mod policy_change;
pub mod port;
pub mod preflight;
pub mod problem;
pub mod redirection;
pub mod report;
pub mod resource_id;
pub mod session;
pub mod site;
pub mod source;
pub mod text;
pub mod verb;
pub mod vm;
