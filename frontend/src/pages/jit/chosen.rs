//! The machines that somebody chose in the list, and what can be done with all of them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::jit_list::{JitRow, Tab};
use shared::resource_id::VmId;
use shared::verb::Verb;

use super::list::JitList;
use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::failure::failure;
use crate::format;
use crate::page::{self, JitWanted, Page};
use crate::router::{Router, Step, use_router};
use crate::session::use_session;
use crate::view::{Element, View, el, several};

/// What they are kept under for as long as the browser's tab is open.
const KEPT_AS: &str = "postern.ticked";

/// How many machines can be chosen; no more are changed at a time.
const MOST: usize = 1000;

/// How many rows are asked for at a time where all are chosen.
const AT_ONCE: usize = 200;

/// The machines that are chosen, tab by tab. Paging, filters and order do not matter to them.
#[derive(Clone, Copy)]
pub struct Chosen {
    wanted: Memo<JitWanted>,
    /// Their ids, one per line, each after the name of its tab.
    ids: RwSignal<String>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// What whoever looks may do anywhere.
    may: StoredValue<Vec<Verb>>,
}

/// Something that is done with machines that were chosen.
struct Action {
    page: Page,
    /// What somebody must be allowed.
    takes: Verb,
    words: fn(usize) -> String,
}

/// What can be done with those of a tab by whoever may do these things anywhere.
fn offered(tab: Tab, may: &[Verb]) -> Vec<Action> {
    let actions = match tab {
        Tab::Configured => vec![
            Action { page: Page::JitRequest, takes: Verb::Request, words: |_| "Request access".to_owned() },
            Action { page: Page::JitPolicy, takes: Verb::Configure, words: |_| "Edit".to_owned() },
        ],
        Tab::NotConfigured => {
            vec![Action { page: Page::JitPolicy, takes: Verb::Configure, words: enable }]
        }
        Tab::Unsupported => Vec::new(),
    };
    actions.into_iter().filter(|action| may.contains(&action.takes)).collect()
}

fn enable(number: usize) -> String {
    match number {
        0 => "Enable JIT".to_owned(),
        number => format!("Enable JIT on {}", format::count(number as u64, "VM", "VMs")),
    }
}

impl Chosen {
    /// Those that were chosen since the browser's tab was opened, and not handed on since.
    pub fn new(wanted: Memo<JitWanted>) -> Self {
        let kept = browser::kept_in_tab(KEPT_AS).unwrap_or_default();
        let (ids, failure, busy) = (RwSignal::new(kept), RwSignal::new(None), RwSignal::new(false));
        Effect::new(move |_| ids.with(|ids| browser::keep_in_tab(KEPT_AS, ids)));
        Self { wanted, ids, failure, busy, may: StoredValue::new(use_session().may) }
    }

    fn offered(self) -> Vec<Action> {
        self.may.with_value(|may| offered(self.tab(), may))
    }

    fn tab(self) -> Tab {
        self.wanted.with(|wanted| wanted.tab)
    }

    /// Whether anything can be done with machines of the tab.
    pub fn is_offered(self) -> bool {
        !self.offered().is_empty()
    }

    /// Whether a machine of the tab is chosen.
    pub fn has(self, id: &str) -> bool {
        let line = line(self.tab(), id);
        self.ids.with(|ids| ids.lines().any(|known| bare(known) == line))
    }

    /// Whether one of those of the tab is in a policy with others, and may be taken out.
    fn share_a_policy(self) -> bool {
        let tab = line(self.tab(), "");
        self.ids.with(|ids| ids.lines().any(|known| known.starts_with(&tab) && known.ends_with(SHARED)))
    }

    fn count(self) -> usize {
        let tab = line(self.tab(), "");
        self.ids.with(|ids| count(ids, &tab))
    }

    /// Chooses a machine, or no longer.
    pub fn toggle(self, row: &JitRow) {
        let (tab, line) = untrack(|| (line(self.tab(), ""), line_of(self.tab(), row)));
        self.ids.update(|ids| {
            let others: Vec<&str> = ids.lines().filter(|known| bare(known) != bare(&line)).collect();
            let is_new = others.len() == ids.lines().count();
            let mut now = others.join("\n");
            if is_new && count(ids, &tab) < MOST {
                now = format!("{now}\n{line}");
            }
            *ids = now;
        });
    }

