//! The machines that somebody chose in the list, and what can be done with all of them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::compliance::{ComplianceRow, LiveState, chosen_in, is_to_be_remediated};
use shared::resource_id::VmId;

use super::list::ComplianceList;
use super::words::LAG;
use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::failure::failure;
use crate::format;
use crate::page::{Complying, Page, value_of};
use crate::router::{Step, use_router};
use crate::view::{Element, View, el, several};

/// What they are kept under for as long as the browser's tab is open.
const KEPT_AS: &str = "postern.complying";

/// How many machines can be chosen; no more are changed at a time.
const MOST: usize = 1000;

/// How many rows are asked for at a time where all are chosen.
const AT_ONCE: usize = 200;

/// The machines that are chosen. Paging and filters do not matter to them.
#[derive(Clone, Copy)]
pub struct Chosen {
    complying: Memo<Complying>,
    /// Their ids, one per line.
    ids: RwSignal<String>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
}

/// Whether just-in-time access can be enabled on a machine by whoever looks.
pub fn can_enable(row: &ComplianceRow) -> bool {
    let has_none = matches!(row.live, LiveState::Exposed | LiveState::NotNeeded)
        || row.live == LiveState::Unknown && row.severity.is_some();
    row.may_configure && has_none
}

/// Whether a machine can be chosen: something can be done about it, by whoever looks or by its owner.
pub fn can_choose(row: &ComplianceRow) -> bool {
    can_enable(row) || is_owners(row)
}

/// Whether its owner can be asked to do something about it.
fn is_owners(row: &ComplianceRow) -> bool {
    is_to_be_remediated(row.state, row.live)
}

impl Chosen {
    /// Those that were chosen since the browser's tab was opened, and not handed on since; or those that
    /// the link has chosen that led here, which is then said without them.
    pub fn new(complying: Memo<Complying>) -> Self {
        let kept = browser::kept_in_tab(KEPT_AS).unwrap_or_default();
        let (ids, failure, busy) = (RwSignal::new(kept), RwSignal::new(None), RwSignal::new(false));
        Effect::new(move |_| ids.with(|ids| browser::keep_in_tab(KEPT_AS, ids)));
        let chosen = Self { complying, ids, failure, busy };
        let router = use_router();
        let choice = router.query().with_untracked(|query| value_of(query, "choose"));
        if let Some(choice) = choice {
            chosen.follow(&choice);
            complying.with_untracked(|complying| router.choose(&complying.query(), Step::InPlace));
        }
        chosen
    }

    /// Chooses what a link names, or all that match and an owner is asked about.
    fn follow(self, choice: &str) {
        if choice == "all" {
            self.ids.set(String::new());
            return self.choose_all(is_owners);
        }
        let ids: Vec<String> = chosen_in(choice).iter().take(MOST).map(VmId::to_string).collect();
        if !ids.is_empty() {
            self.ids.set(ids.join("\n"));
        }
    }

    /// Whether a machine is chosen. A link may write its id as it was a while ago.
    pub fn has(self, id: &str) -> bool {
        self.ids.with(|ids| ids.lines().any(|known| known.eq_ignore_ascii_case(id)))
    }

    /// Chooses a machine, or no longer.
    pub fn toggle(self, id: &str) {
        self.ids.update(|ids| {
            let others: Vec<&str> = ids.lines().filter(|known| !known.eq_ignore_ascii_case(id)).collect();
            let is_new = others.len() == ids.lines().count();
            let mut now = others.join("\n");
            if is_new && others.len() < MOST {
                now = joined(&now, id);
            }
            *ids = now;
        });
    }

    fn count(self) -> usize {
        self.ids.with(|ids| ids.lines().count())
    }

    /// Chooses those of all that match which `which` lets through, as many as can be.
    fn choose_all(self, which: fn(&ComplianceRow) -> bool) {
        self.busy.set(true);
        let complying = self.complying.get_untracked();
        spawn_local(async move {
            let mut cursor = None;
            loop {
                match api::compliance::list(&complying, AT_ONCE, cursor.as_deref()).await {
                    Ok(page) => {
                        self.add(page.items.iter().filter(|row| which(row)));
                        cursor = page.next;
                        if cursor.is_none()
                            || self.ids.try_with_untracked(|ids| MOST <= ids.lines().count()) != Some(false)
                        {
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

    fn add<'a>(self, rows: impl Iterator<Item = &'a ComplianceRow>) {
        self.failure.try_set(None);
        self.ids.try_update(|ids| {
            for id in rows.map(|row| row.id.to_string()) {
                if ids.lines().count() < MOST && !ids.lines().any(|known| known.eq_ignore_ascii_case(&id)) {
                    *ids = joined(ids, &id);
                }
            }
        });
    }

    /// Keeps those for the page that does something with them.
    fn keep(self) {
        let machines: Vec<VmId> =
            self.ids.with_untracked(|ids| ids.lines().filter_map(|line| line.parse().ok()).collect());
        crate::chosen::keep(machines.iter());
    }

    /// The same for the page that enables just-in-time access on them, after which they are done with.
    fn hand_on(self) {
        self.keep();
        self.ids.set(String::new());
        // The page may be gone before the effect runs.
        browser::keep_in_tab(KEPT_AS, "");
    }
}

fn joined(ids: &str, id: &str) -> String {
    if ids.is_empty() { id.to_owned() } else { format!("{ids}\n{id}") }
}

/// How many there are, how many of them are chosen, and what can be done with those.
pub fn actions(list: ComplianceList, chosen: Chosen) -> Element {
    let router = use_router();
    let count = move || list.page().map(|page| format::count(page.total.into(), "VM", "VMs"));
    let selection = move || -> Option<View> {
        let number = chosen.count();
        let offers = list.about(|page| page.items.iter().any(can_choose));
        if number == 0 && !offers {
            return None;
        }
        let all = Button::new("Select all that match", move || chosen.choose_all(can_choose))
            .look(Look::Quiet)
            .busy(chosen.busy);
        let clear = Button::new("Clear selection", move || chosen.ids.set(String::new())).look(Look::Quiet);
        let words = match number {
            0 => "Enable JIT".to_owned(),
            number => format!("Enable JIT on {}", format::count(number as u64, "VM", "VMs")),
        };
        let enable = Button::new(words, move || {
            chosen.hand_on();
            router.go(&Page::JitPolicy.path(), Step::Forward);
        });
        let look = if number == 0 { Look::Secondary } else { Look::Primary };
        let ask = Button::new("Ask owners", move || {
            chosen.keep();
            router.go(&Page::ComplianceAsk.path(), Step::Forward);
        });
        Some(several![
            enable.look(look).disabled(Signal::stored(number == 0)),
            ask.disabled(Signal::stored(number == 0)),
            offers.then_some(all),
            (number > 0).then_some(clear),
            el("p").class("comply__lag quiet").child(LAG),
        ])
    };
    el("div")
        .class("comply__actions")
        .attr("data-rest", "button")
        .child(el("span").class("quiet").attr("role", "status").child(count))
        .child(selection)
        .child(move || chosen.failure.get().map(|error| failure(&error)))
}
