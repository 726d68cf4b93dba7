mod prepared;
mod sharing;

use proptest::prelude::*;
use shared::access::Beneficiary;
use shared::duration::AccessDuration;
use shared::policy::{JitPolicy, PortRule};
use shared::port::Protocol;
use uuid::Uuid;

use super::*;
use crate::rules::{Place, PublicTarget, Rules, Who};

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01";
const POLICY: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

const RULE: &str = r#"
[[rule]]
name = "Desk"
to = { roles = ["Operator"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]
may = ["request"]
ports = [3389]
longest = "2h"
source = { widest = 30, networks = { "Office" = "198.51.100.0/24" } }
reason = { required = true, pattern = "^INC[0-9]+", hint = "such as INC0012345" }
"#;

struct Case {
    ports: Vec<u16>,
    source: &'static str,
    minutes: i64,
    reason: Option<&'static str>,
    policy_sources: Vec<&'static str>,
    rules: String,
    requested_for: Option<&'static str>,
    prepared: Option<Prepared<'static>>,
    public_target: Option<PublicTarget>,
    source_match: SourceMatch,
    redirections: &'static [Redirection],
}

/// An address on the Internet, and none of the other family.
fn at(address: &str) -> PublicTarget {
    let ipv6 = address.contains(':');
    PublicTarget { name: address.to_owned(), ipv4: !ipv6, ipv6 }
}

impl Default for Case {
    fn default() -> Self {
        Self {
            ports: vec![3389],
            source: "203.0.113.7",
            minutes: 60,
            reason: Some("INC1 disk full"),
            policy_sources: vec!["*"],
            rules: RULE.to_owned(),
            requested_for: None,
            prepared: None,
            public_target: Some(PublicTarget { ipv6: true, ..at("20.50.1.1") }),
            source_match: SourceMatch::Contained,
            redirections: &[],
        }
    }
}

impl Case {
    fn judge(&self) -> Result<Approved, Vec<Violation>> {
        let vm: VmId = VM.parse().unwrap();
        let ports: Vec<Port> = self.ports.iter().map(|port| Port::try_from(*port).unwrap()).collect();
        let reason = self.reason.map(|text| text.parse().unwrap());
        let sources: Vec<Source> = self.policy_sources.iter().map(|text| text.parse().unwrap()).collect();
        let rule = |port| PortRule {
            port,
            protocol: Protocol::Any,
            sources: sources.clone(),
            longest: AccessDuration::AZURE_DEFAULT,
        };
        let policy = JitPolicy { ports: vec![rule(Port::RDP), rule(Port::SSH)] };
        let policy_id: PolicyId = POLICY.parse().unwrap();
        let access: Rules = self.rules.parse().unwrap();
        let roles = ["Operator".to_owned()];
        let who = Who { username: "operator@contoso.com", object_id: "", roles: &roles, groups: &[] };
        let tags = std::collections::BTreeMap::new();
        let whom = self.requested_for.map(|name| name.parse::<Beneficiary>().unwrap());
        let wish = Wish {
            username: who.username,
            requested_for: whom.as_ref(),
            prepared: self.prepared,
            seen: Some("203.0.113.7".parse().unwrap()),
            ports: &ports,
            source: self.source.parse().unwrap(),
            through: None,
            duration: AccessDuration::from_minutes(self.minutes).unwrap(),
            reason: reason.as_ref(),
            redirections: self.redirections,
            field: "vms[0]",
        };
        let bounds = Bounds {
            place: Place { vm: &vm, tags: &tags, management_groups: None },
            public_target: self.public_target.as_ref(),
            policy: Protection::Policy(&policy_id, &policy),
            source_match: self.source_match,
            rules: &access.of(who),
        };
        check(RequestId(Uuid::nil()), wish, bounds, Timestamp::UNIX_EPOCH)
    }

    fn fields(&self) -> Vec<String> {
        self.judge().err().into_iter().flatten().map(|violation| violation.field).collect()
    }
}

#[test]
fn a_wish_within_every_limit_is_approved_as_it_stands() {
    let approved = Case::default().judge().unwrap();
    assert_eq!(approved.ports(), [Port::RDP]);
    assert_eq!(approved.source().to_string(), "203.0.113.7");
    assert_eq!(approved.ends_at().as_second(), 3600);
    assert_eq!(approved.rule(), "Desk");
    assert!(approved.justification().starts_with("INC1 disk full (requested by operator@contoso.com"));
}

#[test]
fn every_broken_guardrail_is_named_at_its_field() {
    let case = Case { ports: vec![22, 22, 445], source: "*", minutes: 600, reason: None, ..Case::default() };
    let fields = case.fields();
    for field in ["vms[0].ports[0]", "vms[0].ports[1]", "vms[0].ports[2]", "source", "duration", "reason"] {
        assert!(fields.iter().any(|named| named == field), "{field} is not among {fields:?}");
    }
}

#[test]
fn a_source_outside_the_policy_is_offered_the_range_that_the_policy_wants() {
    let violations = Case { policy_sources: vec!["198.51.100.0/24"], ..Case::default() }.judge().unwrap_err();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].offer.as_deref(), Some("198.51.100.0/24"));
}

