//! The sentences, state by state.

use shared::bastion::BastionId;
use shared::vm::Unsupported;

use super::*;

const BASTION: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hub/providers/Microsoft.Network/bastionHosts/hub-bastion";

fn grant(source: &str, open: bool, mine: bool) -> Grant {
    Grant {
        mapped_port: None,
        requested_by: None,
        port: Port::RDP,
        sources: vec![source.parse().unwrap()],
        until: "1970-01-01T01:00:00Z".parse().unwrap(),
        open,
        mine: mine.then(|| RequestId(uuid::Uuid::nil())),
    }
}

fn finding<'a>(diagnosis: &'a Diagnosis, name: &str) -> (Verdict, &'a str) {
    let check = named(diagnosis, name);
    (check.verdict, &check.finding)
}

/// What is open for them, on a machine that does this.
fn open_on(power: PowerState, closing: &[Port]) -> Preflight {
    let jits =
        rule("MicrosoftDefenderForCloud-JITRule_1_B", 100, Access::Allow, from("198.51.100.7/32"), RDP);
    granted_on(power, closing, true, vec![jits, jits_deny()])
}

/// What was granted to them, on a machine that does this behind these rules.
fn granted_on(power: PowerState, closing: &[Port], open: bool, rules: Vec<SecurityRule>) -> Preflight {
    let mut machine = machine();
    machine.vm.power = power;
    machine.grants = vec![grant("198.51.100.7", open, true)];
    examine(&Facts {
        person: &Person { name: "Olga".into(), username: "operator@contoso.com".into() },
        seen: SeenAddress { address: "198.51.100.7".parse().unwrap(), how: Detection::Direct },
        machine: &machine,
        bastion: None,
        filters: &behind(rules),
        judgement: &allowed(),
        port: Port::RDP,
        source: "198.51.100.7".parse().unwrap(),
        closing,
        now: Timestamp::UNIX_EPOCH,
    })
}

#[test]
fn what_is_open_is_called_accessible_only_while_something_answers_and_it_stays_open() {
    let seen = open_on(PowerState::Running, &[]);
    assert_eq!(seen.reach, Reach::Accessible);
    assert_eq!(seen.diagnosis.headline, "Port 3389 lets 198.51.100.7 in now: connect.");

    let seen = open_on(PowerState::Running, &[Port::RDP]);
    assert!(matches!(seen.reach, Reach::Unverified { .. }), "{seen:?}");
    assert_eq!(seen.diagnosis.headline, "Port 3389 is being closed for 198.51.100.7.");

    let seen = open_on(PowerState::Starting, &[]);
    assert!(matches!(seen.reach, Reach::Unverified { .. }), "{seen:?}");
    assert!(seen.diagnosis.headline.ends_with("the VM is starting, and answers once it is up."));

    let seen = open_on(PowerState::Deallocated, &[]);
    assert!(matches!(seen.reach, Reach::Unreachable { .. }), "{seen:?}");
    assert_eq!(seen.diagnosis.headline, "The VM is stopped (deallocated).");
}

#[test]
fn what_is_being_closed_is_not_called_opening_once_its_rule_is_gone() {
    let seen = granted_on(PowerState::Running, &[Port::RDP], false, vec![jits_deny()]);
    assert_eq!(seen.diagnosis.headline, "Port 3389 is being closed for 198.51.100.7.");
    let open = finding(&seen.diagnosis, "Open for you").1;
    assert!(open.contains("being closed") && !seen.diagnosis.report.contains("is opening"), "{seen:?}");
    assert_eq!(finding(&seen.diagnosis, "Inbound rules").0, Verdict::Fine);
    let seen = granted_on(PowerState::Running, &[], false, vec![jits_deny()]);
    assert_eq!(seen.diagnosis.headline, "Azure is opening port 3389 for 198.51.100.7.");
}

fn from_source(source: &str) -> Diagnosis {
    whole(&machine(), &behind([jits_deny()]), &allowed(), source, None).diagnosis
}

#[test]
fn a_source_is_called_what_it_is() {
    let address = from_source("198.51.100.7");
    assert_eq!(finding(&address, "Source address").1, "198.51.100.7, where this browser is seen.");
    let range = from_source("198.51.100.0/24");
    assert_eq!(
        finding(&range, "Source address").1,
        "198.51.100.0/24, which 198.51.100.7 is in, where this browser is seen."
    );
    let other = from_source("192.0.2.9");
    assert_eq!(
        finding(&other, "Source address"),
        (Verdict::Warning, "192.0.2.9 is not where this browser is seen, which is 198.51.100.7.")
    );
    assert!(from_source("*").headline.ends_with("port 3389 opens for any address."));
}

