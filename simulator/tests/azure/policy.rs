//! Azure Policy: definitions, assignments, and what it says of machines.

mod assignments;
mod definitions;
mod lag;
mod large;
mod refusals;
mod scans;
pub mod states;
mod summaries;
mod timing;
