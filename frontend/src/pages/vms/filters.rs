//! What the list is narrowed by. Every change goes into the address, and the list follows that.

mod choice;

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::vm::Facets;

use crate::components::button::Look;
use crate::page::{Narrowed, Page, Wanted};
use crate::router::{Step, use_router};

use choice::{Choice, Value};

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

/// The filters.
#[component]
pub fn Filters(
    /// What is wanted now.
    wanted: Memo<Wanted>,
    /// What the machines can be told apart by.
    facets: Memo<Facets>,
) -> impl IntoView {
    let router = use_router();
    let want = Callback::new(move |new: Wanted| {
        // A word that is being typed is one step back in the history, not one per letter.
        let typing = wanted.with_untracked(|old| !old.words.is_empty() && old.words != new.words);
        router.go(&Page::Vms(new).path(), if typing { Step::InPlace } else { Step::Aside });
    });
    let subscriptions = Signal::derive(move || {
        facets
            .with(|facets| facets.subscriptions.iter().map(|s| (s.id.to_string(), s.name.clone())).collect())
    });
    let locations = Signal::derive(move || {
        facets.with(|facets| facets.locations.iter().map(|l| (l.clone(), l.clone())).collect())
    });
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <SearchBox wanted want/>
            <Choice by=Narrowed::Subscription name="Subscription" values=subscriptions wanted want/>
            <Choice by=Narrowed::Location name="Region" values=locations wanted want/>
            <Choice by=Narrowed::Os name="Operating system" values=fixed(&OS) wanted want/>
            <Choice by=Narrowed::Power name="Status" values=fixed(&POWER) wanted want/>
            <Choice by=Narrowed::Jit name="Just-in-time" values=fixed(&JIT) wanted want/>
            {move || wanted.with(Wanted::is_choosy).then(|| view! {
                <a class=Look::Quiet.class() href=Page::all_vms().path()>"Reset filters"</a>
            })}
        </div>
    }
}

fn fixed(values: &[(&str, &str)]) -> Signal<Vec<Value>> {
    let values: Vec<Value> =
        values.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).collect();
    Signal::stored(values)
}

#[component]
fn SearchBox(wanted: Memo<Wanted>, want: Callback<Wanted>) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    // What the field itself asked for comes back through the address, and must not overwrite what
    // was typed since.
    let asked = StoredValue::new(String::new());
    let ask = debounce(TYPING, move |typed: String| {
        let new = wanted.with_untracked(|wanted| wanted.with_words(&typed));
        asked.set_value(new.words.clone());
        want.run(new);
    });
    let ask = StoredValue::new_local(ask);
    Effect::new(move |_| {
        let words = wanted.with(|wanted| wanted.words.clone());
        if let Some(field) = field.get().filter(|_| asked.with_value(|asked| *asked != words)) {
            field.set_value(&words);
            asked.set_value(words);
        }
    });
    view! {
        <input
            node_ref=field
            class="input filters__search"
            type="search"
            aria-label="Search to filter items"
            aria-keyshortcuts="/"
            placeholder="Search to filter items…"
            autocomplete="off"
            spellcheck="false"
            on:input=move |event| {
                let typed = event_target_value(&event);
                ask.update_value(|ask| ask(typed));
            }
        />
    }
}
