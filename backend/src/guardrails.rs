//! What no request gets past.
//!
//! [`check`] is the one gate in front of `initiate`: it is the only place that makes an
//! [`Approved`], and nothing but an `Approved` opens a port. What was granted can be made to end
//! earlier without it ([`Approved::narrowed`]), and in no other way.

mod belongs;
mod judge;
mod narrow;
mod policy;
mod wish;

use jiff::Timestamp;
use shared::access::{Reason, RequestId};
use shared::bastion::BastionId;
use shared::port::Port;
use shared::problem::Violation;
use shared::redirection::Redirection;
use shared::resource_id::VmId;
use shared::source::Source;

use crate::azure::security::PolicyId;
use crate::rules::Breadth;

pub use belongs::{InNameOf, belongs_to, closes_one_of, named_in};
pub use judge::{Judgement, foresee, judge};
pub use narrow::request_closed_by;
pub use wish::{Bounds, Prepared, Protection, SourceMatch, Through, Wish};

/// A request for one machine that passed every rule. [`check`] is the only way to get one, beside
/// [`Approved::narrowed`] for what was granted already.
///
/// ```compile_fail,E0451
/// fn forged(policy: backend::azure::security::PolicyId, vm: shared::resource_id::VmId) -> backend::guardrails::Approved {
///     backend::guardrails::Approved {
///         id: shared::access::RequestId(uuid::Uuid::nil()),
///         policy,
///         vm,
///         ports: vec![shared::port::Port::RDP],
///         source: shared::source::Source::ANY,
///         ends_at: jiff::Timestamp::MAX,
///         justification: String::new(),
///         rule: String::new(),
///         broad: true,
///         redirections: vec![],
///         part_of: None,
///         bastion: None,
///         shareable_link: false,
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Approved {
    id: RequestId,
    policy: PolicyId,
    vm: VmId,
    ports: Vec<Port>,
    source: Source,
    ends_at: Timestamp,
    justification: String,
    rule: String,
    broad: bool,
    redirections: Vec<Redirection>,
    part_of: Option<Source>,
    bastion: Option<BastionId>,
    shareable_link: bool,
}

impl Approved {
    /// Names the request, at Azure too: it goes there as `x-ms-client-request-id`.
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// The JIT policy that is asked to open the ports.
    pub fn policy(&self) -> &PolicyId {
        &self.policy
    }

    /// The machine.
    pub fn vm(&self) -> &VmId {
        &self.vm
    }

    /// The ports, each once.
    pub fn ports(&self) -> &[Port] {
        &self.ports
    }

    /// Whom the ports are opened for. Never left out: Azure would take our own address.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// When Azure is to close the ports again.
    pub fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// What Azure is told of who asked and why. It names the request, so that it is found again
    /// in the policy's history should the answer get lost.
    pub fn justification(&self) -> &str {
        &self.justification
    }

    /// The access rule that let it through.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Whether the source is wider than that rule's usual limit.
    pub fn is_broad(&self) -> bool {
        self.broad
    }

    /// What of the device of whoever connects the machine may use.
    pub fn redirections(&self) -> &[Redirection] {
        &self.redirections
    }

    /// The range that the policy lists and that the source is only a part of, if so. Azure has been
    /// seen to refuse that.
    pub fn part_of(&self) -> Option<&Source> {
        self.part_of.as_ref()
    }

    /// The Bastion whose range the source is, if access is through one.
    pub fn bastion(&self) -> Option<&BastionId> {
        self.bastion.as_ref()
    }

    /// Whether a shareable link through that Bastion goes with it.
    pub fn shareable_link(&self) -> bool {
        self.shareable_link
    }
}

/// Judges a wish by Azure's policy and by the access rules, and says all that is wrong at once.
///
/// Every limit is judged within one rule: a person whom one rule grants a long time and another a
/// wide range gets one or the other. If no rule lets the wish through, the violations are those of
/// the rule that comes closest.
pub fn check(
    id: RequestId,
    wish: Wish<'_>,
    bounds: Bounds<'_>,
    now: Timestamp,
) -> Result<Approved, Vec<Violation>> {
    let judgement = judge(&wish, &bounds);
    let allowing = judgement.rules.allowing();
    match (bounds.policy, allowing) {
        (Protection::Policy(policy, ports), Some(finding)) if judgement.violations.is_empty() => {
            Ok(Approved {
                id,
                policy: policy.clone(),
                vm: bounds.place.vm.clone(),
                ports: wish.ports.to_vec(),
                source: wish.source,
                ends_at: whole_second(now.saturating_add(wish.duration.length()).unwrap_or(Timestamp::MAX)),
                justification: justification(id, &wish),
                rule: finding.rule.name.clone(),
                broad: finding.breadth == Breadth::Broad,
                redirections: wish.redirections.to_vec(),
                part_of: policy::part_of(&wish, ports),
                bastion: wish.through.map(|through| through.bastion.clone()),
                shareable_link: wish.through.is_some_and(|through| through.link),
            })
        }
        (
            Protection::Policy(..)
            | Protection::NotSetUp
            | Protection::Unreadable
            | Protection::NothingToOpen(_),
            _,
        ) => Err(judgement.all_violations(&bounds, &wish)),
    }
}

/// What Azure keeps beside a request: why, by whom, for whom, and its name here.
fn justification(id: RequestId, wish: &Wish<'_>) -> String {
    let reason = wish.reason.map_or("no reason given", Reason::as_str);
    let whom = wish.requested_for.map(|whom| format!(" for {whom}")).unwrap_or_default();
    let by = wish.prepared.map(|prepared| {
        let guest = if prepared.guest { " as a guest" } else { "" };
        format!("{guest}, prepared by {},", prepared.by)
    });
    let by = by.unwrap_or_default();
    format!("{reason} (requested by {}{whom}{by} through Postern, request {id})", wish.username)
}

/// Whether a justification that Azure kept is that of the request `id`.
pub fn is_justification_of(text: &str, id: RequestId) -> bool {
    request_named_in(text) == Some(id)
}

/// The request whose justification it is, if it is one of Postern's.
pub fn request_named_in(text: &str) -> Option<RequestId> {
    text.rsplit_once(", request ")?.1.strip_suffix(')')?.parse().ok()
}

/// Azure echoes seven digits of a second, and others count fewer: the end is one that all agree on.
fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

#[cfg(test)]
mod tests;
