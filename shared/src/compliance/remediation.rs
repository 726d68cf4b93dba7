//! Asking those who answer for machines to do something about them.

use serde::{Deserialize, Serialize};

use super::{ComplianceState, LiveState};
use crate::resource_id::VmId;

/// Machines whose owners are to be asked to protect them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRemediation {
    /// The machines; one to a thousand.
    pub vms: Vec<VmId>,
    /// How the owners are told.
    pub way: RemediationWay,
    /// The name of the webhook in the settings, where they are told by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
}

impl NewRemediation {
    /// How many machines can be named.
    pub const MOST: usize = 1000;
}

/// How owners are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RemediationWay {
    /// Not at all: the messages are shown, to be copied.
    Preview,
    /// By mail.
    Mail,
    /// By a webhook of the settings.
    Webhook,
}

/// What is, or would be, written to the owners of machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Remediation {
    /// One message for each owner, by name, and the last for machines without.
    pub messages: Vec<RemediationMessage>,
    /// The machines that no owner is asked about.
    pub left_out: Vec<LeftOut>,
    /// The tag that says who answers for a machine.
    pub owner_tag: String,
    /// Whether Postern can send mail.
    pub mail: bool,
    /// The webhooks that owners can be told by.
    pub webhooks: Vec<String>,
}

/// What is written to one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemediationMessage {
    /// Who answers for the machines, by their tag; absent where nobody is named.
    pub owner: Option<String>,
    /// The addresses that a mail goes to.
    pub to: Vec<String>,
    /// Why no mail can go to them, in a sentence for people.
    pub no_mail: Option<String>,
    /// The line above it.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The link in it, which opens Postern with these machines chosen.
    pub link: String,
    /// The machines.
    pub vms: Vec<VmId>,
    /// What became of it.
    pub outcome: RemediationOutcome,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RemediationOutcome {
    /// It is only shown.
    Preview,
    /// It is on record and on its way, and tried again until it is taken.
    Accepted,
    /// It went to nobody, for there is no address.
    NotSent,
}

/// A machine that nobody is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOut {
    /// The machine.
    pub vm: VmId,
    /// Why, in a sentence for people.
    pub why: String,
}

/// Whether there is anything that the owner of a machine can be asked for: Azure Policy does not exempt
/// it, and its ports are open, or Azure asks for just-in-time access and nobody sees that it is there.
pub fn is_to_be_remediated(state: Option<ComplianceState>, live: LiveState) -> bool {
    match live {
        LiveState::Exposed | LiveState::Bypassed => state != Some(ComplianceState::Exempt),
        LiveState::Unknown | LiveState::Unsupported => state == Some(ComplianceState::NonCompliant),
        LiveState::NotNeeded | LiveState::Protected => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_asked_only_where_there_is_something_to_do() {
        let states = || ComplianceState::ALL.map(Some).into_iter().chain([None]);
        for (live, expected) in [
            (LiveState::Exposed, 6),
            (LiveState::Bypassed, 6),
            (LiveState::Unknown, 1),
            (LiveState::Unsupported, 1),
            (LiveState::NotNeeded, 0),
            (LiveState::Protected, 0),
        ] {
            let asked = states().filter(|state| is_to_be_remediated(*state, live)).count();
            assert_eq!(asked, expected, "{live:?}");
        }
        assert!(!is_to_be_remediated(Some(ComplianceState::Exempt), LiveState::Exposed));
    }
}
