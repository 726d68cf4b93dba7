//! Several ports in one request, and several requests at once.

use serde_json::{Value, json};
use shared::access::{AccessRequest, CreatedAccess, Ending, Status};
use shared::page::Page;
use shared::problem::ProblemKind;
use shared::vm::VmDetails;
use tests::TestApp;
use tests::app::{Events, HOME, Visitor, minutes};

/// Both ports of `web-1`, for an hour.
fn both(app: &TestApp) -> Value {
    let mut wish = app.wish("web-1", 3389);
    wish["vms"][0]["ports"] = json!([3389, 5986]);
    wish
}

/// Ada has both ports open, and follows them.
async fn open_for_ada(app: &TestApp) -> (Visitor, AccessRequest, Events) {
    let ada = app.sign_in("admin").await;
    let (open, events) = app.open_for(&ada, &both(app)).await;
    (ada, open, events)
}

/// Otto opens 3389 for elsewhere, and accepts that Ada may lose hers.
async fn taken_by_otto(app: &TestApp) -> (AccessRequest, Events) {
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!("192.0.2.99");
    app.taken_by("other", &wish).await
}

fn numbers(sent: &Value) -> Vec<u64> {
    let ports = sent["virtualMachines"][0]["ports"].as_array().expect("there are ports");
    ports.iter().map(|port| port["number"].as_u64().expect("it is a number")).collect()
}

#[tokio::test]
async fn one_request_opens_all_of_its_ports_until_the_same_moment() {
    let app = TestApp::start().await;
    let (ada, open, mut events) = open_for_ada(&app).await;
    assert_eq!(app.initiates().len(), 1);
    assert_eq!(numbers(&app.initiates()[0].json()), [3389, 5986]);
    assert!(app.azure.admits("web-1", 3389, HOME) && app.azure.admits("web-1", 5986, HOME));
    let details: VmDetails = ada.get(&app.vm_path("web-1")).await.json();
    assert_eq!(details.grants.len(), 2);
    assert!(details.grants.iter().all(|grant| grant.mine == Some(open.id) && grant.until == open.ends_at));
    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Expired, .. }), "{ended:?}");
    assert!(!app.azure.admits("web-1", 3389, HOME) && !app.azure.admits("web-1", 5986, HOME));
}

#[tokio::test]
async fn what_one_port_forbids_is_named_by_it_and_nothing_is_opened() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let mut long = both(&app);
    long["duration"] = json!("PT2H");
    let problem = ada.post("/api/access-requests", &long).await.problem();
    let [violation] = &problem.violations[..] else { panic!("{problem:?}") };
    assert_eq!((violation.field.as_str(), violation.offer.as_deref()), ("duration", Some("PT1H")));
    assert!(violation.detail.contains("5986"), "{violation:?}");

    let mut uncovered = app.wish("web-1", 3389);
    uncovered["vms"][0]["ports"] = json!([3389, 22]);
    let problem = ada.post("/api/access-requests", &uncovered).await.problem();
    assert_eq!(problem.violations[0].field, "vms[0].ports[1]", "{problem:?}");

    let olga = app.sign_in("operator").await;
    let problem = olga.post("/api/access-requests", &both(&app)).await.problem();
    assert!(problem.violations.iter().any(|broken| broken.detail.contains("5986")), "{problem:?}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_port_that_somebody_else_takes_is_told_and_the_other_stays_open() {
    let app = TestApp::start().await;
    let (ada, open, mut events) = open_for_ada(&app).await;
    taken_by_otto(&app).await;
    let told = async {
        loop {
            let watched = events.next().await.expect("it is not over");
            if !watched.request.shut.is_empty() {
                break watched.request;
            }
        }
    };
    let half = app.while_time_passes(told).await;
    assert!(matches!(half.status, Status::Open { .. }), "{half:?}");
    assert_eq!(half.shut, [shared::port::Port::RDP]);
    assert!(app.azure.admits("web-1", 5986, HOME));
    let details: VmDetails = ada.get(&app.vm_path("web-1")).await.json();
    let mine =
        details.grants.iter().filter(|grant| grant.mine == Some(open.id)).map(|grant| grant.port.number());
    assert_eq!(mine.collect::<Vec<_>>(), [5986]);
    let file = ada.get(&format!("/api/access-requests/{}/rdp", open.id)).await.problem();
    assert_eq!(file.kind, ProblemKind::Conflict, "no file leads to a port that is closed: {file:?}");
}

