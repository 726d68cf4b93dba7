//! What the list is narrowed by. Every change goes into the address, and the list follows that.

mod choice;

use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use web_sys::Event;

use crate::components::button::Look;
use crate::page::{Narrowed, Page, Wanted};
use crate::router::{Step, use_router};
use crate::view::{Element, el};

use super::list::VmList;
use choice::{Values, choice};

/// Asks for another list.
type Want = Rc<dyn Fn(Wanted)>;

/// How long after the last key the list is asked for.
const TYPING: Duration = Duration::from_millis(200);

const OS: [(&str, &str); 3] = [("windows", "Windows"), ("linux", "Linux"), ("unknown", "Unknown")];
const POWER: [(&str, &str); 7] = [
    ("running", "Running"),
    ("stopped", "Stopped"),
    ("deallocated", "Stopped (deallocated)"),
    ("starting", "Starting"),
    ("stopping", "Stopping"),
    ("deallocating", "Deallocating"),
    ("unknown", "Unknown"),
];
const JIT: [(&str, &str); 3] =
    [("configured", "Configured"), ("not_configured", "Not configured"), ("unknown", "Unknown")];

/// The filters: what is `wanted` now, and what the machines of the list can be told apart by.
pub fn filters(wanted: Memo<Wanted>, list: VmList) -> Element {
    let router = use_router();
    let want: Want = Rc::new(move |new: Wanted| {
        // A word that is being typed is one step back in the history, not one per letter.
        let typing = wanted.with_untracked(|old| !old.words.is_empty() && old.words != new.words);
        router.go(&Page::Vms(new).path(), if typing { Step::InPlace } else { Step::Aside });
    });
    let subscriptions = move || {
        list.facets().subscriptions.into_iter().map(|known| (known.id.to_string(), known.name)).collect()
    };
    let locations = move || list.facets().locations.into_iter().map(|name| (name.clone(), name)).collect();
    let choice = |by, name, values: Values| choice(by, name, values, wanted, want.clone());
    let reset = move || {
        let link =
            || el("a").class(Look::Quiet.class()).attr("href", Page::all_vms().path()).child("Reset filters");
        wanted.with(Wanted::is_choosy).then(link)
    };
    el("div")
        .class("filters")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .child(search_box(wanted, want.clone()))
        .child(choice(Narrowed::Subscription, "Subscription", Rc::new(subscriptions)))
        .child(choice(Narrowed::Location, "Region", Rc::new(locations)))
        .child(choice(Narrowed::Os, "Operating system", fixed(&OS)))
        .child(choice(Narrowed::Power, "Status", fixed(&POWER)))
        .child(choice(Narrowed::Jit, "Just-in-time", fixed(&JIT)))
        .child(reset)
}

fn fixed(values: &'static [(&str, &str)]) -> Values {
    Rc::new(|| values.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).collect())
}

fn search_box(wanted: Memo<Wanted>, want: Want) -> Element {
    // What the field itself asked for comes back through the address, and must not overwrite what
    // was typed since.
    let asked = StoredValue::new(String::new());
    let shown = RwSignal::new(String::new());
    let mut ask = debounce(TYPING, move |typed: String| {
        let new = wanted.with_untracked(|wanted| wanted.with_words(&typed));
        asked.set_value(new.words.clone());
        want(new);
    });
    Effect::new(move |_| {
        let words = wanted.with(|wanted| wanted.words.clone());
        if asked.with_value(|asked| *asked != words) {
            shown.set(words.clone());
            asked.set_value(words);
        }
    });
    el("input")
        .class("input filters__search")
        .attr("type", "search")
        .attr("aria-label", "Search to filter items")
        .attr("aria-keyshortcuts", "/")
        .attr("placeholder", "Search to filter items…")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .prop("value", move || shown.get())
        .on("input", move |event: Event| ask(event_target_value(&event)))
}
