//! How all machines stand with just-in-time access: the page of Defender for Cloud with its tabs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::defender::SubscriptionPlan;
use crate::policy::PortRule;
use crate::port::Port;
use crate::preflight::RuleRef;
use crate::resource_id::VmId;
use crate::vm::{Os, PowerState, SubscriptionName, UnreadableSubscription, Unsupported};

/// The tabs of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// A policy names the machine.
    #[default]
    Configured,
    /// None does, and one could.
    NotConfigured,
    /// Just-in-time access cannot be set up on it.
    Unsupported,
}

impl Tab {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Configured, Self::NotConfigured, Self::Unsupported];

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::NotConfigured => "not-configured",
            Self::Unsupported => "unsupported",
        }
    }
}

/// One page of a tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JitPage {
    /// The machines, in the order that was asked for.
    pub items: Vec<JitRow>,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// How many machines of the tab match in all.
    pub total: u32,
    /// How many match in each tab.
    pub counts: TabCounts,
    /// When Azure was last asked for the list.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
    /// The subscriptions whose machines, or policies, could not be read.
    pub unreadable: Vec<UnreadableSubscription>,
    /// What the filters can be set to, over everything the person may see; absent where that was
    /// not asked for.
    pub facets: Option<JitFacets>,
    /// The Defender plans of the subscriptions that they see machines of.
    pub plans: Vec<SubscriptionPlan>,
}

/// How many machines match in each tab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TabCounts {
    /// Those that a policy names.
    pub configured: u32,
    /// Those that could have one and have none.
    pub not_configured: u32,
    /// Those that cannot have one.
    pub unsupported: u32,
    /// Those of which it is not known, because policies could not be read. They are in no tab.
    pub unknown: u32,
}

/// What the machines that a person may see can be told apart by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JitFacets {
    /// Subscriptions by name.
    pub subscriptions: Vec<SubscriptionName>,
    /// Resource groups.
    pub groups: Vec<String>,
    /// Regions.
    pub locations: Vec<String>,
}

/// A machine and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JitRow {
    /// Its ARM resource id.
    pub id: VmId,
    /// The display name of its subscription.
    pub subscription_name: String,
    /// The Azure region.
    pub location: String,
    /// Its operating system.
    pub os: Os,
    /// Whether it runs.
    pub power: PowerState,
    /// How it stands.
    pub standing: Standing,
    /// Whether the person who looks may request access to it.
    pub may_request: bool,
    /// Whether they may set just-in-time access up on it, and edit its policy.
    pub may_configure: bool,
}

impl JitRow {
    /// Whether it shares its policy with other machines, and the person who looks may give it one of
    /// its own.
    pub fn may_leave_policy(&self) -> bool {
        let shares = matches!(&self.standing, Standing::Configured(policy) if policy.shared_with > 0);
        self.may_configure && shares
    }
}

/// How a machine stands with just-in-time access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "tab", rename_all = "kebab-case")]
pub enum Standing {
    /// A policy names it.
    Configured(Configured),
    /// None does, and one could.
    NotConfigured {
        /// How much it needs one.
        severity: Severity,
        /// Why, in a sentence for people.
        reason: String,
    },
    /// Just-in-time access cannot be set up on it.
    Unsupported(Unsupported),
}

/// How a machine that has a policy is doing. What was requested is that of the last seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Configured {
    /// The resource id of the policy.
    pub policy_id: String,
    /// Its ports.
    pub ports: Vec<PortRule>,
    /// How many other machines the policy names.
    pub shared_with: u32,
    /// Whether connections go through an Azure Firewall; else through network security groups.
    pub firewall: bool,
    /// How many requests Azure approved.
    pub approved: u32,
    /// When the latest of them was.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_access: Option<Timestamp>,
    /// What those sign in with who made it, if the person who looks may know: it is theirs, or they
    /// may read the audit trail of the machine.
    pub last_user: Option<String>,
    /// What is open, or opening, at this moment.
    pub open: Vec<OpenPort>,
    /// Rules that let people in without any request.
    pub risks: Vec<Risk>,
    /// Why it is not known whether there are more of those, in a sentence for people.
    pub unsure: Option<String>,
    /// Why the policy opens nothing, if that is known.
    pub unsupported: Option<Unsupported>,
}

/// A port that is open, or opening, for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenPort {
    /// The port.
    pub port: Port,
    /// When Azure closes it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

/// A rule that stands before those of just-in-time access, and lets people in without a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Risk {
    /// The rule.
    pub rule: RuleRef,
    /// The ports of the policy that it opens.
    pub ports: Vec<Port>,
    /// What it does, in a sentence for people.
    pub detail: String,
}

/// How much a machine needs just-in-time access, in the words of Defender for Cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Management ports are open to the Internet, or to a wide range of it.
    High,
    /// Management ports are open to some.
    Low,
    /// It is not known.
    Unknown,
    /// Management ports are not open: nothing needs to be locked down.
    Healthy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_is_called_the_same_in_addresses_and_on_the_wire() {
        for tab in Tab::ALL {
            assert_eq!(serde_json::to_value(tab).unwrap(), tab.name());
        }
    }
}
