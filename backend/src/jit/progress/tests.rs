use jiff::ToSpan;
use shared::access::RequestId;
use shared::port::Port;
use shared::session::Person;
use shared::source::Source;
use uuid::Uuid;

use super::*;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01";
const POLICY: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

fn minute(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + minute.minutes()
}

fn request(status: Status) -> AccessRequest {
    AccessRequest {
        id: RequestId(Uuid::from_u128(7)),
        vm: VM.parse().unwrap(),
        ports: vec![Port::SSH, Port::RDP],
        source: "203.0.113.7".parse().unwrap(),
        bastion: None,
        shareable_link: false,
        reason: None,
        requested_by: Person { name: "Operator".into(), username: "operator@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: minute(0),
        opened_at: None,
        ends_at: minute(60),
        rule: "Desk".into(),
        broad: false,
        redirections: Vec::new(),
        status,
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}

fn entry(port: Port, status: PortStatus) -> PolicyRequest {
    PolicyRequest {
        started_at: minute(0),
        requestor: String::new(),
        justification: Some(format!("INC1 (…, request {})", RequestId(Uuid::from_u128(7)))),
        vm: VM.to_uppercase().parse().unwrap(),
        port,
        sources: vec!["203.0.113.7".parse().unwrap()],
        ends_at: minute(60),
        status,
        mapped_port: None,
    }
}

fn policy(requests: Vec<PolicyRequest>) -> Policy {
    Policy { id: POLICY.parse().unwrap(), vms: vec![], requests }
}

fn both(status: &PortStatus) -> Policy {
    policy(vec![entry(Port::SSH, status.clone()), entry(Port::RDP, status.clone())])
}

fn at(request: &AccessRequest, policy: &Policy, at: i64) -> Option<&'static str> {
    progress(request, Some(policy), minute(at)).map(|status| status.name())
}

#[test]
fn a_request_opens_when_every_port_of_it_is_open() {
    let asked = request(Status::Requesting);
    assert_eq!(at(&asked, &both(&PortStatus::Initiating), 1), Some("opening"));
    assert_eq!(at(&asked, &both(&PortStatus::Initiated), 1), Some("open"));
    let opening = request(Status::Opening { since: minute(0) });
    assert_eq!(at(&opening, &both(&PortStatus::Initiating), 1), None);
    let half =
        policy(vec![entry(Port::SSH, PortStatus::Initiated), entry(Port::RDP, PortStatus::Initiating)]);
    assert_eq!(at(&opening, &half, 1), None);
    let only_one = policy(vec![entry(Port::SSH, PortStatus::Initiated)]);
    assert_eq!(at(&opening, &only_one, 1), None);
    assert_eq!(at(&opening, &both(&PortStatus::Initiated), 1), Some("open"));
}

#[test]
fn a_state_azure_has_not_told_us_about_counts_as_not_yet_open() {
    let opening = request(Status::Opening { since: minute(0) });
    assert_eq!(at(&opening, &both(&PortStatus::Other("Pondering".into())), 1), None);
}

#[test]
fn every_end_has_its_name() {
    let open = request(Status::Open { since: minute(1) });
    let ends = [
        (RevokedReason::Expired, Ending::Expired),
        (RevokedReason::NewerRequestInitiated, Ending::Replaced),
        (RevokedReason::UserRequested, Ending::Closed),
        (RevokedReason::Other("Whim".into()), Ending::Withdrawn),
    ];
    for (reason, how) in ends {
        let policy = both(&PortStatus::Revoked(reason));
        let status = progress(&open, Some(&policy), minute(30)).unwrap();
        assert_eq!(status, Status::Ended { at: minute(30), how });
    }
}

#[test]
fn an_end_seen_late_is_recorded_for_when_it_was() {
    let open = request(Status::Open { since: minute(1) });
    let policy = both(&PortStatus::Revoked(RevokedReason::Expired));
    let status = progress(&open, Some(&policy), minute(600)).unwrap();
    assert_eq!(status, Status::Ended { at: minute(60), how: Ending::Expired });
}

#[test]
fn one_port_closed_of_two_leaves_the_request_open() {
    let open = request(Status::Open { since: minute(1) });
    let half = policy(vec![
        entry(Port::SSH, PortStatus::Revoked(RevokedReason::NewerRequestInitiated)),
        entry(Port::RDP, PortStatus::Initiated),
    ]);
    assert_eq!(at(&open, &half, 30), None);
}

#[test]
fn a_lost_answer_is_resolved_by_what_azure_shows_and_else_when_nothing_can_be_open_any_more() {
    let asked = request(Status::Requesting);
    assert_eq!(at(&asked, &policy(vec![]), 1), None);
    assert_eq!(at(&asked, &policy(vec![]), 59), None);
    assert_eq!(at(&asked, &policy(vec![]), 60), Some("failed"));
    assert_eq!(at(&asked, &both(&PortStatus::Initiating), 1), Some("opening"));
    assert_eq!(at(&asked, &both(&PortStatus::Revoked(RevokedReason::Expired)), 90), Some("ended"));
}

#[test]
fn the_request_of_somebody_else_is_not_taken_for_ours() {
    let asked = request(Status::Requesting);
    let mut theirs = entry(Port::SSH, PortStatus::Initiated);
    theirs.justification = Some("INC2 (requested by somebody else)".into());
    assert_eq!(at(&asked, &policy(vec![theirs.clone()]), 1), None);
    theirs.justification = None;
    theirs.sources = vec!["198.51.100.9".parse::<Source>().unwrap()];
    assert_eq!(at(&asked, &policy(vec![theirs]), 1), None);
}

#[test]
fn what_vanishes_from_the_policy_is_missing_and_ends_no_earlier_than_it_would() {
    let open = request(Status::Open { since: minute(1) });
    for policy in [Some(&policy(vec![])), None] {
        for now in [1, 2, 30, 59] {
            assert_eq!(progress(&open, policy, minute(now)), None);
            assert!(is_missing(&open, policy, minute(now)));
        }
        assert_eq!(
            progress(&open, policy, minute(61)),
            Some(Status::Ended { at: minute(60), how: Ending::Expired })
        );
    }
    assert!(!is_missing(&open, Some(&both(&PortStatus::Initiated)), minute(30)));
    let asked = request(Status::Requesting);
    assert!(is_missing(&asked, None, minute(30)));
    assert_eq!(given_up(&asked, minute(2)).map(|status| status.name()), Some("failed"));
    let withdrawn = Status::Ended { at: minute(30), how: Ending::Withdrawn };
    assert_eq!(given_up(&open, minute(30)), Some(withdrawn.clone()));
    assert!(!is_missing(&request(withdrawn), None, minute(30)), "it is over");
}

#[test]
fn what_is_over_stays_over() {
    let refused = request(Status::Refused { at: minute(1), reason: "no".into() });
    assert_eq!(at(&refused, &both(&PortStatus::Initiated), 2), None);
    let ended = request(Status::Ended { at: minute(1), how: Ending::Closed });
    assert_eq!(at(&ended, &policy(vec![]), 2), None);
}

#[test]
fn a_port_that_is_closed_before_the_others_is_named() {
    let replaced = PortStatus::Revoked(RevokedReason::NewerRequestInitiated);
    let half = policy(vec![entry(Port::SSH, replaced), entry(Port::RDP, PortStatus::Initiated)]);
    let open = request(Status::Open { since: minute(1) });
    let after = moved_on(&open, Some(&half), minute(30)).unwrap();
    assert_eq!((&after.status, &after.shut[..]), (&open.status, &[Port::SSH][..]));
    assert_eq!(moved_on(&after, Some(&half), minute(31)), None);
    assert_eq!(
        moved_on(&after, Some(&policy(vec![])), minute(31)),
        None,
        "nothing is shown, nothing is told"
    );
    let over = both(&PortStatus::Revoked(RevokedReason::Expired));
    let ended = moved_on(&after, Some(&over), minute(60)).unwrap();
    assert!(ended.status.is_final() && ended.shut.is_empty(), "{ended:?}");
}

#[test]
fn a_copied_justification_keeps_no_request_going_and_opens_none() {
    let copied = |port| PolicyRequest {
        sources: vec!["198.51.100.9".parse().unwrap()],
        ..entry(port, PortStatus::Initiated)
    };
    let asked = request(Status::Requesting);
    assert_eq!(at(&asked, &policy(vec![copied(Port::SSH), copied(Port::RDP)]), 1), None);
    let open = request(Status::Open { since: minute(1) });
    let closed = PortStatus::Revoked(RevokedReason::Expired);
    let left = [Port::SSH, Port::RDP].map(|port| entry(port, closed.clone()));
    assert_eq!(at(&open, &policy([&left[..], &[copied(Port::SSH)]].concat()), 60), Some("ended"));
}
