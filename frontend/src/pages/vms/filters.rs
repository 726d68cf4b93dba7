//! What the list is narrowed by. Every change goes into the address, and the list follows that.

use std::rc::Rc;

use leptos::prelude::*;

use crate::components::button::Look;
use crate::components::choice::{Choice, POWER, Values, fixed};
use crate::components::filter_box::filter_box;
use crate::page::{Narrowed, Page, Wanted};
use crate::router::{Step, use_router};
use crate::view::{Element, el};

use super::list::VmList;

const OS: [(&str, &str); 3] = [("windows", "Windows"), ("linux", "Linux"), ("unknown", "Unknown")];
const JIT: [(&str, &str); 3] =
    [("configured", "Configured"), ("not_configured", "Not configured"), ("unknown", "Unknown")];

/// The filters: what is `wanted` now, and what the machines of the list can be told apart by.
pub fn filters(wanted: Memo<Wanted>, list: VmList) -> Element {
    let router = use_router();
    let search = move |typed: &str| {
        // A word that is being typed is one step back in the history, not one per letter.
        let (new, step) = wanted.with_untracked(|wanted| {
            let typing = !wanted.words.is_empty() && wanted.words != typed;
            (wanted.with_words(typed), if typing { Step::InPlace } else { Step::Aside })
        });
        router.go(&Page::Vms(new).path(), step);
    };
    let words = move || wanted.with(|wanted| wanted.words.clone());
    let subscriptions = move || {
        list.facets().subscriptions.into_iter().map(|known| (known.id.to_string(), known.name)).collect()
    };
    let locations = move || list.facets().locations.into_iter().map(|name| (name.clone(), name)).collect();
    let choice = |by: Narrowed, name, values: Values| {
        let toggle = Rc::new(move |value: &str| {
            let new = wanted.with_untracked(|wanted| wanted.toggled(by, value));
            router.go(&Page::Vms(new).path(), Step::Aside);
        });
        let chosen = Rc::new(move || wanted.with(|wanted| wanted.by(by).to_vec()));
        Choice { key: by.key(), name, values, chosen, toggle }.element()
    };
    let reset = move || {
        let link =
            || el("a").class(Look::Quiet.class()).attr("href", Page::all_vms().path()).child("Reset filters");
        wanted.with(Wanted::is_choosy).then(link)
    };
    el("div")
        .class("filters")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .child(filter_box(words, search))
        .child(choice(Narrowed::Subscription, "Subscription", Rc::new(subscriptions)))
        .child(choice(Narrowed::Location, "Region", Rc::new(locations)))
        .child(choice(Narrowed::Os, "Operating system", fixed(&OS)))
        .child(choice(Narrowed::Power, "Status", fixed(&POWER)))
        .child(choice(Narrowed::Jit, "Just-in-time", fixed(&JIT)))
        .child(reset)
}
