mod states;

use shared::access::RequestId;
use shared::bastion::BastionId;
use shared::explanation::RuleVerdict;
use shared::policy::{JitPolicy, PortRule};
use shared::preflight::{Check, Reach, Verdict};
use shared::problem::Violation;
use shared::session::Detection;
use shared::vm::{Grant, JitState, May, Os, PowerState, RequestLimits, Vm};

use super::way::tests::{RDP, from, group, rule};
use super::*;
use crate::azure::network::{Access, Addresses, SecurityRule};

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/jump-01";

fn machine() -> VmDetails {
    let limits = RequestLimits {
        rule: "Operators".into(),
        ports: None,
        longest: "PT3H".parse().unwrap(),
        widest: 32,
        networks: vec![],
        anywhere: false,
        bastion: false,
        reason_required: true,
        reason_hint: None,
        guests: false,
        redirections: vec![],
    };
    let rdp = PortRule {
        port: Port::RDP,
        protocol: shared::port::Protocol::Tcp,
        sources: vec![Source::ANY],
        longest: "PT2H".parse().unwrap(),
    };
    VmDetails {
        vm: Vm {
            id: VM.parse().unwrap(),
            subscription_name: "Contoso HQ".into(),
            location: "westeurope".into(),
            os: Os::Windows,
            power: PowerState::Running,
            private_address: Some("10.0.0.4".parse().unwrap()),
            public_address: Some("203.0.113.40".parse().unwrap()),
            fqdn: None,
            jit: JitState::Configured { ports: vec![Port::RDP] },
        },
        public_ipv6: None,
        private_ipv6: None,
        admin_username: None,
        computer_name: None,
        entra_sign_in: false,
        firewall_address: None,
        unsupported: None,
        policy: Some(JitPolicy { ports: vec![rdp] }),
        grants: vec![],
        may: May { request: vec![limits], ..May::default() },
        as_of: Timestamp::UNIX_EPOCH,
    }
}

fn behind(rules: impl IntoIterator<Item = SecurityRule>) -> Filters {
    let addresses = vec!["10.0.0.4".parse().unwrap()];
    Filters::Known { groups: vec![group(rules)], addresses, application_groups: vec![], gateway: None }
}

fn allowed() -> AccessExplanation {
    let rules = vec![RuleVerdict { rule: "Operators".into(), obstacles: vec![] }];
    AccessExplanation { allowed: true, rule: None, broad: false, violations: vec![], rules }
}

fn jits_deny() -> SecurityRule {
    rule("MicrosoftDefenderForCloud-JITRule_1_A", 4096, Access::Deny, Addresses::Any, RDP)
}

fn examined_as(machine: &VmDetails, filters: &Filters, judgement: &AccessExplanation) -> Diagnosis {
    whole(machine, filters, judgement, "198.51.100.7", None).diagnosis
}

fn whole(
    machine: &VmDetails,
    filters: &Filters,
    judgement: &AccessExplanation,
    source: &str,
    bastion: Option<&BastionId>,
) -> Preflight {
    let person = Person { name: "Olga".into(), username: "operator@contoso.com".into() };
    examine(&Facts {
        person: &person,
        seen: SeenAddress { address: "198.51.100.7".parse().unwrap(), how: Detection::Direct },
        machine,
        bastion,
        filters,
        judgement,
        port: Port::RDP,
        source: source.parse().unwrap(),
        closing: &[],
        now: Timestamp::UNIX_EPOCH,
    })
}

fn examined(machine: &VmDetails, filters: &Filters) -> Diagnosis {
    examined_as(machine, filters, &allowed())
}

fn named<'a>(diagnosis: &'a Diagnosis, name: &str) -> &'a Check {
    diagnosis.checks.iter().find(|check| check.name == name).unwrap()
}

#[test]
fn where_nothing_is_wrong_one_only_has_to_ask() {
    let diagnosis = examined(&machine(), &behind([jits_deny()]));
    assert!(diagnosis.checks.iter().all(|check| check.verdict == Verdict::Fine), "{diagnosis:#?}");
    assert_eq!(
        diagnosis.headline,
        "Nothing stands in the way: request access, and port 3389 opens for 198.51.100.7."
    );
}

#[test]
fn a_rule_before_those_of_just_in_time_is_found_before_anybody_asks() {
    let first = rule("Deny-Branch", 100, Access::Deny, from("198.51.100.0/24"), RDP);
    let later = rule("Deny-Rest", 200, Access::Deny, Addresses::Any, RDP);
    let diagnosis = examined(&machine(), &behind([first, later.clone(), jits_deny()]));
    let check = named(&diagnosis, "Inbound rules");
    assert_eq!(check.verdict, Verdict::Obstacle);
    assert!(
        check.finding.contains("even once the port is open: rule “Deny-Branch” (priority 100) of web-nsg")
    );
    assert_eq!(diagnosis.headline, check.finding);
    assert!(check.fix.is_some());

    let diagnosis = examined(&machine(), &behind([later, jits_deny()]));
    assert_eq!(named(&diagnosis, "Inbound rules").verdict, Verdict::Fine);
}

#[test]
fn the_rule_comes_after_those_that_hold_the_first_places() {
    let held = (100..110)
        .map(|place| rule(&format!("Other-{place}"), place, Access::Allow, from("192.0.2.0/24"), RDP));
    let deny = rule("Deny-All", 110, Access::Deny, Addresses::Any, RDP);
    let diagnosis = examined(&machine(), &behind(held.chain([deny, jits_deny()])));
    assert!(named(&diagnosis, "Inbound rules").finding.contains("Deny-All"), "{diagnosis:#?}");
}

