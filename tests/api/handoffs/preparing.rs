//! Who may prepare what.

use serde_json::{Value, json};
use shared::handoff::{Handoff, PreparedHandoff};
use shared::page::Page;
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::minutes;

use super::{prepare, wish};

#[tokio::test]
async fn the_link_keeps_its_secret_where_servers_do_not_see_it_and_the_list_has_none() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let PreparedHandoff { handoff, link, qr, message, code } = prepare(&hedy, &wish(&app)).await;
    let url: url::Url = link.parse().unwrap();
    assert_eq!(url.origin(), app.site().origin());
    assert_eq!(url.path(), format!("/for/{}", handoff.id.0.simple()));
    assert!(url.query().is_none() && url.fragment().unwrap().len() >= 22, "{link}");
    assert!(qr.starts_with("<svg") && message.contains(&link) && code.is_none());
    assert_eq!(handoff.expires_at, app.now() + minutes(15));
    let listed = hedy.get("/api/handoffs").await;
    assert!(!listed.text().contains(url.fragment().unwrap()), "{}", listed.text());
    assert_eq!(listed.json::<Page<Handoff>>().items, [handoff]);
    let others: Page<Handoff> = app.sign_in("admin").await.get("/api/handoffs").await.json();
    assert!(others.items.is_empty(), "{others:?}");
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ends() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    for _ in 0..3 {
        prepare(&hedy, &wish(&app)).await;
    }
    let first: Page<Handoff> = hedy.get("/api/handoffs?limit=2").await.json();
    let next = first.next.expect("there is more");
    let second: Page<Handoff> = hedy.get(&format!("/api/handoffs?limit=2&cursor={next}")).await.json();
    assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
    assert_eq!(hedy.get("/api/handoffs?cursor=x").await.problem().kind, ProblemKind::Malformed);
}

/// What is told of a wish with something else in it.
async fn refused(app: &TestApp, who: &str, change: impl Fn(&mut Value)) -> (ProblemKind, String) {
    let mut wish = wish(app);
    change(&mut wish);
    let problem = app.sign_in(who).await.post("/api/handoffs", &wish).await.problem();
    let fields: Vec<_> =
        problem.violations.iter().map(|one| format!("{}: {}", one.field, one.detail)).collect();
    (problem.kind, fields.join("; ") + &problem.detail)
}

#[tokio::test]
async fn every_limit_of_the_rule_holds_when_it_is_prepared() {
    let app = TestApp::start().await;
    for (who, field, change) in [
        ("helpdesk", "ports[0]", json!({ "ports": [22] })),
        ("helpdesk", "duration", json!({ "duration": "PT2H" })),
        ("helpdesk", "guest", json!({ "guest": true })),
        ("helpdesk", "ports", json!({ "ports": [] })),
        ("helpdesk", "ports[1]", json!({ "ports": [3389, 3389] })),
        ("admin", "handoff.vm", json!({ "vm": app.vm("bare-1") })),
    ] {
        let (kind, told) = refused(&app, who, |wish| {
            for (name, value) in change.as_object().unwrap() {
                wish[name] = value.clone();
            }
        })
        .await;
        assert_eq!(kind, ProblemKind::Guardrail, "{field}: {told}");
        assert!(told.contains(field), "{field}: {told}");
    }
    let many: Vec<u16> = (1..=17).collect();
    let (kind, told) = refused(&app, "admin", |wish| wish["ports"] = json!(many)).await;
    assert!(kind == ProblemKind::Guardrail && told.contains("at most 16"), "{told}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn somebody_with_an_account_is_named_as_they_sign_in_and_a_guest_as_they_are_called() {
    let app = TestApp::start().await;
    for name in ["stranger", "Sam Stranger", "Sam <stranger@contoso.com>", "stranger@"] {
        let (kind, told) = refused(&app, "helpdesk", |wish| wish["requested_for"] = json!(name)).await;
        assert_eq!(kind, ProblemKind::Guardrail, "{name}: {told}");
        assert!(told.contains("requested_for: say it as they sign in, such as name@contoso.com"), "{told}");
    }
    let change = |wish: &mut Value| {
        wish["requested_for"] = json!("Sam");
        wish["duration"] = json!("PT3H");
    };
    let (_, told) = refused(&app, "helpdesk", change).await;
    assert!(told.contains("duration: ") && told.contains("requested_for: "), "both at once: {told}");
    let mut guest = wish(&app);
    guest["requested_for"] = json!("Gus of Fabrikam");
    guest["guest"] = json!(true);
    prepare(&app.sign_in("admin").await, &guest).await;
    let mut elsewhere = wish(&app);
    elsewhere["requested_for"] = json!("Gus@Fabrikam.example");
    prepare(&app.sign_in("helpdesk").await, &elsewhere).await;
}

#[tokio::test]
async fn only_who_may_request_for_others_may_prepare_and_what_others_may_not_see_does_not_exist() {
    let app = TestApp::start().await;
    for (who, kind) in [
        ("operator", ProblemKind::Guardrail),
        ("reader", ProblemKind::Guardrail),
        ("stranger", ProblemKind::NotFound),
        ("laboratory", ProblemKind::NotFound),
    ] {
        let (told, detail) = refused(&app, who, |_| ()).await;
        assert_eq!(told, kind, "{who}: {detail}");
    }
    let nobody = app.visitor().post("/api/handoffs", &wish(&app)).await.problem();
    assert_eq!(nobody.kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn to_prepare_is_to_ask_and_counts_as_often() {
    let app = TestApp::start_set("limits = { grants_per_minute = 2 }").await;
    let ada = app.sign_in("admin").await;
    ada.open("web-1", 3389).await;
    prepare(&ada, &wish(&app)).await;
    assert_eq!(ada.post("/api/handoffs", &wish(&app)).await.problem().kind, ProblemKind::TooMany);
    let own = ada.post("/api/access-requests", &app.wish("open-1", 3389)).await;
    assert_eq!(own.problem().kind, ProblemKind::TooMany);
}

#[tokio::test]
async fn another_site_cannot_have_anything_prepared_or_opened() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = prepare(&hedy, &wish(&app)).await;
    let sam = super::sam(&app).await;
    for (who, path, body) in [
        (&hedy, "/api/handoffs".to_owned(), wish(&app)),
        (
            &sam,
            super::path(&handed, "redeem"),
            json!({ "secret": super::secret(&handed), "address": super::THERE }),
        ),
    ] {
        let request = http::Request::post(&path)
            .header("host", app.site().authority())
            .header("origin", "https://evil.example")
            .header("content-type", "application/json");
        let answer = who.send(request.body(body.to_string().into()).unwrap()).await;
        assert_eq!(answer.problem().kind, ProblemKind::ForeignOrigin, "{path}");
    }
    assert!(app.initiates().is_empty());
}
