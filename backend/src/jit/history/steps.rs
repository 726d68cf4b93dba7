//! What the audit trail tells of a request, put into words.

use serde::Deserialize;
use serde_json::Value;
use shared::access::{AccessRequest, Ending, Status};
use shared::history::{Step, StepKind};

use crate::audit::{Action, Actor, LinkDeed, Outcome};
use crate::store::{Entry, EntryKind, NewEntry};

/// The steps of a request, from its entries and from where it stands. Where somebody was is told only
/// where `whence` says so.
pub(super) fn steps(
    request: &AccessRequest,
    entries: Vec<Entry>,
    whence: &dyn Fn(&Actor) -> bool,
) -> Vec<Step> {
    let mut steps: Vec<Step> = entries.into_iter().filter_map(|entry| step(entry.content, whence)).collect();
    steps.extend(request.opened_at.map(|at| Step { at, ..bare(StepKind::Opened, request) }));
    if let Status::Ended { at, how } = &request.status {
        let detail = Some(ended(*how).to_owned());
        steps.push(Step { at: *at, detail, ..bare(StepKind::Ended, request) });
    }
    // What is told by the same clock keeps the order in which it was written.
    steps.sort_by_key(|step| step.at);
    steps
}

fn bare(what: StepKind, request: &AccessRequest) -> Step {
    Step { at: request.requested_at, what, by: None, from: None, detail: None, correlation_id: None }
}

fn step(entry: NewEntry, whence: &dyn Fn(&Actor) -> bool) -> Option<Step> {
    let NewEntry { at, kind, actor, body, .. } = entry;
    let actor: Actor = serde_json::from_value(actor).ok()?;
    let (by, from) = named(&actor);
    let from = from.filter(|_| whence(&actor));
    let plain =
        |what, detail| Step { at, what, by: by.clone(), from: from.clone(), detail, correlation_id: None };
    match kind {
        EntryKind::Intent(_) => Some(match serde_json::from_value(body).ok()? {
            Action::Open { request, replaces, .. } => {
                let rule = format!("The access rule “{}” let it through.", request.rule);
                let said = match replaces.len() {
                    0 => rule,
                    1 => format!("{rule} It was accepted that somebody else's access may end by it."),
                    count => format!("{rule} It was accepted that {count} accesses of others may end by it."),
                };
                plain(StepKind::Requested, Some(said))
            }
            Action::Close { .. } => plain(StepKind::CloseRequested, None),
            Action::ShareableLink { deed, .. } => plain(StepKind::Link, Some(asked_of_link(deed).to_owned())),
            Action::StartVm { .. }
            | Action::Configure { .. }
            | Action::Split { .. }
            | Action::EnableDefender { .. }
            | Action::AssignPolicy { .. }
            | Action::RemoveAssignment { .. }
            | Action::ScanCompliance { .. }
            | Action::AskOwner { .. } => return None,
        }),
        EntryKind::Outcome(_) => {
            let Settled { action, outcome } = Settled::read(&body)?;
            // Who asked stands in the step before; this is Azure's answer.
            Some(Step { by: None, from: None, ..answer(&action, outcome, plain(StepKind::Accepted, None))? })
        }
        EntryKind::Refusal | EntryKind::Event => None,
    }
}

/// The body of an outcome.
struct Settled {
    action: String,
    outcome: Outcome,
}

impl Settled {
    fn read(body: &Value) -> Option<Self> {
        let action = body.get("action")?.as_str()?.to_owned();
        Some(Self { action, outcome: Outcome::deserialize(body).ok()? })
    }
}

fn answer(action: &str, outcome: Outcome, step: Step) -> Option<Step> {
    let (done, not_done, said) = match action {
        "open" => (StepKind::Accepted, None, None),
        "close" => (StepKind::CloseAccepted, Some(StepKind::NotClosed), None),
        "create_link" => (StepKind::Link, Some(StepKind::Link), Some("Azure made the shareable link.")),
        "delete_link" => (StepKind::Link, Some(StepKind::Link), Some("Azure deleted the shareable link.")),
        _ => return None,
    };
    let said = said.map(str::to_owned);
    Some(match outcome {
        Outcome::Done { correlation_id } => Step { what: done, detail: said, correlation_id, ..step },
        Outcome::Refused { reason, correlation_id } => {
            let what = not_done.unwrap_or(StepKind::Refused);
            Step { what, detail: Some(reason), correlation_id, ..step }
        }
        Outcome::Failed { reason } => {
            Step { what: not_done.unwrap_or(StepKind::Failed), detail: Some(reason), ..step }
        }
        Outcome::Unknown { reason, correlation_id } => {
            let what = not_done.unwrap_or(StepKind::Unanswered);
            Step { what, detail: Some(reason), correlation_id, ..step }
        }
    })
}

fn asked_of_link(deed: LinkDeed) -> &'static str {
    match deed {
        LinkDeed::Create => "A shareable link was asked for at the Bastion.",
        LinkDeed::Delete => "The Bastion was asked to delete the shareable link.",
    }
}

/// Who that is, and where they were.
fn named(actor: &Actor) -> (Option<String>, Option<String>) {
    match actor {
        Actor::Person { person, address, .. } => {
            let who = format!("{} ({})", person.name, person.username);
            (Some(who), address.map(|address| address.to_string()))
        }
        Actor::Guest { name, address, .. } => (Some(format!("{name} (guest)")), Some(address.to_string())),
        Actor::Postern => (Some("Postern".to_owned()), None),
        Actor::Provider => (Some("The sign-in provider".to_owned()), None),
    }
}

fn ended(how: Ending) -> &'static str {
    match how {
        Ending::Expired => "Its time was over.",
        Ending::Replaced => "A newer request for the same port took its place.",
        Ending::Extended => "It was extended: a newer request took its place.",
        Ending::Closed => "It was closed early. Sessions that were open stayed connected.",
        Ending::Withdrawn => "Azure's policy no longer listed it, though its time was not over.",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;
    use shared::access::RequestId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn where_somebody_was_is_told_to_those_alone_who_may_know() {
        let vm = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a";
        let bastion = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Network/bastionHosts/b";
        let action = Action::ShareableLink {
            of: RequestId(Uuid::nil()),
            deed: LinkDeed::Delete,
            vm: vm.parse().unwrap(),
            bastion: bastion.parse().unwrap(),
        };
        let entry = NewEntry {
            at: Timestamp::UNIX_EPOCH,
            kind: EntryKind::Intent(Uuid::nil()),
            request: None,
            actor: json!({
                "actor": "person", "key": { "realm": "contoso", "subject": "7" }, "name": "Olga",
                "username": "operator@contoso.com", "address": "192.0.2.7",
            }),
            body: serde_json::to_value(&action).unwrap(),
        };
        let told = |may_know: bool| step(entry.clone(), &|_| may_know).unwrap();
        assert_eq!(told(true).from.as_deref(), Some("192.0.2.7"));
        assert_eq!((told(false).from, told(false).by), (None, told(true).by));
    }
}
