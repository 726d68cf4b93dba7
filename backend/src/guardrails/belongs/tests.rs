use jiff::{SignedDuration, Timestamp};
use shared::access::{Ending, Status};
use shared::session::Person;
use uuid::Uuid;

use super::*;
use crate::azure::security::PortStatus;

const ID: &str = "00000000-0000-0000-0000-000000000007";
const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a";

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn request() -> AccessRequest {
    AccessRequest {
        id: RequestId(Uuid::from_u128(7)),
        vm: VM.parse().unwrap(),
        ports: vec![22.try_into().unwrap(), 3389.try_into().unwrap()],
        source: "203.0.113.7".parse().unwrap(),
        reason: None,
        requested_by: Person { name: "Operator".into(), username: "operator@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: at(0),
        opened_at: None,
        ends_at: at(60),
        rule: "Desk".into(),
        broad: false,
        redirections: vec![],
        bastion: None,
        shareable_link: false,
        status: Status::Open { since: at(0) },
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}

fn entry() -> PolicyRequest {
    PolicyRequest {
        started_at: at(1),
        requestor: String::new(),
        justification: Some(format!(
            "INC1 (requested by operator@contoso.com through Postern, request {ID})"
        )),
        vm: VM.parse().unwrap(),
        port: 22.try_into().unwrap(),
        sources: vec!["203.0.113.7".parse().unwrap()],
        ends_at: at(60),
        status: PortStatus::Initiated,
        mapped_port: None,
    }
}

fn closing(minutes: i64) -> PolicyRequest {
    let text = format!("closed early by operator@contoso.com through Postern (closing request {ID})");
    PolicyRequest { started_at: at(5), ends_at: at(minutes), justification: Some(text), ..entry() }
}

#[test]
fn what_was_asked_for_and_what_closes_it_belong_to_a_request() {
    for ours in [entry(), closing(10), closing(60)] {
        assert!(belongs_to(&ours, &request(), InNameOf::Postern), "{ours:?}");
    }
    let as_herself = PolicyRequest { requestor: "Operator@contoso.com".into(), ..entry() };
    assert!(belongs_to(&as_herself, &request(), InNameOf::Postern));
}

#[test]
fn a_copied_justification_makes_nothing_belong_to_it() {
    let other_vm = VM.replace("/a", "/b");
    for copied in [
        PolicyRequest { vm: other_vm.parse().unwrap(), ..entry() },
        PolicyRequest { port: 5986.try_into().unwrap(), ..entry() },
        PolicyRequest { sources: vec!["198.51.100.9".parse().unwrap()], ..entry() },
        PolicyRequest {
            sources: vec!["203.0.113.7".parse().unwrap(), "198.51.100.9".parse().unwrap()],
            ..entry()
        },
        PolicyRequest { ends_at: at(61), ..entry() },
        PolicyRequest { ends_at: at(59), ..entry() },
        PolicyRequest { requestor: "nina@contoso.com".into(), ..entry() },
        closing(61),
        PolicyRequest { justification: None, ..entry() },
    ] {
        assert!(!belongs_to(&copied, &request(), InNameOf::Postern), "{copied:?}");
    }
    let over = AccessRequest { status: Status::Ended { at: at(20), how: Ending::Closed }, ..request() };
    let again = PolicyRequest { started_at: at(21), ..entry() };
    assert!(belongs_to(&entry(), &over, InNameOf::Postern));
    assert!(!belongs_to(&again, &over, InNameOf::Postern), "it was over by then");
}

#[test]
fn where_callers_ask_themselves_azure_may_know_them_by_another_name() {
    let entry = PolicyRequest { requestor: "op7@contoso.onmicrosoft.com".into(), ..entry() };
    assert!(belongs_to(&entry, &request(), InNameOf::Callers));
    assert!(!belongs_to(&entry, &request(), InNameOf::Postern));
}

#[test]
fn only_what_follows_the_request_that_it_names_closes_it() {
    let made = entry();
    assert!(closes_one_of(&closing(10), &[&made, &closing(10)]));
    assert!(!closes_one_of(&closing(10), &[&closing(10)]), "there is nothing to close");
    assert!(!closes_one_of(&closing(61), &[&made]), "it would be open for longer");
    let elsewhere = PolicyRequest { sources: vec!["198.51.100.9".parse().unwrap()], ..closing(10) };
    assert!(!closes_one_of(&elsewhere, &[&made]));
}
