//! How machines comply with the policy that they should have just-in-time access: what Azure Policy
//! makes of them, and what Postern sees.

mod assignment;
mod choice;
mod history;
mod remediation;
mod scan;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::jit_list::Severity;
use crate::port::Port;
use crate::resource_id::VmId;
use crate::vm::{SubscriptionName, UnreadableSubscription};

pub use assignment::{
    AssignableScope, Assignment, AssignmentList, AssignmentScope, Effect, NewAssignment, ScopeKind,
};

pub use choice::{choice_of, chosen_in};
pub use history::{ComplianceDay, ComplianceHistory};
pub use remediation::{
    LeftOut, NewRemediation, Remediation, RemediationMessage, RemediationOutcome, RemediationWay,
    is_to_be_remediated,
};
pub use scan::{NewScans, Scan, ScanList};

/// Azure's built-in policy definition: management ports of virtual machines should be protected with
/// just-in-time network access control.
pub const DEFINITION: &str = "b0f33259-77d7-4c9e-aac6-3aabcfae693c";

/// What Azure Policy makes of a machine, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ComplianceState {
    /// It does not do what the policy asks for.
    NonCompliant,
    /// Two policies contradict each other.
    Conflicting,
    /// Azure does not know, or said something new.
    Unknown,
    /// It is covered, and Azure has not looked at it yet.
    NotStarted,
    /// It need not.
    Exempt,
    /// It does.
    Compliant,
}

impl ComplianceState {
    /// All of them, the worst first.
    pub const ALL: [Self; 6] = [
        Self::NonCompliant,
        Self::Conflicting,
        Self::Unknown,
        Self::NotStarted,
        Self::Exempt,
        Self::Compliant,
    ];

    /// Its name in an address, and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::NonCompliant => "non-compliant",
            Self::Conflicting => "conflicting",
            Self::Unknown => "unknown",
            Self::NotStarted => "not-started",
            Self::Exempt => "exempt",
            Self::Compliant => "compliant",
        }
    }
}

/// What Postern sees of a machine at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LiveState {
    /// No policy names it, and its rules open management ports.
    Exposed,
    /// A policy names it, and a rule lets people in past it.
    Bypassed,
    /// It is not known.
    Unknown,
    /// Just-in-time access cannot be set up on it.
    Unsupported,
    /// No policy names it, and no rule opens a management port.
    NotNeeded,
    /// A policy keeps its ports closed.
    Protected,
}

impl LiveState {
    /// All of them, the worst first.
    pub const ALL: [Self; 6] =
        [Self::Exposed, Self::Bypassed, Self::Unknown, Self::Unsupported, Self::NotNeeded, Self::Protected];

    /// Its name in an address, and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exposed => "exposed",
            Self::Bypassed => "bypassed",
            Self::Unknown => "unknown",
            Self::Unsupported => "unsupported",
            Self::NotNeeded => "not-needed",
            Self::Protected => "protected",
        }
    }
}

/// One page of machines, and what there is to say of all that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompliancePage {
    /// The machines, the most severe group first, and in each the most severe machine.
    pub items: Vec<ComplianceRow>,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// How many machines match in all.
    pub total: u32,
    /// How many of those that match all else are in which state.
    pub counts: StateCounts,
    /// The groups that machines of this page are in, in their order.
    pub groups: Vec<ComplianceGroup>,
    /// The tag that says who answers for a machine.
    pub owner_tag: String,
    /// When Azure Policy was asked, the longest ago of what is shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub as_of: Timestamp,
    /// When the live view is from.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub live_as_of: Timestamp,
    /// The subscriptions of which something could not be read.
    pub unreadable: Vec<UnreadableSubscription>,
    /// What the filters can be set to, over everything that the person may comply on; absent where
    /// that was not asked for.
    pub facets: Option<ComplianceFacets>,
}

