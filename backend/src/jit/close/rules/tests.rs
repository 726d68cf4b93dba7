use jiff::Timestamp;
use shared::access::{RequestId, Status};
use shared::port::Port;
use shared::session::Person;
use uuid::Uuid;

use super::*;
use crate::azure::network::Transport;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01";
const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Network/networkSecurityGroups/nsg";
const NAME: &str = "MicrosoftDefenderForCloud-JITRule-7-545C5DBC675443D3BF179EFD1EF8254D";

fn request() -> AccessRequest {
    AccessRequest {
        id: RequestId(Uuid::from_u128(7)),
        vm: VM.parse().unwrap(),
        ports: vec![Port::RDP],
        source: "203.0.113.7".parse().unwrap(),
        reason: None,
        requested_by: Person { name: "Operator".into(), username: "operator@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: Timestamp::UNIX_EPOCH,
        opened_at: None,
        ends_at: Timestamp::UNIX_EPOCH,
        rule: "Desk".into(),
        broad: false,
        redirections: vec![],
        bastion: None,
        shareable_link: false,
        status: Status::Open { since: Timestamp::UNIX_EPOCH },
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}

fn rule() -> SecurityRule {
    SecurityRule {
        name: NAME.to_owned(),
        priority: 100,
        access: Access::Allow,
        direction: Direction::Inbound,
        transport: Transport::Any,
        sources: vec![Addresses::Range("203.0.113.7/32".parse().unwrap())],
        destinations: vec![Addresses::Range("10.0.0.4/32".parse().unwrap())],
        ports: vec![Ports::Range(3389, 3389)],
        description: None,
    }
}

fn found(rules: Vec<SecurityRule>) -> Result<Vec<String>, NotOnlyOurs> {
    let groups = [Nsg { id: GROUP.parse().unwrap(), rules }];
    let found = allow_rules(&groups, &["10.0.0.4".parse().unwrap()], &request())?;
    Ok(found.into_iter().map(|rule| rule.name.to_string()).collect())
}

#[test]
fn the_rule_of_the_request_is_found() {
    assert_eq!(found(vec![rule()]), Ok(vec![NAME.to_owned()]));
}

#[test]
fn no_other_rule_is_taken_for_it() {
    let range = |text: &str| vec![Addresses::Range(text.parse().unwrap())];
    let both = [range("203.0.113.7/32"), range("203.0.113.8/32")].concat();
    let others = [
        SecurityRule { access: Access::Deny, ..rule() },
        SecurityRule { direction: Direction::Outbound, ..rule() },
        SecurityRule { name: "AllowOperator".into(), ..rule() },
        SecurityRule { name: NAME.replace("Rule-", "Rule_"), ..rule() },
        SecurityRule { sources: range("203.0.113.0/24"), ..rule() },
        SecurityRule { sources: both, ..rule() },
        SecurityRule { sources: vec![Addresses::Any], ..rule() },
        SecurityRule { destinations: range("10.0.0.5/32"), ..rule() },
        SecurityRule { destinations: range("10.0.0.0/24"), ..rule() },
        SecurityRule { destinations: vec![Addresses::Any], ..rule() },
        SecurityRule { destinations: vec![], ..rule() },
        SecurityRule { ports: vec![Ports::Range(3389, 3390)], ..rule() },
        SecurityRule { ports: vec![Ports::Range(3389, 3389), Ports::Range(22, 22)], ..rule() },
    ];
    for other in others {
        assert_eq!(found(vec![other.clone()]), Ok(vec![]), "{other:?}");
    }
}

#[test]
fn of_two_that_look_alike_neither_is_touched() {
    let twin = SecurityRule { name: NAME.replace("545C", "645C"), priority: 101, ..rule() };
    assert_eq!(found(vec![rule(), twin]), Err(NotOnlyOurs));
}
