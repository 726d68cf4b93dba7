//! Postern's page.
//!
//! Pages load and decide, components show what they are given, and `api` is the only place that
//! talks to the service. The site comes in modules, each a program of its own (`bin/`), so that
//! whoever only wants onto a machine does not download what operators work with.

mod api;
mod app;
mod browser;
pub mod chosen;
mod components;
mod format;
mod loading;
mod page;
mod pages;
mod pins;
mod router;
mod session;
mod shell;
mod view;

use shared::site::Module;

/// Starts the module that links in tickets lead to: the Connect page.
pub fn start_connect() {
    start(Module::Connect, app::connect_pages, |_| None);
}

/// Starts the module of those who set things up.
pub fn start_admin() {
    start(Module::Admin, app::admin_pages, |_| None);
}

/// Starts the module about requests.
pub fn start_records() {
    start(Module::Records, app::records_pages, |_| None);
}

/// Starts the module of what a review looks at.
pub fn start_review() {
    start(Module::Review, app::review_pages, |_| None);
}

/// Starts the module of everything else.
pub fn start_office() {
    start(Module::Office, app::office_pages, app::pages_alone);
}

fn start(module: Module, pages: app::Pages, alone: app::Pages) {
    view::mount(move || app::app(module, pages, alone));
}