/// How many machines are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StateCounts {
    /// Those that do not comply.
    pub non_compliant: u32,
    /// Those that comply.
    pub compliant: u32,
    /// Those that need not.
    pub exempt: u32,
    /// Those of which Azure knows nothing, or nothing yet.
    pub other: u32,
    /// Those that no assignment is about.
    pub not_covered: u32,
}

impl StateCounts {
    /// One machine more.
    pub fn add(&mut self, state: Option<ComplianceState>) {
        use ComplianceState::{Compliant, Conflicting, Exempt, NonCompliant, NotStarted, Unknown};
        *match state {
            Some(NonCompliant) => &mut self.non_compliant,
            Some(Compliant) => &mut self.compliant,
            Some(Exempt) => &mut self.exempt,
            Some(Conflicting | Unknown | NotStarted) => &mut self.other,
            None => &mut self.not_covered,
        } += 1;
    }

    /// So many machines more.
    pub fn add_all(&mut self, others: Self) {
        self.non_compliant += others.non_compliant;
        self.compliant += others.compliant;
        self.exempt += others.exempt;
        self.other += others.other;
        self.not_covered += others.not_covered;
    }

    /// How many an assignment is about.
    pub fn covered(&self) -> u32 {
        self.non_compliant + self.compliant + self.exempt + self.other
    }
}

/// Machines that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceGroup {
    /// The resource group or the owner; absent for those without an owner.
    pub name: Option<String>,
    /// The subscription of the resource group.
    pub subscription_name: Option<String>,
    /// Whose the machines of the resource group are, where all say the same.
    pub owner: Option<String>,
    /// How many machines that match are in it.
    pub machines: u32,
    /// How many of them have management ports open to the Internet, or to a wide range of it.
    pub high: u32,
}

/// What the machines can be told apart by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceFacets {
    /// Assignments by name.
    pub assignments: Vec<AssignmentName>,
    /// Resource groups.
    pub groups: Vec<String>,
    /// Owners.
    pub owners: Vec<String>,
    /// Subscriptions by name.
    pub subscriptions: Vec<SubscriptionName>,
}

/// An assignment and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentName {
    /// What people call it.
    pub name: String,
    /// Its ARM resource id, in small letters.
    pub id: String,
}

/// A machine and how it complies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceRow {
    /// Its ARM resource id.
    pub id: VmId,
    /// The display name of its subscription.
    pub subscription_name: String,
    /// Who answers for it, by its tag.
    pub owner: Option<String>,
    /// What Azure Policy makes of it, the worst of all assignments; absent where none is about it.
    pub state: Option<ComplianceState>,
    /// When Azure last looked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub evaluated_at: Option<Timestamp>,
    /// What each assignment makes of it.
    pub verdicts: Vec<AssignmentVerdict>,
    /// What Postern sees now.
    pub live: LiveState,
    /// How much it needs just-in-time access, where it has none that holds.
    pub severity: Option<Severity>,
    /// The management ports that rules open.
    pub open_ports: Vec<Port>,
    /// What Postern sees, in a sentence for people.
    pub detail: Option<String>,
    /// Where Azure and Postern differ: why, and what it will be, in sentences for people.
    pub difference: Option<String>,
    /// Whether the person who looks may set just-in-time access up on it.
    pub may_configure: bool,
}

/// What one assignment makes of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentVerdict {
    /// What the assignment is called.
    pub assignment: String,
    /// What it makes of it.
    pub state: ComplianceState,
    /// When Azure last looked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub evaluated_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_called_the_same_in_addresses_and_on_the_wire() {
        for state in ComplianceState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        for state in LiveState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }

    #[test]
    fn every_machine_is_counted_once() {
        let mut counts = StateCounts::default();
        ComplianceState::ALL.map(Some).into_iter().chain([None]).for_each(|state| counts.add(state));
        assert_eq!((counts.covered(), counts.not_covered, counts.other), (6, 1, 3));
    }
}
