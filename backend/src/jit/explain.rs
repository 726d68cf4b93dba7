//! “May I, and if not, why not?”, without requesting anything.

use shared::access::{Beneficiary, Reason};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::explanation::{AccessExplanation, Obstacle};
use shared::port::Port;
use shared::problem::Violation;
use shared::resource_id::VmId;

use super::bastion::Whereby;
use super::request::bounds_of;
use super::{Caller, Jit, JitError, SourceMatching};
use crate::azure::subscriptions::Subscription;
use crate::guardrails::{self, Judgement, Through, Wish};
use crate::inventory::LiveVm;
use crate::rules::{Breadth, RulesOf};

/// What somebody would like to request.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// The port.
    pub port: Port,
    /// From where.
    pub source: Whence,
    /// For how long.
    pub duration: AccessDuration,
    /// Why.
    pub reason: Option<Reason>,
    /// For whom, if not for themselves.
    pub requested_for: Option<Beneficiary>,
}

impl Jit {
    /// What would become of a request, and what each access rule about the caller makes of it.
    pub async fn explain(
        &self,
        by: &Caller,
        vm: &VmId,
        inquiry: &Inquiry,
    ) -> Result<AccessExplanation, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        let Whereby { source, bastion } = match self.whereby(&machine, &inquiry.source, false).await {
            Ok(way) => way,
            Err(broken) => return Ok(unreached(broken)),
        };
        let wish = Wish {
            username: &by.user.person.username,
            requested_for: by.somebody_else(inquiry.requested_for.as_ref()),
            prepared: None,
            seen: Some(by.address.address),
            ports: &[inquiry.port],
            source,
            through: bastion.as_ref().map(|bastion| Through { bastion, link: false }),
            duration: inquiry.duration,
            reason: inquiry.reason.as_ref(),
            redirections: &[],
            field: "vms[0]",
        };
        let mut told = explained(&machine, &rules, &self.source_matching, &wish);
        // Without the list there are no names; the ids are right all the same.
        if let Ok(list) = self.inventory.snapshot().await {
            for obstacle in told.rules.iter_mut().flat_map(|verdict| &mut verdict.obstacles) {
                if let Obstacle::Scope { detail } = obstacle {
                    *detail = named(detail, &list.subscriptions);
                }
            }
        }
        Ok(told)
    }
}

/// A sentence about parts of Azure, in the names that people give them.
fn named(detail: &str, subscriptions: &[Subscription]) -> String {
    let detail = detail.replace("/providers/Microsoft.Management/managementGroups/", "the management group ");
    subscriptions.iter().fold(detail, |detail, Subscription { id, name }| {
        let id = format!("/subscriptions/{id}");
        detail
            .replace(&format!("{id}/resourceGroups/"), &format!("{name}’s resource group "))
            .replace(&id, &format!("the subscription {name}"))
            .replace("/providers/Microsoft.Compute/virtualMachines/", ", machine ")
    })
}

/// What is told where there is no source to judge.
fn unreached(violation: Violation) -> AccessExplanation {
    AccessExplanation {
        allowed: false,
        rule: None,
        broad: false,
        violations: vec![violation],
        rules: Vec::new(),
    }
}

/// What would become of a wish for a machine as it is now.
pub fn explained(
    machine: &LiveVm,
    rules: &RulesOf<'_>,
    matching: &SourceMatching,
    wish: &Wish<'_>,
) -> AccessExplanation {
    let target = machine.public_target();
    told(&guardrails::judge(wish, &bounds_of(machine, target.as_ref(), rules, matching)))
}

/// A judgement as people are told of it.
pub fn told(judgement: &Judgement<'_>) -> AccessExplanation {
    let allowing = judgement.rules.allowing();
    AccessExplanation {
        allowed: allowing.is_some() && judgement.violations.is_empty(),
        rule: allowing.map(|finding| finding.rule.name.clone()),
        broad: allowing.is_some_and(|finding| finding.breadth == Breadth::Broad),
        violations: judgement.violations.clone(),
        rules: judgement.rules.verdicts(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn parts_of_azure_are_named_as_people_call_them() {
        let subscriptions = [Subscription { id: Uuid::from_u128(7), name: "Production".to_owned() }];
        let id = "/subscriptions/00000000-0000-0000-0000-000000000007";
        let said = |scope: &str| named(&format!("holds on {scope}, and"), &subscriptions);
        assert_eq!(said(id), "holds on the subscription Production, and");
        let group = format!("{id}/resourceGroups/web-rg");
        assert_eq!(said(&group), "holds on Production’s resource group web-rg, and");
        let vm = format!("{group}/providers/Microsoft.Compute/virtualMachines/web-1");
        assert_eq!(said(&vm), "holds on Production’s resource group web-rg, machine web-1, and");
        let plants = said("/providers/Microsoft.Management/managementGroups/plants");
        assert_eq!(plants, "holds on the management group plants, and");
        assert_eq!(said("/subscriptions/other"), "holds on /subscriptions/other, and");
    }
}
