//! Machines behind an Azure Firewall, whose port is another than theirs.

use shared::access::{AccessRequest, Status};
use shared::port::Port;
use shared::problem::ProblemKind;
use shared::vm::VmDetails;
use simulator::World;
use simulator::world::NewFirewall;
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
