use jiff::ToSpan;
use shared::access::RequestId;
use shared::port::Port;
use shared::session::Person;
use uuid::Uuid;

use super::*;
use crate::azure::security::{PortStatus, RevokedReason};

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01";
const POLICY: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";
const SHOWING: SignedDuration = SignedDuration::from_mins(2);

fn minute(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + minute.minutes()
}

fn id() -> RequestId {
    RequestId(Uuid::from_u128(7))
}

/// Open since minute 1, until minute 60, and to be closed since minute 10.
fn request(technique: Technique, until: Option<i64>) -> AccessRequest {
    let status = Status::Open { since: minute(1) }.closing(minute(10), technique).unwrap();
    AccessRequest {
        id: id(),
        vm: VM.parse().unwrap(),
        ports: vec![Port::RDP],
        source: "203.0.113.7".parse().unwrap(),
        reason: None,
        requested_by: Person { name: "Operator".into(), username: "operator@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: minute(0),
        opened_at: None,
        ends_at: minute(60),
        rule: "Desk".into(),
        broad: false,
        redirections: vec![],
        bastion: None,
        shareable_link: false,
        status: until.map_or(status.clone(), |until| status.closing_by(minute(until)).unwrap()),
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}

fn entry(justification: Option<String>, ends_at: i64, status: PortStatus) -> PolicyRequest {
    PolicyRequest {
        started_at: minute(0),
        requestor: String::new(),
        justification,
        vm: VM.parse().unwrap(),
        port: Port::RDP,
        sources: vec!["203.0.113.7".parse().unwrap()],
        ends_at: minute(ends_at),
        status,
        mapped_port: None,
    }
}

fn own(status: PortStatus) -> PolicyRequest {
    entry(Some(format!("INC1 (…, request {})", id())), 60, status)
}

fn newer(ends_at: i64, status: PortStatus) -> PolicyRequest {
    entry(Some(format!("closed early (closing request {})", id())), ends_at, status)
}

fn replaced() -> PortStatus {
    PortStatus::Revoked(RevokedReason::NewerRequestInitiated)
}

fn expired() -> PortStatus {
    PortStatus::Revoked(RevokedReason::Expired)
}

fn after(request: &AccessRequest, entries: Vec<PolicyRequest>, at: i64) -> Option<AccessRequest> {
    let policy = Policy { id: POLICY.parse().unwrap(), vms: vec![], requests: entries };
    closing(request, Some(&policy), SHOWING, minute(at))
}

#[test]
fn it_is_closed_once_nothing_of_it_is_open_any_more_and_not_before() {
    let agreed = request(Technique::Shorten, Some(11));
    assert_eq!(after(&agreed, vec![own(replaced()), newer(11, PortStatus::Initiating)], 10), None);
    assert_eq!(after(&agreed, vec![own(replaced()), newer(11, PortStatus::Initiated)], 10), None);
    let ended = after(&agreed, vec![own(replaced()), newer(11, expired())], 12).unwrap();
    assert_eq!(ended.status, Status::Ended { at: minute(11), how: Ending::Closed });
}

#[test]
fn an_answer_that_got_lost_is_read_from_the_policy() {
    let asked = request(Technique::Shorten, None);
    let agreed = after(&asked, vec![own(replaced()), newer(15, PortStatus::Initiated)], 11).unwrap();
    assert!(matches!(agreed.status, Status::Closing { until: Some(until), .. } if until == minute(15)));
    assert_eq!(after(&asked, vec![own(PortStatus::Initiated)], 11), None);
    let kept = after(&asked, vec![own(PortStatus::Initiated)], 12).unwrap();
    assert_eq!(kept.status, Status::Open { since: minute(1) });
    assert!(kept.not_closed.unwrap().contains("no trace"));
}

#[test]
fn what_azure_leaves_open_beside_the_shorter_one_is_open_still() {
    let agreed = request(Technique::Shorten, Some(11));
    let both = vec![own(PortStatus::Initiated), newer(11, expired())];
    assert_eq!(after(&agreed, both.clone(), 12), None);
    let kept = after(&agreed, both, 13).unwrap();
    assert_eq!(kept.status, Status::Open { since: minute(1) });
    assert!(kept.not_closed.unwrap().contains("goes on showing"));
}

#[test]
fn a_rule_that_was_deleted_is_not_seen_in_the_policy_but_the_end_is() {
    let agreed = request(Technique::RemoveRule, Some(60));
    assert_eq!(after(&agreed, vec![own(PortStatus::Initiated)], 30), None);
    let ended = after(&agreed, vec![own(expired())], 61).unwrap();
    assert_eq!(ended.status, Status::Ended { at: minute(60), how: Ending::Expired });
}

#[test]
fn what_shows_nothing_ends_when_its_time_is_over() {
    let agreed = request(Technique::Shorten, Some(11));
    assert_eq!(after(&agreed, vec![], 30), None);
    assert_eq!(closing(&agreed, None, SHOWING, minute(59)), None);
    let ended = closing(&agreed, None, SHOWING, minute(60)).unwrap();
    assert_eq!(ended.status, Status::Ended { at: minute(60), how: Ending::Expired });
}

#[test]
fn a_shorter_one_that_lost_its_name_is_known_by_its_end() {
    let agreed = request(Technique::Shorten, Some(11));
    let nameless = entry(None, 11, expired());
    let ended = after(&agreed, vec![own(replaced()), nameless], 12).unwrap();
    assert_eq!(ended.status, Status::Ended { at: minute(11), how: Ending::Closed });
    let theirs = entry(Some("somebody else's".into()), 11, PortStatus::Initiated);
    let ended = after(&agreed, vec![own(replaced()), newer(11, expired()), theirs], 12).unwrap();
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }));
}
