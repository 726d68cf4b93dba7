//! Machines behind an Azure Firewall, whose port is another than theirs.

use shared::access::{AccessRequest, Status};
use shared::port::Port;
use shared::preflight::{Preflight, Reach, Verdict};
use shared::problem::ProblemKind;
use shared::vm::VmDetails;
use simulator::world::{NewFirewall, NewNic, NewPolicy, NewVm};
use simulator::{Fault, Trouble, World};
use tests::TestApp;
use tests::app::Visitor;

/// A firewall before the subnet that most machines of the tests' world are in.
fn firewall(policy: Option<&str>) -> impl FnOnce(&mut World) {
    let firewall = NewFirewall {
        name: "edge".to_owned(),
        subscription: Some("Production".to_owned()),
        group: "web-rg".to_owned(),
        vnet: "web-vnet".to_owned(),
        public: "203.0.113.99".parse().expect("it is an address"),
        subnets: vec!["front".to_owned()],
        policy: policy.map(str::to_owned),
    };
    |world| {
        world.add_firewall(firewall).expect("its network is there");
    }
}

async fn opened(app: &TestApp, olga: &Visitor) -> AccessRequest {
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await
}

#[tokio::test]
async fn the_port_is_known_once_access_is_granted_and_not_guessed_before() {
    let app = TestApp::start_in(firewall(None)).await;
    let olga = app.sign_in("operator").await;
    let before: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    let home = "192.0.2.7".parse().unwrap();
    let rdp = "3389".parse().unwrap();
    assert_eq!(before.firewall_address, "203.0.113.99".parse().ok());
    assert_eq!(before.way_in(rdp, home, None), None);

    let request = olga.open("web-1", 3389).await;
    let path = format!("/api/access-requests/{}/rdp", request.id);
    let problem = olga.get(&path).await.problem();
    assert_eq!((problem.status, problem.kind), (409, ProblemKind::Conflict));
    assert!(problem.detail.contains("Azure Firewall"), "{problem:?}");

    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let text = olga.get(&path).await.text();
    assert!(text.contains("\r\nfull address:s:203.0.113.99:13000\r\n"), "{text}");
    assert!(text.contains("\r\nserver port:i:13000\r\n"), "{text}");
    let after: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    let (hosts, port) = after.way_in(rdp, home, Some(request.id)).expect("it is known by now");
    assert_eq!((hosts, port.number()), (vec!["203.0.113.99".to_owned()], 13_000));
}

#[tokio::test]
async fn each_of_two_machines_behind_a_firewall_has_a_port_of_its_own() {
    let app = TestApp::start_in(firewall(None)).await;
    let olga = app.sign_in("operator").await;
    opened(&app, &olga).await;
    let request = olga.open("app-1", 22).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let details: VmDetails = olga.get(&app.vm_path("app-1")).await.json();
    assert_eq!(details.grants[0].mapped_port.map(Port::number), Some(13_001));
}

#[tokio::test]
async fn a_firewall_that_a_firewall_policy_manages_is_none_to_just_in_time() {
    let app = TestApp::start_in(firewall(Some("hub-policy"))).await;
    let olga = app.sign_in("operator").await;
    let details: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    assert_eq!(details.firewall_address, None);
    let request = opened(&app, &olga).await;
    let text = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text();
    assert!(text.contains("\r\nfull address:s:203.0.113.80:3389\r\n"), "{text}");
}

/// A machine behind the firewall, with no security group before it, that no policy names.
fn bare(policy: Option<&'static str>) -> impl FnOnce(&mut World) {
    move |world| {
        firewall(policy)(world);
        let nic = NewNic { subnet: Some("web-vnet/front".to_owned()), ..NewNic::default() };
        let vm = NewVm::windows("cell-1").subscription("Production").group("web-rg");
        world.add_vm(vm.nics(vec![nic])).expect("there is no other of that name");
    }
}

/// The same, and a policy names it.
fn behind(policy: Option<&'static str>) -> impl FnOnce(&mut World) {
    move |world| {
        bare(policy)(world);
        let named = NewPolicy::of(&["cell-1"], &[3389]).named("cell-1");
        world.add_policy(&named).expect("the machine is there");
    }
}

async fn preflight(app: &TestApp, olga: &Visitor) -> Preflight {
    olga.get(&format!("{}/preflight?port=3389&source=192.0.2.7", app.vm_path("cell-1"))).await.json()
}

