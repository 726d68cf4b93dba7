//! Who may do what, and where: the `access` rules.
//!
//! What no rule allows is denied. Several rules add up, but each limit is judged within the rule
//! that allows; [`RulesOf::explain`] is the one place where that is decided.

mod explain;
mod in_force;
mod limits;
mod parse;
mod place;
mod scope;
mod subject;

use shared::compliance::AssignmentScope;
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::redirection::Redirection;
use shared::resource_id::ArmName;
use shared::source::Source;
use shared::verb::Verb;
use shared::vm::{May, Network, RequestLimits};
use uuid::Uuid;

use crate::inventory::Ancestry;

pub use explain::{Asked, Explanation, Finding, PublicTarget, Question};
pub use in_force::RulesInForce;
pub use limits::{Breadth, ReasonRule, SourceRule, Way};
pub use parse::{Fault, Origin, RulesError, duration_in_words};
pub use place::Place;
pub use scope::Scope;
pub use subject::{Subjects, Who};

/// All access rules, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<Rule>);

/// One rule: to whom, on what, what they may do, and within what limits.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What people call it; unique in the file.
    pub name: String,
    /// For whom it is.
    pub to: Subjects,
    /// Where it holds.
    pub on: Vec<Scope>,
    /// What it allows.
    pub may: Vec<Verb>,
    /// The ports that may be requested; `None` for every port.
    pub ports: Option<Vec<Port>>,
    /// How long a request may last.
    pub longest: AccessDuration,
    /// From where access may be requested.
    pub source: SourceRule,
    /// What is expected of the reason.
    pub reason: ReasonRule,
    /// What of their own device people may share with a machine.
    pub redirections: Vec<Redirection>,
    /// Whether what is prepared for others may be for guests, who have no account.
    pub guests: bool,
}

/// The rules that are about one person. Nothing here tells of any other.
#[derive(Debug, Clone)]
pub struct RulesOf<'r>(Vec<&'r Rule>);

impl Rules {
    /// Whether any rule is for a group.
    pub fn name_groups(&self) -> bool {
        self.0.iter().any(|rule| !rule.to.groups.is_empty())
    }

