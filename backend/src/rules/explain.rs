//! What each rule makes of a wish: whether it lets it through, and if not, what stands in the way.

use std::net::IpAddr;

use shared::access::Reason;
use shared::duration::AccessDuration;
use shared::explanation::{Obstacle, RuleVerdict};
use shared::port::Port;
use shared::problem::Violation;
use shared::redirection::Redirection;
use shared::source::Source;
use shared::verb::Verb;

use super::{Breadth, Place, Rule, Scope, Way};

/// May they do this, here?
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What.
    pub verb: Verb,
    /// Where.
    pub place: Place<'a>,
    /// How much of it, for what has limits.
    pub asked: Option<Asked<'a>>,
}

/// What a request for access is held against limits with.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The ports.
    pub ports: &'a [Port],
    /// From where.
    pub source: Source,
    /// By which way.
    pub way: Way,
    /// For how long.
    pub duration: AccessDuration,
    /// Why.
    pub reason: Option<&'a Reason>,
    /// What of their own device the machine may use.
    pub redirections: &'a [Redirection],
    /// Where the machine is reached on the Internet, if it is.
    pub public_target: Option<&'a PublicTarget>,
    /// Whether the one who asks is a guest, without an account.
    pub guest: bool,
    /// The address that whoever asks comes from, to offer in place of one that makes no sense.
    pub seen: Option<IpAddr>,
    /// Where the machine stands in the request, such as `vms[0]`, to name a field that is wrong.
    pub field: &'a str,
}

/// Where a machine is reached on the Internet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTarget {
    /// Its name or address there.
    pub name: String,
    /// Whether it may be reached over IPv4.
    pub ipv4: bool,
    /// Whether it may be reached over IPv6.
    pub ipv6: bool,
}

/// What one rule makes of a question.
#[derive(Debug, Clone)]
pub struct Finding<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// All that stands in the way; nothing if the rule lets it through.
    pub obstacles: Vec<Obstacle>,
    /// How wide the source is, as the rule sees it.
    pub breadth: Breadth,
}

/// What the rules that are about somebody make of a question.
#[derive(Debug, Clone)]
pub struct Explanation<'r>(Vec<Finding<'r>>);

impl<'r> Explanation<'r> {
    pub(super) fn new(findings: Vec<Finding<'r>>) -> Self {
        Self(findings)
    }

    /// The first rule that lets it through.
    pub fn allowing(&self) -> Option<&Finding<'r>> {
        self.0.iter().find(|finding| finding.obstacles.is_empty())
    }

    /// What is wrong with the request by the rule that lets it through if any does, else by the
    /// first of those that it breaks least. `None` if no rule lets them do this here at all.
    pub fn violations(&self) -> Option<Vec<Violation>> {
        self.0.iter().filter_map(Finding::violations).min_by_key(Vec::len)
    }

    /// The same, leaving out what does not matter.
    pub fn violations_but(&self, leave_out: impl Fn(&Violation) -> bool) -> Option<Vec<Violation>> {
        let mattering = |finding: &Finding<'_>| {
            let mut violations = finding.violations()?;
            violations.retain(|violation| !leave_out(violation));
            Some(violations)
        };
        self.0.iter().filter_map(mattering).min_by_key(Vec::len)
    }

    /// Rule by rule, for whoever asked.
    pub fn verdicts(&self) -> Vec<RuleVerdict> {
        let verdict = |finding: &Finding<'_>| RuleVerdict {
            rule: finding.rule.name.clone(),
            obstacles: finding.obstacles.clone(),
        };
        self.0.iter().map(verdict).collect()
    }
}

impl<'r> Finding<'r> {
    pub(super) fn of(rule: &'r Rule, question: &Question<'_>) -> Self {
        let mut breadth = Breadth::Usual;
        let mut obstacles: Vec<Obstacle> =
            [not_here(rule, question.place), not_this(rule, question)].into_iter().flatten().collect();
        // The limits of a rule that does not let them do this at all would only mislead.
        if let (Some(asked), []) = (&question.asked, &obstacles[..]) {
            let (broken, how_wide) = limits(rule, asked);
            breadth = how_wide;
            obstacles.extend(broken.into_iter().map(|violation| Obstacle::Limit { violation }));
        }
        Self { rule, obstacles, breadth }
    }

    /// The limits that are broken; `None` if the rule does not let them do this here at all.
    fn violations(&self) -> Option<Vec<Violation>> {
        let broken = |obstacle: &Obstacle| match obstacle {
            Obstacle::Limit { violation } => Some(violation.clone()),
            Obstacle::Scope { .. } | Obstacle::Verb { .. } => None,
        };
        self.obstacles.iter().map(broken).collect()
    }
}

