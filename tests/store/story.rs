//! What the product is for, on both kinds of database.

use backend::audit::verify::verify;
use shared::access::{Ending, Status};
use shared::problem::ProblemKind;
use shared::session::Session;
use tests::TestApp;
use tests::app::{HOME, minutes};
use tests::database::Kind;
use tests::on_both_databases;

on_both_databases![
    a_port_opens_for_one_address_and_closes_when_time_is_up,
    a_double_click_opens_once,
    whoever_is_signed_in_stays_so_over_a_restart_and_what_was_opening_goes_on,
];

async fn a_port_opens_for_one_address_and_closes_when_time_is_up(on: Kind) {
    let app = TestApp::start_on(on).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert!(app.azure.admits("web-1", 3389, HOME));

    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: request.ends_at, how: Ending::Expired });
    assert!(!app.azure.admits("web-1", 3389, HOME));
    let report = verify(&app.store, &[]).await.unwrap();
    assert!(report.is_sound() && report.entries == 3, "{report:?}");
}

async fn a_double_click_opens_once(on: Kind) {
    let app = TestApp::start_on(on).await;
    let olga = app.sign_in("operator").await;
    let wish = app.wish("web-1", 3389);
    let post = || olga.post("/api/access-requests", &wish);
    let answers: [_; 4] = tokio::join!(post(), post(), post(), post()).into();
    let mut statuses = answers.map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(app.initiates().len(), 1);
    let later = olga.post("/api/access-requests", &wish).await.problem();
    assert_eq!(later.kind, ProblemKind::Conflict);
}

async fn whoever_is_signed_in_stays_so_over_a_restart_and_what_was_opening_goes_on(on: Kind) {
    let app = TestApp::start_on(on).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let (app, [olga]) = app.restart([olga]).await;
    let session: Session = olga.get("/api/session").await.json();
    assert_eq!(session.person.username, "operator@contoso.com");
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert_eq!(app.initiates().len(), 1);
}
