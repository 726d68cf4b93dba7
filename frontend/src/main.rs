//! Postern's page.
//!
//! Pages load and decide, components show what they are given, and `api` is the only place that
//! talks to the service.

mod api;
mod app;
mod browser;
mod components;
mod format;
mod page;
mod pages;
mod router;
mod session;
mod shell;
mod view;

fn main() {
    if let Some(starting) = leptos::prelude::document().get_element_by_id("starting") {
        starting.remove();
    }
    view::mount(app::app);
}