    fn clear(self) {
        let tab = untrack(|| line(self.tab(), ""));
        self.ids.update(|ids| {
            *ids = ids.lines().filter(|known| !known.starts_with(&tab)).collect::<Vec<_>>().join("\n");
        });
    }

    /// Chooses all that match, as many as can be.
    fn choose_all(self) {
        self.busy.set(true);
        let wanted = self.wanted.get_untracked();
        spawn_local(async move {
            let mut offset = 0;
            while offset < MOST {
                let answer = api::jit::list(&wanted, offset, AT_ONCE, false).await;
                match answer {
                    Ok(page) => {
                        offset += AT_ONCE;
                        self.add(wanted.tab, &page.items);
                        if page.next.is_none() {
                            break;
                        }
                    }
                    Err(error) => {
                        self.failure.try_set(Some(error));
                        break;
                    }
                }
            }
            self.busy.try_set(false);
        });
    }

    fn add(self, tab: Tab, rows: &[JitRow]) {
        self.failure.try_set(None);
        self.ids.try_update(|ids| {
            let mut number = count(ids, &line(tab, ""));
            for line in rows.iter().map(|row| line_of(tab, row)) {
                if number < MOST && !ids.lines().any(|known| bare(known) == bare(&line)) {
                    *ids = format!("{ids}\n{line}");
                    number += 1;
                }
            }
        });
    }

    /// Hands those of the tab on to another page.
    fn go(self, path: &str, router: Router) {
        let tab = untrack(|| line(self.tab(), ""));
        let machines: Vec<VmId> = self.ids.with_untracked(|ids| {
            ids.lines().filter_map(|line| bare(line).strip_prefix(&tab)?.parse().ok()).collect()
        });
        crate::chosen::keep(machines.iter());
        self.clear();
        // The page may be gone before the effect runs.
        self.ids.with_untracked(|ids| browser::keep_in_tab(KEPT_AS, ids));
        router.go(path, Step::Forward);
    }
}

/// What stands after a machine that shares its policy, and may get one of its own.
const SHARED: &str = " shared";

fn line_of(tab: Tab, row: &JitRow) -> String {
    let mark = if row.may_leave_policy() { SHARED } else { "" };
    format!("{}{mark}", line(tab, &row.id.to_string()))
}

fn bare(line: &str) -> &str {
    line.strip_suffix(SHARED).unwrap_or(line)
}

/// A machine of a tab as it is kept.
fn line(tab: Tab, id: &str) -> String {
    format!("{} {id}", tab.name())
}

fn count(ids: &str, tab: &str) -> usize {
    ids.lines().filter(|known| known.starts_with(tab)).count()
}

/// How many there are, how many of them are chosen, and what can be done with those.
pub fn actions(list: JitList, chosen: Chosen) -> Element {
    let router = use_router();
    let count = move || list.is_known().then(|| format::count(list.total() as u64, "VM", "VMs"));
    let selection = move || -> Option<View> {
        if !chosen.is_offered() || list.total() == 0 {
            return None;
        }
        let (number, total) = (chosen.count(), list.total());
        let all = match total {
            total if total > MOST => format!("Select the first {} that match", format::grouped(MOST as u128)),
            total => format!("Select all {} that match", format::grouped(total as u128)),
        };
        let all = (number < total.min(MOST))
            .then(|| Button::new(all, move || chosen.choose_all()).look(Look::Quiet).busy(chosen.busy));
        let clear =
            (number > 0).then(|| Button::new("Clear selection", move || chosen.clear()).look(Look::Quiet));
        let button = |(place, action): (usize, Action)| {
            let look = if place == 0 { Look::Primary } else { Look::Secondary };
            let Action { page, words, .. } = action;
            Button::new(words(number), move || chosen.go(&page.path(), router))
                .look(look)
                .disabled(Signal::stored(number == 0))
        };
        let buttons = chosen.offered().into_iter().enumerate().map(button).collect::<View>();
        let said =
            el("span").attr("role", "status").child(format!("{} selected", format::grouped(number as u128)));
        let split = chosen.share_a_policy().then(|| {
            Button::new("Give each its own policy", move || chosen.go(&page::splitting(None), router))
        });
        Some(several![said, all, clear, buttons, split])
    };
    el("div")
        .class("jit__actions")
        .attr("data-rest", ".button")
        .child(el("span").class("jit__count").attr("role", "status").child(count))
        .child(selection)
        .child(move || chosen.failure.get().as_ref().map(failure))
}
