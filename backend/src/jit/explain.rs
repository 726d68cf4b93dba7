//! “May I, and if not, why not?”, without requesting anything.

use shared::access::{Beneficiary, Reason};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::explanation::AccessExplanation;
use shared::port::Port;
use shared::problem::Violation;
use shared::resource_id::VmId;

use super::bastion::Whereby;
use super::request::bounds_of;
use super::{Caller, Jit, JitError, SourceMatching};
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
        Ok(explained(&machine, &rules, &self.source_matching, &wish))
    }
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
