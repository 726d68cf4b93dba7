//! What is written to those who answer for machines that ought to be protected: one message for each.

mod addresses;
mod link;
mod text;
mod weekly;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::compliance::{ComplianceState, LiveState, is_to_be_remediated};
use shared::jit_list::Severity;
use shared::port::Port;
use shared::resource_id::VmId;
use url::Url;

use super::row::seen;
use super::{Judged, OwnerTag};

pub use addresses::{AddressBook, NOBODY};
pub use text::one_line;
pub use weekly::{WeekTime, Weekly};

/// How many machines one message is about at most: the most severe.
pub const MOST: usize = 1000;

/// A machine that something is to be done about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its ARM resource id.
    pub id: VmId,
    /// Its name.
    pub name: String,
    /// Its resource group.
    pub resource_group: String,
    /// The display name of its subscription.
    pub subscription: String,
    /// The management ports that rules open.
    pub open_ports: Vec<Port>,
    /// How much it needs just-in-time access.
    pub severity: Option<Severity>,
    /// What Postern sees.
    pub live: LiveState,
    /// What Azure Policy makes of it.
    pub state: Option<ComplianceState>,
    /// Why something is to be done, in sentences for people.
    pub why: String,
}

/// What is written to one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Who answers for the machines, by their tag; absent where nobody is named.
    pub owner: Option<String>,
    /// The line above it.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The link in it.
    pub link: String,
    /// The machines, the most severe first.
    pub machines: Vec<Finding>,
    /// How many there are, where those are not all.
    pub total: usize,
}

/// Who has owners asked.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    /// Somebody, by name and by what they sign in with.
    Person(&'a str, &'a str),
    /// The settings, every week.
    Settings,
}

impl Finding {
    /// What is to be done about a machine; or why nothing is.
    pub fn of(judged: &Judged<'_>) -> Result<Self, &'static str> {
        let state = judged.state(None);
        if !is_to_be_remediated(state, judged.live) {
            return Err(match (state, judged.live) {
                (Some(ComplianceState::Exempt), _) => "It is exempt from the policy.",
                (_, LiveState::Protected) => "Just-in-time access protects it by now.",
                (_, LiveState::NotNeeded) => "No rule opens a management port of it any more.",
                _ => "Whether anything is to be done about it is not known.",
            });
        }
        let vm = &judged.entry.vm;
        let (open_ports, detail) = seen(&judged.entry.standing);
        Ok(Self {
            id: vm.id.clone(),
            name: vm.id.name().to_string(),
            resource_group: vm.id.resource_group().to_string(),
            subscription: vm.subscription_name.clone(),
            open_ports,
            severity: judged.severity,
            live: judged.live,
            state,
            why: text::why(judged.live, state, detail.as_deref()),
        })
    }

    /// Whether it needs just-in-time access so much, or more.
    pub fn is_as_severe_as(&self, least: Severity) -> bool {
        self.severity.unwrap_or(Severity::Unknown) <= least
    }
}

/// One message for each owner, by name, and the last for the machines of nobody. Names that differ in
/// case alone are the same.
pub fn askings(
    findings: impl IntoIterator<Item = (Option<String>, Finding)>,
    by: Asker<'_>,
    tag: &OwnerTag,
    site: &Url,
) -> Vec<Asking> {
    let mut owners: BTreeMap<(bool, String), (Option<String>, Vec<Finding>)> = BTreeMap::new();
    for (owner, finding) in findings {
        let key = (owner.is_none(), owner.as_deref().unwrap_or_default().to_lowercase());
        owners.entry(key).or_insert_with(|| (owner, Vec::new())).1.push(finding);
    }
    let asking = |(owner, mut machines): (Option<String>, Vec<Finding>)| {
        let order = |finding: &Finding| {
            let severity = finding.severity.unwrap_or(Severity::Healthy);
            (severity, finding.subscription.clone(), finding.id.clone())
        };
        machines.sort_by_cached_key(order);
        let total = machines.len();
        machines.truncate(MOST);
        let link = link::link(site, owner.as_deref(), &machines, total);
        let text = text::Letter { owner: owner.as_deref(), machines: &machines, total, link: &link, by, tag };
        let (subject, text) = (text::subject(total), text.text());
        Asking { owner, subject, text, link, machines, total }
    };
    owners.into_values().map(asking).collect()
}

#[cfg(test)]
mod tests;
