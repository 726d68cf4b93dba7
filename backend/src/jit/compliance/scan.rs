//! Having Azure Policy look at the machines of subscriptions anew.
//!
//! A scan takes Azure minutes to hours. It is kept in the store, so that whoever looks sees how it
//! goes, and any replica goes on with what another has left. Azure is asked as Postern in any mode:
//! a scan changes nothing.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use shared::compliance::{Scan, ScanList};
use shared::verb::Verb;
use shared::vm::SubscriptionName;
use uuid::Uuid;

use crate::audit::{Attempt, Outcome, Wanted};
use crate::azure::arm::ArmError;
use crate::azure::policy::{SCAN, ScanProgress};
use crate::inventory::Snapshot;
use crate::jit::{Caller, Jit, JitError, configure, start};
use crate::rules::RulesOf;
use crate::session::CurrentUser;
use crate::store::{ScanRecord, StoreError};

/// How often Azure is asked how scans go.
const ROUND: SignedDuration = SignedDuration::from_secs(15);

/// How long one replica has to itself what it asks about.
const TURN: SignedDuration = SignedDuration::from_secs(60);

/// After how long Azure is not asked any more.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// For how long scans are told that are over.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(24);

impl Jit {
    /// The latest scan of each subscription that the caller may have scanned.
    pub async fn scans(&self, by: &CurrentUser) -> Result<ScanList, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        let rules = self.rules.now();
        let rules = rules.of(by.who()).letting(Verb::Comply);
        if rules.is_empty() {
            let why = "no access rule lets you see how any machine complies with policies";
            return Err(JitError::Forbidden(why.to_owned()));
        }
        let subscriptions = scannable(&rules, &snapshot);
        let now = self.clock.now();
        let mut items: Vec<Scan> = Vec::new();
        for record in self.store.scans().since(now - TOLD_FOR).await? {
            let known = subscriptions.iter().find(|known| known.id == record.subscription);
            let is_older = items.iter().any(|newer| newer.subscription.id == record.subscription);
            if let Some(subscription) = known.filter(|_| !is_older) {
                items.push(told(record, subscription.clone()));
            }
        }
        Ok(ScanList { items, subscriptions, as_of: now })
    }

    /// Has the machines of subscriptions looked at anew. Where that goes on already, nothing is begun.
    pub async fn scan(&self, by: &Caller, wanted: Vec<Uuid>) -> Result<ScanList, JitError> {
        let snapshot = self.inventory.snapshot().await?;
        for subscription in &wanted {
            if let Err(error) = self.may_scan(by, &snapshot, *subscription) {
                let wanted = Wanted::ScanCompliance { subscription: *subscription };
                self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
                return Err(error);
            }
        }
        // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
        let (jit, caller) = (self.clone(), by.clone());
        let beginning = tokio::spawn(async move {
            for subscription in wanted {
                jit.begin_scan(&caller, subscription).await?;
            }
            Ok::<_, JitError>(())
        });
        beginning.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        self.scans(&by.user).await
    }

    fn may_scan(&self, by: &Caller, snapshot: &Snapshot, subscription: Uuid) -> Result<(), JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let there: Vec<_> =
            snapshot.vms().filter(|entry| entry.vm.id.subscription() == subscription).collect();
        if there.iter().any(|entry| rules.allow(Verb::Comply, snapshot.place(entry))) {
            return Ok(());
        }
        if there.iter().any(|entry| rules.may_see(snapshot.place(entry))) {
            return Err(JitError::Forbidden(
                "no access rule lets you see how any machine of this subscription complies with policies"
                    .to_owned(),
            ));
        }
        Err(JitError::NotFound)
    }

    async fn begin_scan(&self, by: &Caller, subscription: Uuid) -> Result<(), JitError> {
        let record = ScanRecord {
            id: Uuid::now_v7(),
            subscription,
            begun_at: self.clock.now(),
            begun_by: by.user.person.username.clone(),
            link: None,
            ended_at: None,
            problem: None,
        };
        if let Some(attempt) = self.audit.begin_scan(&by.actor(), &record).await? {
            self.ask_for_scan(&record, Some(attempt)).await?;
        }
        Ok(())
    }

    /// Asks Azure for a scan. While one goes on it begins no other, so that to ask again, where its
    /// answer got lost, is no second one.
    async fn ask_for_scan(&self, record: &ScanRecord, attempt: Option<Attempt>) -> Result<(), JitError> {
        let asked = self.azure.policy.scan(record.subscription).await;
        let outcome = match &asked {
            Ok((_, correlation_id)) => Outcome::Done { correlation_id: correlation_id.clone() },
            Err(error) => start::outcome_of(error),
        };
        if let Some(attempt) = attempt {
            configure::finish(attempt, &outcome).await;
        }
        match asked {
            Ok((Some(link), _)) => self.store.scans().follow(record.id, &link.to_string()).await?,
            Ok((None, _)) => self.end_scan(record, None).await?,
            Err(error) => self.end_scan(record, Some(&reason(&error))).await?,
        }
        Ok(())
    }

    /// Sees to scans until the service stops.
    pub fn tend_scans(&self) {
        let jit = self.clone();
        self.watchers.track(async move {
            let holder = Uuid::now_v7();
            loop {
                if let Err(error) = jit.look_after_scans(holder).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "scans of Azure Policy could not be looked through");
                }
                tokio::select! {
                    () = jit.clock.sleep(ROUND) => {}
                    () = jit.watchers.stopping() => return,
                }
            }
        });
    }

    async fn look_after_scans(&self, holder: Uuid) -> Result<(), JitError> {
        let scans = self.store.scans().going_on().await?;
        let now = self.clock.now();
        if scans.is_empty() || !self.store.leases().take("compliance-scans", holder, now, now + TURN).await? {
            return Ok(());
        }
        for scan in scans {
            self.look_after_scan(&scan).await?;
        }
        let long_ago = now.saturating_sub(TOLD_FOR * 7).unwrap_or(Timestamp::MIN);
        self.store.scans().purge(long_ago).await?;
        Ok(self.store.leases().give_back("compliance-scans", holder).await?)
    }

    async fn look_after_scan(&self, scan: &ScanRecord) -> Result<(), JitError> {
        let age = self.clock.now().duration_since(scan.begun_at);
        if LONGEST <= age {
            let problem = "Azure did not say within six hours that the scan is over.";
            return Ok(self.end_scan(scan, Some(problem)).await?);
        }
        let link = scan.link.as_ref().and_then(|link| link.parse().ok());
        let Some(link) = link else {
            // Whoever began it may be waiting for Azure's answer.
            return if TURN <= age { self.ask_for_scan(scan, None).await } else { Ok(()) };
        };
        match self.azure.policy.scan_progress(&link).await {
            Ok(ScanProgress::Running) => {}
            Ok(ScanProgress::Done) => self.end_scan(scan, None).await?,
            Ok(ScanProgress::Failed(status)) => {
                self.end_scan(scan, Some(&format!("Azure gave the scan up: {status}."))).await?;
            }
            Err(error @ (ArmError::NotFound | ArmError::Forbidden { .. } | ArmError::Refused { .. })) => {
                self.end_scan(scan, Some(&lost(&error))).await?;
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(subscription = %scan.subscription, error, "Azure did not say how a scan goes");
            }
        }
        Ok(())
    }

    async fn end_scan(&self, scan: &ScanRecord, problem: Option<&str>) -> Result<(), StoreError> {
        self.store.scans().end(scan.id, self.clock.now(), problem).await?;
        self.compliance_states.forget(scan.subscription);
        Ok(())
    }
}

