//! One filter: a pill that names what is chosen, and the choices under it.

use std::rc::Rc;

use leptos::prelude::*;
use shared::text::folded;
use web_sys::Event;

use super::icon::{Glyph, icon};
use crate::view::{Element, View, el, several};

/// A value as it stands in the address, and what people call it.
pub type Value = (String, String);

/// What there is to choose from at the moment.
pub type Values = Rc<dyn Fn() -> Vec<Value>>;

/// The power states of machines, in the portal's words.
pub const POWER: [(&str, &str); 7] = [
    ("running", "Running"),
    ("stopped", "Stopped"),
    ("deallocated", "Stopped (deallocated)"),
    ("starting", "Starting"),
    ("stopping", "Stopping"),
    ("deallocating", "Deallocating"),
    ("unknown", "Unknown"),
];

/// Values that are always the same.
pub fn fixed(values: &'static [(&str, &str)]) -> Values {
    Rc::new(|| values.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).collect())
}

/// From how many choices on they can be searched.
const MANY: usize = 10;

/// How many choices are shown at once; there can be a thousand subscriptions.
const SHOWN: usize = 50;

/// A filter with any number of choices.
pub struct Choice {
    /// Its name in the address.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What there is to choose from.
    pub values: Values,
    /// What is chosen.
    pub chosen: Rc<dyn Fn() -> Vec<String>>,
    /// Takes a value in, or leaves it out.
    pub toggle: Rc<dyn Fn(&str)>,
}

impl Choice {
    /// The pill.
    pub fn element(self) -> Element {
        let Self { key, name, values, chosen, toggle } = self;
        let id = format!("filter-{key}");
        let words = RwSignal::new(String::new());
        let said = {
            let (values, chosen) = (values.clone(), chosen.clone());
            move || summary(&values(), &chosen())
        };
        let set = chosen.clone();
        let pill = move || if set().is_empty() { "button pill" } else { "button pill pill--set" };
        let label = el("span").child(name).child(" : ").child(el("strong").child(said));
        let button = el("button")
            .attr("type", "button")
            .class(pill)
            .attr("popovertarget", id.clone())
            .child(label)
            .child(icon(Glyph::Chevron));
        let check = move |(value, name): Value| {
            let toggle = toggle.clone();
            let checked = chosen().contains(&value);
            let toggle = move |_: Event| toggle(&value);
            let input = el("input").attr("type", "checkbox").prop("checked", checked).on("change", toggle);
            el("label").class("check").child(input).child(name)
        };
        let choices = move || {
            let all = values();
            let (offered, left) = words.with(|words| offered(&all, words));
            let search = (all.len() > MANY).then(|| {
                el("input")
                    .class("input")
                    .attr("type", "search")
                    .attr("aria-label", format!("Search {name}"))
                    .attr("placeholder", "Search")
                    .attr("autocomplete", "off")
                    .on("input", move |event: Event| words.set(event_target_value(&event)))
            });
            let list =
                el("div").class("choices__list").child(offered.into_iter().map(&check).collect::<View>());
            let more = (left > 0)
                .then(|| el("p").class("choices__more").child(format!("{left} more: type to find them")));
            several![search, list, more]
        };
        let panel = el("div")
            .id(id)
            .attr("popover", "auto")
            .class("panel choices")
            .attr("role", "group")
            .attr("aria-label", name)
            .child(choices);
        el("div").class("choice").child(button).child(panel)
    }
}

/// What a pill says is chosen.
fn summary(values: &[Value], chosen: &[String]) -> String {
    match chosen {
        [] => "All".to_owned(),
        [only] => values
            .iter()
            .find(|(value, _)| value == only)
            .map_or_else(|| only.clone(), |(_, name)| name.clone()),
        [..] => format!("{} selected", chosen.len()),
    }
}

/// The choices that `words` find, as many as can be shown, and how many more there are.
fn offered(values: &[Value], words: &str) -> (Vec<Value>, usize) {
    let words = folded(words.trim());
    let found = || values.iter().filter(|(_, name)| folded(name).contains(&words));
    (found().take(SHOWN).cloned().collect(), found().count().saturating_sub(SHOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(names: &[&str]) -> Vec<Value> {
        names.iter().map(|name| (name.to_lowercase(), (*name).to_owned())).collect()
    }

    #[test]
    fn a_pill_says_what_is_chosen() {
        let values = values(&["Linux", "Windows"]);
        assert_eq!(summary(&values, &[]), "All");
        assert_eq!(summary(&values, &["linux".into()]), "Linux");
        assert_eq!(summary(&values, &["linux".into(), "windows".into()]), "2 selected");
        assert_eq!(summary(&values, &["gone".into()]), "gone");
    }

    #[test]
    fn a_thousand_choices_are_found_by_words() {
        let many: Vec<Value> = (0..1000).map(|n| (n.to_string(), format!("Subscription {n}"))).collect();
        assert_eq!(offered(&many, "").1, 950);
        let (found, left) = offered(&many, " SUBSCRIPTION 999 ");
        assert_eq!((found.len(), left), (1, 0));
    }
}