#[tokio::test]
async fn a_machine_that_only_a_firewall_policy_protects_is_told_as_unsupported() {
    let app = TestApp::start_in(behind(Some("hub-policy"))).await;
    let olga = app.sign_in("operator").await;
    let details: VmDetails = olga.get(&app.vm_path("cell-1")).await.json();
    let unsupported = details.unsupported.expect("just-in-time writes no rules of firewall policies");
    assert!(unsupported.reason.contains("The Azure Firewall edge"), "{unsupported:?}");
    assert!(unsupported.reason.contains("managed by the firewall policy hub-policy"), "{unsupported:?}");
    assert!(unsupported.remedy.contains("looks after its network"), "{unsupported:?}");

    let diagnosis = preflight(&app, &olga).await.diagnosis;
    assert_eq!(diagnosis.headline, "Just-in-time access can open nothing before this VM.");
    let group = diagnosis.checks.iter().find(|check| check.verdict == Verdict::Obstacle);
    let group = group.expect("something is in the way");
    assert_eq!((&group.finding, &group.fix), (&unsupported.reason, &Some(unsupported.remedy.clone())));
    let refused = olga.post("/api/access-requests", &app.wish("cell-1", 3389)).await.problem();
    assert_eq!((refused.status, refused.kind), (422, ProblemKind::Guardrail));
    assert!(refused.violations[0].detail.starts_with(&unsupported.reason), "{refused:?}");
    assert!(app.initiates().is_empty(), "Azure would refuse it");
}

/// What is found of some of the checks, by their name.
fn found<'a>(seen: &'a Preflight, name: &str) -> (Verdict, &'a str) {
    let check = seen.diagnosis.checks.iter().find(|check| check.name == name).expect("it is looked at");
    (check.verdict, &check.finding)
}

#[tokio::test]
async fn where_firewalls_may_not_be_read_nothing_is_claimed_of_what_they_do() {
    let app = TestApp::start_in(behind(Some("hub-policy"))).await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("/azureFirewalls"));
    let olga = app.sign_in("operator").await;
    let details: VmDetails = olga.get(&app.vm_path("cell-1")).await.json();
    assert_eq!(details.unsupported, None, "a firewall with classic rules would do");
    let seen = preflight(&app, &olga).await;
    let reason = "Postern may not read the machine's firewalls";
    assert!(matches!(&seen.reach, Reach::Unverified { reason: why } if why.starts_with(reason)), "{seen:?}");
    let (verdict, words) = found(&seen, "Network security group");
    assert_eq!(
        (verdict, words),
        (Verdict::Unknown, "None stands before the VM. Whether an Azure Firewall does is not known.")
    );
    for name in ["Azure Firewall", "Inbound rules"] {
        let (verdict, words) = found(&seen, name);
        assert!(verdict == Verdict::Unknown && words.starts_with(reason), "{name}: {words}");
    }
}

#[tokio::test]
async fn a_firewall_with_classic_rules_that_no_policy_names_is_told_as_what_it_is() {
    let app = TestApp::start_in(bare(None)).await;
    let olga = app.sign_in("operator").await;
    let details: VmDetails = olga.get(&app.vm_path("cell-1")).await.json();
    assert_eq!((details.unsupported, details.policy), (None, None));
    let seen = preflight(&app, &olga).await;
    assert_eq!(seen.diagnosis.headline, "Just-in-time access is not set up on this VM.");
    let (verdict, words) = found(&seen, "Network security group");
    assert!(verdict == Verdict::Fine && words.contains("the Azure Firewall edge does"), "{words}");
    assert!(found(&seen, "Azure Firewall").1.contains("classic rules. No JIT policy names it."), "{seen:?}");
    let (verdict, words) = found(&seen, "Inbound rules");
    assert!(verdict == Verdict::Unknown && words.contains("Postern does not read its rules"), "{words}");
}

#[tokio::test]
async fn the_diagnosis_leads_to_the_firewall_once_it_lets_one_in() {
    let app = TestApp::start_in(behind(None)).await;
    let olga = app.sign_in("operator").await;
    let details: VmDetails = olga.get(&app.vm_path("cell-1")).await.json();
    assert_eq!(details.unsupported, None);
    let before = preflight(&app, &olga).await;
    assert!(matches!(before.reach, Reach::Unverified { .. }), "{:?}", before.reach);
    assert!(before.diagnosis.headline.starts_with("Nothing stands in the way: request"), "{before:?}");
    let rules = found(&before, "Inbound rules").1;
    assert!(rules.contains("whose rules Postern does not read"), "{rules}");

    let request = olga.open("cell-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let after = preflight(&app, &olga).await;
    assert_eq!(after.reach, Reach::Accessible);
    let to = "connect to port 13000 of the Azure Firewall at 203.0.113.99.";
    assert!(after.diagnosis.headline.ends_with(to), "{}", after.diagnosis.headline);
    assert!(app.azure.admits("cell-1", 3389, "192.0.2.7".parse().expect("it is an address")));
}
