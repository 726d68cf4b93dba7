//! What Defender for Cloud says of machines, and which of its plans subscriptions have.

use std::collections::{HashMap, HashSet};

use futures_util::future::join;
use shared::defender::DefenderPlan;
use shared::resource_id::VmId;
use tracing::warn;
use uuid::Uuid;

use crate::azure::graph::ResourceGraph;
use crate::azure::security::Pricing;
use crate::inventory::Verdict;
use crate::inventory::eligibility::{Assessment, Cover};
use crate::inventory::rows::{ASSESSMENTS, AssessmentRow, PRICINGS, PricingOf, PricingRow};

/// What is known of Defender for Cloud. What may not be read is not there.
#[derive(Debug, Default)]
pub(super) struct Defender {
    plans: HashMap<Uuid, Pricing>,
    /// The machines that are left out of the plan of their subscription.
    excluded: HashSet<VmId>,
    assessments: HashMap<VmId, Assessment>,
    assessed: HashSet<Uuid>,
}

impl Defender {
    /// Asks Resource Graph.
    pub(super) async fn load(graph: &ResourceGraph, ids: &[Uuid]) -> Self {
        let mut defender = Self::default();
        let Self { plans, excluded, assessments, assessed } = &mut defender;
        let (of_plans, of_assessments) = join(
            graph.query(ids, PRICINGS, |row: PricingRow| match row.of() {
                Some(PricingOf::Subscription(subscription)) => {
                    plans.insert(subscription, row.pricing);
                }
                Some(PricingOf::Machine(vm)) if row.pricing.plan != DefenderPlan::Plan2 => {
                    excluded.insert(vm);
                }
                Some(PricingOf::Machine(_)) | None => {}
            }),
            graph.query(ids, ASSESSMENTS, |row: AssessmentRow| {
                assessed.insert(row.vm.subscription());
                let vm = row.vm.clone();
                assessments.extend(assessment(row).map(|assessment| (vm, assessment)));
            }),
        )
        .await;
        for (what, error) in [("plans", of_plans), ("assessments", of_assessments)] {
            if let Err(error) = error {
                warn!(
                    what,
                    error = &error as &dyn std::error::Error,
                    "what Defender for Cloud says could not be listed"
                );
            }
        }
        defender
    }

    /// Takes in plans that are newer than what Resource Graph has.
    pub(super) fn note_plans(&mut self, plans: HashMap<Uuid, Pricing>) {
        self.plans.extend(plans);
    }

    /// What it says of a machine.
    pub(super) fn cover(&self, vm: &VmId) -> Cover<'_> {
        Cover {
            plan: self.plans.get(&vm.subscription()).map(|pricing| pricing.plan),
            excluded: self.excluded.contains(vm),
            assessment: self.assessments.get(vm),
        }
    }

    /// The same in short.
    pub(super) fn verdict(&self, vm: &VmId) -> Option<Verdict> {
        self.assessments.get(vm).map(|assessment| match assessment {
            Assessment::Healthy | Assessment::NotApplicable { .. } => Verdict::Fine,
            Assessment::Unhealthy => Verdict::Unhealthy,
        })
    }

    /// The plans of the subscriptions, and the subscriptions with any verdict at all.
    pub(super) fn into_plans(self) -> (HashMap<Uuid, Pricing>, HashSet<Uuid>) {
        (self.plans, self.assessed)
    }
}

/// A verdict, if it is one that is known.
fn assessment(row: AssessmentRow) -> Option<Assessment> {
    match row.code.to_ascii_lowercase().as_str() {
        "healthy" => Some(Assessment::Healthy),
        "unhealthy" => Some(Assessment::Unhealthy),
        "notapplicable" => Some(Assessment::NotApplicable {
            off: row.cause.is_some_and(|cause| cause.eq_ignore_ascii_case("OffByPolicy")),
            description: row.description.unwrap_or_default().trim_end_matches('.').into(),
        }),
        _ => None,
    }
}
