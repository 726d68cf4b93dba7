//! Asking for access: the main road.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::access::{AccessRequest, Beneficiary, NewAccess, RequestId};
use shared::problem::Violation;
use shared::redirection::Redirection;
use shared::verb::Verb;
use shared::vm::JitState;
use uuid::Uuid;

use super::bastion::Whereby;
use super::displaced::Neighbours;
use super::extend::no_longer;
use super::open::Opened;
use super::{Asker, Caller, Jit, JitError, SourceMatching};
use crate::audit::Wanted;
use crate::guardrails::{self, Approved, Bounds, Protection, SourceMatch, Through, Wish};
use crate::inventory::LiveVm;
use crate::rules::{PublicTarget, RulesOf};

/// How many machines Azure is asked about at a time.
pub(super) const AT_ONCE: usize = 8;

impl Jit {
    /// Requests access to every machine that `new` names: to all of them, or, if anything is
    /// wrong with one, to none.
    ///
    /// Azure may still refuse one of them; that stands in its status.
    pub async fn request(&self, by: &Caller, new: NewAccess) -> Result<Vec<AccessRequest>, JitError> {
        self.request_extending(by, new, None).await
    }

    /// The same, where it makes a request of the caller's last longer.
    pub(super) async fn request_extending(
        &self,
        by: &Caller,
        new: NewAccess,
        extends: Option<&AccessRequest>,
    ) -> Result<Vec<AccessRequest>, JitError> {
        let asker = Asker::of(by, &new);
        let judged = match self.approve(&asker, &new, extends).await {
            Ok(judged) => self.can_act_for(&asker.right).await.map(|()| judged),
            Err(error) => Err(error),
        };
        let extends = extends.map(|request| request.id);
        let outcome = match judged {
            Ok(judged) => {
                // What has begun is brought to its end, even if the one who asked hangs up meanwhile.
                let (jit, wish) = (self.clone(), Wished { new: new.clone(), extends });
                let opening = tokio::spawn(async move { jit.open_all(&asker, &wish, judged).await });
                opening.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            let wanted = Wanted::Access { access: beginning_of(new), extends };
            self.put_refusal_on_record(&by.actor(), wanted, error).await?;
        }
        let Opened { requests, stopped_by } = outcome?;
        stopped_by.map_or(Ok(requests), Err)
    }

    pub(super) async fn approve(
        &self,
        by: &Asker,
        new: &NewAccess,
        extends: Option<&AccessRequest>,
    ) -> Result<Judged, JitError> {
        against_itself(new)?;
        // All of it is judged by the same rules, whatever becomes of the file meanwhile.
        let rules = self.rules.now();
        let rules = rules.of(by.right.who());
        let mut looks = Vec::new();
        for target in &new.vms {
            looks.push(self.visible(&rules, &target.vm));
        }
        let machines: Vec<Arc<LiveVm>> = stream::iter(looks).buffered(AT_ONCE).try_collect().await?;
        let mut ways = Vec::new();
        for machine in &machines {
            ways.push(self.whereby(machine, &new.source, new.shareable_link));
        }
        let ways: Vec<Result<Whereby, Violation>> = stream::iter(ways).buffered(AT_ONCE).collect().await;
        let now = self.clock.now();
        let mut violations: Vec<Violation> =
            extends.and_then(|old| no_longer(new, old, now)).into_iter().collect();
        let mut approved = Vec::new();
        for (index, ((target, machine), way)) in new.vms.iter().zip(&machines).zip(&ways).enumerate() {
            let Whereby { source, bastion } = match way {
                Ok(way) => way,
                Err(broken) => {
                    violations.push(broken.clone());
                    continue;
                }
            };
            let link = new.shareable_link;
            let wish = Wish {
                username: &by.person.username,
                requested_for: by.requested_for.as_ref(),
                prepared: by.prepared(),
                seen: Some(by.address),
                ports: &target.ports,
                source: *source,
                through: bastion.as_ref().map(|bastion| Through { bastion, link }),
                duration: new.duration,
                reason: new.reason.as_ref(),
                redirections: &new.redirections,
                field: &format!("vms[{index}]"),
            };
            let public_target = machine.public_target();
            let bounds = bounds_of(machine, public_target.as_ref(), &rules, &self.source_matching);
            match guardrails::check(RequestId(Uuid::now_v7()), wish, bounds, now) {
                Ok(one) => approved.push(one),
                Err(broken) => violations.extend(broken),
            }
        }
        // What is wrong with the request as a whole is wrong for each machine; it is said once.
        let mut told: Vec<Violation> = Vec::new();
        for violation in violations {
            if !told.contains(&violation) {
                told.push(violation);
            }
        }
        if !told.is_empty() {
            return Err(JitError::Guardrails(told));
        }
        let neighbours = new.vms.iter().zip(&machines);
        let neighbours = neighbours.map(|(target, machine)| {
            // What whoever prepared it may know of others is not for whoever was handed it.
            let named = by.handed_over.is_none() && rules.allow(Verb::Audit, machine.place());
            Neighbours::of(machine, &target.ports, named, self.in_name_of(), now)
        });
        let neighbours = neighbours.collect();
        Ok(Judged { approved, neighbours, machines })
    }
}

/// What somebody asks for.
pub(super) struct Wished {
    pub(super) new: NewAccess,
    /// The request of theirs that this makes last longer.
    pub(super) extends: Option<RequestId>,
}

/// A request that may go on record.
pub(super) struct Judged {
    pub(super) approved: Vec<Approved>,
    /// Who else is in there, machine by machine.
    pub(super) neighbours: Vec<Neighbours>,
    /// The machines as they were seen, in the same order.
    pub(super) machines: Vec<Arc<LiveVm>>,
}

/// What a wish for a machine is judged by.
pub(super) fn bounds_of<'a>(
    machine: &'a LiveVm,
    public_target: Option<&'a PublicTarget>,
    rules: &'a RulesOf<'a>,
    matching: &SourceMatching,
) -> Bounds<'a> {
    let policy = match (machine.unsupported(), machine.policy(), &machine.vm.jit) {
        (Some(unsupported), ..) => Protection::NothingToOpen(unsupported),
        (None, Some((id, policy)), _) => Protection::Policy(id, policy),
        (None, None, JitState::Unknown) => Protection::Unreadable,
        (None, None, JitState::Configured { .. } | JitState::NotConfigured) => Protection::NotSetUp,
    };
    let source_match = machine.policy().map_or(SourceMatch::Contained, |(id, _)| matching.of(id));
    Bounds { place: machine.place(), public_target, policy, source_match, rules }
}

