//! The service starts again on the same database.

use shared::access::{AccessRequest, Ending, Status};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;

#[tokio::test]
async fn whoever_was_signed_in_still_is() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (app, [olga]) = app.restart([olga]).await;
    assert!(olga.get("/api/session").await.status.is_success());
    drop(app);
}

#[tokio::test]
async fn what_was_opening_is_followed_to_its_end() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let (app, [olga]) = app.restart([olga]).await;

    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: request.ends_at, how: Ending::Expired });
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn what_ended_meanwhile_is_found_to_have_ended() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let stopped = app.stop();
    stopped.wait(minutes(90));
    let app = stopped.start().await;

    let olga = app.sign_in("operator").await;
    let mut events = olga.follow(request.id).await;
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: request.ends_at, how: Ending::Expired });
}

#[tokio::test]
async fn an_answer_that_never_came_is_looked_for_after_the_restart() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.azure.fail_next(Fault::next(Trouble::ActThenCutOff).on("/initiate"));
    let wish = app.wish("web-1", 3389);
    app.while_time_passes(olga.post("/api/access-requests", &wish)).await;
    let (app, [olga]) = app.restart([olga]).await;
    let page: shared::page::Page<AccessRequest> = olga.get("/api/access-requests").await.json();
    let mut events = olga.follow(page.items[0].id).await;
    let reached =
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. }) || status.is_final()).await;
    assert!(matches!(reached.status, Status::Open { .. }), "{:?}", reached.status);
    assert_eq!(app.initiates().len(), 1);
}
