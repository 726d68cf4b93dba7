//! Where the visitor is, and the way to another page without loading the site anew.
//!
//! The browser's own history is all there is to it: a page is an address, and
//! [`Page`](crate::page::Page) knows both.

use leptos::ev;
use leptos::prelude::*;
use shared::site::{Module, stands_alone};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::browser;

/// The address of the page that is open.
#[derive(Clone, Copy)]
pub struct Router {
    module: Module,
    path: RwSignal<String>,
    query: RwSignal<String>,
}

/// What going somewhere does to the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is another page, which begins at its top; the way back leads here.
    Forward,
    /// It is this page with something else chosen; the way back leads to what was chosen before.
    Aside,
    /// The same, but the way back leaves this out.
    InPlace,
}

impl Router {
    /// Follows the browser's buttons, and takes clicks on links within the site. Provides itself
    /// to all pages. Those of another module than this one are loaded by the browser.
    pub fn start(module: Module) -> Self {
        let (path, query) = address();
        let router = Self { module, path: RwSignal::new(path), query: RwSignal::new(query) };
        let moved = window_event_listener(ev::popstate, move |_| router.arrive());
        let clicked = window_event_listener(ev::click, move |event| router.follow(&event));
        on_cleanup(move || {
            moved.remove();
            clicked.remove();
        });
        provide_context(router);
        router
    }

    /// The path.
    pub fn path(self) -> String {
        self.path.get()
    }

    /// The query, with its question mark if there is one.
    pub fn query(self) -> Signal<String> {
        self.query.into()
    }

    /// Goes to an address of the site. The path is told before the query: a page that is left has
    /// gone by the time the query is no longer its own.
    pub fn go(self, address: &str, step: Step) {
        if Module::of(address.split(['?', '#']).next().unwrap_or_default()) != self.module {
            browser::leave_for(address);
            return;
        }
        let Ok(history) = window().history() else { return };
        let went = match step {
            Step::InPlace => history.replace_state_with_url(&JsValue::NULL, "", Some(address)),
            Step::Forward | Step::Aside => history.push_state_with_url(&JsValue::NULL, "", Some(address)),
        };
        if went.is_err() {
            return;
        }
        self.arrive();
        if step == Step::Forward {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// Stays on the page, with something else chosen: what the query says.
    pub fn choose(self, query: &str, step: Step) {
        let path = self.path.get_untracked();
        self.go(&if query.is_empty() { path } else { format!("{path}?{query}") }, step);
    }

    fn arrive(self) {
        let (path, query) = address();
        for (known, now) in [(self.path, path), (self.query, query)] {
            if known.with_untracked(|known| *known != now) {
                known.set(now);
            }
        }
    }

    /// Takes a click on a link within the site. All others are the browser's, and so are those
    /// that ask for a new tab.
    fn follow(self, event: &MouseEvent) {
        let asks_for_more = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || asks_for_more {
            return;
        }
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = element.and_then(|element| element.closest("a[href]").ok().flatten()) else {
            return;
        };
        let Ok(link) = link.dyn_into::<HtmlAnchorElement>() else { return };
        let leads_away = window().location().origin().is_ok_and(|origin| origin != link.origin());
        if leads_away
            || link.rel() == "external"
            || !link.target().is_empty()
            || link.has_attribute("download")
            || Module::of(&link.pathname()) != self.module
            || stands_alone(&link.pathname())
        {
            return;
        }
        let is_here = address() == (link.pathname(), link.search());
        if is_here && !link.hash().is_empty() {
            return;
        }
        event.prevent_default();
        // As with any link, the page that is open already is not a step further.
        self.go(
            &format!("{}{}{}", link.pathname(), link.search(), link.hash()),
            if is_here { Step::InPlace } else { Step::Forward },
        );
    }
}

/// The router of the site.
pub fn use_router() -> Router {
    expect_context()
}

fn address() -> (String, String) {
    let location = window().location();
    (location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}
