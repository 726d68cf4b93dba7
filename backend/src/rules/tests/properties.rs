//! What must hold for any rules and any wish.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use shared::access::Reason;
use shared::resource_id::ArmName;

use super::model::{self, Case, WrittenRule};
use super::*;

const A: &str = "/subscriptions/aaaaaaaa-0000-0000-0000-000000000000";
const B: &str = "/subscriptions/bbbbbbbb-0000-0000-0000-000000000000";

/// What the evaluator says: whether they see the machine, and the place of the rule that allows.
fn evaluated(file: &str, case: &Case) -> (bool, Option<usize>) {
    let rules: Rules = file.parse().unwrap_or_else(|fault| panic!("{fault} in\n{file}"));
    let id: VmId = case.vm.parse().unwrap();
    let tags = case.tags.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let groups: Option<Vec<ArmName>> =
        case.management_groups.as_ref().map(|names| names.iter().map(|name| name.parse().unwrap()).collect());
    let place = Place { vm: &id, tags: &tags, management_groups: groups.as_deref() };
    let reason = case.reason.map(|text| text.parse::<Reason>().unwrap());
    let who =
        Who { username: case.username, object_id: case.object_id, roles: &case.roles, groups: &case.groups };
    // What families of addresses do is told by examples.
    let public = Some(PublicTarget { name: "20.50.1.1".to_owned(), ipv4: true, ipv6: true });
    let asked = Asked {
        ports: &[Port::try_from(case.port).unwrap()],
        source: case.source.parse().unwrap(),
        way: Way::Direct,
        duration: AccessDuration::from_minutes(case.minutes.into()).unwrap(),
        reason: reason.as_ref(),
        redirections: &[],
        public_target: public.as_ref().filter(|_| case.public),
        guest: false,
        seen: None,
        field: "vms[0]",
    };
    let limited = matches!(case.verb, Verb::Request | Verb::RequestForOthers);
    let theirs = rules.of(who);
    let explanation = theirs.explain(&Question { verb: case.verb, place, asked: limited.then_some(asked) });
    let allowing = explanation.allowing().map(|finding| finding.rule.name.parse().unwrap());
    // Two questions to the same rules must not contradict each other.
    assert!(allowing.is_none() || theirs.allow(case.verb, place) && theirs.may_see(place));
    assert_eq!(allowing.is_some(), explanation.violations().is_some_and(|broken| broken.is_empty()));
    (theirs.may_see(place), allowing)
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let most = all.len();
    subsequence(all, 0..=most)
}

fn scopes() -> Vec<String> {
    let machine = "/providers/Microsoft.Compute/virtualMachines";
    let scopes = [
        A.to_owned(),
        B.to_owned(),
        format!("{A}/resourceGroups/rg"),
        format!("{A}/resourceGroups/RG-2"),
        format!("{B}/resourcegroups/rg"),
        format!("{A}/resourceGroups/rg{machine}/vm-1"),
        format!("{B}/resourceGroups/Rg-2{machine}/VM-10"),
        "/providers/Microsoft.Management/managementGroups/root".to_owned(),
        "/providers/Microsoft.Management/managementGroups/Plants".to_owned(),
        "tag:env=prod".to_owned(),
        "tag:ENV=test".to_owned(),
    ];
    scopes.into()
}

/// What is done to machines, one by one.
fn of_machines() -> Vec<Verb> {
    Verb::ALL.into_iter().filter(|verb| *verb != Verb::EnableDefender).collect()
}

prop_compose! {
    fn any_rule()(
        (roles, groups, users) in (some_of(vec!["Operator", "operator"]), some_of(vec!["G-1", "g-2"]), some_of(vec!["Anna@contoso.com", "o-2"])),
        always in select(vec!["Everybody", "Nobody"]),
        on in subsequence(scopes(), 1..5),
        may in subsequence(of_machines(), 1..6),
        ports in prop::option::of(subsequence(vec![22u16, 3389, 5986], 1..3)),
        longest in select(vec![5u16, 60, 90, 1440]),
        widest in select(vec![1u8, 8, 23, 24, 25, 31, 32]),
        networks in some_of(vec!["203.0.113.0/24", "198.51.100.0/25", "10.0.0.0/8", "2001:db8::/64"]),
        (anywhere, required) in any::<(bool, bool)>(),
        pattern in prop::option::of(Just("^INC")),
    ) -> WrittenRule {
        let roles = roles.into_iter().chain([always]).collect();
        WrittenRule { roles, groups, users, on, may, ports, longest, widest, networks, anywhere, required, pattern }
    }
}

