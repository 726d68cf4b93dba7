mod explain;
mod file;
mod model;
mod properties;

use std::collections::BTreeMap;

use shared::resource_id::VmId;

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

fn at<'a>(vm: &'a VmId, tags: &'a BTreeMap<String, String>) -> Place<'a> {
    Place { vm, tags, management_groups: None }
}

fn operator(roles: &[String]) -> Who<'_> {
    Who { username: "operator@contoso.com", object_id: "o-1", roles, groups: &[] }
}

#[test]
fn what_no_rule_allows_is_denied() {
    let tags = BTreeMap::new();
    let id = vm("contoso-hq-rg");
    let place = at(&id, &tags);
    let roles = ["Operator".to_owned()];
    assert!(!rules().of(operator(&roles)).may_see(place));
    assert!(!Rules::default().of(operator(&roles)).may_see(place));
    assert_eq!(rules().of(operator(&roles)).may(place), May::default());
}

#[test]
fn a_resource_group_is_matched_without_regard_to_case() {
    let (id, tags) = (vm("CONTOSO-Factory-RG"), BTreeMap::new());
    let roles = ["Operator".to_owned()];
    let may = rules().of(operator(&roles)).may(at(&id, &tags));
    assert!(may.start);
    assert_eq!(may.request[0].rule, "Factory operators");
    assert_eq!(may.request[0].reason_hint.as_deref(), Some("Ticket number, such as INC0012345"));
}

#[test]
fn a_resource_group_whose_name_only_begins_the_same_is_another_one() {
    let (id, tags) = (vm("contoso-factory-rg-2"), BTreeMap::new());
    let roles = ["Operator".to_owned()];
    assert!(!rules().of(operator(&roles)).may_see(at(&id, &tags)));
}

#[test]
fn a_tag_brings_a_machine_into_a_rule() {
    let (id, roles) = (vm("elsewhere"), ["Operator".to_owned()]);
    let tagged = BTreeMap::from([("Env".to_owned(), "factory".to_owned())]);
    let other = BTreeMap::from([("env".to_owned(), "Factory".to_owned())]);
    assert!(rules().of(operator(&roles)).may_see(at(&id, &tagged)));
    assert!(!rules().of(operator(&roles)).may_see(at(&id, &other)));
}

#[test]
fn groups_and_users_are_matched_without_regard_to_case_and_only_get_what_is_written() {
    let (id, tags) = (vm("any"), BTreeMap::new());
    let place = at(&id, &tags);
    let groups = ["5b1c0000-0000-0000-0000-000000000000".to_owned()];
    let by_group = Who { username: "", object_id: "", roles: &[], groups: &groups };
    let by_name = Who { username: "Auditor@Contoso.com", object_id: "", roles: &[], groups: &[] };
    for who in [by_group, by_name] {
        assert!(rules().of(who).may_see(place));
        assert_eq!(rules().of(who).may(place), May::default());
    }
}

#[test]
fn an_identity_without_a_name_matches_no_user() {
    let nobody = Who { username: "", object_id: "", roles: &[], groups: &[] };
    let to = Subjects { users: vec![String::new(), "auditor@contoso.com".to_owned()], ..Subjects::default() };
    assert!(!to.include(nobody));
}

#[test]
fn a_management_group_holds_for_every_subscription_below_it_and_for_none_where_that_is_unknown() {
    let scope = "/providers/microsoft.management/MANAGEMENTGROUPS/Contoso-Factory";
    let rules: Rules = RULES.replace("tag:env=factory", scope).parse().unwrap();
    assert_eq!(rules.on_management_groups(), ["Factory operators"]);
    let (id, tags) = (vm("elsewhere"), BTreeMap::new());
    let role = ["Operator".to_owned()];
    let groups = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<_>>();
    let sees = |management_groups: Option<&[_]>| {
        rules.of(operator(&role)).may_see(Place { vm: &id, tags: &tags, management_groups })
    };
    assert!(sees(Some(&groups(&["plants", "contoso-FACTORY", "root"]))));
    assert!(!sees(Some(&groups(&["contoso-factory-2", "root"]))));
    assert!(!sees(Some(&[])));
    assert!(!sees(None));
}

