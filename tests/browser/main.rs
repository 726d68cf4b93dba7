//! The page, in a real browser.

mod about;
mod appearance;
mod connect;
mod keyboard;
mod narrow;
mod obstacles;
mod session;
mod story;
mod visits;
mod vms;
