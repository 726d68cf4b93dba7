//! How machines comply with the policy that they should have just-in-time access, for those who may
//! comply on them.

mod assign;
mod history;
mod read;
mod remediate;
mod scan;
mod states;
mod weekly;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use shared::compliance::{AssignmentList, ComplianceFacets, ComplianceGroup, CompliancePage, StateCounts};
use shared::resource_id::VmId;
use shared::verb::Verb;
use shared::vm::UnreadableSubscription;

use super::list::Look;
use super::{Jit, JitError};
use crate::compliance::{self, Book, ComplianceFilter, Gap, Judged, OwnerTag};
use crate::jit_list::Start;
use crate::rules::RulesOf;
use crate::session::CurrentUser;

pub(super) use assign::outcome_of_left;
pub use states::ComplianceStates;

/// How long ago a change still explains that Azure has not noticed it.
const LATELY: SignedDuration = SignedDuration::from_hours(48);

/// What of the list is wanted.
struct Found {
    vms: Vec<VmId>,
    next: Option<String>,
    total: usize,
    counts: StateCounts,
    groups: Vec<ComplianceGroup>,
    facets: Option<ComplianceFacets>,
    /// Whether it is worth knowing who set just-in-time access up lately.
    asks_since: bool,
}

/// One look at the whole, by somebody.
#[derive(Clone)]
struct Sight {
    look: Look,
    book: Arc<Book>,
    tag: Arc<OwnerTag>,
}

impl Jit {
    /// A page of the machines that the caller may comply on.
    pub async fn compliance(
        &self,
        by: &CurrentUser,
        filter: ComplianceFilter,
        start: Start,
        limit: usize,
        with_facets: bool,
    ) -> Result<CompliancePage, JitError> {
        let sight = self.sight(by).await?;
        let found = sight.clone().aside(move |sight, visible, _| {
            let matching = compliance::matching(visible, &filter);
            let (items, next) = compliance::page(&matching, &start, limit);
            Found {
                vms: items.iter().map(|judged| judged.entry.vm.id.clone()).collect(),
                next,
                total: matching.vms.len(),
                counts: matching.counts,
                groups: matching.groups_of(items),
                facets: with_facets.then(|| compliance::facets(visible, &sight.book)),
                asks_since: items.iter().any(|judged| judged.gap().is_some_and(Gap::asks_since)),
            }
        });
        let Found { vms, next, total, counts, groups, facets, asks_since } = found.await?;
        let enabled = if asks_since { self.enabled_lately(sight.look.now).await? } else { HashMap::new() };
        let now = sight.look.now;
        let (as_of, live_as_of) = (sight.as_of(), sight.look.snapshot.as_of);
        let unreadable = sight.unreadable();
        let items = sight.aside(move |sight, visible, rules| {
            let by_id: HashMap<&VmId, &Judged<'_>> =
                visible.iter().map(|judged| (&judged.entry.vm.id, judged)).collect();
            let row = |vm: &VmId| {
                let judged = by_id.get(vm)?;
                Some(compliance::row(&sight.look.snapshot, &sight.book, rules, judged, &enabled, now))
            };
            vms.iter().filter_map(row).collect()
        });
        Ok(CompliancePage {
            items: items.await?,
            next,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            counts,
            groups,
            owner_tag: self.owner_tag.as_str().to_owned(),
            as_of,
            live_as_of,
            unreadable,
            facets,
        })
    }

    /// All of them that match, as comma-separated values.
    pub async fn compliance_sheet(
        &self,
        by: &CurrentUser,
        filter: ComplianceFilter,
    ) -> Result<String, JitError> {
        let sight = self.sight(by).await?;
        let now = sight.look.now;
        let enabled = self.enabled_lately(now).await?;
        let unreadable = sight.unreadable();
        let sheet = sight.aside(move |sight, visible, rules| {
            let matching = compliance::matching(visible, &filter);
            let row = |judged: &&Judged<'_>| {
                compliance::row(&sight.look.snapshot, &sight.book, rules, judged, &enabled, now)
            };
            compliance::sheet(&matching.vms.iter().map(row).collect::<Vec<_>>(), &unreadable)
        });
        sheet.await
    }

    /// Where the policy is assigned, and where the caller may assign it.
    pub async fn assignments(&self, by: &CurrentUser) -> Result<AssignmentList, JitError> {
        let sight = self.sight(by).await?;
        let (as_of, unreadable) = (sight.as_of(), sight.unreadable());
        let told = sight.aside(|sight, visible, rules| {
            let snapshot = &sight.look.snapshot;
            let items = compliance::assignments(snapshot, &sight.book, rules, visible);
            (items, compliance::scopes(snapshot, rules))
        });
        let (items, scopes) = told.await?;
        Ok(AssignmentList { items, scopes, as_of, unreadable })
    }

    /// Everything that the caller may know of, asked of Azure as far as that is not known.
    async fn sight(&self, by: &CurrentUser) -> Result<Sight, JitError> {
        let look = self.look(by).await?;
        let rules = look.rules.of(by.who()).letting(Verb::Comply);
        if rules.is_empty() {
            let why = "no access rule lets you see how any machine complies with policies";
            return Err(JitError::Forbidden(why.to_owned()));
        }
        let book = self.book(&rules, &look.snapshot).await;
        let sight = Sight { look: look.clone(), book: Arc::new(book), tag: self.owner_tag.clone() };
        self.keep_days(&sight).await?;
        Ok(sight)
    }

    /// When just-in-time access was set up on machines through Postern, lately.
    async fn enabled_lately(&self, now: Timestamp) -> Result<HashMap<VmId, Timestamp>, JitError> {
        Ok(self.store.entries().configured_since(now - LATELY).await?)
    }
}

impl Sight {
    /// When Azure Policy was asked, the longest ago.
    fn as_of(&self) -> Timestamp {
        self.book.values().map(|told| told.as_of).min().unwrap_or(self.look.now)
    }

    /// What could not be read where the caller may comply on something.
    fn unreadable(&self) -> Vec<UnreadableSubscription> {
        let snapshot = &self.look.snapshot;
        let rules = self.look.rules.of(self.look.by.who()).letting(Verb::Comply);
        let mut unreadable = snapshot.unreadable_for(&rules);
        for subscription in &snapshot.subscriptions {
            let told = self.book.get(&subscription.id);
            if let Some(reason) = told.and_then(|told| told.trouble.clone()) {
                let (id, name) = (subscription.id, subscription.name.clone());
                unreadable.push(UnreadableSubscription { id, name, reason });
            }
        }
        unreadable
    }

    /// Goes through all machines on a thread of its own, of which others need not wait.
    async fn aside<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self, &[Judged<'_>], &RulesOf<'_>) -> T + Send + 'static,
    ) -> Result<T, JitError> {
        let look = self.look.clone();
        look.aside(move |look, rules| {
            let visible = compliance::visible(&look.snapshot, &self.book, rules, &self.tag);
            work(&self, &visible, rules)
        })
        .await
    }
}
