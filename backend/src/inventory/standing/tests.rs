use shared::duration::AccessDuration;
use shared::port::Protocol;
use shared::source::Source;

use super::*;
use crate::azure::network::{Access, Addresses, Direction, Firewall, Ports, SecurityRule, Transport};

fn group(rules: &[(&str, u16, Access, &str, u16)]) -> Nsg {
    let rules = rules.iter().map(|(name, priority, access, source, port)| SecurityRule {
        name: (*name).to_owned(),
        priority: *priority,
        access: access.clone(),
        direction: Direction::Inbound,
        transport: Transport::Tcp,
        sources: vec![source.parse::<Source>().unwrap().net().map_or(Addresses::Any, Addresses::Range)],
        destinations: vec![Addresses::Any],
        ports: vec![Ports::Range(*port, *port)],
        description: None,
    });
    let id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web-nsg";
    Nsg { id: id.parse().unwrap(), rules: rules.collect() }
}

fn around<'a>(front: Front, groups: &[&'a Nsg], assessment: Option<&'a Assessment>) -> Surroundings<'a> {
    Surroundings {
        front,
        groups: groups.to_vec(),
        complete: true,
        has_other_nics: false,
        address: Some("10.0.0.4".parse().unwrap()),
        application_groups: &[],
        cover: Cover { assessment, ..Cover::default() },
        subscription: "Office",
    }
}

fn needed(around: &Surroundings<'_>) -> (Severity, String) {
    let Need { severity, reason, .. } = around.without_policy().unwrap();
    (severity, reason)
}

const ANYBODY: (&str, u16, Access, &str, u16) = ("AllowSsh", 310, Access::Allow, "*", 22);
const OFFICE: (&str, u16, Access, &str, u16) = ("Office", 400, Access::Allow, "203.0.113.0/24", 22);

#[test]
fn what_is_open_says_to_whom_and_by_which_rule() {
    let open = group(&[ANYBODY, OFFICE]);
    let (severity, reason) = needed(&around(Front::Groups, &[&open], None));
    assert_eq!(severity, Severity::High);
    assert_eq!(
        reason,
        "Rule “AllowSsh” (priority 310) of web-nsg lets anybody reach port 22. So does another rule, for one or the other."
    );
    let office = group(&[OFFICE, ("Office", 400, Access::Allow, "203.0.113.0/24", 3389)]);
    let (severity, reason) = needed(&around(Front::Groups, &[&office], None));
    assert_eq!(severity, Severity::Low);
    assert_eq!(reason, "Rule “Office” (priority 400) of web-nsg lets 203.0.113.0/24 reach ports 22, 3389.");
}

#[test]
fn what_stands_before_other_interfaces_is_not_known() {
    let open = group(&[ANYBODY]);
    let shut = group(&[("Deny", 100, Access::Deny, "*", 22)]);
    let several = Surroundings { has_other_nics: true, ..around(Front::Groups, &[&shut], None) };
    let (severity, reason) = needed(&several);
    assert_eq!(severity, Severity::Unknown);
    assert!(
        reason.ends_with(
            "It has other network interfaces, and Postern looks at the rules before the primary one."
        ),
        "{reason}"
    );
    let several = Surroundings { has_other_nics: true, ..around(Front::Groups, &[&open], None) };
    let (severity, _) = needed(&several);
    assert_eq!(severity, Severity::High, "what is seen to be open is open");
}

#[test]
fn what_is_seen_counts_more_than_a_verdict_of_yesterday() {
    let (shut, open) = (group(&[("Web", 300, Access::Allow, "*", 443)]), group(&[ANYBODY]));
    let unhealthy = needed(&around(Front::Groups, &[&shut], Some(&Assessment::Unhealthy)));
    assert_eq!(unhealthy.0, Severity::Healthy);
    assert!(!unhealthy.1.contains("protected"), "it is open to its neighbours: {}", unhealthy.1);
    assert_eq!(needed(&around(Front::Groups, &[&open], Some(&Assessment::Healthy))).0, Severity::High);
}

#[test]
fn what_is_not_seen_is_said_by_defender_for_cloud_or_by_nobody() {
    let unread = || Front::Unknown("Postern could not read the subnet it is in.");
    for (assessment, severity) in [
        (Some(Assessment::Unhealthy), Severity::High),
        (Some(Assessment::Healthy), Severity::Healthy),
        (None, Severity::Unknown),
    ] {
        let (told, reason) = needed(&around(unread(), &[], assessment.as_ref()));
        assert_eq!(told, severity);
        assert!(reason.ends_with("Postern could not read the subnet it is in."), "{reason}");
    }
    let firewall = Front::Firewall(Firewall { name: "edge".to_owned(), policy: None });
    assert_eq!(needed(&around(firewall, &[], None)).0, Severity::Unknown);
}

#[test]
fn a_group_that_is_not_read_leaves_open_what_the_other_lets_through_and_not_what_it_keeps_out() {
    let open = group(&[ANYBODY]);
    let partly = Surroundings { complete: false, ..around(Front::Groups, &[&open], None) };
    assert_eq!(needed(&partly).0, Severity::Unknown);
    let shut = group(&[]);
    let partly = Surroundings { complete: false, ..around(Front::Groups, &[&shut], None) };
    assert_eq!(needed(&partly).0, Severity::Healthy);
    let nothing_read = Surroundings { complete: false, ..around(Front::Groups, &[], None) };
    assert_eq!(needed(&nothing_read).0, Severity::Unknown);
}

#[test]
fn a_rule_before_the_deny_of_just_in_time_is_a_risk_and_one_behind_it_is_none() {
    let ports = [PortRule {
        port: Port::SSH,
        protocol: Protocol::Any,
        sources: vec![Source::ANY],
        longest: AccessDuration::AZURE_DEFAULT,
    }];
    let deny = |priority| ("MicrosoftDefenderForCloud-JITRule_1_A", priority, Access::Deny, "*", 22);
    let behind = group(&[deny(300), ANYBODY]);
    assert_eq!(around(Front::Groups, &[&behind], None).risks(&ports), Risks::default());
    let office = group(&[OFFICE, deny(1000)]);
    assert_eq!(
        around(Front::Groups, &[&office], None).risks(&ports).rules,
        [],
        "that is an exception, no hole"
    );
    let before = group(&[ANYBODY, deny(1000)]);
    let risks = around(Front::Groups, &[&before], None).risks(&ports);
    let [risk] = &risks.rules[..] else { panic!("{risks:?}") };
    assert_eq!(
        (risk.rule.rule.as_str(), risk.rule.priority, &risk.ports[..]),
        ("AllowSsh", 310, &[Port::SSH][..])
    );
    assert_eq!(
        risk.detail,
        "Rule “AllowSsh” (priority 310) of web-nsg lets anybody reach port 22 without a request."
    );
}
