//! What is known, edited and under way on the page.

mod saving;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::policy_change::{Change, ChangeId, ChangePlan, PolicyChange};
use shared::resource_id::VmId;

use super::union::{Reach, meant, ports_of, to_edit};
use crate::api::ApiError;
use crate::api::policy_changes as api;
use crate::browser;
use crate::chosen;
use crate::components::announcer::{Announcer, use_announcer};
use crate::page::{Page, value_of, values_of};
use crate::pages::configuration::{Draft, Drafting, HEADING};
use crate::router::{Router, Step, use_router};

/// What stands in the address while it is shown what saving would change.
const REVIEW: &str = "review";

/// The change that an address names.
fn change_in(query: &str) -> Option<ChangeId> {
    value_of(query, "change").and_then(|id| id.parse().ok())
}

fn splits(query: &str) -> bool {
    value_of(query, "split").is_some()
}

/// What a change is to be, and what it would mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The change.
    pub change: Change,
    /// What it would mean.
    pub plan: ChangePlan,
    /// The change that it tries again, if it does.
    pub again: Option<ChangeId>,
}

/// The state of the page.
#[derive(Clone, Copy)]
pub struct Bench {
    vms: StoredValue<Vec<VmId>>,
    /// Whether the way back leads from what is about to be saved to where that was edited.
    reviews: StoredValue<bool>,
    /// What is set up on the machines, as it was read last.
    pub known: RwSignal<Option<Result<ChangePlan, ApiError>>>,
    /// The ports that are edited.
    pub drafting: Drafting,
    /// What is to be reached beyond what is edited.
    pub reach: RwSignal<Reach>,
    /// What there was when there was nothing to save.
    nothing: RwSignal<Option<(Draft, Reach)>>,
    /// What is about to be saved.
    pub planned: RwSignal<Option<Planned>>,
    /// The change that goes on, or is over.
    pub change: RwSignal<Option<PolicyChange>>,
    /// Why something was not done.
    pub trouble: RwSignal<Option<ApiError>>,
    /// Whether something is under way.
    pub busy: RwSignal<bool>,
    router: Router,
    announcer: Announcer,
}

impl Bench {
    /// Of the machines that the address names, or that were chosen last.
    pub fn new() -> Self {
        let router = use_router();
        let query = router.query().get_untracked();
        // A link that names machines, or a change, is about nothing else, be it readable or not.
        let is_bound = value_of(&query, "vm").is_some() || value_of(&query, "change").is_some();
        let named: Vec<VmId> = values_of(&query, "vm").filter_map(|vm| vm.parse().ok()).collect();
        let bench = Self {
            reviews: StoredValue::new(false),
            vms: StoredValue::new(if is_bound { named } else { chosen::kept() }),
            known: RwSignal::new(None),
            drafting: Drafting::new(),
            reach: RwSignal::new(Reach::default()),
            nothing: RwSignal::new(None),
            planned: RwSignal::new(None),
            change: RwSignal::new(None),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            router,
            announcer: use_announcer(),
        };
        Effect::new(move |_| bench.arrive(&router.query().get()));
        bench
    }

    /// Shows what the address asks for, when the page begins and whenever somebody goes back or forth.
    fn arrive(self, query: &str) {
        if value_of(query, REVIEW).is_none() && self.reviews.get_value() {
            self.reviews.set_value(false);
            self.planned.set(None);
            browser::focus(HEADING);
        }
        let shown = self.change.with_untracked(|change| change.as_ref().map(|change| change.id));
        match change_in(query) {
            Some(id) if shown == Some(id) => {}
            Some(id) => self.look(id),
            None if self.is_empty() => {}
            None if splits(query) && self.planned.with_untracked(Option::is_none) => {
                self.plan(self.vms.get_value(), Change::Split, None);
            }
            None if splits(query) => {}
            // What was changed is read anew.
            None if shown.is_some() || self.known.with_untracked(Option::is_none) => {
                self.change.set(None);
                self.load();
            }
            None => {}
        }
    }

    /// Whether the address asks for something else than to edit ports: to look at a change, or to give
    /// the machines policies of their own.
    pub fn has_errand(self) -> bool {
        self.router.query().with(|query| change_in(query).is_some() || splits(query))
    }

