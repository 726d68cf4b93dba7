//! Asking for a change of many machines: judged, kept, and begun.

use std::collections::{BTreeMap, HashSet};

use shared::policy_change::{
    Change, ChangeId, ChangedVm, Fate, Meaning, NewPolicyChange, PolicyChange, Progress,
};
use shared::problem::Violation;
use shared::resource_id::VmId;
use uuid::Uuid;

use super::plan::{Kept, Planned, Plans};
use super::shown;
use crate::audit::{Event, Refusal, Wanted};
use crate::azure::security::PolicyId;
use crate::handoff::Preparer;
use crate::jit::{Caller, Jit, JitError};
use crate::store::{ChangeRecord, PartItem, PartRecord, PartState};

/// How many machines an entry of the audit trail names of a change that was refused as a whole.
const NAMED: usize = 50;

/// How many ports it shows of that, and how many sources of each.
const SHOWN: usize = 16;

impl Jit {
    /// Has many machines changed, each as far as it may be and still is as it was seen. What becomes
    /// of them is told by and by.
    pub async fn ask_for_change(&self, by: &Caller, new: NewPolicyChange) -> Result<PolicyChange, JitError> {
        self.ask_with(by, new, &Kept::default()).await
    }

    /// The same, with what machines that are in no policy any more had in one.
    pub(super) async fn ask_with(
        &self,
        by: &Caller,
        new: NewPolicyChange,
        kept: &Kept,
    ) -> Result<PolicyChange, JitError> {
        match self.judged(by, &new, kept).await {
            Ok(planned) => self.keep_and_begin(by, new, planned).await,
            Err(error) => {
                let wanted = wanted(&new.change, new.vms.iter());
                self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
                Err(error)
            }
        }
    }

    async fn judged(
        &self,
        by: &Caller,
        new: &NewPolicyChange,
        kept: &Kept,
    ) -> Result<Vec<Planned>, JitError> {
        let mut wrong = violations(new);
        if new.versions.len() != new.vms.len() {
            let detail = "name the version of each machine, in their order; a plan, with dry_run, tells them";
            wrong.push(Violation { field: "versions".to_owned(), detail: detail.to_owned(), offer: None });
        }
        if !wrong.is_empty() {
            return Err(JitError::Guardrails(wrong));
        }
        let Plans { planned, .. } = self.planned(by, new, kept).await?;
        self.can_act_for(&by.user).await?;
        Ok(planned)
    }

    async fn keep_and_begin(
        &self,
        by: &Caller,
        new: NewPolicyChange,
        planned: Vec<Planned>,
    ) -> Result<PolicyChange, JitError> {
        let record = ChangeRecord {
            id: ChangeId(Uuid::now_v7()),
            change: new.change.clone(),
            person: by.user.person.clone(),
            by: Preparer::of(&by.user),
            actor: by.actor(),
            asked_at: self.clock.now(),
            machines: u32::try_from(planned.len()).unwrap_or(u32::MAX),
        };
        let parts = parts_of(&new, planned, record.id);
        let held = self.hold_new(record.id).await?;
        let mut book = self.audit.open_book().await?;
        if let Some(refusal) = refused(&new, &parts) {
            book.refuse(&record.actor, &refusal).await?;
        }
        let over = parts.iter().all(|part| part.state() == PartState::Over);
        if !over {
            book.note(&record.actor, &asked(record.id, &new)).await?;
        }
        book.keep_change(&record, &parts).await?;
        book.close().await?;
        let begun = shown(&record, Progress::Working, parts);
        if over {
            return Ok(PolicyChange { progress: Progress::Over, ..begun });
        }
        self.go_on_with_new(held, by.user.clone());
        Ok(begun)
    }
}

/// What goes on record of a change that is refused for these machines: however much somebody asks
/// for, it is one entry, and a short one.
fn wanted<'a>(change: &Change, vms: impl ExactSizeIterator<Item = &'a VmId>) -> Wanted {
    let machines = vms.len();
    let vms = vms.take(NAMED).cloned().collect();
    Wanted::ConfigureMany { vms, machines, change: change.shortened(SHOWN) }
}

