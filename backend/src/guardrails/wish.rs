//! What somebody wants of one machine, and what that is judged by.

use std::net::IpAddr;

use shared::access::{Beneficiary, Reason};
use shared::bastion::BastionId;
use shared::duration::AccessDuration;
use shared::policy::JitPolicy;
use shared::port::Port;
use shared::redirection::Redirection;
use shared::source::Source;
use shared::verb::Verb;
use shared::vm::Unsupported;

use crate::azure::security::PolicyId;
use crate::rules::{Place, PublicTarget, RulesOf, Way};

/// What somebody wants of one machine.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Who asks, by the name they sign in with.
    pub username: &'a str,
    /// For whom, if not for themselves.
    pub requested_for: Option<&'a Beneficiary>,
    /// By whose right, if somebody prepared it for them.
    pub prepared: Option<Prepared<'a>>,
    /// The address they come from.
    pub seen: Option<IpAddr>,
    /// The ports.
    pub ports: &'a [Port],
    /// From where.
    pub source: Source,
    /// The Bastion whose range that is, as Azure tells; nobody else may have named it.
    pub through: Option<Through<'a>>,
    /// For how long.
    pub duration: AccessDuration,
    /// Why.
    pub reason: Option<&'a Reason>,
    /// What of their own device the machine may use while they are connected by Remote Desktop.
    pub redirections: &'a [Redirection],
    /// Where the machine stands in the request, such as `vms[0]`, to name a field that is wrong.
    pub field: &'a str,
}

/// A Bastion that somebody wants to come through.
#[derive(Debug, Clone, Copy)]
pub struct Through<'a> {
    /// Which.
    pub bastion: &'a BastionId,
    /// Whether they want a shareable link, too.
    pub link: bool,
}

/// How somebody came to ask by the right of somebody else.
#[derive(Debug, Clone, Copy)]
pub struct Prepared<'a> {
    /// Who prepared it, by the name they sign in with.
    pub by: &'a str,
    /// Whether the one who asks is a guest, without an account.
    pub guest: bool,
}

/// What is known of a machine's JIT policy.
#[derive(Debug, Clone, Copy)]
pub enum Protection<'a> {
    /// This one names it.
    Policy(&'a PolicyId, &'a JitPolicy),
    /// None names it.
    NotSetUp,
    /// Postern may not read the policies.
    Unreadable,
    /// Whatever policies say, there is nothing that a rule could be written to.
    NothingToOpen(&'a Unsupported),
}

/// How Azure holds a source against those that a policy lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceMatch {
    /// It may be a part of one.
    Contained,
    /// It must be one.
    Exact,
}

/// What the wish is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    /// The machine.
    pub place: Place<'a>,
    /// Where the machine is reached on the Internet, if it is.
    pub public_target: Option<&'a PublicTarget>,
    /// The machine's JIT policy, as Azure has it now.
    pub policy: Protection<'a>,
    /// How Azure reads the sources of that policy.
    pub source_match: SourceMatch,
    /// The access rules that are about the one who asks.
    pub rules: &'a RulesOf<'a>,
}

impl Wish<'_> {
    /// The right that it takes.
    pub fn verb(&self) -> Verb {
        match (self.requested_for, self.prepared) {
            (None, None) => Verb::Request,
            (Some(_), _) | (None, Some(_)) => Verb::RequestForOthers,
        }
    }

    pub(super) fn way(&self) -> Way {
        self.through.map_or(Way::Direct, |through| Way::Bastion { link: through.link })
    }

    pub(super) fn port_field(&self, index: usize) -> String {
        format!("{}.ports[{index}]", self.field)
    }
}
