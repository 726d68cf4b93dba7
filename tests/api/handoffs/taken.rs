//! What was prepared, where somebody else has the same port open.

use serde_json::json;
use shared::access::AccessRequest;
use shared::problem::{Problem, ProblemKind};
use tests::TestApp;
use tests::app::{Answer, Visitor};

use super::{THERE, path, prepared, sam, secret};
use shared::handoff::PreparedHandoff;

async fn redeem_accepting(by: &Visitor, handed: &PreparedHandoff, refused: &Problem) -> Answer {
    let body = json!({ "secret": secret(handed), "address": THERE, "replaces": refused.replaces });
    by.post(&path(handed, "redeem"), &body).await
}

#[tokio::test]
async fn whoever_was_handed_access_goes_on_once_they_accept_what_it_may_cost_others() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;

    let refused = super::redeem(&sam, &handed).await.problem();

    assert_eq!((refused.status, refused.kind), (409, ProblemKind::ReplacesOthers), "{refused:?}");
    // Who that is, and where from, is nothing for somebody who was handed a link.
    assert_eq!(refused.replaces.len(), 1);
    assert!(refused.replaces[0].sources.is_empty(), "{refused:?}");
    assert!(refused.detail.contains("open for somebody else until"), "{refused:?}");
    assert!(!refused.detail.contains("operator") && !refused.detail.contains("192.0.2.7"), "{refused:?}");
    assert_eq!(app.initiates().len(), 1, "nothing was opened");

    let request: AccessRequest = redeem_accepting(&sam, &handed, &refused).await.json();

    assert_eq!(app.initiates().len(), 2);
    let trail = app.store.entries().about(request.id).await.expect("the store answers");
    let replaces = &trail[0].content.body["replaces"];
    assert_eq!(replaces[0]["sources"][0], "192.0.2.7", "the trail has all of it: {replaces}");
}

#[tokio::test]
async fn what_was_accepted_for_one_is_not_for_another() {
    let app = TestApp::start().await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let mut refused = super::redeem(&sam, &handed).await.problem();
    refused.replaces[0].until = app.now();
    let again = redeem_accepting(&sam, &handed, &refused).await.problem();
    assert_eq!(again.kind, ProblemKind::ReplacesOthers, "{again:?}");
    assert_eq!(app.initiates().len(), 1);
}