/// What goes on record of a change that begins, as short.
fn asked(id: ChangeId, new: &NewPolicyChange) -> Event {
    let vms = new.vms.iter().take(NAMED).cloned().collect();
    Event::ChangeAsked { id, change: new.change.shortened(SHOWN), vms, machines: new.vms.len() }
}

/// The machines that are refused at once, and why.
fn refused(new: &NewPolicyChange, parts: &[PartRecord]) -> Option<Refusal> {
    let items = parts.iter().flat_map(|part| &part.items).map(|item| &item.changed);
    let refused = items.filter_map(|changed| match &changed.fate {
        Fate::Refused { reason } => Some((&changed.vm, reason)),
        _ => None,
    });
    let (vms, mut why): (Vec<&VmId>, Vec<String>) =
        refused.map(|(vm, reason)| (vm, format!("{}: {reason}", vm.name()))).unzip();
    why.truncate(NAMED);
    (!vms.is_empty()).then(|| Refusal {
        wanted: wanted(&new.change, vms.into_iter()),
        why,
        correlation_id: None,
    })
}

/// One part for each policy, in the order in which they are first named.
fn parts_of(new: &NewPolicyChange, planned: Vec<Planned>, change: ChangeId) -> Vec<PartRecord> {
    let mut parts: Vec<PartRecord> = Vec::new();
    let mut places: BTreeMap<Option<PolicyId>, usize> = BTreeMap::new();
    for (place, (Planned { shown, policy, split }, base)) in (0..).zip(planned.into_iter().zip(&new.versions))
    {
        let fate = match (shown.means, shown.obstacle, &shown.version) {
            (_, Some(reason), _) => Fate::Refused { reason },
            (Meaning::Impossible, None, _) | (_, None, None) => {
                Fate::Refused { reason: JitError::NotFound.to_string() }
            }
            (Meaning::Unchanged, None, Some(_)) => Fate::Unchanged,
            (_, None, Some(version)) if version != base => Fate::Overtaken { standing: shown.from.clone() },
            (_, None, Some(_)) => Fate::Waiting,
        };
        let at = *places.entry(policy.clone()).or_insert_with(|| {
            let part = u32::try_from(parts.len()).unwrap_or(u32::MAX);
            parts.push(PartRecord { change, part, policy, items: Vec::new() });
            parts.len() - 1
        });
        let changed = ChangedVm {
            vm: shown.vm,
            policy_id: shown.policy_id.unwrap_or_default(),
            own_policy_id: shown.own_policy_id,
            from: shown.from,
            to: shown.to,
            means: shown.means,
            fate,
        };
        parts[at].items.push(PartItem { changed, base: base.clone(), place, split });
    }
    parts
}

/// What is wrong with a change, whatever Azure has.
pub(super) fn violations(new: &NewPolicyChange) -> Vec<Violation> {
    let wrong = |field: String, detail: String| Violation { field, detail, offer: None };
    let mut violations = new.change.violations();
    if new.vms.is_empty() {
        violations.push(wrong("vms".to_owned(), "name at least one machine".to_owned()));
    }
    if NewPolicyChange::MOST_VMS < new.vms.len() {
        let detail = format!("these are more than {} machines", NewPolicyChange::MOST_VMS);
        violations.push(wrong("vms".to_owned(), detail));
        return violations;
    }
    let sources = new.change.sources().saturating_mul(new.vms.len());
    if NewPolicyChange::MOST_SOURCES < sources {
        let detail = format!(
            "these are {sources} addresses and ranges for all machines together, and at most {} go into one change; name fewer machines at a time",
            NewPolicyChange::MOST_SOURCES
        );
        violations.push(wrong("vms".to_owned(), detail));
        return violations;
    }
    let mut seen = HashSet::new();
    for (index, vm) in new.vms.iter().enumerate() {
        if !seen.insert(vm) {
            violations
                .push(wrong(format!("vms[{index}]"), format!("the machine {} is named twice", vm.name())));
        }
    }
    violations
}
