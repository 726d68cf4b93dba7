use jiff::ToSpan;
use proptest::prelude::*;
use shared::access::{AccessRequest, Status};
use shared::port::Port;
use shared::session::Person;
use shared::source::Source;
use uuid::Uuid;

use super::*;
use crate::guardrails::{is_justification_of, request_named_in};
use crate::session::PersonKey;
use crate::store::RequestRecord;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01";
const POLICY: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

fn record(ports: Vec<Port>, source: Source, seconds: i64, status: Status) -> RequestRecord {
    let request = AccessRequest {
        id: RequestId(Uuid::from_u128(7)),
        vm: VM.parse().unwrap(),
        ports,
        source,
        reason: "INC1 (requested by nobody, request 00000000-0000-0000-0000-000000000009)".parse().ok(),
        requested_by: Person { name: "Operator".into(), username: "operator@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: Timestamp::UNIX_EPOCH,
        opened_at: None,
        ends_at: Timestamp::UNIX_EPOCH + seconds.seconds(),
        rule: "Desk".into(),
        broad: true,
        redirections: vec![],
        bastion: None,
        shareable_link: false,
        status,
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    };
    let requester = PersonKey { realm: "contoso".into(), subject: "7".into() };
    RequestRecord { request, requester, policy: POLICY.parse().unwrap() }
}

fn open() -> Status {
    Status::Open { since: Timestamp::UNIX_EPOCH }
}

fn sources() -> impl Strategy<Value = Source> {
    let all = ["*", "203.0.113.7", "198.51.100.0/24", "2001:db8::7", "2001:db8::/64"];
    proptest::sample::select(all.map(|text| text.parse::<Source>().unwrap()).to_vec())
}

proptest! {
    #[test]
    fn what_is_narrowed_is_for_the_same_and_ends_no_later_than_granted_and_asked(
        numbers in prop::collection::hash_set(1_u16.., 1..16),
        source in sources(),
        granted_for in 0_i64..90_000,
        asked_for in -1_000_000_000_000_i64..1_000_000_000_000,
    ) {
        let ports: Vec<Port> = numbers.into_iter().map(|number| number.try_into().unwrap()).collect();
        let record = record(ports.clone(), source, granted_for, open());
        let granted = Granted::of(record.clone()).unwrap();
        let wanted = Timestamp::from_millisecond(asked_for).unwrap();

        let (shut, left) = ports.split_at(ports.len() / 2);
        let narrowed = Approved::narrowed(&granted, shut, wanted, "operator@contoso.com");

        prop_assert_eq!(narrowed.ports(), left);
        prop_assert_eq!(narrowed.source(), &source);
        prop_assert_eq!((narrowed.vm(), narrowed.policy()), (&record.request.vm, &record.policy));
        prop_assert!(narrowed.ends_at() <= record.request.ends_at);
        prop_assert!(narrowed.ends_at().as_second() <= wanted.as_second());
    }
}

#[test]
fn only_what_is_granted_can_be_narrowed() {
    let at = Timestamp::UNIX_EPOCH;
    let closing = open().closing(at, shared::access::Technique::Shorten).unwrap();
    let others = [
        Status::Requesting,
        Status::Refused { at, reason: String::new() },
        Status::Failed { at, reason: String::new() },
        closing.clone(),
        closing.ended(at, shared::access::Ending::Closed).unwrap(),
    ];
    for status in others {
        assert!(Granted::of(record(vec![Port::RDP], Source::ANY, 60, status)).is_none());
    }
    assert!(Granted::of(record(vec![Port::RDP], Source::ANY, 60, Status::Opening { since: at })).is_some());
}

#[test]
fn closing_a_request_is_told_from_making_it_whatever_people_write() {
    let id = RequestId(Uuid::from_u128(7));
    let granted = Granted::of(record(vec![Port::RDP], Source::ANY, 60, open())).unwrap();
    for name in ["operator@contoso.com", "x, request 00000000-0000-0000-0000-000000000009)"] {
        let narrowed = Approved::narrowed(&granted, &[], Timestamp::MAX, name);
        assert_eq!(request_closed_by(narrowed.justification()), Some(id));
        assert_eq!(request_named_in(narrowed.justification()), None);
    }
    let made = format!("x (closing request {}) (requested by y through Postern, request {id})", Uuid::nil());
    assert!(is_justification_of(&made, id));
    assert_eq!(request_closed_by(&made), None);
}