/// The subscriptions with machines that they may comply on, by name.
fn scannable(rules: &RulesOf<'_>, snapshot: &Snapshot) -> Vec<SubscriptionName> {
    let mut known = HashMap::new();
    for entry in snapshot.vms() {
        let id = entry.vm.id.subscription();
        if !known.contains_key(&id) && rules.allow(Verb::Comply, snapshot.place(entry)) {
            known.insert(id, SubscriptionName { name: entry.vm.subscription_name.clone(), id });
        }
    }
    let mut subscriptions: Vec<SubscriptionName> = known.into_values().collect();
    subscriptions.sort_unstable();
    subscriptions
}

fn told(record: ScanRecord, subscription: SubscriptionName) -> Scan {
    let ScanRecord { begun_at, begun_by, ended_at, problem, .. } = record;
    Scan { subscription, begun_at, begun_by, ended_at, problem }
}

/// Why a scan was not begun.
fn reason(error: &ArmError) -> String {
    match error {
        ArmError::Forbidden { action, .. } => format!(
            "Azure does not let Postern scan this subscription: its identity lacks {}.",
            action.as_deref().unwrap_or(SCAN)
        ),
        ArmError::NotFound => "Azure knows no such subscription any more.".to_owned(),
        ArmError::Refused { message, .. } => format!("Azure refused to scan this subscription: {message}"),
        ArmError::Throttled { .. } => "Azure is too busy to begin a scan; try again in a minute.".to_owned(),
        ArmError::Token(_) | ArmError::Transport(_) | ArmError::AnswerLost(_) | ArmError::Unexpected(_) => {
            "Azure could not be asked for a scan, or its answer got lost; try again in a minute.".to_owned()
        }
    }
}

/// Why it is not known how a scan went on.
fn lost(error: &ArmError) -> String {
    match error {
        ArmError::Forbidden { .. } => "Azure does not let Postern see how the scan goes; that takes Microsoft.PolicyInsights/asyncOperationResults/read. It may go on.".to_owned(),
        _ => "Azure does not know of the scan any more; it may be over.".to_owned(),
    }
}
