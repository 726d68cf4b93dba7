//! Where Azure is asked in the name of people, it is asked in that of whoever prepared it.

use shared::access::{AccessRequest, Status};
use shared::problem::ProblemKind;
use tests::TestApp;

use super::{in_hedys_name, prepare, redeem, sam, wish};

#[tokio::test]
async fn azure_is_asked_in_the_name_of_whoever_prepared_it_also_when_they_have_gone_home() {
    let app = in_hedys_name().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = prepare(&hedy, &wish(&app)).await;
    let sam = sam(&app).await;
    let request: AccessRequest = redeem(&sam, &handed).await.json();
    assert!(matches!(request.status, Status::Opening { .. }), "{request:?}");

    let second = prepare(&hedy, &wish(&app)).await;
    hedy.post("/auth/logout", &serde_json::json!({})).await;
    let problem = redeem(&sam, &second).await.problem();
    assert_eq!(problem.kind, ProblemKind::Forbidden);
    assert!(
        problem.detail.contains("Hedy Helpdesk") && problem.detail.contains("signed in again"),
        "{problem:?}"
    );
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn a_right_at_azure_that_they_lack_is_named_as_theirs() {
    let app = TestApp::start_delegated(|_| ()).await;
    let handed = prepare(&app.sign_in("helpdesk").await, &wish(&app)).await;
    let request: AccessRequest = redeem(&sam(&app).await, &handed).await.json();
    let Status::Refused { reason, .. } = request.status else { panic!("{request:?}") };
    assert!(reason.contains("helpdesk@contoso.com lacks"), "{reason}");
}