#[test]
fn through_a_bastion_its_subnet_is_the_right_source_and_a_private_address_will_do() {
    let mut machine = machine();
    machine.vm.public_address = None;
    machine.may.request[0].bastion = true;
    let bastion: BastionId = BASTION.parse().unwrap();
    let through = |machine: &VmDetails| {
        whole(machine, &behind([jits_deny()]), &allowed(), "10.9.255.0/26", Some(&bastion)).diagnosis
    };
    let diagnosis = through(&machine);
    assert!(diagnosis.checks.iter().all(|check| check.verdict == Verdict::Fine), "{diagnosis:#?}");
    assert_eq!(
        diagnosis.headline,
        "Nothing stands in the way: request access, and port 3389 opens for the Bastion hub-bastion (10.9.255.0/26)."
    );
    assert_eq!(finding(&diagnosis, "Address").1, "The Bastion hub-bastion reaches the VM at 10.0.0.4.");
    let source = "10.9.255.0/26, the subnet that the Bastion hub-bastion connects from.";
    assert_eq!(finding(&diagnosis, "Source address").1, source);
    let heading = "## Access to jump-01 on port 3389 from the Bastion hub-bastion (10.9.255.0/26)\n";
    assert!(diagnosis.report.starts_with(heading), "{}", diagnosis.report);
    machine.may.request[0].bastion = false;
    assert_eq!(
        through(&machine).headline,
        "No access rule lets you request port 3389 of jump-01 through a Bastion."
    );
}

#[test]
fn whoever_is_let_in_anyway_needs_no_request_and_is_told_by_which_rule() {
    let by_hand = rule("AllowRDP", 300, Access::Allow, Addresses::Any, RDP);
    let mut machine = machine();
    machine.may.request.clear();
    let exposed = examined(&machine, &behind([by_hand, jits_deny()]));
    assert_eq!(
        (exposed.verdict, &*exposed.headline),
        (
            Verdict::Warning,
            "You need no request: rule “AllowRDP” (priority 300) of web-nsg lets any address reach port 3389."
        )
    );
    assert!(exposed.checks.iter().all(|check| check.verdict != Verdict::Obstacle), "{exposed:#?}");
    assert!(finding(&exposed, "Open for you").1.ends_with("it is open without that."));

    let from_office = rule("AllowOffice", 300, Access::Allow, from("198.51.100.0/24"), RDP);
    let let_in = examined(&machine, &behind([from_office, jits_deny()]));
    assert_eq!(
        (let_in.verdict, &*let_in.headline),
        (
            Verdict::Fine,
            "You need no request: rule “AllowOffice” (priority 300) of web-nsg lets 198.51.100.7 reach port 3389."
        )
    );
}

#[test]
fn a_rule_of_just_in_times_own_is_a_grant_and_no_way_in_by_itself() {
    let jits =
        rule("MicrosoftDefenderForCloud-JITRule-1-B", 100, Access::Allow, from("198.51.100.7/32"), RDP);
    let rules = behind([jits, jits_deny()]);
    let mut machine = machine();
    // The grant before is being replaced by one that is still opening.
    machine.grants = vec![grant("198.51.100.7", false, true)];
    let extending = examined(&machine, &rules);
    assert!(!extending.headline.contains("You need no request"), "{}", extending.headline);
    machine.grants.clear();
    let closed = examined(&machine, &rules);
    assert!(!closed.headline.contains("You need no request"), "{}", closed.headline);
}

#[test]
fn a_port_that_cannot_be_requested_is_not_spoken_of_as_if_it_could() {
    let mut uncovered = machine();
    uncovered.policy.as_mut().unwrap().ports[0].port = Port::SSH;
    let mut bare = machine();
    (bare.policy, bare.vm.jit) = (None, JitState::NotConfigured);
    let headlines = [
        (uncovered, "Port 3389 is not in the JIT policy, which covers 22."),
        (bare, "Just-in-time access is not set up on this VM."),
    ];
    for (machine, headline) in headlines {
        let diagnosis = examined(&machine, &behind([]));
        assert_eq!(diagnosis.headline, headline);
        assert!(!diagnosis.report.contains("once") && !diagnosis.report.contains("takes a request"));
        let rules =
            "They keep 198.51.100.7 out: rule “DenyAllInBound” (priority 65500) of web-nsg blocks it.";
        assert_eq!(finding(&diagnosis, "Inbound rules").1, rules);
    }
}

