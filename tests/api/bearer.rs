//! Programs that bring along an access token of somebody.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, WWW_AUTHENTICATE};
use http::{Method, Request};
use serde_json::{Value, json};
use shared::access::CreatedAccess;
use shared::problem::ProblemKind;
use shared::session::Session;
use shared::vm::VmPage;
use simulator::World;
use tests::TestApp;
use tests::app::Answer;

const SERVICE: &str = "sign_in = { api_scope = \"access\" }";
const DELEGATED: &str = "sign_in = { api_scope = \"access\" }\nidentity = { mode = \"delegated\" }";
const REQUESTS: &str = "/api/access-requests";

async fn call(app: &TestApp, token: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    app.visitor().send(request.body(body).expect("the request is complete")).await
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    call(app, token, Method::GET, path, None).await
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    call(app, token, Method::POST, REQUESTS, Some(&app.wish("web-1", 3389))).await
}

fn token(app: &TestApp, scope: &str) -> String {
    app.azure.token_for_api("operator@contoso.com", scope).expect("she is there")
}

/// A good token in which something is changed.
fn changed(app: &TestApp, change: impl FnOnce(&mut Value)) -> String {
    let now = app.now().as_second();
    let mut claims = json!({
        "aud": World::CLIENT_ID, "iss": app.azure.issuer(), "tid": World::TENANT_ID, "ver": "2.0",
        "iat": now, "nbf": now, "exp": now + 3600, "scp": "access",
        "oid": app.azure.world().person("operator@contoso.com").expect("she is there").object_id,
        "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
        "name": "Olga Operator", "preferred_username": "operator@contoso.com", "roles": ["Operator"],
    });
    change(&mut claims);
    app.azure.sign(&claims)
}

/// A good token that is for no scope, in which something else is changed.
fn without_scope(app: &TestApp, change: impl FnOnce(&mut Value)) -> String {
    changed(app, |claims| {
        claims.as_object_mut().expect("claims are an object").remove("scp");
        change(claims);
    })
}

#[tokio::test]
async fn a_program_may_do_what_its_person_may() {
    let app = TestApp::start_set(SERVICE).await;
    let token = token(&app, "access");
    let session: Session = get(&app, &token, "/api/session").await.json();
    assert_eq!(session.person.username, "operator@contoso.com");
    assert_eq!(session.expires_at, app.now() + jiff::SignedDuration::from_secs(3599));

    let created: CreatedAccess = ask(&app, &token).await.json();

    assert_eq!(created.items[0].requested_by.username, "operator@contoso.com");
    assert_eq!(app.initiates()[0].principal, "Postern");
    let trail = app.store.entries().about(created.items[0].id).await.unwrap();
    assert_eq!(trail[0].content.actor["username"], "operator@contoso.com");
    assert_eq!(trail[0].content.actor["session"], Value::Null);
    let claims: Value = serde_json::from_slice(
        &base64::Engine::decode(
            &base64::prelude::BASE64_URL_SAFE_NO_PAD,
            token.split('.').nth(1).expect("a token has three parts"),
        )
        .unwrap(),
    )
    .unwrap();
    for entry in &trail {
        assert_eq!(
            entry.content.actor["token"],
            json!({ "azp": World::CLIENT_ID, "uti": claims["uti"].as_str().unwrap() })
        );
    }
    assert!(get(&app, &token, REQUESTS).await.text().contains(&created.items[0].id.to_string()));
}