fn not_here(rule: &Rule, place: Place<'_>) -> Option<Obstacle> {
    if rule.holds_at(place) {
        return None;
    }
    let scopes: Vec<String> = rule.on.iter().map(Scope::to_string).collect();
    let unread = match place.management_groups {
        None if rule.holds_on_a_management_group() => {
            "; which management groups its subscription is in could not be read"
        }
        None | Some(_) => "",
    };
    let (name, vm, scopes) = (&rule.name, place.vm.name(), scopes.join(", "));
    let detail = format!("access rule “{name}” holds on {scopes}, and {vm} is not there{unread}");
    Some(Obstacle::Scope { detail })
}

fn not_this(rule: &Rule, question: &Question<'_>) -> Option<Obstacle> {
    let done = question.verb.done_to(question.place.vm.name().as_str());
    let detail = || format!("access rule “{}” does not let you {done}", rule.name);
    (!rule.lets(question.verb)).then(|| Obstacle::Verb { detail: detail() })
}

fn limits(rule: &Rule, asked: &Asked<'_>) -> (Vec<Violation>, Breadth) {
    let mut violations = Vec::new();
    let mut broken = |field: String, detail: String, offer: Option<String>| {
        violations.push(Violation { field, detail, offer });
    };
    for (index, port) in asked.ports.iter().enumerate() {
        if !rule.allows_port(*port) {
            let detail = format!("access rule “{}” does not let you open port {port}", rule.name);
            broken(format!("{}.ports[{index}]", asked.field), detail, None);
        }
    }
    if rule.longest < asked.duration {
        let detail = format!("access rule “{}” allows at most {}", rule.name, rule.longest.words());
        broken("duration".to_owned(), detail, Some(rule.longest.to_string()));
    }
    let breadth = match (asked.way, rule.source.judge(&asked.source)) {
        // That the range is wider than one address, and private, is as it should be: Azure itself
        // connects from there, and nobody named it. Nothing else about sources lets it through.
        (Way::Bastion { link }, _) => {
            if !rule.source.bastion {
                let detail =
                    format!("access rule “{}” does not let you open a port for a Bastion", rule.name);
                broken("source".to_owned(), detail, None);
            }
            if link && !rule.source.shareable_links {
                let detail = format!("access rule “{}” does not let you ask for a shareable link", rule.name);
                broken("shareable_link".to_owned(), detail, None);
            }
            Breadth::Usual
        }
        (Way::Direct, Ok(breadth)) => {
            if let Some(detail) = no_way_in(rule, asked) {
                broken("source".to_owned(), detail, address_to_offer(asked));
            }
            breadth
        }
        (Way::Direct, Err(detail)) => {
            broken("source".to_owned(), format!("access rule “{}” {detail}", rule.name), None);
            Breadth::Broad
        }
    };
    if asked.guest && !rule.guests {
        let detail = format!(
            "access rule “{}” does not let you hand access to somebody who does not sign in",
            rule.name
        );
        broken("guest".to_owned(), detail, None);
    }
    if let Err(detail) = rule.reason.judge(asked.reason) {
        broken("reason".to_owned(), detail, None);
    }
    for redirection in asked.redirections.iter().filter(|wanted| !rule.redirections.contains(wanted)) {
        let (name, words) = (&rule.name, redirection.words());
        let detail = format!("access rule “{name}” does not let you share {words} of your device");
        broken("redirections".to_owned(), detail, None);
    }
    (violations, breadth)
}

/// Why opening the port for a source would let nobody in: the machine is reached over the Internet,
/// where nobody has a private address, and nobody gets from one family of addresses to the other.
/// A network that the rule names is believed: there may be another way from there.
fn no_way_in(rule: &Rule, asked: &Asked<'_>) -> Option<String> {
    let (source, target) = (&asked.source, asked.public_target?);
    // Where nobody comes from at all is said elsewhere.
    if source.is_nowhere() || rule.source.names(source) {
        return None;
    }
    let name = &target.name;
    if source.is_private() {
        return Some(format!(
            "{source} is a private address, and connections to {name} come over the Internet, where nobody has it; use the address that your network shows to others"
        ));
    }
    let (theirs, its) = if source.is_ipv6() { ("IPv6", "IPv4") } else { ("IPv4", "IPv6") };
    (!target.is_reached_from(source)).then(|| {
        format!(
            "{source} is of {theirs}, and {name} has an address of {its} only; use the {its} address that your network shows to others"
        )
    })
}

fn address_to_offer(asked: &Asked<'_>) -> Option<String> {
    let seen = Source::address(asked.seen?);
    let arrives = asked.public_target.is_none_or(|target| target.is_reached_from(&seen));
    (arrives && !seen.is_private() && !seen.is_nowhere()).then(|| seen.to_string())
}

impl PublicTarget {
    /// Whether it may have an address of the family of `source`. Anywhere is of either.
    fn is_reached_from(&self, source: &Source) -> bool {
        (self.ipv4 || !source.is_ipv4()) && (self.ipv6 || !source.is_ipv6())
    }
}
