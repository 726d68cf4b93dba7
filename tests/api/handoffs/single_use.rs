//! A link works once, however many try, and looking at it uses nothing up.

use axum::body::Body;
use futures_util::future::join_all;
use http::Method;
use shared::handoff::{HandoffView, Over};
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::database::Kind;

use super::{path, prepared, redeem, sam, visit};

#[tokio::test]
async fn of_many_who_press_at_once_one_gets_in_and_azure_is_asked_once() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let answers = join_all((0..8).map(|_| redeem(&sam, &handed))).await;
    let opened = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((opened, app.initiates().len()), (1, 1));
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.problem().kind, ProblemKind::Conflict, "{}", refused.text());
    }
}

#[tokio::test]
async fn of_two_replicas_on_one_database_one_opens_it() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let replica = app.replica().await;
    let handed = prepared(&app).await;
    let here = sam(&app).await;
    let there = replica.stand_before(&here);
    let pressed: Vec<_> = (0..6).map(|n| redeem(if n % 2 == 0 { &here } else { &there }, &handed)).collect();
    // Both load the list of machines for that, and Resource Graph has them wait.
    let answers = app.while_time_passes(join_all(pressed)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn a_stranger_who_comes_to_two_replicas_at_once_is_on_record_once() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let replica = app.replica().await;
    let handed = prepared(&app).await;
    let here = app.sign_in("other").await;
    let there = replica.stand_before(&here);
    let before = app.store.entries().head().await.unwrap().seq;
    let visits: Vec<_> = (0..6).map(|n| visit(if n % 2 == 0 { &here } else { &there }, &handed)).collect();
    assert!(join_all(visits).await.iter().all(|view| *view == HandoffView::NotYours));
    assert_eq!(app.store.entries().head().await.unwrap().seq, before + 1);
}

#[tokio::test]
async fn a_used_link_is_over_for_everybody_else() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    redeem(&sam, &handed).await;
    assert_eq!(redeem(&sam, &handed).await.problem().kind, ProblemKind::Conflict);
    assert_eq!(visit(&app.visitor(), &handed).await, HandoffView::Over { why: Over::Used, guest: false });
    assert_eq!(visit(&app.sign_in("operator").await, &handed).await, HandoffView::NotYours);
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn whatever_is_sent_with_get_or_head_changes_nothing() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let (scanner, sam) = (app.visitor(), sam(&app).await);
    let before = app.store.entries().head().await.unwrap();
    let link: url::Url = handed.link.parse().unwrap();
    for who in [&scanner, &sam] {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            for at in [
                link.path().to_owned(),
                path(&handed, "redeem"),
                path(&handed, "enter"),
                path(&handed, "visit"),
                path(&handed, "rdp"),
                path(&handed, "events"),
            ] {
                let request = who.request(&method, &at).header("accept", "text/html");
                who.send(request.body(Body::empty()).unwrap()).await;
            }
        }
    }
    assert_eq!(app.store.entries().head().await.unwrap(), before);
    assert!(app.initiates().is_empty());
    // A scanner that runs the page's script gets no further than the question who it is.
    assert_eq!(visit(&scanner, &handed).await, HandoffView::WhoAreYou { guest: false });
    assert_eq!(redeem(&sam, &handed).await.status, 201);
}

#[tokio::test]
async fn what_azure_refused_is_used_up_and_told_as_such() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    app.azure.fail_next(simulator::Fault::next(simulator::Trouble::Forbidden).on("/initiate"));
    let sam = sam(&app).await;
    let request: shared::access::AccessRequest = redeem(&sam, &handed).await.json();
    assert!(matches!(request.status, shared::access::Status::Refused { .. }), "{request:?}");
    assert!(matches!(visit(&sam, &handed).await, HandoffView::Opened { .. }));
    assert_eq!(redeem(&sam, &handed).await.problem().kind, ProblemKind::Conflict);
}