    /// The rules, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// The rules that are about `who`.
    pub fn of(&self, who: Who<'_>) -> RulesOf<'_> {
        RulesOf(self.0.iter().filter(|rule| rule.to.include(who)).collect())
    }

    /// The names of the rules that are not about `who`, for whoever keeps the rules.
    pub fn not_about(&self, who: Who<'_>) -> Vec<&str> {
        self.0.iter().filter(|rule| !rule.to.include(who)).map(|rule| rule.name.as_str()).collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The names of the rules that hold on a management group, and so depend on knowing which
    /// groups a subscription is in.
    pub fn on_management_groups(&self) -> Vec<&str> {
        let on_group = self.0.iter().filter(|rule| rule.holds_on_a_management_group());
        on_group.map(|rule| rule.name.as_str()).collect()
    }
}

impl<'r> RulesOf<'r> {
    /// Whether no rule at all is about them.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of them that let people do this.
    #[must_use]
    pub fn letting(&self, verb: Verb) -> Self {
        Self(self.0.iter().copied().filter(|rule| rule.lets(verb)).collect())
    }

    /// Whether any of them depends on knowing which management groups a subscription is in.
    pub fn hold_on_management_groups(&self) -> bool {
        self.0.iter().any(|rule| rule.holds_on_a_management_group())
    }

    /// Whether the id of a machine tells all that any of them goes by.
    pub fn hold_on_ids_alone(&self) -> bool {
        self.0.iter().flat_map(|rule| &rule.on).all(Scope::is_of_ids)
    }

    /// What some rule lets them do somewhere, each once. Whoever may do anything may see.
    pub fn verbs(&self) -> Vec<Verb> {
        let any = |verb: &Verb| match verb {
            Verb::See => !self.is_empty(),
            verb => self.0.iter().any(|rule| rule.may.contains(verb)),
        };
        Verb::ALL.into_iter().filter(any).collect()
    }

    /// The networks that any of them names, each once.
    pub fn networks(&self) -> Vec<Network> {
        let mut networks: Vec<_> = self.0.iter().flat_map(|rule| &rule.source.networks).cloned().collect();
        networks.sort_unstable_by(|a, b| (&a.name, a.range).cmp(&(&b.name, b.range)));
        networks.dedup();
        networks
    }

    /// Whether they may know that the machine exists.
    pub fn may_see(&self, place: Place<'_>) -> bool {
        self.0.iter().any(|rule| rule.holds_at(place))
    }

    /// Whether any rule may hold on a machine of the subscription, of which nothing else is known but
    /// its management groups, if those are.
    pub fn may_hold_in(&self, subscription: Uuid, management_groups: Option<&[ArmName]>) -> bool {
        let scopes = || self.0.iter().flat_map(|rule| &rule.on);
        scopes().any(|scope| scope.may_be_in(subscription, management_groups))
    }

    /// Whether they may do this to the machine at all.
    pub fn allow(&self, verb: Verb, place: Place<'_>) -> bool {
        self.allowing(verb, place).next().is_some()
    }

    /// Whether they may do this to all of a subscription, which is in these management groups, as far
    /// as they could be read.
    pub fn allow_throughout(
        &self,
        verb: Verb,
        subscription: Uuid,
        management_groups: Option<&[ArmName]>,
    ) -> bool {
        let mut on = self.0.iter().filter(|rule| rule.lets(verb)).flat_map(|rule| &rule.on);
        on.any(|scope| scope.covers_subscription(subscription, management_groups))
    }

    /// Whether they may do this to a part of Azure as a whole, and whatever will be in it.
    pub fn allow_at(&self, verb: Verb, part: &AssignmentScope, ancestry: &Ancestry) -> bool {
        let groups_of = |id| ancestry.of(id).map(AsRef::as_ref);
        let mut on = self.0.iter().filter(|rule| rule.lets(verb)).flat_map(|rule| &rule.on);
        match part {
            AssignmentScope::Subscription(id) => self.allow_throughout(verb, *id, groups_of(*id)),
            AssignmentScope::ResourceGroup(id, group) => on.any(|scope| match scope {
                Scope::ResourceGroup(theirs, named) => theirs == id && named == group,
                scope => scope.covers_subscription(*id, groups_of(*id)),
            }),
            AssignmentScope::ManagementGroup(group) => on.any(|scope| match scope {
                Scope::ManagementGroup(named) => named == group || ancestry.is_below(group, named),
                Scope::Subscription(_) | Scope::ResourceGroup(..) | Scope::Vm(_) | Scope::Tag { .. } => false,
            }),
        }
    }

    /// Whether they may do this to the machine with this source, if nothing else is wrong.
    pub fn allow_source(&self, verb: Verb, place: Place<'_>, source: &Source) -> bool {
        self.allowing(verb, place).any(|rule| rule.source.judge(source).is_ok())
    }

    /// Whether some rule lets them ask for a shareable link to the machine, if nothing else is wrong.
    pub fn allow_link(&self, place: Place<'_>) -> bool {
        self.allowing(Verb::Request, place).any(|rule| rule.source.shareable_links)
    }

    /// What they may do with the machine, as the page is told.
    pub fn may(&self, place: Place<'_>) -> May {
        let limits = |verb| self.allowing(verb, place).map(Rule::limits).collect();
        May {
            start: self.allow(Verb::Start, place),
            configure: self.allow(Verb::Configure, place),
            request: limits(Verb::Request),
            request_for_others: limits(Verb::RequestForOthers),
        }
    }

    /// What each rule makes of the question, in the order of the file.
    pub fn explain(&self, question: &Question<'_>) -> Explanation<'r> {
        Explanation::new(self.0.iter().map(|rule| Finding::of(rule, question)).collect())
    }

    fn allowing(&self, verb: Verb, place: Place<'_>) -> impl Iterator<Item = &'r Rule> {
        self.0.iter().copied().filter(move |rule| rule.lets(verb) && rule.holds_at(place))
    }
}

impl Rule {
    /// Whether the rule holds for the machine.
    pub fn holds_at(&self, place: Place<'_>) -> bool {
        self.on.iter().any(|scope| scope.covers(place))
    }

    /// Whether the rule holds on a management group, among others perhaps.
    pub fn holds_on_a_management_group(&self) -> bool {
        self.on.iter().any(|scope| matches!(scope, Scope::ManagementGroup(_)))
    }

    /// Whether the rule allows this, where it holds and within its limits.
    pub fn lets(&self, verb: Verb) -> bool {
        verb == Verb::See || self.may.contains(&verb)
    }

    /// Whether the rule is about `port`.
    pub fn allows_port(&self, port: Port) -> bool {
        self.ports.as_ref().is_none_or(|ports| ports.contains(&port))
    }

    fn limits(&self) -> RequestLimits {
        RequestLimits {
            rule: self.name.clone(),
            ports: self.ports.clone(),
            longest: self.longest,
            widest: self.source.widest,
            networks: self.source.networks.clone(),
            anywhere: self.source.anywhere,
            bastion: self.source.bastion,
            reason_required: self.reason.required,
            reason_hint: self.reason.hint.clone(),
            redirections: self.redirections.clone(),
            guests: self.guests,
        }
    }
}

#[cfg(test)]
mod tests;
