use super::*;

const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web-nsg";

pub(in crate::preflight) fn rule(
    name: &str,
    priority: u16,
    access: Access,
    source: Addresses,
    port: Ports,
) -> SecurityRule {
    SecurityRule {
        name: name.to_owned(),
        priority,
        access,
        direction: Direction::Inbound,
        transport: Transport::Tcp,
        sources: vec![source],
        destinations: vec![Addresses::Any],
        ports: vec![port],
        description: None,
    }
}

pub(in crate::preflight) fn from(range: &str) -> Addresses {
    Addresses::Range(Source::net(&range.parse().unwrap()).unwrap())
}

fn tag(name: &str) -> Addresses {
    Addresses::Tag(name.to_owned())
}

pub(in crate::preflight) const RDP: Ports = Ports::Range(3389, 3389);
const ALL: Ports = Ports::Range(0, u16::MAX);

fn azures_own() -> [SecurityRule; 3] {
    [
        rule("AllowVnetInBound", 65000, Access::Allow, tag("VirtualNetwork"), ALL),
        rule("AllowAzureLoadBalancerInBound", 65001, Access::Allow, tag("AzureLoadBalancer"), ALL),
        rule("DenyAllInBound", 65500, Access::Deny, Addresses::Any, ALL),
    ]
}

pub(in crate::preflight) fn group(rules: impl IntoIterator<Item = SecurityRule>) -> Nsg {
    let mut rules: Vec<SecurityRule> = rules.into_iter().chain(azures_own()).collect();
    rules.sort_by_key(|rule| rule.priority);
    Nsg { id: GROUP.parse().unwrap(), rules }
}

fn judged(groups: Vec<Nsg>, source: &str) -> Passage {
    judged_at(&["10.0.0.4"], groups, source)
}

fn judged_at(addresses: &[&str], groups: Vec<Nsg>, source: &str) -> Passage {
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let filters = Filters::Known { groups, addresses, application_groups: vec![], gateway: None };
    judge(&filters, Port::RDP, source.parse().unwrap())
}

fn blocked_by(preflight: &Passage) -> Option<&str> {
    match &preflight.reach {
        Reach::Blocked { by } => Some(&by.rule),
        Reach::Accessible | Reach::Unreachable { .. } | Reach::Unfiltered | Reach::Unverified { .. } => None,
    }
}

fn jit_deny() -> SecurityRule {
    rule("MicrosoftDefenderForCloud-JITRule_1_A", 1000, Access::Deny, Addresses::Any, RDP)
}

fn jit_allow(source: &str) -> SecurityRule {
    rule("MicrosoftDefenderForCloud-JITRule-1-B", 100, Access::Allow, from(source), RDP)
}

#[test]
fn a_port_that_jit_keeps_closed_is_blocked_by_its_rule_until_it_is_opened() {
    let closed = judged(vec![group([jit_deny()])], "203.0.113.7");
    assert_eq!(blocked_by(&closed), Some("MicrosoftDefenderForCloud-JITRule_1_A"));
    let open = judged(vec![group([jit_deny(), jit_allow("203.0.113.7")])], "203.0.113.7");
    assert_eq!(open.reach, Reach::Accessible);
    assert_eq!(open.exposed_by, []);
    let somebody_else = judged(vec![group([jit_deny(), jit_allow("203.0.113.7")])], "203.0.113.8");
    assert!(blocked_by(&somebody_else).is_some());
}

#[test]
fn both_groups_must_let_a_connection_in() {
    let open = group([jit_allow("203.0.113.7")]);
    let strict = group([rule("Deny-All", 100, Access::Deny, Addresses::Any, ALL)]);
    assert_eq!(blocked_by(&judged(vec![open.clone(), strict], "203.0.113.7")), Some("Deny-All"));
    assert_eq!(judged(vec![open.clone(), open], "203.0.113.7").reach, Reach::Accessible);
    assert_eq!(judged(vec![], "203.0.113.7").reach, Reach::Unfiltered);
}

#[test]
fn a_rule_for_everybody_before_jits_own_is_an_exposure_and_after_it_is_none() {
    let permissive = |priority| rule("AllowRDP", priority, Access::Allow, Addresses::Any, RDP);
    let exposed = judged(vec![group([permissive(300), jit_deny()])], "203.0.113.7");
    assert_eq!(exposed.exposed_by.iter().map(|rule| rule.rule.as_str()).collect::<Vec<_>>(), ["AllowRDP"]);
    assert_eq!(judged(vec![group([permissive(2000), jit_deny()])], "203.0.113.7").exposed_by, []);
    let by_tag = rule("AllowRDP", 300, Access::Allow, tag("Internet"), RDP);
    assert_eq!(judged(vec![group([by_tag, jit_deny()])], "203.0.113.7").exposed_by.len(), 1);
}

#[test]
fn a_second_group_that_keeps_strangers_out_makes_up_for_a_permissive_one() {
    let permissive = group([rule("AllowRDP", 300, Access::Allow, Addresses::Any, RDP)]);
    assert_eq!(judged(vec![permissive, group([jit_deny()])], "203.0.113.7").exposed_by, []);
}

