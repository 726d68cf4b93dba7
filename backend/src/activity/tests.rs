use serde_json::{Value, json};
use shared::resource_id::VmId;

use super::*;
use crate::store::{Entry, EntryKind, NewEntry};

const GROUP: &str =
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers";
const ATTEMPT: Uuid = Uuid::from_u128(7);
const NOW: &str = "2030-01-01T12:00:00Z";

fn at(minute: i64) -> Timestamp {
    "2030-01-01T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn vm(name: &str) -> VmId {
    format!("{GROUP}/Microsoft.Compute/virtualMachines/{name}").parse().unwrap()
}

fn policy(name: &str) -> String {
    format!("{GROUP}/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/{name}")
}

fn call(minute: i64, correlation_id: &str) -> Call {
    Call {
        at: at(minute),
        operation: format!("op-{correlation_id}"),
        deed: Operation::Update,
        status: ActivityStatus::Succeeded,
        policy: policy("default").parse().unwrap(),
        caller: Some("99999999-0000-0000-0000-000000000000".to_owned()),
        name: None,
        address: None,
        correlation_id: Some(correlation_id.to_owned()),
        client_request_id: None,
        message: None,
    }
}

fn entry(seq: i64, minute: i64, kind: EntryKind, body: Value) -> Entry {
    let actor = json!({
        "actor": "person", "key": { "realm": "contoso", "subject": "7" }, "name": "Olga",
        "username": "operator@contoso.com", "address": "192.0.2.7",
    });
    Entry { seq, hash: String::new(), content: NewEntry { at: at(minute), kind, request: None, actor, body } }
}

fn configured(seq: i64, attempt: Uuid, name: &str, minute: i64, correlation_id: Option<&str>) -> [Entry; 2] {
    let intent = json!({ "action": "configure", "vm": vm(name), "policy": policy("DEFAULT"), "from": null, "to": null });
    let outcome =
        json!({ "action": "configure", "vm": vm(name), "outcome": "done", "correlation_id": correlation_id });
    [
        entry(seq, minute, EntryKind::Intent(attempt), intent),
        entry(seq + 1, minute, EntryKind::Outcome(attempt), outcome),
    ]
}

fn joined(calls: Vec<Call>, entries: Vec<Entry>) -> Vec<Activity> {
    let rows = join(calls, &read(entries), &[], NOW.parse().unwrap());
    rows.into_iter().map(|row| row.activity).collect()
}

fn origins(items: &[Activity]) -> Vec<Origin> {
    items.iter().map(|item| item.origin).collect()
}

#[test]
fn the_person_on_record_takes_the_place_of_the_service() {
    let items = joined(vec![call(1, "c1")], configured(1, ATTEMPT, "a", 1, Some("c1")).into());
    assert_eq!(origins(&items), [Origin::Both]);
    assert_eq!((items[0].name.as_deref(), &items[0].vms[..]), (Some("Olga"), &[vm("a")][..]));
}

#[test]
fn one_call_for_several_machines_is_one_row() {
    let entries =
        [configured(1, ATTEMPT, "a", 1, Some("c1")), configured(3, Uuid::from_u128(8), "b", 1, Some("c1"))];
    let items = joined(vec![call(1, "c1")], entries.concat());
    assert_eq!(origins(&items), [Origin::Both]);
    assert_eq!(items[0].vms, [vm("a"), vm("b")]);
}

#[test]
fn an_id_that_was_borrowed_joins_nothing() {
    let entries = || configured(1, ATTEMPT, "a", 1, Some("c1")).to_vec();
    let elsewhere = Call { policy: policy("other").parse().unwrap(), ..call(1, "c1") };
    let something_else = Call { deed: Operation::Initiate, ..call(1, "c1") };
    let much_later = call(60, "c1");
    let somebody = Call { caller: Some("nina@contoso.com".to_owned()), ..call(1, "c1") };
    for call in [elsewhere, something_else, much_later, somebody] {
        assert_eq!(origins(&joined(vec![call], entries())), [Origin::Outside, Origin::Missing]);
    }
}

#[test]
fn what_was_asked_in_the_name_of_the_person_is_theirs() {
    let call = Call { caller: Some("Operator@contoso.com".to_owned()), ..call(1, "c1") };
    assert_eq!(
        origins(&joined(vec![call], configured(1, ATTEMPT, "a", 1, Some("c1")).into())),
        [Origin::Both]
    );
}

#[test]
fn a_call_without_an_answer_is_known_by_what_it_was_named_after() {
    let call = Call { client_request_id: Some(ATTEMPT), ..call(1, "c1") };
    let items = joined(vec![call], configured(1, ATTEMPT, "a", 1, None).into());
    assert_eq!(origins(&items), [Origin::Both]);
}

#[test]
fn what_is_on_record_alone_says_why() {
    let alone = |minute: i64, now: &str, unread: bool| {
        let own = read(configured(1, ATTEMPT, "a", minute, Some("c1")).into());
        let unread: Vec<Uuid> = unread.then(|| vm("a").subscription()).into_iter().collect();
        join(Vec::new(), &own, &unread, now.parse().unwrap())[0].activity.origin
    };
    assert_eq!(alone(0, "2030-01-01T10:19:00Z", false), Origin::NotYet);
    assert_eq!(alone(0, "2030-01-01T10:20:00Z", false), Origin::Missing);
    assert_eq!(alone(0, "2030-01-01T10:20:00Z", true), Origin::NotRead);
    assert_eq!(alone(0, "2030-04-01T10:00:01Z", false), Origin::TooOld);
}

#[test]
fn what_was_refused_here_never_reached_azure() {
    let body = json!({ "wanted": "start_vm", "vm": vm("a"), "why": ["No rule lets you."] });
    let items = joined(Vec::new(), vec![entry(1, 1, EntryKind::Refusal, body)]);
    assert_eq!((items[0].origin, items[0].status), (Origin::NotAsked, ActivityStatus::Refused));
    assert_eq!(items[0].detail.as_deref(), Some("No rule lets you."));
}

#[test]
fn an_entry_that_this_version_does_not_know_hides_no_other() {
    let mut entries = configured(1, ATTEMPT, "a", 1, Some("c1")).to_vec();
    entries.push(entry(3, 1, EntryKind::Intent(Uuid::from_u128(9)), json!({ "action": "teleport" })));
    assert_eq!(read(entries).len(), 1);
}

#[test]
fn beginning_and_end_are_one_call() {
    use crate::azure::activity::{Deed, Event, EventStatus};
    let event = |status, minute| Event {
        at: at(minute),
        operation: "op".to_owned(),
        deed: Deed::Write,
        status,
        policy: policy("default").parse().unwrap(),
        caller: None,
        name: None,
        address: None,
        correlation_id: None,
        client_request_id: None,
        message: None,
    };
    let calls = calls(vec![
        event(EventStatus::Succeeded, 2),
        event(EventStatus::Started, 1),
        event(EventStatus::Accepted, 1),
    ]);
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].at, calls[0].status), (at(1), ActivityStatus::Succeeded));
}
