//! Access for somebody else, access from far and wide, and rules that change.

use serde_json::json;
use shared::access::{AccessRequest, CreatedAccess};
use shared::problem::ProblemKind;
use shared::session::Session;
use shared::verb::Verb;
use tests::TestApp;

#[tokio::test]
async fn the_helpdesk_asks_for_somebody_else_and_that_stands_everywhere() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let mut wish = app.wish("web-1", 3389);
    wish["requested_for"] = json!("anna@contoso.com");
    wish["source"] = json!("198.51.100.99");

    let created: CreatedAccess = hedy.post("/api/access-requests", &wish).await.json();

    let request = &created.items[0];
    assert_eq!(request.requested_for.as_ref().map(ToString::to_string).as_deref(), Some("anna@contoso.com"));
    assert_eq!(
        (request.requested_by.username.as_str(), request.rule.as_str()),
        ("helpdesk@contoso.com", "Helpdesk")
    );
    let sent = app.initiates()[0].body.clone();
    assert!(
        sent.contains("requested by helpdesk@contoso.com for anna@contoso.com through Postern"),
        "{sent}"
    );
    let trail = app.store.entries().about(request.id).await.unwrap();
    assert_eq!(trail[0].content.body["request"]["requested_for"], "anna@contoso.com");
    let listed: AccessRequest = hedy.get(&format!("/api/access-requests/{}", request.id)).await.json();
    assert_eq!(listed.requested_for, request.requested_for);
}

#[tokio::test]
async fn asking_for_oneself_and_for_others_are_two_rights() {
    let app = TestApp::start().await;
    let (hedy, olga) = (app.sign_in("helpdesk").await, app.sign_in("operator").await);
    let own = hedy.post("/api/access-requests", &app.wish("web-1", 3389)).await.problem();
    assert_eq!(own.kind, ProblemKind::Guardrail);
    assert!(own.detail.contains("o access rule lets you request access to web-1"), "{own:?}");
    let mut wish = app.wish("web-1", 3389);
    wish["requested_for"] = json!("anna@contoso.com");
    let others = olga.post("/api/access-requests", &wish).await.problem();
    assert!(others.detail.contains("for somebody else"), "{others:?}");
    assert!(app.initiates().is_empty());

    wish["requested_for"] = json!("Operator@Contoso.com");
    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    assert_eq!(created.items[0].requested_for, None, "oneself by name is oneself");
}

#[tokio::test]
async fn what_only_anywhere_lets_through_is_marked_as_broad() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for (vm, source, broad) in
        [("web-1", "192.0.2.0/24", false), ("open-1", "192.0.0.0/16", true), ("shut-1", "*", true)]
    {
        let mut wish = app.wish(vm, 3389);
        wish["source"] = json!(source);
        let created: CreatedAccess = ada.post("/api/access-requests", &wish).await.json();
        assert_eq!(created.items[0].broad, broad, "{source}");
        let trail = app.store.entries().about(created.items[0].id).await.unwrap();
        assert_eq!(trail[0].content.body["request"]["broad"], broad, "{source}");
    }
}

#[tokio::test]
async fn a_private_address_is_refused_for_a_machine_on_the_internet_only() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await.at("192.0.2.44");
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!("10.1.2.3");
    let problem = olga.post("/api/access-requests", &wish).await.problem();
    let [violation] = &problem.violations[..] else { panic!("{problem:?}") };
    assert!(violation.field == "source" && violation.detail.contains("203.0.113.80"), "{violation:?}");
    assert_eq!(violation.offer.as_deref(), Some("192.0.2.44"));

    wish["vms"][0]["vm"] = json!(app.vm("inner-1"));
    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    assert_eq!(created.items.len(), 1);
}

#[tokio::test]
async fn a_rule_on_a_management_group_holds_in_every_subscription_below_it() {
    let app = TestApp::start().await;
    let lara = app.sign_in("laboratory").await;
    let session: Session = lara.get("/api/session").await.json();
    assert_eq!(session.may, Verb::ALL);
    assert_eq!(lara.open("lab-1", 22).await.rule, "Laboratories");
    assert_eq!(lara.get(&app.vm_path("web-1")).await.problem().kind, ProblemKind::NotFound);
}

#[tokio::test]
async fn a_rule_on_a_management_group_holds_nowhere_if_the_groups_cannot_be_read() {
    use simulator::world::Ancestors;
    let app = TestApp::start_in(|world| world.behaviour.ancestors = Ancestors::Hidden).await;
    let lara = app.sign_in("laboratory").await;
    assert_eq!(lara.get(&app.vm_path("lab-1")).await.problem().kind, ProblemKind::NotFound);
    let refused = lara.post("/api/access-requests", &app.wish("lab-1", 22)).await.problem();
    assert_eq!(refused.kind, ProblemKind::NotFound);
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn the_session_tells_what_somebody_may_do_at_all() {
    let app = TestApp::start().await;
    for (name, may) in [
        ("operator", vec![Verb::See, Verb::Request, Verb::Start]),
        ("reader", vec![Verb::See]),
        ("helpdesk", vec![Verb::See, Verb::RequestForOthers]),
        ("stranger", vec![]),
    ] {
        let session: Session = app.sign_in(name).await.get("/api/session").await.json();
        assert_eq!(session.may, may, "{name}");
    }
}