impl Caller {
    /// For whom they ask, if it is not themselves by another name.
    pub(super) fn somebody_else<'a>(&self, named: Option<&'a Beneficiary>) -> Option<&'a Beneficiary> {
        named.filter(|name| !name.as_str().eq_ignore_ascii_case(&self.user.person.username))
    }
}

/// What is wrong with a request whatever the machines are.
pub(super) fn against_itself(new: &NewAccess) -> Result<(), JitError> {
    let wrong = |field: &str, detail: String| {
        Err(JitError::Guardrails(vec![Violation { field: field.to_owned(), detail, offer: None }]))
    };
    if new.vms.is_empty() {
        return wrong("vms", "name at least one machine".to_owned());
    }
    if new.vms.len() > NewAccess::MOST_VMS {
        return wrong("vms", format!("at most {} machines can be requested at a time", NewAccess::MOST_VMS));
    }
    for (index, target) in new.vms.iter().enumerate() {
        if target.ports.len() > NewAccess::MOST_PORTS {
            let most = NewAccess::MOST_PORTS;
            return wrong(
                &format!("vms[{index}].ports"),
                format!("at most {most} ports of a machine can be requested at a time"),
            );
        }
        if new.vms[..index].iter().any(|earlier| earlier.vm == target.vm) {
            return wrong(
                &format!("vms[{index}].vm"),
                format!("the machine {} is named twice", target.vm.name()),
            );
        }
    }
    Ok(())
}

/// What goes on record of a request that is refused: no more of it than any honest one has. The
/// trail is not there to be filled.
fn beginning_of(mut new: NewAccess) -> NewAccess {
    new.vms.truncate(NewAccess::MOST_VMS + 1);
    new.redirections.truncate(Redirection::ALL.len() + 1);
    for target in &mut new.vms {
        target.ports.truncate(NewAccess::MOST_PORTS + 1);
    }
    new
}
