use super::*;

const RULES: &str = r#"
[[rule]]
name = "Factory operators"
to = { roles = ["Operator"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-factory-rg", "tag:env=factory"]
may = ["see", "request", "start"]
ports = [22, 3389]
longest = "3h"
source = { widest = 32, networks = { "Contoso office" = "203.0.113.0/24" } }
reason = { required = true, pattern = "^(INC|CHG)[0-9]+", hint = "Ticket number, such as INC0012345" }

[[rule]]
name = "Auditors"
to = { groups = ["5B1C0000-0000-0000-0000-000000000000"], users = ["auditor@contoso.com"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]
may = ["see"]
"#;

fn rules() -> Rules {
    RULES.parse().unwrap()
}

fn vm(group: &str) -> VmId {
    format!("/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/hmi-01")
        .parse()
        .unwrap()
}

fn operator(roles: &[String]) -> Who<'_> {
    Who { username: "operator@contoso.com", object_id: "o-1", roles, groups: &[] }
}

#[test]
fn what_no_rule_allows_is_denied() {
    let tags = BTreeMap::new();
    let id = vm("contoso-hq-rg");
    let place = Place { vm: &id, tags: &tags };
    let roles = ["Operator".to_owned()];
    assert!(!rules().may_see(operator(&roles), place));
    assert!(!Rules::default().may_see(operator(&roles), place));
    assert_eq!(rules().may(operator(&roles), place), May::default());
}

#[test]
fn a_resource_group_is_matched_without_regard_to_case() {
    let (id, tags) = (vm("CONTOSO-Factory-RG"), BTreeMap::new());
    let roles = ["Operator".to_owned()];
    let may = rules().may(operator(&roles), Place { vm: &id, tags: &tags });
    assert!(may.start);
    assert_eq!(may.request[0].rule, "Factory operators");
    assert_eq!(may.request[0].reason_hint.as_deref(), Some("Ticket number, such as INC0012345"));
}

#[test]
fn a_resource_group_whose_name_only_begins_the_same_is_another_one() {
    let (id, tags) = (vm("contoso-factory-rg-2"), BTreeMap::new());
    let roles = ["Operator".to_owned()];
    assert!(!rules().may_see(operator(&roles), Place { vm: &id, tags: &tags }));
}

#[test]
fn a_tag_brings_a_machine_into_a_rule() {
    let (id, roles) = (vm("elsewhere"), ["Operator".to_owned()]);
    let tagged = BTreeMap::from([("Env".to_owned(), "factory".to_owned())]);
    let other = BTreeMap::from([("env".to_owned(), "Factory".to_owned())]);
    assert!(rules().may_see(operator(&roles), Place { vm: &id, tags: &tagged }));
    assert!(!rules().may_see(operator(&roles), Place { vm: &id, tags: &other }));
}

#[test]
fn groups_and_users_are_matched_without_regard_to_case_and_only_get_what_is_written() {
    let (id, tags) = (vm("any"), BTreeMap::new());
    let place = Place { vm: &id, tags: &tags };
    let groups = ["5b1c0000-0000-0000-0000-000000000000".to_owned()];
    let by_group = Who { username: "", object_id: "", roles: &[], groups: &groups };
    let by_name = Who { username: "Auditor@Contoso.com", object_id: "", roles: &[], groups: &[] };
    for who in [by_group, by_name] {
        assert!(rules().may_see(who, place));
        assert_eq!(rules().may(who, place), May::default());
    }
}

#[test]
fn an_identity_without_a_name_matches_no_user() {
    let (id, tags) = (vm("any"), BTreeMap::new());
    let text = RULES.replace("auditor@contoso.com", "");
    let nobody = Who { username: "", object_id: "", roles: &[], groups: &[] };
    assert!(!text.parse::<Rules>().unwrap().may_see(nobody, Place { vm: &id, tags: &tags }));
}

#[test]
fn a_bad_file_is_refused_with_the_rule_the_key_and_the_reason() {
    let cases = [
        (r#"longest = "3h""#, r#"longest = "3 fortnights""#, "“Factory operators”, longest"),
        (r#"longest = "3h""#, r#"longest = "30h""#, "from 5 minutes to 24 hours"),
        ("ports = [22, 3389]", "ports = [0]", "“Factory operators”, ports"),
        ("widest = 32", "widest = 0", "anywhere = true"),
        ("203.0.113.0/24", "0.0.0.0/0", "anywhere = true"),
        ("203.0.113.0/24", "203.0.113.9/24", "203.0.113.0/24"),
        ("^(INC|CHG)[0-9]+", "(", "reason.pattern"),
        ("tag:env=factory", "tag:env", "is not a scope"),
        (r#"name = "Auditors""#, r#"name = "Factory operators""#, "name of its own"),
        (r#"to = { roles = ["Operator"] }"#, "to = {}", "at least one role"),
        (r#"may = ["see"]"#, r#"may = ["sea"]"#, "unknown variant"),
        (r#"may = ["see"]"#, r#"might = ["see"]"#, "might"),
    ];
    for (good, bad, expected) in cases {
        let error = RULES.replacen(good, bad, 1).parse::<Rules>().unwrap_err().to_string();
        assert!(error.contains(expected), "{bad}: {error}");
    }
}