#[test]
fn what_no_rule_lets_through_is_not_offered() {
    let rules = RULE.replace(r#", networks = { "Office" = "198.51.100.0/24" }"#, "");
    let case = Case { policy_sources: vec!["198.51.100.0/24"], rules, ..Case::default() };
    let violations = case.judge().unwrap_err();
    assert_eq!((violations.len(), violations[0].offer.as_deref()), (1, None));
    assert!(violations[0].detail.contains("no access rule lets you ask for that"), "{violations:?}");
}

#[test]
fn a_part_of_a_listed_range_is_fine_unless_azure_takes_only_the_whole() {
    let part = || Case {
        source: "198.51.100.7",
        policy_sources: vec!["192.0.2.0/24", "198.51.100.0/24"],
        ..Case::default()
    };
    let approved = part().judge().unwrap();
    assert_eq!(approved.part_of().map(ToString::to_string).as_deref(), Some("198.51.100.0/24"));

    let exact = || Case { source_match: SourceMatch::Exact, ..part() };
    let violations = exact().judge().unwrap_err();
    assert_eq!((violations.len(), violations[0].offer.as_deref()), (1, Some("198.51.100.0/24")));
    assert!(violations[0].detail.contains("only as it is listed"), "{violations:?}");

    let whole = Case { source: "198.51.100.0/24", ..exact() }.judge().unwrap();
    assert_eq!(whole.part_of(), None);
    let anywhere = Case { policy_sources: vec!["*"], ..exact() }.judge().unwrap();
    assert_eq!(anywhere.part_of(), None);
}

#[test]
fn a_private_address_is_refused_where_the_machine_is_on_the_internet_and_ones_own_is_offered() {
    for source in ["10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.1.1", "100.64.1.1", "fe80::1", "fd00::1"]
    {
        let violations = Case { source, ..Case::default() }.judge().unwrap_err();
        assert_eq!((violations.len(), violations[0].field.as_str()), (1, "source"), "{violations:?}");
        assert!(violations[0].detail.contains("over the Internet"), "{violations:?}");
        assert_eq!(violations[0].offer.as_deref(), Some("203.0.113.7"));
        assert!(Case { source, public_target: None, ..Case::default() }.judge().is_ok(), "{source}");
    }
}

#[test]
fn a_source_of_a_family_that_the_machine_has_no_address_of_is_refused() {
    let to = |target: Option<PublicTarget>, source| {
        Case { source, public_target: target, ..Case::default() }.judge().err().unwrap_or_default()
    };
    let violations = to(Some(at("20.50.1.1")), "2001:db8::7");
    assert_eq!((violations.len(), violations[0].field.as_str()), (1, "source"), "{violations:?}");
    assert!(violations[0].detail.contains("of IPv6, and 20.50.1.1 has an address of IPv4 only"));
    assert_eq!(violations[0].offer.as_deref(), Some("203.0.113.7"));

    let violations = to(Some(at("2001:db8::40")), "203.0.113.7");
    assert!(violations[0].detail.contains("of IPv4, and 2001:db8::40 has an address of IPv6 only"));
    assert_eq!(violations[0].offer, None, "one's own would be refused as well");

    let both = PublicTarget { ipv6: true, ..at("20.50.1.1") };
    for target in [Some(both), None] {
        assert_eq!(to(target, "2001:db8::7"), [], "there is, or may be, a way");
    }
}

#[test]
fn broad_is_what_only_anywhere_lets_through() {
    let anywhere = RULE.replace("widest = 30", "widest = 30, anywhere = true");
    for (source, broad) in [
        ("203.0.113.7", false),
        ("203.0.113.4/30", false),
        ("198.51.100.0/24", false),
        ("203.0.113.0/24", true),
        ("0.0.0.0/1", true),
        ("0.0.0.0/0", true),
        ("*", true),
        ("::/0", true),
        ("2001:db8::/64", true),
    ] {
        let approved = Case { source, rules: anywhere.clone(), ..Case::default() }.judge().unwrap();
        assert_eq!(approved.is_broad(), broad, "{source}");
    }
}

#[test]
fn for_somebody_else_takes_a_right_of_its_own_and_is_told_to_azure() {
    let others = RULE.replace(r#"["request"]"#, r#"["request-for-others"]"#);
    let anna = || Case { requested_for: Some("anna@contoso.com"), ..Case::default() };
    let violations = anna().judge().unwrap_err();
    assert!(violations[0].detail.ends_with("for somebody else"), "{violations:?}");
    assert_eq!(Case { rules: others.clone(), ..Case::default() }.fields(), ["vms[0].vm"]);
    let approved = Case { rules: others, ..anna() }.judge().unwrap();
    assert_eq!(
        approved.justification(),
        "INC1 disk full (requested by operator@contoso.com for anna@contoso.com through Postern, request 00000000-0000-0000-0000-000000000000)"
    );
}

#[test]
fn a_range_may_be_as_wide_as_the_rule_says_or_lie_in_a_named_network() {
    assert_eq!(Case { source: "203.0.113.4/30", ..Case::default() }.fields(), Vec::<String>::new());
    assert_eq!(Case { source: "203.0.113.0/29", ..Case::default() }.fields(), ["source"]);
    assert_eq!(Case { source: "198.51.100.0/24", ..Case::default() }.fields(), Vec::<String>::new());
    assert_eq!(Case { source: "198.51.100.0/25", ..Case::default() }.fields(), Vec::<String>::new());
    assert_eq!(Case { source: "198.51.0.0/16", ..Case::default() }.fields(), ["source"]);
    assert_eq!(Case { source: "2001:db8::/126", ..Case::default() }.fields(), Vec::<String>::new());
    assert_eq!(Case { source: "2001:db8::/64", ..Case::default() }.fields(), ["source"]);
}

#[test]
fn the_whole_internet_is_refused_in_all_its_spellings_unless_a_rule_says_anywhere() {
    for source in ["*", "0.0.0.0/0", "::/0"] {
        assert_eq!(Case { source, ..Case::default() }.fields(), ["source"], "{source}");
        let rules = RULE.replace("widest = 30", "anywhere = true");
        assert_eq!(Case { source, rules, ..Case::default() }.fields(), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn an_address_nothing_can_come_from_is_refused() {
    for source in ["127.0.0.1", "::1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "ff02::1"] {
        assert_eq!(Case { source, ..Case::default() }.fields(), ["source"], "{source}");
    }
}

#[test]
fn limits_of_two_rules_do_not_add_up_to_one_wider_than_either() {
    let second = RULE.replace("Desk", "Long").replace("2h", "3h").replace("widest = 30", "widest = 32");
    let rules = format!("{RULE}{second}");
    assert_eq!(
        Case { minutes: 180, rules: rules.clone(), ..Case::default() }.judge().unwrap().rule(),
        "Long"
    );
    assert_eq!(
        Case { source: "203.0.113.4/30", rules: rules.clone(), ..Case::default() }.judge().unwrap().rule(),
        "Desk"
    );
    assert_eq!(Case { minutes: 180, source: "203.0.113.4/30", rules, ..Case::default() }.fields().len(), 1);
}

#[test]
fn without_a_rule_that_lets_the_person_request_nothing_is_approved() {
    let rules = RULE.replace(r#"may = ["request"]"#, r#"may = ["see"]"#);
    let violations = Case { rules, ..Case::default() }.judge().unwrap_err();
    assert!(violations[0].detail.contains("no access rule"));
}

proptest! {
    #[test]
    fn what_is_approved_is_never_more_than_rule_and_policy_allow(
        port in prop_oneof![Just(22u16), Just(3389), Just(5985)],
        minutes in 5..=1440i64,
        source in prop_oneof![Just("203.0.113.7"), Just("203.0.113.0/24"), Just("*"), Just("198.51.100.0/24"), Just("2001:db8::1")],
    ) {
        let case = Case { ports: vec![port], source, minutes, policy_sources: vec!["203.0.113.0/24", "198.51.100.0/24"], ..Case::default() };
        if let Ok(approved) = case.judge() {
            prop_assert_eq!(approved.ports(), [Port::RDP]);
            prop_assert!(minutes <= 120);
            prop_assert!(matches!(source, "203.0.113.7" | "198.51.100.0/24"));
        }
    }
}