#[test]
fn what_only_azure_can_resolve_is_not_guessed_at() {
    let by_tag = rule("AllowCloud", 200, Access::Allow, tag("AzureCloud"), RDP);
    assert!(matches!(judged(vec![group([by_tag])], "203.0.113.7").reach, Reach::Unverified { .. }));
    assert!(matches!(judged(vec![group([])], "10.0.0.9").reach, Reach::Unverified { .. }));
}

#[test]
fn a_rule_for_part_of_the_source_is_told_as_that() {
    let told = |rule: SecurityRule, source: &str| match judged(vec![group([rule, jit_deny()])], source).reach
    {
        Reach::Unverified { reason } => reason,
        other => panic!("{other:?}"),
    };
    let part = rule("AllowPart", 200, Access::Allow, from("203.0.113.0/25"), RDP);
    let reason = told(part, "203.0.113.0/24");
    assert_eq!(reason, "Rule “AllowPart” (priority 200) of web-nsg lets in only part of these addresses.");
    assert!(told(jit_allow("203.0.113.7"), "*").ends_with("lets in only part of these addresses."));
    let deny = rule("DenyPart", 200, Access::Deny, from("203.0.113.0/25"), RDP);
    assert!(told(deny, "203.0.113.0/24").ends_with("keeps out only part of these addresses."));
    let by_tag = rule("AllowCloud", 200, Access::Allow, tag("AzureCloud"), RDP);
    assert!(told(by_tag, "203.0.113.0/24").contains("and only Azure knows which addresses that has"));
    // The tag may be about the rest.
    let mixed = SecurityRule {
        sources: vec![from("203.0.113.0/25"), tag("AzureCloud")],
        ..rule("AllowBoth", 200, Access::Allow, Addresses::Any, RDP)
    };
    assert!(told(mixed, "203.0.113.0/24").contains("lets in the service tag AzureCloud, and only Azure"));
}

#[test]
fn a_rule_for_another_port_protocol_or_destination_does_not_count() {
    let other_port = rule("AllowSsh", 200, Access::Allow, Addresses::Any, Ports::Range(22, 22));
    let udp = SecurityRule {
        transport: Transport::Udp,
        ..rule("AllowUdp", 201, Access::Allow, Addresses::Any, RDP)
    };
    let elsewhere = SecurityRule {
        destinations: vec![from("10.0.0.5")],
        ..rule("AllowNext", 202, Access::Allow, Addresses::Any, RDP)
    };
    let outbound = SecurityRule {
        direction: Direction::Outbound,
        ..rule("AllowOut", 203, Access::Allow, Addresses::Any, RDP)
    };
    let preflight = judged(vec![group([other_port, udp, elsewhere, outbound])], "203.0.113.7");
    assert_eq!(blocked_by(&preflight), Some("DenyAllInBound"));
}

#[test]
fn rules_that_could_not_be_read_are_told_as_that() {
    let unknown = Filters::Unknown { reason: "Postern may not read them.".to_owned() };
    let preflight = judge(&unknown, Port::RDP, "203.0.113.7".parse().unwrap());
    assert_eq!(preflight.reach, Reach::Unverified { reason: "Postern may not read them.".to_owned() });
}

#[test]
fn rules_name_the_address_of_the_family_one_comes_from() {
    let to = |address: &str| SecurityRule {
        destinations: vec![from(address)],
        ..rule("Allow", 100, Access::Allow, Addresses::Any, RDP)
    };
    let both = ["10.0.0.4", "2001:db8:1::4"];
    let reach = |destination, source| judged_at(&both, vec![group([to(destination)])], source).reach;
    assert_eq!(reach("2001:db8:1::4/128", "2001:db8::7"), Reach::Accessible);
    assert!(matches!(reach("2001:db8:1::4/128", "203.0.113.7"), Reach::Blocked { .. }));
    assert_eq!(reach("10.0.0.4/32", "203.0.113.7"), Reach::Accessible);
    assert!(matches!(reach("10.0.0.4/32", "2001:db8::7"), Reach::Blocked { .. }));
}

#[test]
fn nobody_gets_from_one_family_of_addresses_to_the_other_whatever_the_rules_say() {
    let open = || vec![group([rule("Allow", 100, Access::Allow, Addresses::Any, RDP)])];
    for (address, source, family) in
        [("10.0.0.4", "2001:db8::7", "IPv6"), ("2001:db8:1::4", "203.0.113.0/24", "IPv4")]
    {
        let reach = judged_at(&[address], open(), source).reach;
        let Reach::Unreachable { reason } = reach else { panic!("{reach:?}") };
        assert!(reason.contains(&format!("no {family} address")), "{reason}");
        assert_eq!(judged_at(&[address], open(), "*").reach, Reach::Accessible);
        // What is not known is not held against anybody.
        assert_eq!(judged_at(&[], open(), source).reach, Reach::Accessible);
    }
}
