//! Azure wants to be surer of who somebody is before it changes anything for them.

use axum::body::Body;
use backend::store::EntryKind;
use http::Method;
use shared::access::CreatedAccess;
use shared::problem::ProblemKind;
use simulator::World;
use tests::TestApp;

use super::WEB;

fn careful(world: &mut World) {
    for name in ["operator@contoso.com", "other@contoso.com"] {
        world.person_mut(name).expect("they are there").step_up = true;
    }
}

#[tokio::test]
async fn a_challenge_becomes_a_sign_in_after_which_the_request_goes_on() {
    let app = TestApp::start_delegated(careful).await;
    let olga = app.sign_in("operator").await;
    let wish = app.wish(WEB, 3389);

    let problem = olga.post("/api/access-requests", &wish).await.problem();

    assert_eq!((problem.status, problem.kind), (401, ProblemKind::StepUpRequired));
    assert!(problem.detail.contains("nothing was opened"), "{}", problem.detail);
    assert_eq!(app.grants_ever(WEB), 0);
    let before = olga.cookies();
    let page = app.connect_path(WEB);
    let login = problem.login.expect("it says where to sign in");
    assert_eq!(app.step_up("operator", &olga, &login, &page).await, page);
    assert_ne!(olga.cookies(), before, "the session is a new one");

    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    assert_eq!(created.items[0].status.name(), "opening");
    assert_eq!(app.grants_ever(WEB), 1);
    assert_eq!(app.initiates().last().unwrap().principal, "operator@contoso.com");
}

#[tokio::test]
async fn that_nothing_was_opened_stands_in_the_trail() {
    let app = TestApp::start_delegated(careful).await;
    let olga = app.sign_in("operator").await;
    olga.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();

    let trail = app.store.entries().before(i64::MAX, 100).await.unwrap();
    let outcomes: Vec<_> =
        trail.iter().filter(|entry| matches!(entry.content.kind, EntryKind::Outcome(_))).collect();
    let [outcome] = &outcomes[..] else { panic!("{trail:?}") };
    assert_eq!(outcome.content.body["outcome"], "failed");
    let reason = outcome.content.body["reason"].as_str().unwrap();
    assert!(reason.contains("signed in again") && reason.contains("Nothing was opened"), "{reason}");
    assert!(trail.iter().all(|entry| entry.content.kind != EntryKind::Refusal), "{trail:?}");
}

#[tokio::test]
async fn starting_a_machine_asks_for_the_same() {
    let app = TestApp::start_delegated(careful).await;
    let olga = app.sign_in("operator").await;
    let start = format!("{}/start", app.vm_path(WEB));
    let problem = olga.post(&start, &serde_json::json!({})).await.problem();
    assert_eq!((problem.status, problem.kind), (401, ProblemKind::StepUpRequired));
    app.step_up("operator", &olga, &problem.login.unwrap(), "/").await;
    assert_eq!(olga.post(&start, &serde_json::json!({})).await.status, 202);
}

#[tokio::test]
async fn what_to_prove_cannot_be_put_into_somebody_elses_sign_in() {
    let app = TestApp::start_delegated(careful).await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let problem = olga.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();
    let hers = problem.login.unwrap();
    let asked = |answer: tests::app::Answer| {
        let url: url::Url = answer.header("location").parse().unwrap();
        url.query_pairs().any(|(name, value)| name == "claims" && value.contains("acrs"))
    };
    assert!(asked(olga.get(&hers).await));
    assert!(!asked(otto.get(&hers).await));
    assert!(!asked(app.visitor().get(&hers).await));
    assert!(!asked(olga.get("/auth/login?step_up=AAAA&claims=%7B%22acrs%22%7D").await));
    app.wait(tests::app::minutes(31));
    assert!(!asked(olga.get(&hers).await), "nor much later");
}

#[tokio::test]
async fn looking_around_needs_no_stronger_sign_in() {
    let app = TestApp::start_delegated(careful).await;
    let olga = app.sign_in("operator").await;
    for path in ["/api/vms".to_owned(), app.vm_path(WEB)] {
        let request = olga.request(&Method::GET, &path).body(Body::empty()).unwrap();
        assert!(olga.send(request).await.status.is_success(), "{path}");
    }
}
