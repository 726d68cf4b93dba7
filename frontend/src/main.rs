//! Postern's page.
//!
//! Pages load and decide, components show what they are given, and `api` is the only place that
//! talks to the service.

mod app;
mod page;
mod session;
mod api;
mod pages;
mod components;
mod format;
mod browser;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
