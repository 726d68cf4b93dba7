//! One filter: a pill that names what is chosen, and the choices under it.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::page::{Narrowed, Wanted};

/// A value as it stands in the address, and what people call it.
pub type Value = (String, String);

/// From how many choices on they can be searched.
const MANY: usize = 10;

/// How many choices are shown at once; there can be a thousand subscriptions.
const SHOWN: usize = 50;

/// A filter with any number of choices.
#[component]
pub fn Choice(
    by: Narrowed,
    name: &'static str,
    #[prop(into)] values: Signal<Vec<Value>>,
    wanted: Memo<Wanted>,
    want: Callback<Wanted>,
) -> impl IntoView {
    let id = format!("filter-{}", by.key());
    let words = RwSignal::new(String::new());
    let chosen = Memo::new(move |_| wanted.with(|wanted| wanted.by(by).to_vec()));
    let said = move || values.with(|values| chosen.with(|chosen| summary(values, chosen)));
    let offered = Memo::new(move |_| values.with(|values| words.with(|words| offered(values, words))));
    let is_long = Memo::new(move |_| values.with(|values| values.len() > MANY));
    view! {
        <div class="choice">
            <button
                type="button"
                class="button pill"
                class:pill--set=move || chosen.with(|chosen| !chosen.is_empty())
                popovertarget=id.clone()
            >
                <span>{name}" : "<strong>{said}</strong></span>
                <Icon glyph=Glyph::Chevron/>
            </button>
            <div id=id popover="auto" class="panel choices" role="group" aria-label=name>
                {move || is_long.get().then(|| view! {
                    <input
                        class="input"
                        type="search"
                        aria-label=format!("Search {name}")
                        placeholder="Search"
                        autocomplete="off"
                        on:input=move |event| words.set(event_target_value(&event))
                    />
                })}
                <div class="choices__list">
                    {move || offered.get().0.into_iter().map(|(value, name)| {
                        let own = value.clone();
                        let checked = move || chosen.with(|chosen| chosen.contains(&own));
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    prop:checked=checked
                                    on:change=move |_| want.run(wanted.with_untracked(|wanted| wanted.toggled(by, &value)))
                                />
                                {name}
                            </label>
                        }
                    }).collect_view()}
                </div>
                {move || match offered.get().1 {
                    0 => None,
                    left => Some(view! { <p class="choices__more">{format!("{left} more: type to find them")}</p> }),
                }}
            </div>
        </div>
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
    let words = words.trim().to_lowercase();
    let found = || values.iter().filter(|(_, name)| name.to_lowercase().contains(&words));
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