#[tokio::test]
async fn closing_what_is_left_takes_nothing_from_whoever_has_the_rest() {
    let app = TestApp::start().await;
    let (ada, open, mut events) = open_for_ada(&app).await;
    let (his, _) = taken_by_otto(&app).await;
    // At once, before anybody has looked what became of hers.
    ada.close(open.id).await.json::<AccessRequest>();
    let sent = app.initiates().pop().expect("Azure was asked").json();
    assert_eq!(numbers(&sent), [5986]);
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
    assert!(!app.azure.admits("web-1", 5986, HOME));
    assert!(app.azure.admits("web-1", 3389, "192.0.2.99".parse().unwrap()));
    let otto = app.sign_in("other").await;
    assert!(matches!(otto.look_at(his.id).await.status, Status::Open { .. }));
}

#[tokio::test]
async fn what_somebody_has_taken_altogether_is_not_closed_again() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (hers, _) = app.web_for(&olga).await;
    taken_by_otto(&app).await;
    let asked = app.initiates().len();
    let problem = olga.close(hers.id).await.problem();
    assert_eq!(problem.kind, ProblemKind::Conflict, "{problem:?}");
    assert_eq!(app.initiates().len(), asked);
    assert!(app.azure.admits("web-1", 3389, "192.0.2.99".parse().unwrap()));
}

#[tokio::test]
async fn all_ports_of_a_request_are_extended_and_closed_together() {
    let app = TestApp::start().await;
    let (ada, open, _) = open_for_ada(&app).await;
    app.wait(minutes(30));
    let longer: AccessRequest = ada.extend(open.id, "PT1H").await.json();
    assert_eq!(longer.ports, open.ports);
    let mut events = ada.follow(longer.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(40));
    assert!(app.azure.admits("web-1", 3389, HOME) && app.azure.admits("web-1", 5986, HOME));
    ada.close(longer.id).await.json::<AccessRequest>();
    app.hurry(&mut events, Status::is_final).await;
    assert!(!app.azure.admits("web-1", 3389, HOME) && !app.azure.admits("web-1", 5986, HOME));
}

#[tokio::test]
async fn several_requests_are_open_at_once_and_each_ends_for_itself() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let (rdp, _) = app.open_for(&ada, &app.wish("web-1", 3389)).await;
    let (remoting, mut events) = app.open_for(&ada, &app.wish("web-1", 5986)).await;
    let open: Page<AccessRequest> = ada.get("/api/access-requests?mine=true&open=true").await.json();
    assert_eq!(open.items.len(), 2, "{open:?}");
    ada.close(remoting.id).await.json::<AccessRequest>();
    app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ada.look_at(rdp.id).await.status, Status::Open { .. }));
    assert!(app.azure.admits("web-1", 3389, HOME) && !app.azure.admits("web-1", 5986, HOME));
}

#[tokio::test]
async fn who_has_a_port_open_is_told_to_auditors_and_to_themselves() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.web_for(&olga).await;
    for (name, told) in [("operator", true), ("admin", true), ("other", false), ("reader", false)] {
        let details: VmDetails = app.sign_in(name).await.get(&app.vm_path("web-1")).await.json();
        let [grant] = &details.grants[..] else { panic!("{details:?}") };
        assert_eq!(grant.requested_by.as_deref(), told.then_some("operator@contoso.com"), "{name}");
    }
}

#[tokio::test]
async fn a_port_is_not_opened_alone_where_azure_refuses_them_together() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    app.azure.fail_next(simulator::Fault::next(simulator::Trouble::Conflict).on("/initiate"));
    let created: CreatedAccess = ada.post("/api/access-requests", &both(&app)).await.json();
    assert!(matches!(created.items[0].status, Status::Refused { .. }), "{created:?}");
    assert_eq!(app.initiates().len(), 1);
    assert!(!app.azure.admits("web-1", 3389, HOME) && !app.azure.admits("web-1", 5986, HOME));
}
