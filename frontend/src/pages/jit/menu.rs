//! What can be done with one machine: behind its `…`, or with Shift+F10 in its row.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::jit_list::{JitRow, Standing};

use super::list::JitList;
use super::row::notes;
use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::components::failure::failure;
use crate::components::message_bar::{Tone, message_bar};
use crate::page::{self, Page};
use crate::view::{Element, View, el, several};

/// The id of the menu.
const MENU: &str = "jit-menu";

/// The id of the question whether to remove.
const REMOVE: &str = "jit-remove";

/// How long after a change the list is asked for again: the service reads it anew then.
pub const FOLLOWS: Duration = Duration::from_secs(20);

/// The menu of the rows. There is one, which opens at the row that it is for.
#[derive(Clone, Copy)]
pub struct Menu {
    list: JitList,
    of: RwSignal<Option<JitRow>>,
    /// What was done last.
    done: RwSignal<String>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
}

impl Menu {
    /// The menu of the rows of `list`.
    pub fn new(list: JitList) -> Self {
        let (done, failure) = (RwSignal::new(String::new()), RwSignal::new(None));
        Self { list, of: RwSignal::new(None), done, failure, busy: RwSignal::new(false) }
    }

    /// The button that opens it for a machine.
    pub fn button(self, row: JitRow) -> Element {
        let name = format!("More for {}", row.id.name());
        let open = move |_: web_sys::Event| self.of.set(Some(row.clone()));
        el("button")
            .attr("type", "button")
            .class("button button--quiet button--icon")
            .attr("aria-label", name)
            .attr("popovertarget", MENU)
            .on("click", open)
            .child("…")
    }

    /// The menu, and the question that it may lead to.
    pub fn view(self) -> View {
        let content = move || self.of.get().map(|row| Self::content(&row));
        // It takes the focus when it opens; when it closes, the browser gives it back.
        let opened = |_: web_sys::Event| _ = browser::focus_first("#jit-menu:popover-open .menu-list__item");
        let menu = el("div")
            .id(MENU)
            .attr("popover", "auto")
            .class("panel panel--end menu-list")
            .attr("role", "group")
            .attr("aria-label", "More")
            .on("toggle", opened)
            // The key that opened it brings the browser's own menu, on some systems, when it is let go.
            .on("contextmenu", |event: web_sys::Event| event.prevent_default())
            .child(content);
        let question = move || {
            let name = self.of.with(|row| row.as_ref().map(|row| row.id.name().to_string()));
            let name = name.unwrap_or_default();
            el("p").child(format!("The ports of {name} leave the policy, and whatever is open through just-in-time access closes. The network security group's own rules decide then who gets in."))
        };
        let remove = Button::new("Remove", move || {
            browser::close_dialog(REMOVE);
            self.remove();
        });
        several![
            menu,
            dialog(
                REMOVE,
                "Remove just-in-time access from this machine?",
                question,
                remove.look(Look::Primary)
            )
        ]
    }

    fn content(row: &JitRow) -> View {
        let to = |path: String, words: &'static str| {
            el("a").class("button button--quiet menu-list__item").attr("href", path).child(words)
        };
        let link = |page: Page, words: &'static str| to(page.path(), words);
        let is_configured = matches!(row.standing, Standing::Configured(_));
        let ask = move |_: web_sys::Event| {
            browser::close_popover(MENU);
            browser::open_dialog(REMOVE);
        };
        let remove = || {
            el("button")
                .attr("type", "button")
                .class("button button--quiet menu-list__item")
                .on("click", ask)
                .child("Remove")
        };
        several![
            el("p").class("menu-list__name").child(row.id.name().to_string()),
            link(Page::Connect(row.id.clone()), "Connect"),
            link(Page::requests_for(&row.id), "Requests"),
            row.may_configure.then(|| link(Page::Configuration(row.id.clone()), "Edit")),
            row.may_leave_policy().then(|| to(page::splitting(Some(&row.id)), "Give it its own policy")),
            (row.may_configure && is_configured).then(remove),
            notes(&row.standing)
                .into_iter()
                .map(|note| el("p").class("menu-list__note").child(note))
                .collect::<View>(),
        ]
    }

    fn remove(self) {
        let Some(row) = self.of.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        self.busy.set(true);
        spawn_local(async move {
            let outcome = match api::jit_policies::show(&row.id).await {
                Ok(seen) => api::jit_policies::remove(&row.id, &seen.version).await,
                Err(error) => Err(error),
            };
            let (done, failure) = match outcome {
                Ok(_) => {
                    set_timeout(move || self.list.load_if_there(), FOLLOWS);
                    let name = row.id.name();
                    (
                        format!(
                            "Just-in-time access is removed from {name}. The list follows within a minute."
                        ),
                        None,
                    )
                }
                Err(error) => (String::new(), Some(error)),
            };
            // The page may be gone by now.
            self.done.try_set(done);
            self.failure.try_set(failure);
            self.busy.try_set(false);
        });
    }

    /// What became of it.
    pub fn told(self) -> impl Fn() -> Option<Element> + 'static {
        move || match self.failure.get() {
            Some(error) => Some(failure(&error)),
            None => Some(self.done.get())
                .filter(|done| !done.is_empty())
                .map(|done| message_bar(Tone::Success, done)),
        }
    }
}
