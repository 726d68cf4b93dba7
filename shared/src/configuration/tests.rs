use super::*;

fn policy(ports: &[(u16, &[&str])]) -> JitPolicy {
    let rule = |&(port, sources): &(u16, &[&str])| PortRule {
        sources: sources.iter().map(|source| source.parse().unwrap()).collect(),
        ..PortRule::usual(port.try_into().unwrap())
    };
    JitPolicy { ports: ports.iter().map(rule).collect() }
}

fn fields(policy: &JitPolicy) -> Vec<String> {
    policy.violations().into_iter().map(|violation| violation.field).collect()
}

#[test]
fn what_azures_own_pages_set_is_fine() {
    for policy in [JitPolicy::proposed(), JitPolicy::usual(Os::Windows), JitPolicy::usual(Os::Linux)] {
        assert!(policy.violations().is_empty());
    }
    let ports = JitPolicy::proposed().ports.iter().map(|rule| rule.port.number()).collect::<Vec<_>>();
    assert_eq!(ports, [22, 3389, 5985, 5986]);
}

#[test]
fn each_field_is_told_what_is_wrong_with_it() {
    assert_eq!(fields(&policy(&[])), ["ports"]);
    assert_eq!(fields(&policy(&[(22, &["*"]), (3389, &["*"]), (22, &["*"])])), ["ports[2].port"]);
    assert_eq!(fields(&policy(&[(22, &[])])), ["ports[0].sources"]);
    let twice = policy(&[(22, &["203.0.113.7", "203.0.113.0/24", "203.0.113.7/32"])]);
    assert_eq!(fields(&twice), ["ports[0].sources"]);
}

#[test]
fn anywhere_stands_alone() {
    assert_eq!(fields(&policy(&[(22, &["203.0.113.7", "*"])])), ["ports[0].sources"]);
    assert_eq!(fields(&policy(&[(22, &["203.0.113.7", "0.0.0.0/0"])])), ["ports[0].sources"]);
    assert!(fields(&policy(&[(22, &["203.0.113.7", "2001:db8::/32"])])).is_empty());
}

#[test]
fn a_version_is_nothing_else() {
    let text = "0123456789abcdef0123456789abcdef";
    assert_eq!(text.parse::<Version>().unwrap().to_string(), text);
    for bad in ["", "0123", "0123456789ABCDEF0123456789ABCDEF", "*", "0123456789abcdef0123456789abcdeg"] {
        assert!(bad.parse::<Version>().is_err(), "{bad}");
    }
}
