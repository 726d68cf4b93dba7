//! Accounts that are taken away, and sign-ins that have grown too old.

use http::StatusCode;
use serde_json::json;
use shared::problem::ProblemKind;
use shared::session::Session;
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::WEB;

#[tokio::test]
async fn a_disabled_account_ends_every_session_of_the_person() {
    let app = TestApp::start_delegated(|_| ()).await;
    let (laptop, phone) = (app.sign_in("operator").await, app.sign_in("operator").await);
    let otto = app.sign_in("other").await;
    app.azure.world().person_mut("operator@contoso.com").unwrap().enabled = false;

    let problem = laptop.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();

    assert_eq!((problem.status, problem.kind), (401, ProblemKind::SignedOut));
    assert!(problem.detail.contains("sign in again"), "{}", problem.detail);
    for visitor in [&laptop, &phone] {
        assert_eq!(visitor.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    }
    otto.get("/api/session").await.json::<Session>();
    assert!(app.initiates().is_empty());
    let trail = app.store.entries().before(i64::MAX, 100).await.unwrap();
    let ended =
        trail.iter().find(|entry| entry.content.body["event"] == "sessions_ended").expect("it is on record");
    assert_eq!(ended.content.actor["actor"], "provider");
    assert_eq!(ended.content.body["sessions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_sign_in_that_was_revoked_is_over_too() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;
    app.azure.revoke_sessions("operator@contoso.com");
    let problem = olga.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();
    assert_eq!((problem.status, problem.kind), (401, ProblemKind::SignedOut));
    assert_eq!(olga.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn azure_tells_at_once_that_an_account_is_gone_although_there_is_a_token() {
    for disabled in [true, false] {
        let app = TestApp::start_delegated(|_| ()).await;
        let olga = app.sign_in("operator").await;
        olga.open(WEB, 3389).await;
        app.wait(tests::app::minutes(1));
        if disabled {
            app.azure.world().person_mut("operator@contoso.com").unwrap().enabled = false;
        } else {
            app.azure.revoke_sessions("operator@contoso.com");
        }
        let mut wish = app.wish(WEB, 3389);
        wish["source"] = "192.0.2.8".into();
        let problem = olga.post("/api/access-requests", &wish).await.problem();
        assert_eq!((problem.status, problem.kind), (401, ProblemKind::SignedOut), "{disabled}");
        assert_eq!(olga.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
        assert_eq!(app.grants_ever(WEB), 1);
    }
}

#[tokio::test]
async fn a_session_from_before_postern_acted_for_people_signs_in_once_more() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (app, [olga]) = app.restart_set("identity = { mode = \"delegated\" }", [olga]).await;

    let problem = olga.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();

    assert_eq!((problem.status, problem.kind), (401, ProblemKind::StepUpRequired));
    assert!(app.initiates().is_empty());
    app.step_up("operator", &olga, &problem.login.unwrap(), "/").await;
    assert_eq!(olga.post("/api/access-requests", &app.wish(WEB, 3389)).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_provider_that_is_away_costs_nobody_their_session() {
    for trouble in [Trouble::ServerError(503), Trouble::CutOff, Trouble::BadJson, Trouble::Unauthorized] {
        let app = TestApp::start_delegated(|_| ()).await;
        let olga = app.sign_in("operator").await;
        olga.get(&app.vm_path(WEB)).await;
        app.azure.fail_next(Fault::always(trouble.clone()).on("/oauth2/v2.0/token"));
        let problem = olga.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();
        assert_eq!((problem.status, problem.kind), (502, ProblemKind::AzureUnavailable), "{trouble:?}");
        assert!(app.initiates().is_empty(), "{trouble:?}");
        app.azure.faults().clear();
        olga.open(WEB, 3389).await;
    }
}

#[tokio::test]
async fn what_is_open_is_watched_to_its_end_without_the_person() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open(WEB, 3389).await;
    let mut events = olga.follow(request.id).await;
    app.azure.world().person_mut("operator@contoso.com").unwrap().enabled = false;
    app.hurry(&mut events, |status| status.name() == "open").await;
    app.wait(tests::app::minutes(60));
    let ended = app.hurry(&mut events, shared::access::Status::is_final).await;
    assert_eq!(ended.status.name(), "ended");
    assert_eq!(json!(ended.status)["how"], "expired");
}
