//! The search for machines: suggestions while typing, the whole list on Enter.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::vm::Vm;

use crate::api;
use crate::components::announcer::use_announcer;
use crate::components::icon::{Glyph, Icon};
use crate::format;
use crate::page::Page;
use crate::router::{Step, use_router};

/// How long after the last key suggestions are asked for.
const TYPING: Duration = Duration::from_millis(150);

/// How many machines are suggested.
const MOST: usize = 6;

/// What is suggested for some words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Suggestions {
    vms: Vec<Vm>,
    total: u32,
}

impl Suggestions {
    /// How many lines there are: the machines, and all of them together.
    fn lines(&self) -> usize {
        if self.vms.is_empty() { 0 } else { self.vms.len() + 1 }
    }

    /// Where a line leads; anywhere else is the whole list.
    fn page(&self, line: Option<usize>, words: &str) -> Page {
        let vm = line.and_then(|line| self.vms.get(line));
        vm.map_or_else(|| Page::vms_like(words), |vm| Page::Connect(vm.id.clone()))
    }
}

/// The line that an arrow key leads to; `None` is the field itself.
fn moved(line: Option<usize>, lines: usize, down: bool) -> Option<usize> {
    match (line, down) {
        _ if lines == 0 => None,
        (None, true) => Some(0),
        (None, false) => Some(lines - 1),
        (Some(line), true) => (line + 1 < lines).then_some(line + 1),
        (Some(line), false) => line.checked_sub(1),
    }
}

/// A box to find any machine with.
#[component]
pub fn VmSearch(
    /// An id of its own on the page.
    id: &'static str,
    /// What it is called.
    name: &'static str,
    /// What it says while it is empty.
    placeholder: &'static str,
) -> impl IntoView {
    let (router, announcer) = (use_router(), use_announcer());
    let words = RwSignal::new(String::new());
    let found = RwSignal::new(Suggestions::default());
    let line = RwSignal::new(None::<usize>);
    let close = move || {
        found.set(Suggestions::default());
        line.set(None);
    };
    let suggest = debounce(TYPING, move |typed: String| {
        spawn_local(async move {
            // No suggestions are no misfortune: the list on Enter says what is wrong.
            let Ok(page) = api::vms::suggest(&typed, MOST).await else { return };
            if words.try_with_untracked(|now| *now == typed) == Some(true) {
                announcer.say(format::count(page.total.into(), "virtual machine", "virtual machines"));
                line.set(None);
                found.set(Suggestions { vms: page.items, total: page.total });
            }
        });
    });
    let suggest = StoredValue::new_local(suggest);
    let open = Callback::new(move |line: Option<usize>| {
        let page = found.with_untracked(|found| words.with_untracked(|words| found.page(line, words)));
        close();
        words.set(String::new());
        router.go(&page.path(), Step::Forward);
    });
    let is_open = Memo::new(move |_| found.with(|found| found.lines() > 0));
    let list = format!("{id}-list");
    let option = move |line: usize| format!("{id}-{line}");
    view! {
        <form
            class="search"
            role="search"
            aria-label=name
            on:submit=move |event| {
                event.prevent_default();
                open.run(line.get_untracked());
            }
            on:focusout=move |_| close()
        >
            <div class="search__box">
                <Icon glyph=Glyph::Search/>
                <input
                    id=id
                    class="search__input"
                    type="search"
                    role="combobox"
                    aria-label=name
                    aria-keyshortcuts="/"
                    aria-autocomplete="list"
                    aria-expanded=move || is_open.get().to_string()
                    aria-controls=list.clone()
                    aria-activedescendant=move || line.get().map(option)
                    placeholder=placeholder
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=words
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        words.set(typed.clone());
                        if typed.trim().is_empty() {
                            close();
                        } else {
                            suggest.update_value(|suggest| suggest(typed));
                        }
                    }
                    on:keydown=move |event| match event.key().as_str() {
                        key @ ("ArrowDown" | "ArrowUp") if is_open.get_untracked() => {
                            event.prevent_default();
                            let lines = found.with_untracked(Suggestions::lines);
                            line.update(|line| *line = moved(*line, lines, key == "ArrowDown"));
                        }
                        "Escape" if is_open.get_untracked() => {
                            event.prevent_default();
                            close();
                        }
                        _ => {}
                    }
                />
            </div>
            <ul id=list class="search__list" role="listbox" aria-label="Suggestions" hidden=move || !is_open.get()>
                {move || found.with(|found| found.vms.clone()).into_iter().enumerate().map(|(index, vm)| view! {
                    <Line id=option(index) index line open>
                        <span>{vm.id.name().to_string()}</span>
                        <span class="quiet">{format!("{} · {}", vm.id.resource_group(), vm.subscription_name)}</span>
                    </Line>
                }).collect_view()}
                {move || is_open.get().then(|| view! {
                    <Line id=option(found.with(|found| found.vms.len())) index=found.with(|found| found.vms.len()) line open>
                        <span class="link">{move || found.with(|found| format!("Show all {}", found.total))}</span>
                    </Line>
                })}
            </ul>
        </form>
    }
}

#[component]
fn Line(
    id: String,
    index: usize,
    line: RwSignal<Option<usize>>,
    open: Callback<Option<usize>>,
    children: Children,
) -> impl IntoView {
    view! {
        <li
            id=id
            class="search__option"
            role="option"
            aria-selected=move || (line.get() == Some(index)).to_string()
            // Keeps the focus in the field, which would close the list before the click arrives.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| open.run(Some(index))
        >
            {children()}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrows_go_round_by_way_of_the_field() {
        assert_eq!(moved(None, 3, true), Some(0));
        assert_eq!(moved(Some(2), 3, true), None);
        assert_eq!(moved(None, 3, false), Some(2));
        assert_eq!(moved(Some(0), 3, false), None);
        assert_eq!(moved(None, 0, true), None);
    }

    #[test]
    fn without_a_line_the_words_lead_to_the_list() {
        let found = Suggestions::default();
        assert_eq!(found.page(None, "web "), Page::vms_like("web"));
        assert_eq!(found.page(Some(6), "web"), Page::vms_like("web"));
    }
}