    /// Whether there is nothing to show.
    pub fn is_empty(self) -> bool {
        self.vms.with_value(Vec::is_empty)
    }

    /// Reads what is set up on the machines.
    pub fn load(self) {
        if self.is_empty() {
            return;
        }
        self.known.set(None);
        let vms = self.vms.get_value();
        spawn_local(async move {
            // What disabling it would mean says what there is.
            let read = api::plan(&vms, &Change::Disable).await;
            // The page may be gone by now.
            if self.known.try_set(None).is_some() {
                return;
            }
            if let Ok(plan) = &read {
                self.drafting.begin(&to_edit(&ports_of(&plan.items)), &vms);
            }
            self.known.set(Some(read));
        });
    }

    /// What is set up, port by port, and on how many machines.
    pub fn look_at<T>(self, at: impl FnOnce(&ChangePlan) -> T) -> Option<T> {
        self.known.with(|known| known.as_ref().and_then(|known| known.as_ref().ok()).map(at))
    }

    /// Puts everything back as it is set up.
    pub fn discard(self) {
        if let Some(policy) = untrack(|| self.look_at(|plan| to_edit(&ports_of(&plan.items)))) {
            self.drafting.forget();
            self.drafting.begin(&policy, &self.vms.get_value());
            self.reach.set(Reach::default());
        }
        browser::focus(HEADING);
    }

    /// Whether there was nothing to save, and still is not.
    pub fn has_nothing(self) -> bool {
        let is_now = |(then, reach): &(Draft, Reach)| {
            self.drafting.draft.with(|draft| draft.as_ref() == Some(then))
                && self.reach.with(|now| now == reach)
        };
        self.nothing.with(|nothing| nothing.as_ref().is_some_and(is_now))
    }

    /// Shows what saving would change.
    pub fn review(self) {
        let Some(edited) = self.drafting.judged() else { return };
        let reach = self.reach.get_untracked();
        let change = untrack(|| self.look_at(|plan| meant(&ports_of(&plan.items), edited, &reach))).flatten();
        let draft = self.drafting.draft.get_untracked();
        self.nothing.set(draft.filter(|_| change.is_none()).map(|draft| (draft, reach)));
        if let Some(change) = change {
            self.plan(self.vms.get_value(), change, None);
        }
    }

    /// Shows what disabling it would change.
    pub fn review_disabling(self) {
        self.plan(self.vms.get_value(), Change::Disable, None);
    }

    /// Shows what it would mean to give them policies of their own.
    pub fn review_splitting(self) {
        self.plan(self.vms.get_value(), Change::Split, None);
    }

    /// Shows what forgetting machines that are gone would change.
    pub fn review_forgetting(self) {
        if let Some(gone) = untrack(|| self.look_at(|plan| plan.gone.clone())) {
            self.plan(gone, Change::Forget, None);
        }
    }

    /// Shows what it would mean to try again what did not come to be.
    pub fn review_again(self) {
        if let Some(PolicyChange { id, change, .. }) = self.change.get_untracked() {
            self.plan(Vec::new(), change, Some(id));
        }
    }

    /// Those that one tries `again` are known to the service.
    fn plan(self, vms: Vec<VmId>, change: Change, again: Option<ChangeId>) {
        self.work(async move {
            let plan = match again {
                Some(id) => api::plan_again(id).await?,
                None => api::plan(&vms, &change).await?,
            };
            let query = self.router.query().get_untracked();
            // The page may be gone by now.
            if self.planned.try_with_untracked(|_| ()).is_none() {
                return Ok(());
            }
            if value_of(&query, REVIEW).is_none() && !splits(&query) {
                self.reviews.set_value(true);
                let start = if query.is_empty() { "?" } else { "&" };
                self.router.go(&format!("{}{query}{start}{REVIEW}=1", Page::JitPolicy.path()), Step::Aside);
            }
            self.planned.set(Some(Planned { change, plan, again }));
            browser::focus(HEADING);
            Ok(())
        });
    }

    /// Goes back to what is edited, or else to the list.
    pub fn back(self) {
        if self.reviews.get_value() {
            return browser::go_back();
        }
        if untrack(|| self.has_errand()) && self.change.with_untracked(Option::is_none) {
            return self.router.go(&Page::Jit.path(), Step::Forward);
        }
        self.planned.set(None);
        browser::focus(HEADING);
    }
}
