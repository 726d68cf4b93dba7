//! What no request gets past.
//!
//! [`check`] is the one gate in front of `initiate`: it is the only place that makes an
//! [`Approved`], and nothing but an `Approved` opens a port.

use jiff::Timestamp;
use shared::access::{Reason, RequestId};
use shared::duration::AccessDuration;
use shared::policy::JitPolicy;
use shared::port::Port;
use shared::problem::Violation;
use shared::resource_id::VmId;
use shared::source::Source;

use crate::azure::security::PolicyId;
use crate::rules::Rule;

/// A request for one machine that passed every rule. [`check`] is the only way to get one.
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
}

/// What somebody wants of one machine.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The name the request will have.
    pub id: RequestId,
    /// Who wants it, as Azure is to be told.
    pub username: &'a str,
    /// The machine.
    pub vm: &'a VmId,
    /// Its ports.
    pub ports: &'a [Port],
    /// From where.
    pub source: Source,
    /// For how long.
    pub duration: AccessDuration,
    /// Why.
    pub reason: Option<&'a Reason>,
    /// Where the machine stands in the request, such as `vms[0]`, to name a field that is wrong.
    pub field: &'a str,
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
}

/// What the wish is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    /// The machine's JIT policy, as Azure has it now.
    pub policy: Protection<'a>,
    /// The access rules that let this person request access to this machine.
    pub rules: &'a [&'a Rule],
}

/// Judges a wish by Azure's policy and by the access rules, and says all that is wrong at once.
///
/// Every limit is judged within one rule: a person whom one rule grants a long time and another a
/// wide range gets one or the other. If no rule lets the wish through, the violations are those of
/// the rule that comes closest.
pub fn check(wish: Wish<'_>, bounds: Bounds<'_>, now: Timestamp) -> Result<Approved, Vec<Violation>> {
    let mut violations = against_itself(&wish);
    let name = wish.vm.name();
    let without_policy = match bounds.policy {
        Protection::Policy(_, policy) => {
            violations.extend(against_policy(&wish, policy));
            None
        }
        Protection::NotSetUp => {
            Some(format!("just-in-time access is not set up on {name}, so there is nothing to open"))
        }
        Protection::Unreadable => Some(format!(
            "Postern may not read the JIT policy of {name}; whoever runs it must grant its identity Microsoft.Security/locations/jitNetworkAccessPolicies/read"
        )),
    };
    violations.extend(without_policy.map(|why| violation(format!("{}.vm", wish.field), why)));
    let rule = closest_rule(&wish, bounds.rules);
    let without_rule = || {
        let why = format!("no access rule lets you request access to {name}");
        vec![violation(format!("{}.vm", wish.field), why)]
    };
    violations.extend(rule.as_ref().map_or_else(without_rule, |(_, broken)| broken.clone()));
    match (bounds.policy, rule) {
        (Protection::Policy(policy, _), Some((rule, _))) if violations.is_empty() => Ok(Approved {
            id: wish.id,
            policy: policy.clone(),
            vm: wish.vm.clone(),
            ports: wish.ports.to_vec(),
            source: wish.source,
            ends_at: whole_second(now.saturating_add(wish.duration.length()).unwrap_or(Timestamp::MAX)),
            justification: justification(&wish),
            rule: rule.name.clone(),
        }),
        _ => Err(violations),
    }
}

/// What Azure keeps beside a request: why, for whom, and its name here.
fn justification(wish: &Wish<'_>) -> String {
    let reason = wish.reason.map_or("no reason given", Reason::as_str);
    format!("{reason} (requested by {} through Postern, request {})", wish.username, wish.id)
}

/// Whether a justification that Azure kept is that of the request `id`.
pub fn is_justification_of(text: &str, id: RequestId) -> bool {
    text.ends_with(&format!("request {id})"))
}

fn against_itself(wish: &Wish<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    if wish.ports.is_empty() {
        violations.push(violation(format!("{}.ports", wish.field), "name at least one port".to_owned()));
    }
    for (index, port) in wish.ports.iter().enumerate() {
        if wish.ports[..index].contains(port) {
            violations.push(violation(port_field(wish, index), format!("port {port} is named twice")));
        }
    }
    if let Some(address) = wish.source.net().map(|range| range.addr())
        && (address.is_loopback() || address.is_unspecified() && wish.source.single().is_some())
    {
        violations.push(violation(
            "source".to_owned(),
            format!(
                "{} is not an address that traffic can come from; use the one your network shows to others",
                wish.source
            ),
        ));
    }
    violations
}

fn against_policy(wish: &Wish<'_>, policy: &JitPolicy) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (index, port) in wish.ports.iter().enumerate() {
        let Some(rule) = policy.rule_for(*port) else {
            let known: Vec<String> = policy.ports.iter().map(|rule| rule.port.to_string()).collect();
            violations.push(violation(
                port_field(wish, index),
                format!(
                    "port {port} is not in the JIT policy of {}; it covers {}",
                    wish.vm.name(),
                    known.join(", ")
                ),
            ));
            continue;
        };
        if rule.longest < wish.duration {
            violations.push(Violation {
                field: "duration".to_owned(),
                detail: format!(
                    "the JIT policy of {} opens port {port} for at most {}",
                    wish.vm.name(),
                    rule.longest.words()
                ),
                offer: Some(rule.longest.to_string()),
            });
        }
        if !rule.allows(&wish.source) {
            let allowed: Vec<String> = rule.sources.iter().map(Source::to_string).collect();
            violations.push(Violation {
                field: "source".to_owned(),
                detail: format!(
                    "the JIT policy of {} opens port {port} only for {}",
                    wish.vm.name(),
                    allowed.join(", ")
                ),
                offer: allowed.into_iter().next(),
            });
        }
    }
    violations.dedup();
    violations
}

/// The rule that lets the wish through, or else the first of those it breaks least.
fn closest_rule<'a>(wish: &Wish<'_>, rules: &[&'a Rule]) -> Option<(&'a Rule, Vec<Violation>)> {
    rules.iter().map(|rule| (*rule, against_rule(wish, rule))).min_by_key(|(_, broken)| broken.len())
}

fn against_rule(wish: &Wish<'_>, rule: &Rule) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (index, port) in wish.ports.iter().enumerate() {
        if !rule.allows_port(*port) {
            violations.push(violation(
                port_field(wish, index),
                format!("access rule “{}” does not let you open port {port}", rule.name),
            ));
        }
    }
    if rule.longest < wish.duration {
        violations.push(Violation {
            field: "duration".to_owned(),
            detail: format!("access rule “{}” allows at most {}", rule.name, rule.longest.words()),
            offer: Some(rule.longest.to_string()),
        });
    }
    if let Err(detail) = rule.source.judge(&wish.source) {
        violations.push(violation("source".to_owned(), format!("access rule “{}” {detail}", rule.name)));
    }
    if let Err(detail) = rule.reason.judge(wish.reason) {
        violations.push(violation("reason".to_owned(), detail));
    }
    violations
}

/// Azure echoes seven digits of a second, and others count fewer: the end is one that all agree on.
fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

fn port_field(wish: &Wish<'_>, index: usize) -> String {
    format!("{}.ports[{index}]", wish.field)
}

fn violation(field: String, detail: String) -> Violation {
    Violation { field, detail, offer: None }
}

#[cfg(test)]
mod tests;