#[test]
fn what_keeps_just_in_time_from_a_machine_goes_before_its_policy() {
    let mut machine = machine();
    let (reason, remedy) = ("A firewall policy manages it.".to_owned(), "Change that.".to_owned());
    machine.unsupported = Some(Unsupported { reason, remedy });
    (machine.policy, machine.vm.jit) = (None, JitState::NotConfigured);
    let none = Filters::Known {
        groups: vec![],
        addresses: vec!["10.0.0.4".parse().unwrap()],
        application_groups: vec![],
        gateway: None,
    };
    let diagnosis = examined(&machine, &none);
    assert_eq!(diagnosis.headline, "Just-in-time access can open nothing before this VM.");
    assert_eq!(finding(&diagnosis, "Network security group").1, "A firewall policy manages it.");
    assert_eq!(named(&diagnosis, "Network security group").fix.as_deref(), Some("Change that."));
    let rules = finding(&diagnosis, "Inbound rules").1;
    assert!(rules.contains("lets nobody in from the Internet"), "{rules}");
    let inside = whole(&machine, &none, &allowed(), "10.0.0.9", None).diagnosis;
    assert_eq!(
        inside.headline,
        "You need no request: no network security group keeps 10.0.0.9 from port 3389."
    );
}

#[test]
fn behind_a_firewall_nobody_is_in_before_it_was_opened_for_them() {
    let mut machine = machine();
    machine.firewall_address = Some("203.0.113.99".parse().unwrap());
    let none =
        Filters::Known { groups: vec![], addresses: vec![], application_groups: vec![], gateway: None };
    let before = whole(&machine, &none, &allowed(), "198.51.100.7", None);
    assert!(matches!(before.reach, Reach::Unverified { .. }), "{:?}", before.reach);
    assert!(before.diagnosis.headline.starts_with("Nothing stands in the way: request"), "{before:#?}");

    machine.grants = vec![Grant { mapped_port: "13000".parse().ok(), ..grant("198.51.100.7", true, true) }];
    let after = whole(&machine, &none, &allowed(), "198.51.100.7", None);
    assert_eq!(after.reach, Reach::Accessible);
    assert_eq!(
        after.diagnosis.headline,
        "Port 3389 is open for 198.51.100.7: connect to port 13000 of the Azure Firewall at 203.0.113.99."
    );
    let another = whole(&machine, &none, &allowed(), "192.0.2.9", None);
    assert!(matches!(another.reach, Reach::Unverified { .. }), "{:?}", another.reach);
}

#[test]
fn while_azure_opens_a_port_there_is_nothing_to_ask_for() {
    let mut machine = machine();
    machine.grants = vec![grant("198.51.100.7", false, true)];
    machine.may.request.clear();
    let diagnosis = examined(&machine, &behind([jits_deny()]));
    assert_eq!(diagnosis.headline, "Azure is opening port 3389 for 198.51.100.7.");
    assert_eq!(finding(&diagnosis, "Inbound rules").1, "They let 198.51.100.7 in once port 3389 is open.");
}

#[test]
fn after_a_grant_what_only_azure_can_tell_is_named_and_nobody_is_told_to_connect() {
    let group: ResourceId = VM.replace("virtualMachines", "applicationSecurityGroups").parse().unwrap();
    let doubts = [
        (Addresses::Tag("Storage".into()), "keeps out the service tag Storage, and only Azure knows"),
        (
            Addresses::ApplicationGroup(group),
            "the application security group jump-01, and Postern does not know",
        ),
    ];
    let mut machine = machine();
    for (source, words) in doubts {
        machine.grants = vec![grant("10.1.2.3", true, true)];
        let doubtful = rule("Deny-Odd", 90, Access::Deny, source, RDP);
        let preflight = whole(&machine, &behind([doubtful, jits_deny()]), &allowed(), "10.1.2.3", None);
        let Reach::Unverified { reason } = preflight.reach else { panic!("{preflight:#?}") };
        assert!(reason.starts_with("Rule “Deny-Odd” (priority 90) of web-nsg ") && reason.contains(words));
        let headline = preflight.diagnosis.headline;
        assert!(headline.contains("cannot tell") && headline.ends_with(&reason), "{headline}");
        assert_eq!(preflight.diagnosis.verdict, Verdict::Unknown);
    }
}
