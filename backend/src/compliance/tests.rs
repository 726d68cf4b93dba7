use std::collections::BTreeMap;

use shared::compliance::{ComplianceState, LiveState};
use shared::jit_list::Severity;
use shared::vm::{JitState, Os, PowerState, Vm};

use super::*;
use crate::inventory::{InventoryVm, Standing};
use crate::jit_list::Start;

const SUBSCRIPTION: &str = "/subscriptions/11111111-1111-4111-8111-111111111111";

fn id(group: &str, name: &str) -> VmId {
    format!("{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}")
        .parse()
        .unwrap()
}

fn entry(group: &str, name: &str) -> InventoryVm {
    let vm = Vm {
        id: id(group, name),
        subscription_name: "Production".to_owned(),
        location: "westeurope".to_owned(),
        os: Os::Linux,
        power: PowerState::Running,
        private_address: None,
        public_address: None,
        fqdn: None,
        jit: JitState::NotConfigured,
    };
    InventoryVm {
        vm,
        tags: Arc::new(BTreeMap::new()),
        nic: None,
        has_other_nics: false,
        nsgs: Vec::new(),
        subnet: None,
        application_groups: Box::default(),
        policy: None,
        standing: Standing::Unknown,
        uncovered: None,
        verdict: None,
        found_by: format!("{name} {group}").into(),
    }
}

fn verdict(assignment: &str, state: ComplianceState) -> Verdict {
    Verdict { assignment: assignment.into(), state, at: None }
}

fn judged<'a>(entry: &'a InventoryVm, owner: Option<&'a str>, severity: Option<Severity>) -> Judged<'a> {
    let verdicts = vec![verdict("/a", ComplianceState::NonCompliant)];
    let live = if severity.is_some() { LiveState::Exposed } else { LiveState::Protected };
    Judged { entry, owner, verdicts, live, severity }
}

fn names(matching: &Matching<'_, '_>) -> Vec<String> {
    matching.vms.iter().map(|judged| judged.entry.vm.id.name().to_string()).collect()
}

fn state(vm: &VmId, assignment: &str, state: ComplianceState, at: &str) -> PolicyState {
    let at = at.parse().unwrap();
    PolicyState { vm: vm.clone(), assignment: assignment.into(), initiative: String::new(), state, at }
}

#[test]
fn of_two_records_of_one_assignment_the_worse_counts_and_the_later_time() {
    let vm = id("web-rg", "web-1");
    let (early, late) = ("2030-01-09T10:00:00Z", "2030-01-09T11:00:00Z");
    let states = vec![
        state(&vm, "/a", ComplianceState::NonCompliant, early),
        state(&vm, "/a", ComplianceState::Compliant, late),
        state(&vm, "/b", ComplianceState::Compliant, early),
    ];
    let told = Told::new(Some(states), Vec::new(), Timestamp::UNIX_EPOCH, None);
    let [first, second] = &told.states[&vm][..] else { panic!("{told:?}") };
    assert_eq!((first.state, first.at), (ComplianceState::NonCompliant, Some(late.parse().unwrap())));
    assert_eq!(second.state, ComplianceState::Compliant);
}

#[test]
fn the_group_with_the_most_severe_machine_comes_first_and_that_first_in_it() {
    let entries = [
        entry("a-rg", "calm"),
        entry("b-rg", "low"),
        entry("b-rg", "calm-2"),
        entry("c-rg", "unknown"),
        entry("c-rg", "high"),
    ];
    let severities = [None, Some(Severity::Low), None, Some(Severity::Unknown), Some(Severity::High)];
    let visible: Vec<_> =
        entries.iter().zip(severities).map(|(entry, severity)| judged(entry, None, severity)).collect();
    let matching = matching(&visible, &ComplianceFilter::default());
    assert_eq!(names(&matching), ["high", "unknown", "low", "calm-2", "calm"]);
    let (items, next) = page(&matching, &Start::default(), 2);
    let [group] = &matching.groups_of(items)[..] else { panic!("they are of one group") };
    assert_eq!((group.name.as_deref(), group.machines, group.high), (Some("c-rg"), 2, 1));
    let cursor = next.unwrap();
    assert!(cursor.starts_with("2 ") && cursor.ends_with("/unknown"), "{cursor}");
}

#[test]
fn owners_are_one_whatever_their_case_and_those_without_are_told_apart() {
    let entries = [entry("a-rg", "one"), entry("b-rg", "two"), entry("c-rg", "nobodys")];
    let visible = [
        judged(&entries[0], Some("Ines@contoso.com"), None),
        judged(&entries[1], Some("ines@contoso.com"), None),
        judged(&entries[2], None, None),
    ];
    let by_owner = ComplianceFilter { by: Grouping::Owner, ..ComplianceFilter::default() };
    let matching_all = matching(&visible, &by_owner);
    let (items, _) = page(&matching_all, &Start::default(), 9);
    let groups: Vec<_> =
        matching_all.groups_of(items).into_iter().map(|group| (group.name, group.machines)).collect();
    assert_eq!(groups, [(None, 1), (Some("Ines@contoso.com".to_owned()), 2)]);
    let of = |owner: &str| {
        let filter = ComplianceFilter { owners: vec![owner.to_owned()], ..ComplianceFilter::default() };
        names(&matching(&visible, &filter))
    };
    assert_eq!(of("INES@contoso.com"), ["one", "two"]);
    assert_eq!(of(""), ["nobodys"]);
}

#[test]
fn a_state_narrows_what_is_shown_and_not_what_is_counted() {
    let entries = [entry("a-rg", "one"), entry("a-rg", "two"), entry("a-rg", "three")];
    let mut visible: Vec<_> = entries.iter().map(|entry| judged(entry, None, None)).collect();
    visible[1].verdicts =
        vec![verdict("/a", ComplianceState::Exempt), verdict("/b", ComplianceState::Compliant)];
    visible[2].verdicts = Vec::new();
    let shown = |states: &[Option<ComplianceState>], assignment: Option<&str>| {
        let filter = ComplianceFilter {
            states: states.to_vec(),
            assignment: assignment.map(str::to_owned),
            ..ComplianceFilter::default()
        };
        let matching = matching(&visible, &filter);
        (names(&matching), matching.counts)
    };
    let (found, counts) = shown(&[Some(ComplianceState::NonCompliant)], None);
    assert_eq!(found, ["one"]);
    assert_eq!((counts.non_compliant, counts.exempt, counts.not_covered), (1, 1, 1));
    assert_eq!(shown(&[None], None).0, ["three"]);
    let (found, counts) = shown(&[], Some("/b"));
    assert_eq!(found, ["two"], "what others make of it does not count");
    assert_eq!((counts.compliant, counts.covered()), (1, 1));
}
