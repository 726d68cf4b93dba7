use proptest::prelude::*;
use shared::policy::PortRule;
use shared::port::Protocol;
use uuid::Uuid;

use super::*;
use crate::rules::Rules;

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
        let who =
            crate::rules::Who { username: "operator@contoso.com", object_id: "", roles: &roles, groups: &[] };
        let tags = std::collections::BTreeMap::new();
        let allowing = access.for_requests(who, crate::rules::Place { vm: &vm, tags: &tags });
        let wish = Wish {
            id: RequestId(Uuid::nil()),
            username: who.username,
            vm: &vm,
            ports: &ports,
            source: self.source.parse().unwrap(),
            duration: AccessDuration::from_minutes(self.minutes).unwrap(),
            reason: reason.as_ref(),
            field: "vms[0]",
        };
        check(
            wish,
            Bounds { policy: Protection::Policy(&policy_id, &policy), rules: &allowing },
            Timestamp::UNIX_EPOCH,
        )
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
    for source in ["127.0.0.1", "::1", "0.0.0.0"] {
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
