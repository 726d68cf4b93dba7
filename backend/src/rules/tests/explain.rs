//! What people are told of why, and why not.

use std::sync::LazyLock;

use shared::explanation::Obstacle;

use super::*;

const OFFICE: &str = r#"
[[rule]]
name = "Far away"
to = { roles = ["Operator"] }
on = ["/providers/Microsoft.Management/managementGroups/plants", "tag:env=lab"]
may = ["request"]

[[rule]]
name = "Look"
to = { roles = ["Operator"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]
may = ["see"]

[[rule]]
name = "Desk"
to = { roles = ["Operator"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]
may = ["request"]
ports = [3389]
longest = "1h"
source = { networks = { "VPN" = "10.8.0.0/16", "VPN 6" = "2001:db8:8::/48" } }

[[rule]]
name = "Somebody else's"
to = { roles = ["Auditor"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]
may = ["request"]
"#;

static TARGET: LazyLock<PublicTarget> =
    LazyLock::new(|| PublicTarget { name: "web-1.example".to_owned(), ipv4: true, ipv6: false });

fn asked(port: Port, source: &str) -> Asked<'static> {
    let ports: &'static [Port] = if port == Port::RDP { &[Port::RDP] } else { &[Port::SSH] };
    Asked {
        ports,
        source: source.parse().unwrap(),
        way: Way::Direct,
        duration: AccessDuration::from_minutes(60).unwrap(),
        reason: None,
        redirections: &[],
        public_target: Some(&TARGET),
        guest: false,
        seen: Some("198.51.100.7".parse().unwrap()),
        field: "vms[0]",
    }
}

/// What each rule makes of it, as `name: obstacle, obstacle`.
fn verdicts(verb: Verb, asked: Option<Asked<'_>>) -> Vec<String> {
    let rules: Rules = OFFICE.parse().unwrap();
    let (id, tags, role) = (vm("rg"), BTreeMap::new(), ["Operator".to_owned()]);
    let question = Question { verb, place: at(&id, &tags), asked };
    let explanation = rules.of(operator(&role)).explain(&question);
    let named = explanation.verdicts().into_iter().map(|verdict| {
        let obstacles: Vec<&str> = verdict.obstacles.iter().map(Obstacle::detail).collect();
        format!("{}: {}", verdict.rule, obstacles.join("; "))
    });
    named.collect()
}

#[test]
fn each_rule_about_somebody_says_what_stands_in_the_way_and_no_other_is_told_of() {
    insta::assert_debug_snapshot!(verdicts(Verb::Request, Some(asked(Port::SSH, "203.0.113.0/24"))), @r#"
    [
        "Far away: access rule “Far away” holds on /providers/Microsoft.Management/managementGroups/plants, tag:env=lab, and hmi-01 is not there; which management groups its subscription is in could not be read",
        "Look: access rule “Look” does not let you request access to hmi-01",
        "Desk: access rule “Desk” does not let you open port 22; access rule “Desk” allows one address at a time, and 203.0.113.0/24 is a range",
    ]
    "#);
}

#[test]
fn a_rule_that_lets_it_through_has_nothing_to_say() {
    let verdicts = verdicts(Verb::Request, Some(asked(Port::RDP, "203.0.113.7")));
    assert_eq!(verdicts[2], "Desk: ");
}

#[test]
fn a_private_address_is_no_way_to_a_machine_on_the_internet_unless_the_rule_names_its_network() {
    let told = verdicts(Verb::Request, Some(asked(Port::RDP, "10.1.2.3")));
    assert!(
        told[2].contains("10.1.2.3 is a private address") && told[2].contains("web-1.example"),
        "{told:?}"
    );
    assert_eq!(verdicts(Verb::Request, Some(asked(Port::RDP, "10.8.2.3")))[2], "Desk: ");
    let inside = Asked { public_target: None, ..asked(Port::RDP, "10.1.2.3") };
    assert_eq!(verdicts(Verb::Request, Some(inside))[2], "Desk: ");
}

#[test]
fn another_family_of_addresses_is_no_way_to_a_machine_unless_the_rule_names_its_network() {
    let told = verdicts(Verb::Request, Some(asked(Port::RDP, "2001:db8::7")));
    assert!(told[2].contains("2001:db8::7 is of IPv6, and web-1.example has"), "{told:?}");
    assert_eq!(verdicts(Verb::Request, Some(asked(Port::RDP, "2001:db8:8::7")))[2], "Desk: ");
}

#[test]
fn what_has_no_limits_is_told_by_scope_and_verb_alone() {
    let told = verdicts(Verb::Configure, None);
    assert!(told[1].ends_with("does not let you configure just-in-time access on hmi-01"), "{told:?}");
}
