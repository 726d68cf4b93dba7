//! The fields of what is looked back at. Every change goes into the address, and the page follows that.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::resource_id::VmId;
use web_sys::Event;

use crate::page::Past;
use crate::router::{Step, use_router};
use crate::view::{Element, View, el};

/// How long after the last key something is asked for.
const TYPING: Duration = Duration::from_millis(250);

/// A field beneath its name, as one of those that say what is looked at.
pub fn labelled(name: &'static str, field: Element) -> Element {
    el("label").class("conditions__field").child(el("span").class("quiet").child(name)).child(field)
}

/// Looks for something else under `key`.
fn want(past: Memo<Past>, key: &'static str) -> impl Fn(&str, Step) + Clone {
    let router = use_router();
    move |value, step| {
        let new = past.get_untracked().with(key, value);
        if past.with_untracked(|past| *past != new) {
            router.choose(&new.query(), step);
        }
    }
}

/// A field in which one of some values is chosen, by what the address says and by its words.
pub fn chosen(
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

/// A field into which what is looked for is typed.
pub fn typed(past: Memo<Past>, key: &'static str, name: &'static str, kind: &'static str) -> Element {
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
