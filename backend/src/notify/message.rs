//! What others are told of an entry of the audit trail.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::access::{AccessRequest, NewAccess};
use shared::bastion::Whence;
use shared::resource_id::VmId;
use url::Url;

use super::Occasion;
use crate::audit::{Action, Actor, Event, Outcome, Refusal, Wanted};
use crate::store::{Entry, EntryKind};

/// What others are told. These are the fields of a webhook's body, beside `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Of what kind it is.
    pub event: Occasion,
    /// What was to be done: `open`, `close`, `configure` and the like.
    pub action: String,
    /// What came of it: `done`, `refused`, `failed`, `unknown`; or `asked`, of a change of many.
    pub outcome: String,
    /// When it was put on record.
    pub at: Timestamp,
    /// The place of its entry in the audit trail.
    pub entry: i64,
    /// Who acted.
    pub by: Who,
    /// For whom, if for somebody else.
    pub requested_for: Option<String>,
    /// The machines, or some of them.
    pub vms: Vec<VmId>,
    /// How many they are.
    pub machines: usize,
    /// The ports, if it is about some.
    pub ports: Vec<u16>,
    /// For whose address, or through which Bastion.
    pub source: Option<String>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Why, in the words of whoever asked.
    pub reason: Option<String>,
    /// Why it was not done, a sentence each.
    pub why: Vec<String>,
    /// Where Postern shows more.
    pub link: String,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// What they are called.
    pub name: String,
    /// What they sign in with, if they do.
    pub username: Option<String>,
}

impl Message {
    /// What there is to tell of an entry, if anything. An outcome comes with its intent. `site` is
    /// where people find Postern.
    pub fn of(entry: &Entry, intent: Option<&Entry>, site: &Url) -> Option<Self> {
        let content = &entry.content;
        let at = |event, action: &str, outcome: &str| Self {
            event,
            action: action.to_owned(),
            outcome: outcome.to_owned(),
            at: content.at,
            entry: entry.seq,
            by: Who::of(content.actor.clone()),
            requested_for: None,
            vms: Vec::new(),
            machines: 0,
            ports: Vec::new(),
            source: None,
            until: None,
            reason: None,
            why: Vec::new(),
            link: format!("{site}audit"),
        };
        match content.kind {
            EntryKind::Intent(_) => None,
            EntryKind::Outcome(_) => {
                let action: Action = read(&intent?.content.body)?;
                let outcome: Outcome = read(&content.body)?;
                let (event, name) = told_of(&action, &outcome)?;
                let (said, why) = in_words(outcome);
                Some(Self { why, ..at(event, name, said) }.about_action(action, site))
            }
            EntryKind::Refusal => {
                let Refusal { wanted, why, .. } = read(&content.body)?;
                let name = content.body.get("wanted")?.as_str()?;
                Some(Self { why, ..at(Occasion::Refusal, name, "refused") }.about_wish(wanted, site))
            }
            EntryKind::Event => match read(&content.body)? {
                Event::ChangeAsked { id, vms, machines, .. } => {
                    let link = format!("{site}jit/policy?change={id}");
                    let asked = at(Occasion::PolicyChange, "configure_many", "asked");
                    Some(Self { vms, machines, link, ..asked })
                }
                _ => None,
            },
        }
    }

    fn about_action(self, action: Action, site: &Url) -> Self {
        match action {
            Action::Open { request, .. } | Action::Close { request, .. } => {
                self.about_request(*request, site)
            }
            Action::Configure { vm, .. } | Action::Split { vm, .. } => {
                let link = page(site, &vm, "configuration");
                self.on(vec![vm], link)
            }
            Action::StartVm { vm } | Action::ShareableLink { vm, .. } => {
                let link = page(site, &vm, "connect");
                self.on(vec![vm], link)
            }
            Action::EnableDefender { subscription, name, .. } => {
                Self { reason: Some(format!("for the subscription {name} ({subscription})")), ..self }
            }
            Action::AssignPolicy { .. }
            | Action::RemoveAssignment { .. }
            | Action::ScanCompliance { .. }
            | Action::AskOwner { .. } => Self { link: format!("{site}compliance"), ..self },
        }
    }

    fn about_request(self, request: AccessRequest, site: &Url) -> Self {
        let by = request.handed_over.as_ref().map(|handed_over| &handed_over.by);
        let for_whom = request.requested_for.map(|name| name.to_string());
        let prepared = by.map(|by| format!("{} (prepared by {})", request.requested_by.name, by.username));
        let link = format!("{site}requests/{}", request.id);
        let message = self.on(vec![request.vm], link);
        Self {
            requested_for: for_whom.or(prepared),
            ports: request.ports.iter().map(|port| port.number()).collect(),
            source: Some(request.source.to_string()),
            until: Some(request.ends_at),
            reason: request.reason.map(|reason| reason.to_string()),
            ..message
        }
    }

