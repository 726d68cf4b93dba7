//! Whether a connection would get through, as far as the network rules can tell.

use serde::{Deserialize, Serialize};

use crate::port::Port;
use crate::problem::Violation;
use crate::source::Source;

/// What the inbound rules of a machine say about a port, or several, and one source, at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preflight {
    /// The port that was asked about, the first if there were several.
    pub port: Port,
    /// The source that was asked about.
    pub source: Source,
    /// Whether a connection gets through now.
    pub reach: Reach,
    /// Rules above JIT's own that let sources in without any request, so that the policy does
    /// not protect the port.
    pub exposed_by: Vec<RuleRef>,
    /// The same of the other ports that were asked about.
    pub also: Vec<PortReach>,
    /// Why a request from the source would be refused, whatever else is asked for, if it would.
    pub refused_source: Option<Violation>,
    /// All that was looked at, and what came of it.
    pub diagnosis: Diagnosis,
}

/// Whether a connection gets through to one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortReach {
    /// The port.
    pub port: Port,
    /// Whether it gets through now.
    pub reach: Reach,
}

/// What stands between somebody and a port, all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// The one thing that matters most, in a sentence.
    pub headline: String,
    /// How it stands on the whole.
    pub verdict: Verdict,
    /// Everything that was looked at, in the order in which one depends on the other.
    pub checks: Vec<Check>,
    /// The same in Markdown, to be pasted into a ticket.
    pub report: String,
}

/// One thing that a connection needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// What it is.
    #[cfg_attr(feature = "openapi", schema(example = "JIT policy"))]
    pub name: String,
    /// How it stands with it.
    pub verdict: Verdict,
    /// What was found, in a sentence.
    pub finding: String,
    /// What helps, in a sentence, where something is in the way.
    pub fix: Option<String>,
}

/// How it stands with something that a connection needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// Worth knowing; it does not stand in the way by itself.
    Warning,
    /// Without something being done, nobody gets through.
    Obstacle,
    /// It could not be found out.
    #[default]
    Unknown,
}

/// Whether the rules let a connection through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Reach {
    /// Every network security group in the way lets it in.
    Accessible,
    /// A rule keeps it out.
    Blocked {
        /// The rule.
        by: RuleRef,
    },
    /// The machine has no address for such a source, whatever the rules say.
    Unreachable {
        /// Which it has, in a sentence for people.
        reason: String,
    },
    /// There is no network security group, neither on the NIC nor on its subnet.
    Unfiltered,
    /// The rules could not be read, or one of them says something only Azure can resolve.
    Unverified {
        /// Why, in a sentence for people.
        reason: String,
    },
}

/// A rule of a network security group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleRef {
    /// The group's name.
    pub nsg: String,
    /// The rule's name.
    pub rule: String,
    /// Its priority; lower goes first.
    pub priority: u16,
    /// Whether Microsoft Defender for Cloud made it for just-in-time access.
    pub made_by_jit: bool,
}