#[tokio::test]
async fn a_program_is_told_that_its_body_must_be_json() {
    let app = TestApp::start_set(SERVICE).await;
    let good = token(&app, "access");
    let wish = app.wish("web-1", 3389).to_string();
    let post = async |token: &str, cookie: Option<&str>| {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(REQUESTS)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let answer = app.visitor().send(request.body(Body::from(wish.clone())).unwrap()).await;
        answer.problem().status
    };
    assert_eq!(post(&good, None).await, 415);
    assert_eq!(post(&good, Some("postern=x")).await, 403, "a browser may have sent it");
    assert_eq!(post(&changed(&app, |claims| claims["exp"] = 0.into()), None).await, 403);
    assert_eq!(post("x", None).await, 403);
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn azure_is_asked_on_behalf_of_whoever_the_token_stands_for() {
    let app = TestApp::start_set(DELEGATED).await;
    let token = token(&app, "access");
    let created: CreatedAccess = ask(&app, &token).await.json();
    assert_eq!(created.items[0].status.name(), "opening");
    assert_eq!(app.initiates()[0].principal, "operator@contoso.com");
    assert!(app.azure.requests().iter().any(|call| call.principal == "Postern"), "which did the looking");
}

#[tokio::test]
async fn a_token_that_is_not_for_postern_is_not_taken() {
    let app = TestApp::start_set(DELEGATED).await;
    let now = app.now().as_second();
    let arm = app.azure.token_for_person("operator@contoso.com").unwrap();
    let stranger = simulator::Simulator::start(World::empty(), simulator::Settings::default()).await.unwrap();
    let good = changed(&app, |_| ());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let unsigned = "eyJhbGciOiJub25lIiwia2lkIjoiIn0";
    let olga = app.azure.world().person("operator@contoso.com").unwrap().object_id.clone();
    let (signature, issuer, audience) = ("not signed", "another issuer", "another audience");
    let (time, scope, person) = ("its time is over", "lacks the scope", "stands for an application");
    let wrong = [
        ("for Azure itself", issuer, arm),
        ("wrong audience", audience, changed(&app, |claims| claims["aud"] = "another".into())),
        (
            "several audiences",
            audience,
            changed(&app, |claims| claims["aud"] = json!([World::CLIENT_ID, "another"])),
        ),
        ("expired", time, changed(&app, |claims| claims["exp"] = now.into())),
        ("not yet", time, changed(&app, |claims| claims["nbf"] = (now + 120).into())),
        (
            "another tenant",
            issuer,
            changed(&app, |claims| claims["tid"] = "99999999-0000-cccc-1111-dddd2222eeee".into()),
        ),
        (
            "another issuer",
            issuer,
            changed(&app, |claims| claims["iss"] = "https://login.example/v2.0".into()),
        ),
        ("an ID token", scope, without_scope(&app, |_| ())),
        ("an ID token without roles", scope, without_scope(&app, |claims| claims["roles"] = Value::Null)),
        ("an ID token without a profile", scope, without_scope(&app, |claims| claims["oid"] = Value::Null)),
        ("another scope", scope, changed(&app, |claims| claims["scp"] = "access.more other".into())),
        ("an application's", person, changed(&app, |claims| claims["idtyp"] = "app".into())),
        (
            "an application's that says less",
            person,
            without_scope(&app, |claims| claims["sub"] = olga.into()),
        ),
        ("nobody's", person, changed(&app, |claims| claims["oid"] = "".into())),
        ("signed by another", signature, stranger.sign(&json!({ "aud": World::CLIENT_ID }))),
        ("without a signature", signature, format!("{signed}.")),
        ("of no algorithm", signature, format!("{unsigned}.{}.", signed.split_once('.').unwrap().1)),
        ("no token", signature, "x".to_owned()),
        ("nothing", signature, String::new()),
    ];
    for (what, why, token) in &wrong {
        let answer = get(&app, token, "/api/vms").await;
        let problem = answer.problem();
        assert_eq!(
            (problem.status, problem.kind),
            (401, ProblemKind::BadToken),
            "{what}: {}",
            problem.detail
        );
        assert!(problem.detail.contains(why), "{what}: {}", problem.detail);
        assert!(answer.header(WWW_AUTHENTICATE.as_str()).contains("error=\"invalid_token\""), "{what}");
        assert_eq!(ask(&app, token).await.status, 401, "{what}");
    }
    get(&app, &good, "/api/vms").await.json::<VmPage>();
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_token_counts_no_longer_than_it_says() {
    let app = TestApp::start_set(SERVICE).await;
    let token = token(&app, "access");
    get(&app, &token, "/api/session").await.json::<Session>();
    app.wait(tests::app::minutes(60));
    assert_eq!(get(&app, &token, "/api/session").await.problem().kind, ProblemKind::BadToken);
}

#[tokio::test]
async fn a_key_that_the_provider_has_changed_is_learnt() {
    let app = TestApp::start_set(SERVICE).await;
    get(&app, &token(&app, "access"), "/api/session").await.json::<Session>();
    app.azure.rotate_keys();
    get(&app, &token(&app, "access"), "/api/session").await.json::<Session>();
}

#[tokio::test]
async fn a_challenge_goes_back_to_the_program_which_comes_again_with_more() {
    let careful = |world: &mut World| world.person_mut("operator@contoso.com").unwrap().step_up = true;
    let app = TestApp::start_set_in(DELEGATED, careful).await;

    let answer = ask(&app, &token(&app, "access")).await;

    let problem = answer.problem();
    assert_eq!((problem.status, problem.kind), (401, ProblemKind::StepUpRequired));
    assert_eq!(problem.login, None, "a program has no browser");
    let challenge = answer.header(WWW_AUTHENTICATE.as_str());
    assert!(challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    let claims = challenge.split_once("claims=\"").unwrap().1.trim_end_matches('"');
    let claims = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims, json!({ "access_token": { "acrs": { "essential": true, "value": "p1" } } }));
    assert_eq!(app.grants_ever("web-1"), 0);

    let more = changed(&app, |claims| claims["acrs"] = json!(["p1"]));
    let created: CreatedAccess = ask(&app, &more).await.json();
    assert_eq!(created.items[0].status.name(), "opening");
    assert_eq!(app.grants_ever("web-1"), 1);
}

#[tokio::test]
async fn a_disabled_account_ends_the_sessions_of_its_owner_here_too() {
    let app = TestApp::start_set(DELEGATED).await;
    let laptop = app.sign_in("operator").await;
    let token = token(&app, "access");
    app.azure.world().person_mut("operator@contoso.com").unwrap().enabled = false;
    assert_eq!(ask(&app, &token).await.problem().kind, ProblemKind::SignedOut);
    assert_eq!(laptop.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn more_groups_than_fit_into_the_token_are_asked_for_once() {
    for (settings, path) in [(SERVICE, "/v1.0/users/"), (DELEGATED, "/v1.0/me/")] {
        let app = TestApp::start_set_in(settings, |world| {
            let app = &mut world.apps[0];
            app.groups_claim = true;
            app.permissions = vec!["GroupMember.Read.All".to_owned()];
            let sam = world.person_mut("stranger@contoso.com").unwrap();
            sam.groups = (0..250).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
            sam.groups.push("99999999-9999-4999-8999-999999999999".to_owned());
        })
        .await;
        let token = app.azure.token_for_api("stranger@contoso.com", "access").unwrap();
        for _ in 0..3 {
            assert!(!get(&app, &token, "/api/vms").await.json::<VmPage>().items.is_empty(), "{settings}");
        }
        let asked = app.azure.entra_requests();
        let asked: Vec<_> = asked.iter().filter(|call| call.path.contains("getMemberObjects")).collect();
        assert!(asked.len() == 1 && asked[0].path.starts_with(path), "{settings}: {asked:?}");
    }
}

#[tokio::test]
async fn without_the_setting_no_token_is_taken() {
    let app = TestApp::start().await;
    let answer = get(&app, &token(&app, "access"), "/api/session").await;
    assert_eq!(answer.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn a_person_is_limited_by_program_as_by_page() {
    let app = TestApp::start_set(&format!("{SERVICE}\nlimits = {{ changes_per_minute = 2 }}")).await;
    let token = token(&app, "access");
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(call(&app, &token, Method::POST, REQUESTS, Some(&json!({}))).await.status.as_u16());
    }
    assert_eq!(statuses, [400, 400, 429]);
}