#[test]
fn what_somebody_may_do_at_all_is_what_their_rules_say_and_seeing_comes_with_anything() {
    let text = RULES.replace(r#"may = ["see"]"#, r#"may = ["comply", "request-for-others"]"#);
    let rules: Rules = text.parse().unwrap();
    let auditor = Who { username: "auditor@contoso.com", object_id: "", roles: &[], groups: &[] };
    assert_eq!(rules.of(auditor).verbs(), [Verb::See, Verb::RequestForOthers, Verb::Comply]);
    let stranger = Who { username: "stranger@contoso.com", object_id: "", roles: &[], groups: &[] };
    assert!(rules.of(stranger).is_empty() && rules.of(stranger).verbs().is_empty());
    let (id, tags) = (vm("any"), BTreeMap::new());
    let may = rules.of(auditor).may(at(&id, &tags));
    assert_eq!((may.request.len(), may.request_for_others.len(), may.start), (0, 1, false));
}

#[test]
fn only_the_names_of_rules_that_are_not_about_somebody_are_kept_apart() {
    let roles = ["Operator".to_owned()];
    assert_eq!(rules().not_about(operator(&roles)), ["Auditors"]);
    assert_eq!(rules().not_about(operator(&[])), ["Factory operators", "Auditors"]);
}

#[test]
fn a_whole_subscription_takes_a_rule_on_all_of_it_and_the_verb_by_name() {
    let id = "11111111-2222-3333-4444-555555555555";
    let throughout = |on: &str, may: &str, management_groups: Option<&[ArmName]>| {
        let text = RULES.replace(&format!("on = [\"/subscriptions/{id}\"]"), &format!("on = [{on}]"));
        let rules: Rules = text.replace(r#"may = ["see"]"#, &format!("may = [{may}]")).parse().unwrap();
        let auditor = Who { username: "auditor@contoso.com", object_id: "", roles: &[], groups: &[] };
        let id = id.parse().unwrap();
        rules.of(auditor).allow_throughout(Verb::EnableDefender, id, management_groups)
    };
    let (all, enable) = (format!("\"/subscriptions/{id}\""), r#""enable-defender""#);
    assert!(throughout(&all, enable, None));
    assert!(throughout(&format!(r#""tag:env=factory", {all}"#), enable, None));
    let everything_else: Vec<String> = Verb::ALL
        .into_iter()
        .filter(|verb| *verb != Verb::EnableDefender)
        .map(|verb| format!("\"{}\"", verb.name()))
        .collect();
    assert!(!throughout(&all, &everything_else.join(", "), None), "no other verb contains it");
    assert!(!throughout(r#""/subscriptions/21111111-2222-3333-4444-555555555555""#, enable, None));
    let group = r#""/providers/Microsoft.Management/managementGroups/Plants""#;
    let groups: [ArmName; 2] = ["plants".parse().unwrap(), "root".parse().unwrap()];
    assert!(throughout(group, enable, Some(&groups)));
    assert!(!throughout(group, enable, Some(&groups[1..])) && !throughout(group, enable, None));
}

#[test]
fn what_is_about_whole_subscriptions_cannot_be_allowed_on_less() {
    for on in ["tag:env=factory", "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"] {
        let text = RULES
            .replace(
                r#"on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]"#,
                &format!("on = [\"{on}\"]"),
            )
            .replace(r#"may = ["see"]"#, r#"may = ["see", "enable-defender"]"#);
        let fault = text.parse::<Rules>().unwrap_err();
        assert_eq!(fault.place, Some(("Auditors".to_owned(), "may")));
        assert!(fault.reason.contains("name a subscription or a management group"), "{fault}");
    }
}
