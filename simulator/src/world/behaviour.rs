//! How this Azure behaves where the real one leaves a choice or is not known.

use jiff::SignedDuration;
use serde::Deserialize;

use super::ActivityDelay;

/// Delays, and the answers to questions that Azure's documents leave open.
///
/// Every field can be set under `[behaviour]` in a world file; durations are written `PT10S` or `10s`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// Whether a requested source must equal the policy's or may lie inside it.
    pub source_rule: SourceRule,
    /// Which earlier grants a new one ends.
    pub replaces: Replaces,
    /// Status of a refused `initiate`.
    pub refusal_status: u16,
    /// `error.code` of a refused `initiate`.
    pub refusal_code: String,
    /// Whether `initiate` takes `allowedSourceAddressPrefixes`, which its contract does not name.
    pub several_sources: bool,
    /// How much longer than the policy's maximum a request may be, for clocks that differ.
    pub leeway: SignedDuration,
    /// The shortest time that `initiate` takes; whether Azure has one is not known, policies have
    /// five minutes.
    pub shortest_request: SignedDuration,
    /// From an accepted `initiate` until the port is open.
    pub initiate_delay: SignedDuration,
    /// From a saved policy until it reads `Succeeded` and its deny rules stand.
    pub update_delay: SignedDuration,
    /// From `start` until the machine runs.
    pub start_delay: SignedDuration,
    /// From `createShareableLinks`, or its counterpart, until the link is there, or gone. Without a
    /// delay the answer is 200, else 202.
    pub link_delay: SignedDuration,
    /// How long a policy remembers requests that have ended.
    pub history: SignedDuration,
    /// Where the deny rules of policies go; counts down when taken.
    pub deny_priority: u16,
    /// Which security groups just-in-time writes its rules to.
    pub rules_on: RulesOn,
    /// Whether saving a policy needs Defender for Servers Plan 2 on the subscription.
    pub plan_required: bool,
    /// What `initiate` makes of a machine that has neither a security group before any interface
    /// nor a firewall that the policy names. The documents call such a machine unsupported, and do
    /// not say what becomes of one that is in a policy all the same.
    pub without_group: WithoutGroup,
    /// `error.code` of a policy refused for want of the plan.
    pub plan_refusal_code: String,
    /// How far Resource Graph lags behind.
    pub graph_lag: SignedDuration,
    /// How often Defender looks at a machine, each by its own clock: once in hours in Azure, up to a
    /// day. Until then it says what it said. Without a time it looks whenever it is asked.
    pub assessment_every: SignedDuration,
    /// From a policy assignment that was written until Azure Policy looks at its machines first.
    pub first_evaluation: SignedDuration,
    /// From a verdict that changed until Azure Policy looks at the machine again.
    pub changed_evaluation: SignedDuration,
    /// How often Azure Policy looks at all machines again.
    pub evaluation_every: SignedDuration,
    /// How long a scan takes that somebody asked for.
    pub scan_time: SignedDuration,
    /// How long Azure Policy keeps what it found; for how long is not documented.
    pub states_kept: SignedDuration,
    /// States on a page, if a query wants no fewer.
    pub states_page: usize,
    /// How far the activity log is behind: 3 to 20 minutes.
    pub activity_delay: ActivityDelay,
    /// Whether the activity log tells the bodies of calls in `properties.requestbody`. Its
    /// specification has an empty one; whether just-in-time fills it is not known.
    pub activity_bodies: Bodies,
    /// Whether Resource Graph says which management groups a subscription is in.
    pub ancestors: Ancestors,
    /// Whether calls are counted against Azure's limits.
    pub throttling: bool,
    /// Rows on a page of a list.
    pub page_size: usize,
    /// Life of an access token.
    pub token_life: SignedDuration,
    /// Life of an authorization code.
    pub code_life: SignedDuration,
}

/// See [`Behaviour::source_rule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceRule {
    /// Only the policy's own address or range.
    Exact,
    /// Anything inside the policy's range.
    Subset,
}

/// See [`Behaviour::ancestors`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ancestors {
    /// It says.
    Shown,
    /// The column is empty.
    Hidden,
}

/// See [`Behaviour::activity_bodies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bodies {
    /// It tells them.
    Shown,
    /// The field is there and empty.
    Hidden,
}

/// See [`Behaviour::replaces`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replaces {
    /// Any grant of the same port of the same machine, whoever asked for it.
    SamePort,
    /// Only a grant of the same port to the same source.
    SameSource,
    /// Only a grant of the same port to the same requestor.
    SameRequestor,
}

/// See [`Behaviour::rules_on`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RulesOn {
    /// The interface's group, or the subnet's where the interface has none.
    Nearest,
    /// The interface's group and the subnet's.
    Both,
}

/// See [`Behaviour::without_group`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutGroup {
    /// Refused like anything else that is outside the policy.
    Refused,
    /// Accepted, and nothing is opened.
    Accepted,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            source_rule: SourceRule::Subset,
            replaces: Replaces::SamePort,
            refusal_status: 400,
            refusal_code: "BadRequest".to_owned(),
            several_sources: false,
            leeway: SignedDuration::from_secs(60),
            shortest_request: SignedDuration::ZERO,
            initiate_delay: SignedDuration::from_secs(10),
            update_delay: SignedDuration::from_secs(5),
            start_delay: SignedDuration::from_secs(30),
            link_delay: SignedDuration::ZERO,
            history: SignedDuration::from_hours(24 * 30),
            deny_priority: 4096,
            rules_on: RulesOn::Both,
            plan_required: true,
            without_group: WithoutGroup::Refused,
            plan_refusal_code: "PricingTierNotSupported".to_owned(),
            graph_lag: SignedDuration::ZERO,
            assessment_every: SignedDuration::ZERO,
            first_evaluation: SignedDuration::from_mins(5),
            changed_evaluation: SignedDuration::from_mins(15),
            evaluation_every: SignedDuration::from_hours(24),
            scan_time: SignedDuration::from_mins(5),
            states_kept: SignedDuration::from_hours(90 * 24),
            states_page: 1000,
            activity_delay: ActivityDelay::SHORTEST,
            activity_bodies: Bodies::Hidden,
            ancestors: Ancestors::Shown,
            throttling: true,
            page_size: 100,
            token_life: SignedDuration::from_secs(3599),
            code_life: SignedDuration::from_mins(10),
        }
    }
}
