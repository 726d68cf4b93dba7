//! What the product is for.

use shared::access::{CreatedAccess, Ending, Status};
use shared::vm::VmDetails;
use tests::TestApp;
use tests::app::{HOME, minutes};

#[tokio::test]
async fn a_port_opens_for_one_address_and_closes_when_time_is_up() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    assert!(!app.azure.admits("web-1", 3389, HOME));

    let request = olga.open("web-1", 3389).await;
    assert_eq!(request.status, Status::Opening { since: app.now() });
    assert_eq!(request.ends_at, app.now() + minutes(60));
    assert_eq!(request.rule, "Operators");
    assert_eq!(request.requested_by.username, "operator@contoso.com");

    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert!(app.azure.admits("web-1", 3389, HOME));
    assert!(
        !app.azure.admits("web-1", 3389, "192.0.2.8".parse().unwrap()),
        "one address, not its neighbours"
    );
    assert!(!app.azure.admits("web-1", 5986, HOME), "one port, not the others of the policy");

    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: request.ends_at, how: Ending::Expired });
    assert!(!app.azure.admits("web-1", 3389, HOME));
    assert!(events.next().await.is_none(), "the stream ends with the request");
}

#[tokio::test]
async fn azure_is_told_source_end_and_reason_in_full() {
    let app = TestApp::start().await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;

    let [initiate] = &app.initiates()[..] else { panic!("one call, not {:?}", app.initiates()) };
    let body = initiate.json();
    let machine = &body["virtualMachines"][0];
    assert_eq!(machine["id"].as_str().unwrap().to_lowercase(), request.vm.to_string().to_lowercase());
    let port = &machine["ports"][0];
    assert_eq!(port["number"], 3389);
    assert_eq!(port["allowedSourceAddressPrefix"], HOME.to_string());
    let end: jiff::Timestamp = port["endTimeUtc"].as_str().unwrap().parse().unwrap();
    assert_eq!(end, request.ends_at);
    let justification = body["justification"].as_str().unwrap();
    assert!(justification.starts_with("INC0012345 "), "{justification}");
    assert!(justification.contains("operator@contoso.com"), "{justification}");
    assert!(justification.contains(&request.id.to_string()), "{justification}");
}

#[tokio::test]
async fn several_machines_are_asked_for_at_once_and_answered_one_by_one() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("web-1", 3389);
    wish["vms"].as_array_mut().unwrap().push(app.wish("lab-1", 22)["vms"][0].clone());

    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();

    let names: Vec<&str> = created.items.iter().map(|request| request.vm.name().as_str()).collect();
    assert_eq!(names, ["web-1", "lab-1"]);
    for request in &created.items {
        let mut events = olga.follow(request.id).await;
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    }
    assert!(app.azure.admits("web-1", 3389, HOME));
    assert!(app.azure.admits("lab-1", 22, HOME));
}

#[tokio::test]
async fn if_one_machine_may_not_be_opened_none_is() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["vms"].as_array_mut().unwrap().push(app.wish("bare-1", 22)["vms"][0].clone());

    let problem = app.sign_in("operator").await.post("/api/access-requests", &wish).await.problem();

    assert_eq!(problem.status, 422);
    assert!(problem.violations.iter().all(|violation| violation.field.starts_with("vms[1]")), "{problem:?}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn what_is_open_is_shown_with_the_machine_and_to_whom_it_belongs() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await.at("192.0.2.99"));
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;

    let path = app.vm_path("web-1");
    let hers: VmDetails = olga.get(&path).await.json();
    let his: VmDetails = otto.get(&path).await.json();

    let [grant] = &hers.grants[..] else { panic!("one grant, not {:?}", hers.grants) };
    assert_eq!((grant.port, grant.until, grant.open), (3389.try_into().unwrap(), request.ends_at, true));
    assert_eq!(grant.mine, Some(request.id));
    assert_eq!(his.grants[0].mine, None);
}

#[tokio::test]
async fn a_newer_request_for_the_port_replaces_the_one_before() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let first = olga.open("web-1", 3389).await;
    let mut events = olga.follow(first.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;

    let otto = app.sign_in("other").await.at("192.0.2.99");
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "192.0.2.99".into();
    let created: CreatedAccess = otto.post_accepting("/api/access-requests", wish).await.json();
    assert_eq!(created.items[0].status, Status::Opening { since: app.now() });

    let ended = app.hurry(&mut events, Status::is_final).await;
    let Status::Ended { how: Ending::Replaced, .. } = ended.status else { panic!("{:?}", ended.status) };
}

#[tokio::test]
async fn the_same_port_for_another_address_is_another_request() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = "192.0.2.8".into();
    let answer = olga.post("/api/access-requests", &wish).await;
    assert!(answer.status.is_success(), "{}", answer.text());
}
