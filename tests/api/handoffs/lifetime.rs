//! Until when a link is good, and what is left of it.

use jiff::SignedDuration;
use serde_json::json;
use shared::handoff::{Handoff, HandoffState, HandoffView, Over};
use shared::page::Page;
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::minutes;

use super::{path, prepare, prepared, redeem, sam, visit, wish};

#[tokio::test]
async fn after_its_time_a_link_is_over_and_that_is_put_on_record_once() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = prepare(&hedy, &wish(&app)).await;
    let sam = sam(&app).await;
    app.wait(minutes(15) - SignedDuration::from_secs(1));
    assert!(matches!(visit(&sam, &handed).await, HandoffView::Ready { .. }));
    app.wait(SignedDuration::from_secs(1));
    assert_eq!(visit(&sam, &handed).await, HandoffView::Over { why: Over::Expired, guest: false });
    assert_eq!(redeem(&sam, &handed).await.problem().kind, ProblemKind::Conflict);
    let listed: Page<Handoff> = hedy.get("/api/handoffs").await.json();
    assert_eq!(listed.items[0].state, HandoffState::Expired { at: handed.handoff.expires_at });

    let expired = async || {
        let trail = app.store.entries().before(i64::MAX, 100).await.unwrap();
        trail.iter().filter(|entry| entry.content.body["event"] == "handoff_expired").count()
    };
    let noted = async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(2));
        while expired().await == 0 {
            looks.tick().await;
        }
    };
    app.while_time_passes(noted).await;
    app.wait(minutes(5));
    assert_eq!(expired().await, 1);
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn the_time_can_be_set() {
    let app = TestApp::start_set("handoffs = { last = \"1h\" }").await;
    let handed = prepared(&app).await;
    assert_eq!(handed.handoff.expires_at, app.now() + minutes(60));
    assert!(handed.message.contains("within 60 minutes"), "{}", handed.message);
}

#[tokio::test]
async fn what_was_taken_back_cannot_be_opened() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = prepare(&hedy, &wish(&app)).await;
    let revoked: Handoff = hedy.post(&path(&handed, "revoke"), &json!({})).await.json();
    assert!(matches!(revoked.state, HandoffState::Revoked { .. }));
    let sam = sam(&app).await;
    assert_eq!(visit(&sam, &handed).await, HandoffView::Over { why: Over::Revoked, guest: false });
    assert_eq!(redeem(&sam, &handed).await.problem().kind, ProblemKind::Conflict);
    assert_eq!(hedy.post(&path(&handed, "revoke"), &json!({})).await.problem().kind, ProblemKind::Conflict);
    assert!(app.initiates().is_empty());
    let trail = app.store.entries().before(i64::MAX, 100).await.unwrap();
    let revoked = trail.iter().find(|entry| entry.content.body["event"] == "handoff_revoked");
    assert_eq!(revoked.expect("it is on record").content.actor["username"], "helpdesk@contoso.com");
}

#[tokio::test]
async fn who_may_configure_the_machine_may_take_it_back_too_and_others_may_not() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    for who in ["operator", "reader", "stranger", "laboratory"] {
        let refused = app.sign_in(who).await.post(&path(&handed, "revoke"), &json!({})).await;
        assert_eq!(refused.problem().kind, ProblemKind::NotFound, "{who}");
    }
    let revoked: Handoff = app.sign_in("admin").await.post(&path(&handed, "revoke"), &json!({})).await.json();
    let HandoffState::Revoked { by, .. } = revoked.state else { panic!("{revoked:?}") };
    assert_eq!(by.username, "admin@contoso.com");
}

#[tokio::test]
async fn what_was_opened_cannot_be_taken_back() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = prepare(&hedy, &wish(&app)).await;
    redeem(&sam(&app).await, &handed).await;
    let late = hedy.post(&path(&handed, "revoke"), &json!({})).await.problem();
    assert!(late.detail.contains("opened already"), "{late:?}");
}