#[test]
fn a_group_that_just_in_time_does_not_keep_is_judged_as_it_is() {
    let kept = group([jits_deny()]);
    let other = group([rule("Deny-Subnet", 300, Access::Deny, Addresses::Any, RDP)]);
    let addresses = vec!["10.0.0.4".parse().unwrap()];
    let filters = |groups| Filters::Known { groups, addresses, application_groups: vec![], gateway: None };
    let diagnosis = examined(&machine(), &filters(vec![kept, other]));
    assert!(diagnosis.headline.contains("Deny-Subnet"), "{}", diagnosis.headline);
}

#[test]
fn what_only_azure_can_resolve_is_said_to_be_unknown() {
    let tagged = rule("Deny-Tag", 90, Access::Deny, Addresses::Tag("AzureCloud".into()), RDP);
    let diagnosis = examined(&machine(), &behind([tagged, jits_deny()]));
    let check = named(&diagnosis, "Inbound rules");
    assert_eq!(check.verdict, Verdict::Unknown);
    assert!(check.finding.contains("service tag AzureCloud, and only Azure knows"), "{}", check.finding);
    assert!(diagnosis.headline.ends_with("Not known: Inbound rules."), "{}", diagnosis.headline);
}

#[test]
fn a_machine_that_is_down_goes_before_everything_that_follows_from_it() {
    let mut machine = machine();
    machine.vm.power = PowerState::Deallocated;
    machine.may.start = true;
    let diagnosis = examined(&machine, &behind([jits_deny()]));
    assert_eq!(diagnosis.headline, "The VM is stopped (deallocated).");
    assert_eq!(named(&diagnosis, "Virtual machine").fix.as_deref(), Some("Start it from this page."));
    machine.may.start = false;
    let diagnosis = examined(&machine, &behind([jits_deny()]));
    assert!(named(&diagnosis, "Virtual machine").fix.as_deref().unwrap().contains("no access rule lets you"));
}

#[test]
fn whoever_is_let_in_is_told_so_whatever_would_stop_a_request() {
    let mut machine = machine();
    machine.may.request.clear();
    let mine = Grant {
        mapped_port: None,
        requested_by: None,
        port: Port::RDP,
        sources: vec!["198.51.100.7".parse().unwrap()],
        until: "1970-01-01T01:00:00Z".parse().unwrap(),
        open: true,
        mine: Some(RequestId(uuid::Uuid::nil())),
    };
    machine.grants.push(mine);
    let jits_allow =
        rule("MicrosoftDefenderForCloud-JITRule-1-B", 100, Access::Allow, from("198.51.100.7"), RDP);
    let diagnosis = examined(&machine, &behind([jits_allow, jits_deny()]));
    assert_eq!(diagnosis.headline, "Port 3389 lets 198.51.100.7 in now: connect.");
    assert_eq!(named(&diagnosis, "Permission").verdict, Verdict::Warning, "it takes none any more");
    let rules = &named(&diagnosis, "Inbound rules").finding;
    assert!(rules.starts_with("Rule “MicrosoftDefenderForCloud-JITRule-1-B” (priority 100) of web-nsg lets"));
    assert!(named(&diagnosis, "Open for you").finding.contains("until 01:00 UTC, requested by you"));

    // Granted, and yet kept out: now by the rules as they are.
    let first = rule("Deny-All", 99, Access::Deny, Addresses::Any, RDP);
    let diagnosis = examined(&machine, &behind([first, jits_deny()]));
    assert!(named(&diagnosis, "Inbound rules").finding.contains("even now: rule “Deny-All”"));
}

#[test]
fn a_wrong_source_is_told_with_the_one_to_take() {
    let mut judgement = allowed();
    judgement.violations.push(Violation {
        field: "source".into(),
        detail: "the JIT policy of jump-01 opens port 3389 only for 192.0.2.0/24".into(),
        offer: Some("192.0.2.0/24".into()),
    });
    let diagnosis = examined_as(&machine(), &behind([jits_deny()]), &judgement);
    let check = named(&diagnosis, "Source address");
    assert_eq!(check.verdict, Verdict::Obstacle);
    assert_eq!(check.fix.as_deref(), Some("Use 192.0.2.0/24."));
    assert!(diagnosis.headline.starts_with("The JIT policy of jump-01 opens"));
}

#[test]
fn others_who_are_in_are_named_by_their_addresses() {
    let mut machine = machine();
    machine.grants.push(Grant {
        mapped_port: None,
        requested_by: None,
        port: Port::RDP,
        sources: vec!["192.0.2.9".parse().unwrap()],
        until: "1970-01-01T01:00:00Z".parse().unwrap(),
        open: true,
        mine: None,
    });
    let diagnosis = examined(&machine, &behind([jits_deny()]));
    let check = named(&diagnosis, "Others");
    assert_eq!(
        (check.verdict, &*check.finding),
        (Verdict::Warning, "Somebody else requested port 3389: for 192.0.2.9 until 01:00 UTC.")
    );
}

#[test]
fn a_report_stays_a_table_whatever_a_rule_is_called() {
    let odd = rule("x | y\n<script>`*", 100, Access::Deny, Addresses::Any, RDP);
    let diagnosis = examined(&machine(), &behind([odd, jits_deny()]));
    let rows: Vec<&str> = diagnosis.report.lines().filter(|line| line.starts_with("| ")).collect();
    assert_eq!(rows.len(), 2 + diagnosis.checks.len());
    let cells = |row: &str| row.replace("\\|", "").matches('|').count();
    assert!(rows.iter().all(|row| cells(row) == 5), "{}", diagnosis.report);
    assert!(diagnosis.report.contains("x \\| y \\<script\\>\\`\\*"), "{}", diagnosis.report);
}