prop_compose! {
    fn any_case()(
        username in select(vec!["", "anna@contoso.com", "ANNA@CONTOSO.COM", "bob@contoso.com"]),
        object_id in select(vec!["", "O-2", "o-3"]),
        roles in some_of(vec!["Operator".to_owned(), "Everybody".to_owned()]),
        groups in some_of(vec!["g-1".to_owned(), "G-2".to_owned(), "g-3".to_owned()]),
        (subscription, group, name) in (select(vec![A, B]), select(vec!["rg", "RG", "rg-2", "rg-22"]), select(vec!["vm-1", "Vm-10"])),
        tags in some_of(vec![("env", "prod"), ("Env", "test"), ("ENV", "Prod")]),
        management_groups in prop::option::of(some_of(vec!["ROOT", "plants", "plants-2"])),
        public in any::<bool>(),
        verb in prop_oneof![4 => Just(Verb::Request), 2 => Just(Verb::RequestForOthers), 3 => select(of_machines())],
        port in select(vec![22u16, 3389, 8080]),
        source in select(vec![
            "203.0.113.7", "203.0.113.0/24", "203.0.113.0/25", "203.0.112.0/23", "198.51.100.200", "198.51.100.7", "10.1.2.3",
            "10.0.0.0/7", "*", "0.0.0.0/0", "::/0", "0.0.0.0/1", "2001:db8::1", "2001:db8::/120", "2001:db8::/64", "2001:db8::/63",
        ]),
        minutes in select(vec![5u16, 60, 61, 90, 1440]),
        reason in select(vec![None, Some("INC1"), Some("because")]),
    ) -> Case {
        let vm = format!("{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}");
        Case { username, object_id, roles, groups, vm, tags, management_groups, public, verb, port, source, minutes, reason }
    }
}

/// The rule with one of its limits, scopes, verbs or people narrowed.
fn narrowed(rule: &WrittenRule, how: u8) -> WrittenRule {
    let mut rule = rule.clone();
    match how % 10 {
        0 => rule.longest = 5,
        1 => rule.ports = Some(rule.ports.map_or(vec![3389], |ports| ports[..1].to_vec())),
        2 => rule.widest = 32,
        3 => drop(rule.networks.pop()),
        4 => rule.anywhere = false,
        5 => rule.required = true,
        6 => rule.pattern = Some("^INC"),
        7 => rule.on.truncate(1),
        8 => rule.may.truncate(1),
        _ => rule.roles.truncate(1),
    }
    rule
}

fn shout(text: &str) -> String {
    match text.strip_prefix("tag:").and_then(|tag| tag.split_once('=')) {
        Some((name, value)) => format!("tag:{}={value}", name.to_uppercase()),
        None => text.to_uppercase(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_evaluator_and_the_letter_of_the_rules_agree(rules in vec(any_rule(), 0..5), case in any_case()) {
        let expected = (model::sees(&rules, &case), model::allowing(&rules, &case));
        prop_assert_eq!(evaluated(&model::file(&rules), &case), expected);
    }
}

proptest! {
    #[test]
    fn adding_a_rule_never_takes_a_right_away(
        rules in vec(any_rule(), 0..4), more in any_rule(), at in any::<prop::sample::Index>(), case in any_case(),
    ) {
        let (saw, allowed) = evaluated(&model::file(&rules), &case);
        let mut with = rules.clone();
        with.insert(at.index(rules.len() + 1), more);
        let (sees, allows) = evaluated(&model::file(&with), &case);
        prop_assert!(sees >= saw && allows.is_some() >= allowed.is_some());
    }

    #[test]
    fn an_empty_file_allows_nothing(case in any_case()) {
        prop_assert_eq!(evaluated("", &case), (false, None));
        prop_assert_eq!(evaluated("# nothing but words\n", &case), (false, None));
    }

    #[test]
    fn narrowing_never_allows_more(
        rules in vec(any_rule(), 1..4), which in any::<prop::sample::Index>(), how in any::<u8>(), case in any_case(),
    ) {
        let (saw, allowed) = evaluated(&model::file(&rules), &case);
        let mut narrower = rules.clone();
        let which = which.index(rules.len());
        narrower[which] = narrowed(&rules[which], how);
        let (sees, allows) = evaluated(&model::file(&narrower), &case);
        prop_assert!(sees <= saw && allows.is_some() <= allowed.is_some());
    }

    #[test]
    fn ids_compare_without_case(rules in vec(any_rule(), 0..4), case in any_case()) {
        let file = model::file(&rules);
        let plain = evaluated(&file, &case);
        let mut loud = rules.clone();
        for rule in &mut loud {
            rule.on = rule.on.iter().map(|scope| shout(scope)).collect();
        }
        prop_assert_eq!(evaluated(&model::file(&loud), &case), plain);
        let groups = case.groups.iter().map(|group| group.to_uppercase()).collect();
        let loud = Case { vm: case.vm.to_uppercase(), groups, ..case };
        prop_assert_eq!(evaluated(&file, &loud), plain);
    }

    #[test]
    fn any_text_is_rules_or_a_fault_with_a_line(text in "(\\[\\[rule\\]\\]\n)?(name = \"a\"\n)?(to = .{0,12}\n)?(on = .{0,12}\n)?.{0,40}") {
        if let Err(fault) = text.parse::<Rules>() {
            prop_assert!((1..=text.matches('\n').count() + 1).contains(&fault.line), "{}", fault);
        }
    }
}
