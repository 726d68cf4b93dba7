//! Access that was handed over, made to last longer, or closed early.

use shared::access::{AccessRequest, Ending, Status};
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::minutes;

use super::{THERE, path, prepared, redeem, sam};

#[tokio::test]
async fn whoever_was_given_access_closes_it_early_and_it_stays_on_record_whose_it_was() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let request: AccessRequest = redeem(&sam, &handed).await.json();
    let mut events = sam.follow_at(&path(&handed, "events")).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;

    sam.close(request.id).await.json::<AccessRequest>();

    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
    assert!(!app.azure.admits("web-1", 3389, THERE.parse().expect("it is an address")));
    assert_eq!(ended.handed_over, request.handed_over);
    let trail = app.store.entries().about(request.id).await.expect("the store answers");
    let close = &trail[trail.len() - 2].content;
    assert_eq!(
        (&close.body["action"], &close.actor["username"]),
        (&"close".into(), &"stranger@contoso.com".into())
    );
}

#[tokio::test]
async fn what_was_handed_over_lasts_as_long_as_was_prepared_and_says_whom_to_ask() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let request: AccessRequest = redeem(&sam, &handed).await.json();
    let mut events = sam.follow_at(&path(&handed, "events")).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(30));

    let problem = sam.extend(request.id, "PT1H").await.problem();

    assert_eq!(problem.kind, ProblemKind::Conflict, "{problem:?}");
    assert!(problem.detail.contains("Ask Hedy Helpdesk"), "{problem:?}");
    assert_eq!(app.initiates().len(), 1);
    let kept = sam.look_at(request.id).await;
    assert!(matches!(kept.status, Status::Open { .. }) && kept.ends_at == request.ends_at, "{kept:?}");
}

#[tokio::test]
async fn who_prepared_it_neither_closes_nor_extends_what_is_somebody_elses() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let request: AccessRequest = redeem(&sam, &handed).await.json();
    let mut events = sam.follow_at(&path(&handed, "events")).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let hedy = app.sign_in("helpdesk").await;
    assert_eq!(hedy.close(request.id).await.problem().kind, ProblemKind::NotFound);
    assert_eq!(hedy.extend(request.id, "PT1H").await.problem().kind, ProblemKind::NotFound);
    assert_eq!(app.initiates().len(), 1);
}
