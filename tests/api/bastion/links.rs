//! Shareable links: made when access is open, gone when it is over.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::access::{AccessRequest, CreatedAccess, Status};
use shared::bastion::{ByBastion, ShareableLink, Ways};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{Visitor, minutes};

use super::world::{HUB, hub, wish};

pub const ON: &str = "bastion = { shareable_links = true }";

async fn app_with_links() -> TestApp {
    TestApp::start_set_in(ON, |world| hub(world, |_| ())).await
}

pub fn with_link(app: &TestApp, vm: &str) -> Value {
    let mut wish = wish(app, vm, 3389);
    wish["shareable_link"] = json!(true);
    wish
}

/// How many links Azure has.
pub fn links_at_azure(app: &TestApp) -> usize {
    let now = app.azure.now();
    app.azure.world().bastions.get(HUB).map_or(0, |host| {
        host.links.values().filter(|link| link.gone_at.is_none_or(|gone_at| now < gone_at)).count()
    })
}

/// A request that has become open.
async fn open(app: &TestApp, visitor: &Visitor, vm: &str) -> AccessRequest {
    let created: CreatedAccess = visitor.post("/api/access-requests", &with_link(app, vm)).await.json();
    let mut events = visitor.follow(created.items[0].id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await
}

/// What the owner is shown, once `is_so`.
async fn shown(
    app: &TestApp,
    visitor: &Visitor,
    request: &AccessRequest,
    is_so: impl Fn(&ShareableLink) -> bool,
) -> ShareableLink {
    let path = format!("/api/access-requests/{}/shareable-link", request.id);
    app.until(SignedDuration::from_secs(1), async || {
        let link: ShareableLink = visitor.get(&path).await.json();
        is_so(&link).then_some(link)
    })
    .await
}

/// What is on record of links, oldest first: what was done, and what came of it.
pub async fn trail(app: &TestApp, request: &AccessRequest) -> Vec<String> {
    let entries = app.store.entries().about(request.id).await.expect("the test has seen to that");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let words = entries.iter().map(|entry| &entry.content.body).map(|body| {
        let deed = if body["action"] == "shareable_link" { &body["deed"] } else { &body["action"] };
        format!("{} {}", text(deed), text(&body["outcome"]))
    });
    words.filter(|words| words.starts_with("create") || words.starts_with("delete")).collect()
}

/// Waits until exactly that is on record.
async fn until_on_record(app: &TestApp, request: &AccessRequest, expected: &[&str]) {
    let second = SignedDuration::from_secs(1);
    app.until(second, async || (trail(app, request).await == expected).then_some(())).await;
}

async fn until_gone(app: &TestApp) {
    app.until(SignedDuration::from_secs(1), async || (links_at_azure(app) == 0).then_some(())).await;
}

async fn until_forgotten(app: &TestApp, request: &AccessRequest) {
    app.until(SignedDuration::from_secs(1), async || {
        app.store.links().get(request.id).await.expect("the test has seen to that").is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_link_is_made_with_the_access_shown_to_its_owner_and_gone_at_the_end() {
    let app = app_with_links().await;
    let olga = app.sign_in("operator").await;
    let ways: Ways = olga.get(&format!("{}/ways", app.vm_path("web-1"))).await.json();
    assert!(matches!(ways.bastion, ByBastion::Reached { bastion } if bastion.shareable_link));

    let request = open(&app, &olga, "web-1").await;
    let link = shown(&app, &olga, &request, |link| link.url.is_some()).await;
    let at_azure = app
        .azure
        .world()
        .bastions
        .get(HUB)
        .expect("the test has seen to that")
        .links
        .values()
        .next()
        .expect("the test has seen to that")
        .token
        .clone();
    assert!(link.url.expect("the test has seen to that").ends_with(&at_azure));
    until_on_record(&app, &request, &["create ", "create_link done"]).await;

    let path = format!("/api/access-requests/{}/shareable-link", request.id);
    assert_eq!(app.sign_in("other").await.get(&path).await.status, 404, "it is nobody else's");
    assert!(!app.database_files().contains(&at_azure), "it is kept nowhere");

    app.wait(minutes(60));
    until_gone(&app).await;
    until_forgotten(&app, &request).await;
    assert_eq!(trail(&app, &request).await, ["create ", "create_link done", "delete ", "delete_link done"]);
    assert_eq!(olga.get(&path).await.status, 409);
}

#[tokio::test]
async fn without_the_setting_nobody_gets_a_link() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let olga = app.sign_in("operator").await;
    let problem = olga.post("/api/access-requests", &with_link(&app, "web-1")).await.problem();
    assert_eq!(problem.violations[0].field, "shareable_link");
    assert!(problem.violations[0].detail.contains("switched off"), "{problem:?}");
}

#[tokio::test]
async fn a_link_takes_a_bastion_that_shares_some_and_leads_through_one() {
    let app = TestApp::start_set_in(ON, |world| hub(world, |new| new.shareable_link = false)).await;
    let olga = app.sign_in("operator").await;
    let problem = olga.post("/api/access-requests", &with_link(&app, "web-1")).await.problem();
    assert!(problem.violations[0].detail.contains("shares no links"), "{problem:?}");
    let mut direct = app.wish("web-1", 3389);
    direct["shareable_link"] = json!(true);
    let problem = olga.post("/api/access-requests", &direct).await.problem();
    assert!(problem.violations[0].detail.contains("leads through a Bastion"), "{problem:?}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn whoever_did_not_ask_for_a_link_has_none() {
    let app = app_with_links().await;
    let olga = app.sign_in("operator").await;
    let created: CreatedAccess = olga.post("/api/access-requests", &wish(&app, "web-1", 3389)).await.json();
    let path = format!("/api/access-requests/{}/shareable-link", created.items[0].id);
    assert_eq!(olga.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_link_that_an_administrator_made_is_neither_shown_nor_deleted() {
    let app = app_with_links().await;
    let theirs = {
        let vm = app.vm("web-1").to_string();
        let now = app.azure.now();
        let mut world = app.azure.world();
        let link = simulator::world::BastionLink {
            vm: vm.clone(),
            token: "theirs".to_owned(),
            created_at: now,
            ready_at: now,
            gone_at: None,
        };
        world.bastions.get_mut(HUB).expect("the test has seen to that").links.insert(vm.to_lowercase(), link);
        "theirs"
    };
    let olga = app.sign_in("operator").await;
    let request = open(&app, &olga, "web-1").await;
    until_forgotten(&app, &request).await;
    let link = shown(&app, &olga, &request, |link| link.reason.is_some()).await;
    assert_eq!(link.url, None);
    assert_eq!(trail(&app, &request).await, ["create ", "create_link refused"]);
    app.wait(minutes(61));
    assert_eq!(links_at_azure(&app), 1, "{theirs} stays");
}

#[tokio::test]
async fn a_link_whose_answer_got_lost_is_deleted_all_the_same() {
    let app = app_with_links().await;
    let olga = app.sign_in("operator").await;
    app.azure.fail_next(Fault::next(Trouble::ActThenCutOff).on("/createShareableLinks").times(4));
    let created: CreatedAccess = olga.post("/api/access-requests", &with_link(&app, "web-1")).await.json();
    let request = created.items[0].clone();
    app.until(SignedDuration::from_secs(2), async || {
        trail(&app, &request).await.contains(&"create_link unknown".to_owned()).then_some(())
    })
    .await;
    assert_eq!(links_at_azure(&app), 1);
    let link = shown(&app, &olga, &request, |link| link.url.is_some()).await;
    assert_eq!(link.reason, None, "it is there after all");
    app.wait(minutes(60));
    until_gone(&app).await;
    // What came late would be found by the second look.
    app.until(minutes(1), async || {
        app.store.links().get(request.id).await.expect("the test has seen to that").is_none().then_some(())
    })
    .await;
    assert_eq!(trail(&app, &request).await.iter().filter(|words| *words == "delete_link done").count(), 2);
}

#[tokio::test]
async fn a_link_is_deleted_after_a_crash_by_the_next_process() {
    let app = app_with_links().await;
    let olga = app.sign_in("operator").await;
    let request = open(&app, &olga, "web-1").await;
    shown(&app, &olga, &request, |link| link.url.is_some()).await;
    let stopped = app.stop();
    stopped.wait(minutes(90));
    let app = stopped.start().await;
    app.until(SignedDuration::from_secs(30), async || (links_at_azure(&app) == 0).then_some(())).await;
    until_forgotten(&app, &request).await;
}

#[tokio::test]
async fn a_link_that_cannot_be_deleted_is_tried_again_and_the_trail_says_so_loudly() {
    let app = app_with_links().await;
    let olga = app.sign_in("operator").await;
    let request = open(&app, &olga, "web-1").await;
    shown(&app, &olga, &request, |link| link.url.is_some()).await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("/deleteShareableLinks"));
    app.wait(minutes(60));
    app.until(minutes(1), async || {
        let refused =
            trail(&app, &request).await.iter().filter(|words| *words == "delete_link refused").count();
        (refused >= 3).then_some(())
    })
    .await;
    let entries = app.store.entries().about(request.id).await.expect("the test has seen to that");
    let last = entries.last().expect("the test has seen to that");
    assert!(
        entries.iter().any(|entry| entry.content.body["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("MAY STILL LET PEOPLE IN"))),
        "{last:?}"
    );
    assert_eq!(links_at_azure(&app), 1);

    app.azure.faults().clear();
    app.until(minutes(10), async || {
        app.store.links().get(request.id).await.expect("the test has seen to that").is_none().then_some(())
    })
    .await;
    assert_eq!(links_at_azure(&app), 0);
}

#[tokio::test]
async fn a_request_that_azure_refuses_gets_no_link() {
    let app = app_with_links().await;
    let olga = app.sign_in("operator").await;
    app.azure.fail_next(Fault::next(Trouble::Conflict).on("/initiate"));
    let created: CreatedAccess = olga.post("/api/access-requests", &with_link(&app, "web-1")).await.json();
    let request = &created.items[0];
    assert!(matches!(request.status, Status::Refused { .. }), "{request:?}");
    app.until(SignedDuration::from_secs(30), async || {
        app.store.links().get(request.id).await.expect("the test has seen to that").is_none().then_some(())
    })
    .await;
    assert!(trail(&app, request).await.is_empty());
    assert_eq!(links_at_azure(&app), 0);
}
