//! Azure Policy: definitions, assignments, and what it says of machines.

mod assignments;
mod definitions;
mod refusals;
mod states;
mod summaries;
mod timing;
