use shared::port::Port;

use super::super::way::tests::{RDP, from, group, rule};
use super::*;
use crate::azure::network::Ports;

const ALL: Ports = Ports::Range(0, u16::MAX);

fn tag(name: &str) -> Addresses {
    Addresses::Tag(name.to_owned())
}

fn allow(name: &str, priority: u16, source: Addresses) -> SecurityRule {
    rule(name, priority, Access::Allow, source, RDP)
}

fn deny(priority: u16, source: Addresses) -> SecurityRule {
    rule("Deny", priority, Access::Deny, source, ALL)
}

fn exposed(groups: &[Nsg]) -> Exposure {
    let groups: Vec<&Nsg> = groups.iter().collect();
    exposure(&groups, Some("10.0.0.4".parse().unwrap()), &[], Port::RDP)
}

/// By which rules, and whether that is wide; and what is in doubt.
fn told(groups: &[Nsg]) -> (Vec<(String, bool)>, Option<String>) {
    let Exposure { openings, doubt } = exposed(groups);
    let openings = openings.into_iter().map(|opening| (opening.rule, opening.whom.is_wide()));
    (openings.collect(), doubt.map(|rule| rule.rule))
}

fn by(rules: &[(&str, bool)]) -> (Vec<(String, bool)>, Option<String>) {
    (rules.iter().map(|(rule, wide)| ((*rule).to_owned(), *wide)).collect(), None)
}

#[test]
fn azures_own_rules_open_nothing() {
    assert_eq!(told(&[group([])]), by(&[]));
}

#[test]
fn anywhere_has_many_spellings_and_a_wide_range_is_as_good() {
    for source in [
        Addresses::Any,
        tag("Internet"),
        tag("internet"),
        from("0.0.0.0/0"),
        from("0.0.0.0/1"),
        from("198.0.0.0/8"),
    ] {
        assert_eq!(told(&[group([allow("A", 300, source.clone())])]), by(&[("A", true)]), "{source:?}");
    }
}

#[test]
fn an_office_a_private_network_and_a_service_are_not_the_internet() {
    for source in [from("203.0.113.0/24"), from("10.0.0.0/8"), tag("AzureDevOps")] {
        assert_eq!(told(&[group([allow("A", 300, source.clone())])]), by(&[("A", false)]), "{source:?}");
    }
}

#[test]
fn a_tag_of_whoever_rents_a_machine_is_as_good_as_the_internet() {
    for name in ["AzureCloud", "azurecloud.WestEurope"] {
        assert_eq!(told(&[group([allow("A", 300, tag(name))])]), by(&[("A", true)]), "{name}");
    }
}

#[test]
fn ranges_of_one_rule_are_wide_together() {
    let of = |ranges: &[&str]| SecurityRule {
        sources: ranges.iter().map(|range| from(range)).collect(),
        ..allow("A", 300, Addresses::Any)
    };
    let offices = of(&["203.0.113.0/24", "198.51.100.0/24"]);
    assert_eq!(told(&[group([offices])]), by(&[("A", false), ("A", false)]));
    let halves = of(&["198.51.0.0/17", "198.51.128.0/17", "10.0.0.0/8"]);
    assert_eq!(told(&[group([halves])]), by(&[("A", false), ("A", false), ("A", false)]), "that is a /16");
    let many = exposed(&[group([of(&["198.51.0.0/16", "203.0.0.0/16", "10.0.0.0/8"])])]);
    let ranges = ["198.51.0.0/16", "203.0.0.0/16"].map(|range| range.parse().unwrap()).to_vec();
    let whom: Vec<&Admitted> = many.openings.iter().map(|opening| &opening.whom).collect();
    let private = Admitted::Range("10.0.0.0/8".parse().unwrap());
    assert_eq!(whom, [&private, &Admitted::Ranges(ranges)]);
    assert!(whom[1].is_wide());
    let twice = of(&["198.51.0.0/16", "198.51.0.0/17"]);
    assert_eq!(told(&[group([twice])]), by(&[("A", false), ("A", false)]), "one is in the other");
}

#[test]
fn a_rule_for_the_same_tag_lets_in_to_its_own_port_alone() {
    let web = rule("Web", 100, Access::Allow, tag("AzureCloud"), Ports::Range(443, 443));
    let late = || allow("Late", 300, tag("AzureCloud"));
    assert_eq!(told(&[group([web.clone(), deny(200, Addresses::Any), late()])]), by(&[]));
    assert_eq!(told(&[group([web, late(), deny(400, Addresses::Any)])]), by(&[("Late", true)]));
}

#[test]
fn what_comes_before_decides() {
    let any = || Addresses::Any;
    assert_eq!(told(&[group([deny(200, any()), allow("A", 300, any())])]), by(&[]));
    assert_eq!(told(&[group([deny(400, any()), allow("A", 300, any())])]), by(&[("A", true)]));
    let part = [deny(200, from("203.0.113.0/24")), allow("A", 300, any())];
    assert_eq!(told(&[group(part)]), by(&[("A", true)]), "all others still get in");
    let halves = SecurityRule { sources: vec![from("0.0.0.0/1"), from("128.0.0.0/1")], ..deny(200, any()) };
    assert_eq!(told(&[group([halves, allow("A", 300, any())])]).0, [], "nobody is left");
}

#[test]
fn one_group_that_keeps_people_out_is_enough() {
    let open = || group([allow("A", 300, Addresses::Any)]);
    assert_eq!(told(&[open(), group([])]), by(&[]));
    let office = || group([allow("Office", 300, from("203.0.113.0/24"))]);
    assert_eq!(told(&[open(), office()]), by(&[("Office", false)]), "what both let in is the office");
}

#[test]
fn rules_of_just_in_time_let_in_nobody_who_did_not_ask_and_keep_out_all_others() {
    let theirs = rule("MicrosoftDefenderForCloud-JITRule-1-A", 100, Access::Allow, Addresses::Any, RDP);
    let shut = || rule("MicrosoftDefenderForCloud-JITRule_1_A", 1000, Access::Deny, Addresses::Any, RDP);
    assert_eq!(told(&[group([theirs, shut()])]), by(&[]));
    assert_eq!(told(&[group([shut(), allow("Late", 1001, Addresses::Any)])]), by(&[]));
    assert_eq!(told(&[group([shut(), allow("Early", 300, Addresses::Any)])]), by(&[("Early", true)]));
}

#[test]
fn rules_about_other_ports_machines_and_addresses_are_none_of_its() {
    let elsewhere =
        SecurityRule { destinations: vec![from("10.0.0.5/32")], ..allow("A", 300, Addresses::Any) };
    let other_port = rule("B", 301, Access::Allow, Addresses::Any, Ports::Range(443, 443));
    let ipv6 = allow("C", 302, from("::/0"));
    assert_eq!(told(&[group([elsewhere, other_port, ipv6])]), by(&[]));
}

#[test]
fn what_only_azure_can_resolve_is_a_doubt_and_no_claim() {
    let unread = rule("Odd", 300, Access::Allow, Addresses::Any, Ports::Other("rdp".to_owned()));
    assert_eq!(told(&[group([unread])]), (vec![], Some("Odd".to_owned())));
    let some = deny(200, tag("AzureCloud"));
    let narrow = allow("A", 300, from("203.0.113.0/24"));
    assert_eq!(told(&[group([some, narrow])]), (vec![], Some("Deny".to_owned())));
}
