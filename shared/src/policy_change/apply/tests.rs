use super::*;
use crate::duration::AccessDuration;
use crate::policy::PortRule;

fn rule(port: u16) -> PortRule {
    PortRule::usual(port.try_into().unwrap())
}

fn short(port: u16) -> PortRule {
    PortRule { longest: AccessDuration::from_minutes(60).unwrap(), ..rule(port) }
}

fn policy(ports: &[u16]) -> JitPolicy {
    JitPolicy { ports: ports.iter().copied().map(rule).collect() }
}

fn merge(ports: Vec<PortRule>, remove: &[u16]) -> Change {
    Change::Merge(Merge {
        ports,
        amend: Vec::new(),
        remove: remove.iter().map(|port| (*port).try_into().unwrap()).collect(),
    })
}

fn numbers(ports: &[Port]) -> Vec<u16> {
    ports.iter().map(|port| port.number()).collect()
}

#[test]
fn a_merge_leaves_alone_what_it_does_not_name() {
    let change = merge(vec![short(22), rule(5986)], &[5985]);
    let from = policy(&[22, 3389, 5985]);
    let to = change.applied_to(Some(&from)).unwrap();
    assert_eq!(to.ports, [short(22), rule(3389), rule(5986)]);
    let Difference { added, changed, removed } = Difference::between(Some(&from), Some(&to));
    assert_eq!((numbers(&added), numbers(&changed), numbers(&removed)), (vec![5986], vec![22], vec![5985]));
    assert_eq!(Meaning::of(Some(&from), Some(&to)), Meaning::Changed);
}

#[test]
fn a_merge_into_nothing_enables_and_removing_from_nothing_does_nothing() {
    let enabled = merge(vec![rule(22)], &[3389]).applied_to(None);
    assert_eq!(enabled, Some(policy(&[22])));
    assert_eq!(Meaning::of(None, enabled.as_ref()), Meaning::Enabled);
    assert_eq!(merge(Vec::new(), &[3389]).applied_to(None), None);
    assert_eq!(Meaning::of(None, None), Meaning::Unchanged);
}

#[test]
fn removing_the_last_port_leaves_a_policy_that_azure_would_not_take() {
    let to = merge(Vec::new(), &[22]).applied_to(Some(&policy(&[22]))).unwrap();
    assert_eq!(to.violations().len(), 1);
}

#[test]
fn an_amendment_changes_what_it_names_where_the_port_is_and_nothing_else() {
    let amend = |amendment| Change::Merge(Merge { amend: vec![amendment], ..Merge::default() });
    let narrow = PortRule { sources: vec!["203.0.113.0/24".parse().unwrap()], ..rule(22) };
    let amendment = Amendment::between(&rule(22), &short(22)).unwrap();
    assert_eq!((amendment.protocol, &amendment.sources), (None, &None));
    let from = JitPolicy { ports: vec![narrow.clone(), rule(3389)] };
    let to = amend(amendment.clone()).applied_to(Some(&from)).unwrap();
    let shorter = PortRule { longest: short(22).longest, ..narrow.clone() };
    assert_eq!(to.ports, [shorter, rule(3389)], "the sources stay");
    assert_eq!(amend(amendment.clone()).applied_to(Some(&policy(&[3389]))), Some(policy(&[3389])));
    assert_eq!(amend(amendment).applied_to(None), None);
    assert_eq!(Amendment::between(&rule(22), &rule(22)), None);
    let wide = Amendment::between(&narrow, &rule(22)).unwrap();
    assert_eq!(amend(wide).applied_to(Some(&from)).unwrap().ports, policy(&[22, 3389]).ports);
}

#[test]
fn an_amendment_is_told_what_is_wrong_with_it() {
    let nothing = Amendment { port: Port::SSH, protocol: None, sources: None, longest: None };
    let nowhere = Amendment { sources: Some(Vec::new()), ..nothing.clone() };
    let twice = Amendment { longest: Some(short(22).longest), ..nothing.clone() };
    let change = Change::Merge(Merge { amend: vec![nothing, nowhere, twice], ..Merge::default() });
    let fields: Vec<String> = change.violations().into_iter().map(|violation| violation.field).collect();
    assert_eq!(
        fields,
        [
            "change.merge.amend[1]",
            "change.merge.amend[2]",
            "change.merge.amend[0]",
            "change.merge.amend[1].sources",
        ]
    );
}

#[test]
fn the_order_of_ports_means_nothing() {
    assert_eq!(Meaning::of(Some(&policy(&[22, 3389])), Some(&policy(&[3389, 22]))), Meaning::Unchanged);
    assert_eq!(
        Meaning::of(Some(&policy(&[22])), Change::Disable.applied_to(None).as_ref()),
        Meaning::Disabled
    );
}

#[test]
fn each_field_of_a_change_is_told_what_is_wrong_with_it() {
    let fields = |change: &Change| -> Vec<String> {
        change.violations().into_iter().map(|violation| violation.field).collect()
    };
    assert_eq!(fields(&Change::Set(policy(&[]))), ["change.set.ports"]);
    assert_eq!(fields(&Change::Set(policy(&[22, 22]))), ["change.set.ports[1].port"]);
    assert_eq!(fields(&merge(Vec::new(), &[])), ["change.merge"]);
    assert_eq!(fields(&merge(vec![rule(22)], &[3389, 22])), ["change.merge.remove[1]"]);
    assert_eq!(fields(&merge(vec![rule(22), rule(22)], &[])), ["change.merge.ports[1].port"]);
    assert!(fields(&merge(Vec::new(), &[22])).is_empty());
    assert!(fields(&Change::Disable).is_empty() && fields(&Change::Forget).is_empty());
    assert!(fields(&Change::Split).is_empty());
}

#[test]
fn what_is_between_two_configurations_leaves_alone_what_is_the_same_in_both() {
    let to = JitPolicy { ports: vec![short(22), rule(5986)] };
    let edit = Merge::between(Some(&policy(&[22, 3389])), &to);
    // Somebody has narrowed one port meanwhile, and added another.
    let narrow = PortRule { sources: vec!["203.0.113.0/24".parse().unwrap()], ..rule(22) };
    let now = JitPolicy { ports: vec![narrow.clone(), rule(3389), rule(5985)] };
    let both = Change::Merge(edit).applied_to(Some(&now)).unwrap();
    let mine = PortRule { longest: short(22).longest, ..narrow };
    assert_eq!(both.ports, [mine, rule(5985), rule(5986)]);
    assert_eq!(Merge::between(Some(&to), &to), Merge::default());
    assert_eq!(Merge::between(None, &to).ports, to.ports);
}
