//! Two replicas on one PostgreSQL, and nothing else between them.

use backend::audit::verify::verify;
use futures_util::future::join_all;
use shared::access::{CreatedAccess, Ending, Status};
use shared::session::Session;
use tests::TestApp;
use tests::app::{HOME, minutes};
use tests::database::Kind;

#[tokio::test]
async fn whoever_signs_in_at_one_is_signed_in_at_the_other_until_they_sign_out() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let other = app.replica().await;
    let olga = app.sign_in("operator").await;
    let there = other.stand_before(&olga);
    let session: Session = there.get("/api/session").await.json();
    assert_eq!(session.person.username, "operator@contoso.com");
    assert!(there.post("/auth/logout", &serde_json::json!({})).await.status.is_success());
    assert_eq!(olga.get("/api/session").await.problem().status, 401);
}

#[tokio::test]
async fn of_clicks_that_reach_both_at_once_one_opens() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let other = app.replica().await;
    let here = app.sign_in("operator").await;
    let there = other.stand_before(&here);
    let wish = app.wish("web-1", 3389);
    let clicks = [&here, &there, &here, &there].map(|who| who.post("/api/access-requests", &wish));
    let mut statuses: Vec<_> = join_all(clicks).await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(app.initiates().len(), 1);
    let report = verify(&app.store, &[]).await.unwrap();
    assert!(report.is_sound() && report.entries == 1 + 2 + 3, "{report:?}");
}

#[tokio::test]
async fn what_one_opens_can_be_followed_at_the_other() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let other = app.replica().await;
    let here = app.sign_in("operator").await;
    let there = other.stand_before(&here);
    let request = here.open("web-1", 3389).await;
    let mut events = there.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: request.ends_at, how: Ending::Expired });
}

#[tokio::test]
async fn what_one_was_at_when_it_died_the_other_brings_to_its_end() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let other = app.replica().await;
    let here = app.sign_in("operator").await;
    let there = other.stand_before(&here);
    let wish = app.wish("web-1", 3389);
    let created: CreatedAccess = there.post("/api/access-requests", &wish).await.json();
    drop(other);

    let mut events = here.follow(created.items[0].id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert!(app.azure.admits("web-1", 3389, HOME));
    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Expired, .. }), "{ended:?}");
    assert_eq!(app.initiates().len(), 1);
    assert!(verify(&app.store, &[]).await.unwrap().is_sound());
}
