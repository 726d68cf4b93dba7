//! The search for machines: suggestions while typing, the whole list on Enter.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::vm::Vm;
use web_sys::{Event, KeyboardEvent};

use crate::api;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::icon::{Glyph, icon};
use crate::format;
use crate::page::Page;
use crate::router::{Router, Step, use_router};
use crate::view::{Element, View, el};

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

/// What is typed, and what was found for it.
#[derive(Clone, Copy)]
struct Search {
    id: &'static str,
    words: RwSignal<String>,
    found: RwSignal<Suggestions>,
    line: RwSignal<Option<usize>>,
    router: Router,
    announcer: Announcer,
}

/// A box to find any machine with. Its `id` is its own on the page; the placeholder stands in it
/// while it is empty.
pub fn vm_search(id: &'static str, name: &'static str, placeholder: &'static str) -> Element {
    let search = Search {
        id,
        words: RwSignal::new(String::new()),
        found: RwSignal::new(Suggestions::default()),
        line: RwSignal::new(None),
        router: use_router(),
        announcer: use_announcer(),
    };
    let mut suggest = debounce(TYPING, move |typed: String| search.suggest(typed));
    let type_in = move |event: Event| {
        let typed = event_target_value(&event);
        search.words.set(typed.clone());
        if typed.trim().is_empty() {
            search.close();
        } else {
            suggest(typed);
        }
    };
    let field = el("input")
        .id(id)
        .class("search__input")
        .attr("type", "search")
        .attr("role", "combobox")
        .attr("aria-label", name)
        .attr("aria-keyshortcuts", "/")
        .attr("aria-autocomplete", "list")
        .attr("aria-expanded", move || search.is_open())
        .attr("aria-controls", format!("{id}-list"))
        .attr("aria-activedescendant", move || search.line.get().map(|line| search.option_id(line)))
        .attr("placeholder", placeholder)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .prop("value", move || search.words.get())
        .on("input", type_in)
        .on("keydown", move |event: KeyboardEvent| search.press(&event));
    let list = el("ul")
        .id(format!("{id}-list"))
        .class("search__list")
        .attr("role", "listbox")
        .attr("aria-label", "Suggestions")
        .prop("hidden", move || !search.is_open())
        .child(move || search.suggestions());
    el("form")
        .class("search")
        .attr("role", "search")
        .attr("aria-label", name)
        .on("submit", move |event: Event| {
            event.prevent_default();
            search.open(search.line.get_untracked());
        })
        .on("focusout", move |_: Event| search.close())
        .child(el("div").class("search__box").child(icon(Glyph::Search)).child(field))
        .child(list)
}

impl Search {
    fn suggest(self, typed: String) {
        let words = typed.clone();
        api::vms::suggest(&words, MOST, move |page| {
            // No suggestions are no misfortune: the list on Enter says what is wrong.
            let Ok(page) = page else { return };
            if self.words.try_with_untracked(|now| *now == typed) == Some(true) {
                self.announcer.say(format::count(page.total.into(), "virtual machine", "virtual machines"));
                self.line.set(None);
                self.found.set(Suggestions { vms: page.items, total: page.total });
            }
        });
    }

    fn is_open(self) -> bool {
        self.found.with(|found| found.lines() > 0)
    }

    fn close(self) {
        self.found.set(Suggestions::default());
        self.line.set(None);
    }

    fn open(self, line: Option<usize>) {
        let found = self.found.get_untracked();
        let page = self.words.with_untracked(|words| found.page(line, words));
        self.close();
        self.words.set(String::new());
        self.router.go(&page.path(), Step::Forward);
    }

    fn press(self, event: &KeyboardEvent) {
        let lines = self.found.with_untracked(Suggestions::lines);
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") if lines > 0 => {
                event.prevent_default();
                self.line.update(|line| *line = moved(*line, lines, key == "ArrowDown"));
            }
            "Escape" if lines > 0 => {
                event.prevent_default();
                self.close();
            }
            _ => {}
        }
    }

    fn suggestions(self) -> View {
        self.found.with(|found| {
            let vms = found.vms.iter().enumerate().map(|(index, vm)| {
                let where_it_is = format!("{} · {}", vm.id.resource_group(), vm.subscription_name);
                self.option(index)
                    .child(el("span").child(vm.id.name().to_string()))
                    .child(el("span").class("quiet").child(where_it_is))
            });
            let all = (!found.vms.is_empty()).then(|| {
                let words = format!("Show all {}", found.total);
                self.option(found.vms.len()).child(el("span").class("link").child(words))
            });
            vms.chain(all).collect()
        })
    }

    fn option(self, line: usize) -> Element {
        el("li")
            .id(self.option_id(line))
            .class("search__option")
            .attr("role", "option")
            .attr("aria-selected", self.line.get() == Some(line))
            // Keeps the focus in the field, which would close the list before the click arrives.
            .on("mousedown", |event: Event| event.prevent_default())
            .on("click", move |_: Event| self.open(Some(line)))
    }

    fn option_id(self, line: usize) -> String {
        format!("{}-{line}", self.id)
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
