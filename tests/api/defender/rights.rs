//! Who may spend money.

use backend::store::EntryKind;
use http::StatusCode;
use serde_json::json;
use shared::problem::ProblemKind;
use simulator::world::{NewAssignment, Plan, Role};
use tests::TestApp;

use super::{PRODUCTION, at_azure, enable, trail, unpaid, writes};

#[tokio::test]
async fn whoever_may_do_anything_else_there_may_not() {
    let app = TestApp::start_in(unpaid).await;
    for (who, status, words) in [
        ("operator", 403, "no access rule lets you switch"),
        ("reader", 403, "“enable-defender” on the whole subscription"),
        ("laboratory", 404, "you may not see it"),
        ("stranger", 404, "you may not see it"),
    ] {
        let problem = enable(&app.sign_in(who).await, PRODUCTION).await.problem();
        assert_eq!(problem.status, status, "{who}: {problem:?}");
        assert!(problem.detail.to_lowercase().contains(&words.to_lowercase()), "{who}: {}", problem.detail);
        let trail = trail(&app).await;
        let (EntryKind::Refusal, refusal) = trail.last().unwrap() else { panic!("{trail:?}") };
        assert_eq!(
            (&refusal["wanted"], &refusal["subscription"]),
            (&json!("enable_defender"), &json!(PRODUCTION))
        );
    }
    assert_eq!((at_azure(&app), writes(&app).len()), (Plan::Free, 0));
}

#[tokio::test]
async fn what_is_no_subscription_or_none_that_postern_sees_is_not_found() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for subscription in
        ["99999999-9999-4999-8999-999999999999", "33333333-3333-4333-8333-333333333333", "production"]
    {
        assert_eq!(enable(&ada, subscription).await.status, StatusCode::NOT_FOUND, "{subscription}");
    }
}

#[tokio::test]
async fn only_plan_2_is_switched_on_and_nothing_is_switched_off() {
    let app = TestApp::start_in(unpaid).await;
    let ada = app.sign_in("admin").await;
    let path = format!("/api/subscriptions/{PRODUCTION}/defender-plan");
    for (body, field) in [
        (json!({ "plan": "plan1" }), "plan"),
        (json!({ "plan": "free" }), "plan"),
        (json!({}), ""),
        (json!({ "plan": "plan2", "extensions": [] }), ""),
    ] {
        let problem = ada.put(&path, &body).await.problem();
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{body}");
        let told = problem.violations.iter().any(|violation| violation.field.contains(field));
        assert!(told || field.is_empty(), "{body}: {problem:?}");
    }
    assert!(writes(&app).is_empty());
}

#[tokio::test]
async fn the_right_that_posterns_identity_lacks_is_named_with_the_role() {
    let app = TestApp::start_in(|world| {
        unpaid(world);
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is there");
        role.actions.retain(|action| action != "Microsoft.Security/pricings/write");
    })
    .await;
    let problem = enable(&app.sign_in("admin").await, PRODUCTION).await.problem();
    assert_eq!((problem.status, problem.kind), (403, ProblemKind::Forbidden));
    for words in [
        "Microsoft.Security/pricings/write",
        PRODUCTION,
        "Security Admin",
        "postern doctor --role",
        "Nothing was",
    ] {
        assert!(problem.detail.contains(words), "{words}: {}", problem.detail);
    }
    let trail = trail(&app).await;
    assert_eq!(trail.last().unwrap().1["outcome"], "refused", "{trail:?}");
}

#[tokio::test]
async fn in_delegated_mode_the_right_of_the_person_counts() {
    let app = TestApp::start_delegated(|world| {
        unpaid(world);
        world.roles.push(Role::new("Buyer", &["Microsoft.Security/pricings/write"], &[]));
    })
    .await;
    let ada = app.sign_in("admin").await;
    let problem = enable(&ada, PRODUCTION).await.problem();
    assert_eq!(problem.status, 403);
    let lacks = "admin@contoso.com lacks Microsoft.Security/pricings/write";
    assert!(problem.detail.contains(lacks), "{}", problem.detail);
    assert_eq!(at_azure(&app), Plan::Free, "Postern's own right does not stand in for it");
    let buyer = NewAssignment {
        to: "admin@contoso.com".to_owned(),
        role: "Buyer".to_owned(),
        on: "Production".to_owned(),
    };
    app.azure.world().assign(&buyer).expect("both are there");
    assert_eq!(enable(&ada, PRODUCTION).await.status, StatusCode::OK);
    assert_eq!(writes(&app).last().unwrap().principal, "admin@contoso.com");
}

#[tokio::test]
async fn in_delegated_mode_azure_may_want_them_to_prove_more() {
    let app = TestApp::start_delegated(|world| {
        unpaid(world);
        world.person_mut("admin@contoso.com").expect("she is there").step_up = true;
    })
    .await;
    let problem = enable(&app.sign_in("admin").await, PRODUCTION).await.problem();
    assert_eq!((problem.status, problem.kind), (401, ProblemKind::StepUpRequired));
    assert!(problem.login.is_some());
    assert_eq!(at_azure(&app), Plan::Free);
}