    fn about_wish(self, wanted: Wanted, site: &Url) -> Self {
        let one = |vm: VmId, tab: &str| {
            let link = page(site, &vm, tab);
            self.clone().on(vec![vm], link)
        };
        match wanted {
            Wanted::Access { access, .. } => self.about_access(access, site),
            Wanted::PrepareHandoff { .. }
            | Wanted::ReadHandoff { .. }
            | Wanted::EnterHandoff { .. }
            | Wanted::RedeemHandoff { .. }
            | Wanted::EnableDefender { .. } => self,
            Wanted::AssignPolicy { .. } | Wanted::RemoveAssignment { .. } | Wanted::ScanCompliance { .. } => {
                Self { link: format!("{site}compliance"), ..self }
            }
            Wanted::Close { vm, .. } | Wanted::StartVm { vm } => one(vm, "connect"),
            Wanted::Split { vm } | Wanted::Configure { vm, .. } => one(vm, "configuration"),
            Wanted::ConfigureMany { vms, machines, .. } => Self { vms, machines, ..self },
            Wanted::AskOwners { vms, machines } => {
                Self { vms, machines, link: format!("{site}compliance"), ..self }
            }
        }
    }

    fn about_access(self, access: NewAccess, site: &Url) -> Self {
        let mut ports: Vec<u16> =
            access.vms.iter().flat_map(|target| &target.ports).map(|port| port.number()).collect();
        ports.sort_unstable();
        ports.dedup();
        let vms: Vec<VmId> = access.vms.into_iter().map(|target| target.vm).collect();
        let link = match &vms[..] {
            [vm] => page(site, vm, "connect"),
            _ => self.link.clone(),
        };
        let source = match access.source {
            Whence::Source(source) => source.to_string(),
            Whence::Bastion(_) => "through a Bastion".to_owned(),
        };
        Self {
            requested_for: access.requested_for.map(|name| name.to_string()),
            ports,
            source: Some(source),
            reason: access.reason.map(|reason| reason.to_string()),
            ..self.on(vms, link)
        }
    }

    fn on(self, vms: Vec<VmId>, link: String) -> Self {
        Self { machines: vms.len(), vms, link, ..self }
    }
}

/// What kind of news it is, and what it is called. What becomes of each machine of a change of many
/// is no news: that it was asked for is.
fn told_of(action: &Action, outcome: &Outcome) -> Option<(Occasion, &'static str)> {
    let happened = matches!(outcome, Outcome::Done { .. } | Outcome::Unknown { .. });
    match action {
        Action::Open { .. } if happened => Some((Occasion::Grant, "open")),
        Action::Open { .. } => Some((Occasion::Refusal, "open")),
        Action::Close { .. } => Some((Occasion::Closing, "close")),
        Action::Configure { change: None, .. } => Some((Occasion::PolicyChange, "configure")),
        Action::EnableDefender { .. } => Some((Occasion::PolicyChange, "enable_defender")),
        Action::AssignPolicy { .. } => Some((Occasion::PolicyChange, "assign_policy")),
        Action::RemoveAssignment { .. } => Some((Occasion::PolicyChange, "remove_assignment")),
        Action::Configure { change: Some(_), .. }
        | Action::Split { .. }
        | Action::StartVm { .. }
        | Action::ScanCompliance { .. }
        | Action::AskOwner { .. }
        | Action::ShareableLink { .. } => None,
    }
}

fn in_words(outcome: Outcome) -> (&'static str, Vec<String>) {
    match outcome {
        Outcome::Done { .. } => ("done", Vec::new()),
        Outcome::Refused { reason, .. } => ("refused", vec![reason]),
        Outcome::Failed { reason } => ("failed", vec![reason]),
        Outcome::Unknown { reason, .. } => ("unknown", vec![reason]),
    }
}

impl Who {
    pub(super) fn of(actor: serde_json::Value) -> Self {
        let named = |name: &str| Self { name: name.to_owned(), username: None };
        match serde_json::from_value(actor) {
            Ok(Actor::Person { person, .. }) => Self { name: person.name, username: Some(person.username) },
            Ok(Actor::Guest { name, .. }) => named(&name),
            Ok(Actor::Postern) => named("Postern"),
            Ok(Actor::Provider) => named("The sign-in provider"),
            Err(_) => named("Somebody"),
        }
    }
}

fn page(site: &Url, vm: &VmId, tab: &str) -> String {
    format!("{site}vms/{}/{}/{}/{tab}", vm.subscription(), vm.resource_group(), vm.name())
}

fn read<T: DeserializeOwned>(body: &serde_json::Value) -> Option<T> {
    T::deserialize(body).ok()
}
