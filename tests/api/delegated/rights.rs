//! Whose rights count, and who Azure says it was.

use backend::audit::Outcome;
use shared::access::Status;
use shared::problem::ProblemKind;
use tests::TestApp;

use super::WEB;

#[tokio::test]
async fn azure_is_asked_to_open_by_the_person_and_for_the_list_by_postern() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;

    let request = olga.open(WEB, 3389).await;

    assert_eq!(request.status, Status::Opening { since: app.now() });
    let [initiate] = &app.initiates()[..] else { panic!("{:?}", app.initiates()) };
    assert_eq!(initiate.principal, "operator@contoso.com");
    let requestors: Vec<String> = {
        let world = app.azure.world();
        world.policies().iter().flat_map(|policy| &policy.requests).map(|one| one.requestor.clone()).collect()
    };
    assert!(requestors.contains(&"operator@contoso.com".to_owned()), "{requestors:?}");
    for call in app.azure.requests().iter().filter(|call| !call.path.contains("/initiate")) {
        assert_eq!(call.principal, "Postern", "{}", call.path);
    }
}

#[tokio::test]
async fn as_a_service_azure_is_asked_by_postern_alone() {
    let app = TestApp::start().await;
    app.sign_in("operator").await.open(WEB, 3389).await;
    assert!(app.azure.requests().iter().all(|call| call.principal == "Postern"));
    let scopes = app.azure.entra_requests().into_iter().filter(|call| call.path.contains("/authorize"));
    for call in scopes {
        assert!(
            !call.path.contains("offline_access") && !call.path.contains("user_impersonation"),
            "{}",
            call.path
        );
    }
}

#[tokio::test]
async fn whoever_lacks_a_right_at_azure_is_told_which_and_where() {
    let app = TestApp::start_delegated(|_| ()).await;
    let request = app.sign_in("other").await.open(WEB, 3389).await;

    let Status::Refused { reason, .. } = &request.status else { panic!("{:?}", request.status) };
    assert!(
        reason.contains("other@contoso.com lacks Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action on /subscriptions/11111111-1111-4111-8111-111111111111/"),
        "{reason}"
    );
    assert!(reason.contains("Nothing was opened"), "{reason}");
    let trail = app.store.entries().about(request.id).await.unwrap();
    let outcome: Outcome = serde_json::from_value(trail[1].content.body.clone()).unwrap();
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
}

#[tokio::test]
async fn rights_at_azure_do_not_replace_an_access_rule() {
    let app = TestApp::start_delegated(|world| {
        world.assignments.iter_mut().for_each(|one| one.role = "Owner".to_owned());
        let olga = world.person_mut("operator@contoso.com").expect("she is there");
        olga.app_roles = vec!["Reader".to_owned()];
    })
    .await;
    let problem =
        app.sign_in("operator").await.post("/api/access-requests", &app.wish(WEB, 3389)).await.problem();
    assert_eq!(problem.status, 422);
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn a_machine_is_started_by_the_person_too() {
    let app = TestApp::start_delegated(|_| ()).await;
    let start = format!("{}/start", app.vm_path(WEB));
    let olga = app.sign_in("operator").await;
    assert_eq!(olga.post(&start, &serde_json::json!({})).await.status, 202);
    let calls = app.azure.requests();
    let call = calls.iter().find(|call| call.path.contains("/start?")).expect("Azure was asked");
    assert_eq!(call.principal, "operator@contoso.com");

    let otto = app.sign_in("other").await;
    let problem = otto.post(&start, &serde_json::json!({})).await.problem();
    assert_eq!((problem.status, problem.kind), (403, ProblemKind::Forbidden));
    assert!(
        problem.detail.contains(
            "other@contoso.com lacks Microsoft.Compute/virtualMachines/start/action on /subscriptions/"
        ),
        "{}",
        problem.detail
    );
}

#[tokio::test]
async fn one_token_does_for_several_requests_and_is_had_again_when_it_is_old() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;
    let tokens = || app.azure.entra_requests().iter().filter(|call| call.path.contains("/token")).count();
    olga.open(WEB, 3389).await;
    let after_one = tokens();
    let mut wish = app.wish(WEB, 3389);
    wish["source"] = "192.0.2.8".into();
    assert_eq!(olga.post("/api/access-requests", &wish).await.status, 201);
    assert_eq!(tokens(), after_one);

    app.wait(tests::app::minutes(70));
    let mut wish = app.wish(WEB, 3389);
    wish["source"] = "192.0.2.9".into();
    assert_eq!(olga.post("/api/access-requests", &wish).await.status, 201);
    assert_eq!(app.initiates().len(), 3);
    assert!(
        app.initiates().iter().all(|call| call.principal == "operator@contoso.com" && call.status == 202)
    );
}

#[tokio::test]
async fn what_tokens_are_had_with_outlasts_a_restart_and_is_shown_to_nobody() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;
    olga.open(WEB, 3389).await;
    let (app, [olga]) = app.restart([olga]).await;
    let mut wish = app.wish(WEB, 3389);
    wish["source"] = "192.0.2.8".into();
    assert_eq!(olga.post("/api/access-requests", &wish).await.status, 201);
    assert_eq!(app.initiates().len(), 2);

    let tokens = app.azure.refresh_tokens();
    assert!(tokens.len() >= 2, "each time another");
    let kept = app.database_files();
    let told =
        [olga.get("/api/session").await.text(), olga.get("/api/sessions").await.text(), olga.cookies(), kept];
    for token in &tokens {
        assert!(told.iter().all(|text| !text.contains(token.as_str())));
    }
}

#[tokio::test]
async fn any_replica_acts_for_whoever_signed_in_at_another() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;
    olga.open(WEB, 3389).await;
    let replica = app.replica().await;
    let mut wish = app.wish(WEB, 3389);
    for (visitor, source) in [(&replica.stand_before(&olga), "192.0.2.8"), (&olga, "192.0.2.9")] {
        wish["source"] = source.into();
        assert_eq!(visitor.post("/api/access-requests", &wish).await.status, 201);
    }
    assert_eq!(app.initiates().len(), 3);
    assert!(app.initiates().iter().all(|call| call.principal == "operator@contoso.com"));
}
