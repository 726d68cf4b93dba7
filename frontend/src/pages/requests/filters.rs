//! What requests are looked for. Every change goes into the address, and the list follows that.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::resource_id::VmId;
use web_sys::Event;

use crate::components::button::Look;
use crate::page::{Page, Past};
use crate::router::{Step, use_router};
use crate::view::{Element, View, el};

/// How long after the last key the requests are asked for.
const TYPING: Duration = Duration::from_millis(250);

/// How requests stand, as the address and as people say it.
const STATES: [(&str, &str); 6] = [
    ("", "Any status"),
    ("requesting,opening,open,closing", "Not over"),
    ("open", "Open"),
    ("ended", "Ended"),
    ("refused,failed", "Refused or failed"),
    ("closing", "Being closed"),
];

/// Whose requests there are, for somebody who may see those of others.
const WHOSE: [(&str, &str); 2] = [("", "Everybody's"), ("1", "Mine")];

/// The filters: what is looked for now.
pub fn filters(past: Memo<Past>, audits: bool) -> Element {
    let reset = move || {
        let path = Page::all_requests().path();
        let link = el("a").class(Look::Quiet.class()).attr("href", path).child("Reset filters");
        past.with(Past::is_choosy).then_some(link)
    };
    el("div")
        .class("past")
        .attr("role", "group")
        .attr("aria-label", "Filters")
        .child(audits.then(|| chosen(past, "mine", "Whose", &WHOSE)))
        .child(audits.then(|| typed(past, "person", "Person", "search")))
        .child(typed(past, "vm", "Virtual machine", "search"))
        .child(chosen(past, "status", "Status", &STATES))
        .child(typed(past, "from", "From", "date"))
        .child(typed(past, "to", "To", "date"))
        .child(reset)
}

fn labelled(name: &'static str, field: Element) -> Element {
    el("label").class("past__field").child(el("span").class("quiet").child(name)).child(field)
}

/// Looks for something else under `key`.
fn want(past: Memo<Past>, key: &'static str) -> impl Fn(&str, Step) + Clone {
    let router = use_router();
    move |value, step| {
        let new = past.get_untracked().with(key, value);
        if past.with_untracked(|past| *past != new) {
            router.go(&Page::Requests(new.query()).path(), step);
        }
    }
}

fn chosen(
    past: Memo<Past>,
    key: &'static str,
    name: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Element {
    let want = want(past, key);
    let option = |(value, words): &(&'static str, &'static str)| {
        let value = *value;
        let selected = move || past.with(|past| past.value(key) == value);
        el("option").attr("value", value).prop("selected", selected).child(*words)
    };
    let select = el("select")
        .class("input")
        .on("change", move |event: Event| want(&event_target_value(&event), Step::Aside))
        .child(values.iter().map(option).collect::<View>())
        // What only an address can ask for.
        .child(move || {
            let value = past.with(|past| past.value(key).to_owned());
            let odd = values.iter().all(|(known, _)| *known != value);
            let words = shared::text::capitalised(&value.replace(',', ", "));
            odd.then(|| el("option").attr("value", value).prop("selected", true).child(words))
        });
    labelled(name, select)
}

fn typed(past: Memo<Past>, key: &'static str, name: &'static str, kind: &'static str) -> Element {
    let want = want(past, key);
    let shown = RwSignal::new(String::new());
    // What the field itself asked for comes back through the address, and must not overwrite what
    // was typed since.
    let asked = StoredValue::new(String::new());
    let mut ask = debounce(TYPING, move |typed: String| {
        let typed = typed.trim().to_owned();
        let step = if asked.with_value(String::is_empty) { Step::Aside } else { Step::InPlace };
        asked.set_value(typed.clone());
        want(&typed, step);
    });
    Effect::new(move |_| {
        let value = past.with(|past| past.value(key).to_owned());
        if asked.with_value(|asked| *asked != value) {
            // A machine's whole id is a lot to read.
            shown.set(value.parse().map_or_else(|_| value.clone(), |vm: VmId| vm.name().to_string()));
            asked.set_value(value);
        }
    });
    let input = el("input")
        .class("input")
        .attr("type", kind)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .prop("value", move || shown.get())
        .on("input", move |event: Event| ask(event_target_value(&event)));
    labelled(name, input)
}
