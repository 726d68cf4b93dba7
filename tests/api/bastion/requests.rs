//! Requests through a Bastion.

use serde_json::json;
use shared::access::{CreatedAccess, Status};
use shared::code::Code;
use shared::explanation::AccessExplanation;
use simulator::World;
use simulator::world::{BastionSku, NewPeering};
use tests::TestApp;

use super::world::{HUB, HUB_RANGE, bastion, hub, network, wish};

async fn app_with_hub() -> TestApp {
    TestApp::start_in(|world| hub(world, |_| ())).await
}

#[tokio::test]
async fn a_port_opens_for_the_range_that_azure_tells_of_the_bastion() {
    let app = app_with_hub().await;
    let olga = app.sign_in("operator").await;
    let created: CreatedAccess = olga.post("/api/access-requests", &wish(&app, "inner-1", 3389)).await.json();
    let request = &created.items[0];
    assert_eq!(request.source.to_string(), HUB_RANGE);
    assert_eq!(request.bastion, HUB.parse().ok());
    assert!(!request.broad, "it is the range of the Bastion, and not one that somebody chose");

    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert!(
        app.azure.admits("inner-1", 3389, "10.9.255.4".parse().expect("the test has seen to that")),
        "from the Bastion"
    );
    assert!(
        !app.azure.admits("inner-1", 3389, "10.9.1.4".parse().expect("the test has seen to that")),
        "from beside it"
    );
    let body = app.initiates()[0].json();
    assert_eq!(body["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefix"], HUB_RANGE);
}

#[tokio::test]
async fn a_request_as_text_names_the_range_to_azure_and_the_bastion_to_postern() {
    let app = app_with_hub().await;
    let olga = app.sign_in("operator").await;
    let code: Code = olga.post("/api/access-requests/code", &wish(&app, "inner-1", 3389)).await.json();
    let (is_range, is_hub) =
        (format!("{HUB_RANGE} is the range of the Bastion "), format!("\"source\": \"{HUB}\""));
    assert!(code.az.contains(&is_range) && !code.az.contains(HUB), "{}", code.az);
    assert!(code.curl.contains(&is_hub), "{}", code.curl);
    assert_eq!(app.initiates().len(), 0);
}

#[tokio::test]
async fn the_trail_names_the_bastion() {
    let app = app_with_hub().await;
    let olga = app.sign_in("operator").await;
    olga.post("/api/access-requests", &wish(&app, "web-1", 3389)).await.json::<CreatedAccess>();
    let entries = app.store.entries().before(i64::MAX, 100).await.expect("the test has seen to that");
    let intent = entries
        .iter()
        .find(|entry| entry.content.body.get("request").is_some())
        .expect("the test has seen to that");
    assert_eq!(intent.content.body["request"]["bastion"], HUB);
    assert_eq!(intent.content.body["request"]["source"], HUB_RANGE);
}

#[tokio::test]
async fn whoever_may_open_a_port_for_an_address_may_not_thereby_open_it_for_a_bastion() {
    let app = app_with_hub().await;
    // May ask for any source at all, and no rule of theirs says anything of Bastions.
    let ada = app.sign_in("admin").await;
    let problem = ada.post("/api/access-requests", &wish(&app, "web-1", 3389)).await.problem();
    assert_eq!(problem.status, 422);
    let [violation] = &problem.violations[..] else { panic!("{problem:?}") };
    assert_eq!(violation.field, "source");
    assert!(
        violation.detail.contains("“Administrators” does not let you open a port for a Bastion"),
        "{violation:?}"
    );
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn nobody_types_the_range_of_a_bastion_in_its_place() {
    let app = app_with_hub().await;
    let mut typed = app.wish("web-1", 3389);
    typed["source"] = json!(HUB_RANGE);
    let problem = app.sign_in("operator").await.post("/api/access-requests", &typed).await.problem();
    assert!(problem.violations.iter().all(|violation| violation.field == "source"), "{problem:?}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_bastion_that_does_not_reach_the_machine_is_refused() {
    let app = app_with_hub().await;
    let olga = app.sign_in("operator").await;
    for (vm, source) in [("lab-1", HUB.to_owned()), ("web-1", HUB.replace("hub-bastion", "other"))] {
        let mut wish = app.wish(vm, if vm == "lab-1" { 22 } else { 3389 });
        wish["source"] = json!(source);
        let problem = olga.post("/api/access-requests", &wish).await.problem();
        assert_eq!(problem.status, 422);
        assert!(problem.violations[0].detail.contains("does not reach this VM"), "{vm}: {problem:?}");
    }
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn what_is_no_bastion_is_said_to_be_none() {
    let app = app_with_hub().await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!("/subscriptions/hub");
    let problem = app.sign_in("operator").await.post("/api/access-requests", &wish).await.problem();
    assert!(problem.violations[0].detail.contains("not the resource id of a Bastion"), "{problem:?}");
}

#[tokio::test]
async fn the_policy_must_allow_the_range_as_it_must_any_other() {
    let app = app_with_hub().await;
    let mut wish = wish(&app, "office-1", 3389);
    wish["duration"] = json!("PT1H");
    let problem = app.sign_in("operator").await.post("/api/access-requests", &wish).await.problem();
    let detail = &problem.violations[0].detail;
    assert!(detail.contains("only for 198.51.100.0/24") && detail.contains(HUB_RANGE), "{detail}");
    assert_eq!(problem.violations[0].offer, None, "there is no other range to come from");
}

/// A Bastion whose subnet is made of addresses that are somebody else's on the Internet.
fn stolen(world: &mut World) {
    network(world, "odd-vnet", "203.0.113.0/24", "203.0.113.64/26");
    let between = ["Production/web-vnet".to_owned(), "Laboratory/odd-vnet".to_owned()];
    world
        .add_peering(&NewPeering { between, state: "Connected".to_owned() })
        .expect("the test has seen to that");
    world
        .add_bastion(bastion("hub-bastion", "odd-vnet", BastionSku::Basic))
        .expect("the test has seen to that");
}

#[tokio::test]
async fn a_port_is_not_opened_for_a_bastion_with_a_public_range() {
    let app = TestApp::start_in(stolen).await;
    let olga = app.sign_in("operator").await;
    let problem = olga.post("/api/access-requests", &wish(&app, "web-1", 3389)).await.problem();
    assert!(problem.violations[0].detail.contains("not a private range"), "{problem:?}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn an_explanation_knows_of_bastions_too() {
    let app = app_with_hub().await;
    let path = |source: &str| {
        format!("{}/access-explanation?port=3389&reason=INC1&source={source}", app.vm_path("web-1"))
    };
    let olga = app.sign_in("operator").await;
    let allowed: AccessExplanation = olga.get(&path(HUB)).await.json();
    assert!(allowed.allowed, "{allowed:?}");
    let refused: AccessExplanation = app.sign_in("admin").await.get(&path(HUB)).await.json();
    assert!(!refused.allowed);
    let nowhere: AccessExplanation = olga.get(&path(&HUB.replace("hub-bastion", "other"))).await.json();
    assert!(nowhere.violations[0].detail.contains("does not reach"), "{nowhere:?}");
}

#[tokio::test]
async fn there_is_no_file_that_leads_through_a_bastion() {
    let app = app_with_hub().await;
    let olga = app.sign_in("operator").await;
    let created: CreatedAccess = olga.post("/api/access-requests", &wish(&app, "web-1", 3389)).await.json();
    let answer = olga.get(&format!("/api/access-requests/{}/rdp", created.items[0].id)).await;
    assert_eq!(answer.status, 409);
    assert!(answer.problem().detail.contains("hub-bastion"));
}
