//! What the list is narrowed by: a pill for each filter that is set, and the way to more.

use std::rc::Rc;

use leptos::prelude::*;

use super::address;
use super::list::JitList;
use crate::browser;
use crate::components::button::Look;
use crate::components::choice::{Choice, POWER, Values, fixed};
use crate::components::filter_box::filter_box;
use crate::page::{By, JitWanted};
use crate::router::{Step, use_router};
use crate::view::{Element, View, el};

/// The id of the list of filters to add.
const MORE: &str = "more-filters";

/// The filters.
pub fn filters(wanted: Memo<JitWanted>, list: JitList) -> Element {
    let router = use_router();
    // The keys of those that were asked for, whether they have a value or not.
    let added = RwSignal::new(String::new());
    let is_shown = move |by: By| {
        wanted.with(|wanted| !wanted.by(by).is_empty()) || added.with(|added| added.contains(by.key()))
    };
    let words = move || wanted.with(|wanted| wanted.words.clone());
    let search = filter_box(words, move |typed| {
        // A word that is being typed is one step back in the history, not one per letter.
        let (new, step) = wanted.with_untracked(|wanted| {
            let typing = !wanted.words.is_empty() && wanted.words != typed;
            (wanted.with_words(typed), if typing { Step::InPlace } else { Step::Aside })
        });
        router.go(&address(&new), step);
    });
    let pill = move |by: By| {
        let toggle = Rc::new(move |value: &str| {
            add_to(added, by);
            router.go(&address(&wanted.with_untracked(|wanted| wanted.toggled(by, value))), Step::Aside);
        });
        let chosen = Rc::new(move || wanted.with(|wanted| wanted.by(by).to_vec()));
        Choice { key: by.key(), name: name(by), values: values(by, list), chosen, toggle }.element()
    };
    // What is typed and ticked in a pill must not make it anew.
    let shown = Memo::new(move |_| {
        By::ALL.into_iter().filter(|by| is_shown(*by)).map(By::key).collect::<Vec<_>>().join(" ")
    });
    let split = move || {
        let shown = shown.get();
        By::ALL.into_iter().partition::<Vec<By>, _>(|by| shown.contains(by.key()))
    };
    let pills = move || split().0.into_iter().map(|by| pill(by).key(by.key().to_owned())).collect::<View>();
    let more = move || {
        let left = split().1;
        (!left.is_empty()).then(|| add(left, added))
    };
    let reset = move || {
        let reset = move |_: web_sys::Event| added.set(String::new());
        let href = wanted.with(|wanted| address(&wanted.unfiltered()));
        let link = || el("a").class(Look::Quiet.class()).attr("href", href).on("click", reset);
        let is_set = wanted.with(JitWanted::is_choosy) || !added.with(String::is_empty);
        is_set.then(|| link().child("Reset filters"))
    };
    el("div")
        .class("filters")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .attr("data-rest", "input")
        .child(search)
        .child(pills)
        .child(more)
        .child(reset)
}

fn add_to(added: RwSignal<String>, by: By) {
    added.update(|added| {
        if !added.contains(by.key()) {
            added.push_str(by.key());
        }
    });
}

/// The button that offers the filters that are not there.
fn add(left: Vec<By>, added: RwSignal<String>) -> Element {
    let offer = |by: By| {
        let add = move |_: web_sys::Event| {
            browser::close_popover(MORE);
            add_to(added, by);
            request_animation_frame(move || {
                _ = browser::focus_first(&format!("[popovertarget=filter-{}]", by.key()));
            });
        };
        el("button")
            .attr("type", "button")
            .class("button button--quiet menu-list__item")
            .on("click", add)
            .child(name(by))
    };
    let button = el("button")
        .attr("type", "button")
        .class("button pill")
        .attr("popovertarget", MORE)
        .child("Add filter");
    let offers = el("div")
        .id(MORE)
        .attr("popover", "auto")
        .class("panel menu-list")
        .attr("role", "group")
        .attr("aria-label", "Add filter")
        .child(left.into_iter().map(offer).collect::<View>());
    el("div").class("choice").child(button).child(offers)
}

/// What people call it.
fn name(by: By) -> &'static str {
    match by {
        By::Subscription => "Subscription",
        By::Group => "Resource group",
        By::Location => "Region",
        By::Power => "Status",
        By::Open => "Open ports",
        By::Source => "Allowed sources",
    }
}

fn values(by: By, list: JitList) -> Values {
    let same = |names: &[String]| names.iter().map(|name| (name.clone(), name.clone())).collect();
    match by {
        By::Subscription => Rc::new(move || {
            list.facets(|facets| {
                let known = facets.subscriptions.iter();
                known.map(|known| (known.id.to_string(), known.name.clone())).collect()
            })
        }),
        By::Group => Rc::new(move || list.facets(|facets| same(&facets.groups))),
        By::Location => Rc::new(move || list.facets(|facets| same(&facets.locations))),
        By::Power => fixed(&POWER),
        By::Open => fixed(&[("now", "Open now")]),
        By::Source => fixed(&[("any", "Any source")]),
    }
}
