//! What the list is narrowed by. Every change goes into the address, and the list follows that.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::vm::Facets;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};

use crate::components::button::Look;
use crate::page::{Page, escaped};

/// How long after the last key the list is asked for.
const TYPING: Duration = Duration::from_millis(200);

const KEYS: [&str; 6] = ["q", "subscription", "location", "os", "power", "jit"];

const OS: [(&str, &str); 2] = [("windows", "Windows"), ("linux", "Linux")];
const POWER: [(&str, &str); 4] = [
    ("running", "Running"),
    ("stopped", "Stopped"),
    ("deallocated", "Stopped (deallocated)"),
    ("starting", "Starting"),
];
const JIT: [(&str, &str); 2] = [("configured", "Configured"), ("not_configured", "Not configured")];

/// Changes one value of the query in the address bar.
#[derive(Clone, Copy)]
struct Address(Callback<(&'static str, String)>);

impl Address {
    fn of_this_page() -> Self {
        let (query, navigate) = (use_query_map(), use_navigate());
        Self(Callback::new(move |(changed, value): (&'static str, String)| {
            let pairs = KEYS.into_iter().filter_map(|key| {
                let value = if key == changed {
                    value.clone()
                } else {
                    query.with_untracked(|query| query.get(key)).unwrap_or_default()
                };
                (!value.is_empty()).then(|| format!("{key}={}", escaped(&value)))
            });
            let query = pairs.collect::<Vec<_>>().join("&");
            let path = if query.is_empty() { "/vms".to_owned() } else { format!("/vms?{query}") };
            // Typing is one step back in the history, not one per letter.
            let options =
                NavigateOptions { replace: changed == "q", scroll: false, ..NavigateOptions::default() };
            navigate(&path, options);
        }))
    }
}

/// The filters.
#[component]
pub fn Filters(
    /// What the machines can be told apart by.
    #[prop(into)]
    facets: Signal<Facets>,
) -> impl IntoView {
    let query = use_query_map();
    let address = Address::of_this_page();
    let value = move |key: &'static str| {
        Signal::derive(move || query.with(|query| query.get(key)).unwrap_or_default())
    };
    let subscriptions = Signal::derive(move || {
        facets
            .with(|facets| facets.subscriptions.iter().map(|s| (s.id.to_string(), s.name.clone())).collect())
    });
    let locations = Signal::derive(move || {
        facets.with(|facets| facets.locations.iter().map(|l| (l.clone(), l.clone())).collect())
    });
    let any = move || {
        KEYS.into_iter().any(|key| query.with(|query| query.get(key).is_some_and(|value| !value.is_empty())))
    };
    view! {
        <form class="filters" aria-label="Filters" on:submit=|event| event.prevent_default()>
            <SearchBox value=value("q") address/>
            <Choice id="filter-subscription" name="Subscription" field="subscription" value=value("subscription") choices=subscriptions address/>
            <Choice id="filter-location" name="Region" field="location" value=value("location") choices=locations address/>
            <Choice id="filter-os" name="Operating system" field="os" value=value("os") choices=fixed(&OS) address/>
            <Choice id="filter-power" name="Status" field="power" value=value("power") choices=fixed(&POWER) address/>
            <Choice id="filter-jit" name="Just-in-time" field="jit" value=value("jit") choices=fixed(&JIT) address/>
            {move || any().then(|| view! {
                <a class=Look::Quiet.class() href=Page::all_vms().path()>"Reset filters"</a>
            })}
        </form>
    }
}

fn fixed(choices: &[(&str, &str)]) -> Signal<Vec<(String, String)>> {
    let choices: Vec<_> =
        choices.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).collect();
    Signal::stored(choices)
}

#[component]
fn SearchBox(value: Signal<String>, address: Address) -> impl IntoView {
    let changed =
        leptos::leptos_dom::helpers::debounce(TYPING, move |words: String| address.0.run(("q", words)));
    let changed = StoredValue::new_local(changed);
    view! {
        <div class="filters__search">
            <label class="visually-hidden" for="filter-q">"Search to filter items"</label>
            <input
                id="filter-q"
                class="input"
                type="search"
                placeholder="Search to filter items…"
                autocomplete="off"
                spellcheck="false"
                prop:value=value
                on:input=move |event| {
                    let input: HtmlInputElement = event.target().expect("an input event has a target").unchecked_into();
                    changed.update_value(|changed| changed(input.value()));
                }
            />
        </div>
    }
}

#[component]
fn Choice(
    id: &'static str,
    name: &'static str,
    field: &'static str,
    value: Signal<String>,
    choices: Signal<Vec<(String, String)>>,
    address: Address,
) -> impl IntoView {
    view! {
        <div class="filters__choice" class:filters__choice--set=move || !value.get().is_empty()>
            <label for=id>{name}</label>
            <select
                id=id
                on:change=move |event| {
                    let select: HtmlSelectElement = event.target().expect("a change event has a target").unchecked_into();
                    address.0.run((field, select.value()));
                }
            >
                <option value="" selected=move || value.get().is_empty()>"All"</option>
                {move || choices.get().into_iter().map(|(choice, name)| {
                    let chosen = choice == value.get();
                    view! { <option value=choice selected=chosen>{name}</option> }
                }).collect_view()}
            </select>
        </div>
    }
}
