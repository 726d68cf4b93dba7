//! What stands in the trail of it.

use backend::audit::verify::verify;
use serde_json::json;
use tests::TestApp;

use super::{THERE, path, prepare, prepared, redeem, sam, secret, wish};

#[tokio::test]
async fn every_step_is_on_record_without_a_secret() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let used = prepare(&hedy, &wish(&app)).await;
    redeem(&sam(&app).await, &used).await;
    let revoked = prepare(&hedy, &wish(&app)).await;
    hedy.post(&path(&revoked, "revoke"), &json!({})).await;
    let guest = super::prepared_for_guest(&app).await;
    super::enter(&super::gus(&app), &guest, super::code(&guest)).await;

    let trail = app.store.entries().before(i64::MAX, 100).await.unwrap();
    let events: Vec<String> = trail
        .iter()
        .rev()
        .filter_map(|entry| entry.content.body["event"].as_str().map(str::to_owned))
        .filter(|event| event.starts_with("handoff"))
        .collect();
    assert_eq!(
        events,
        [
            "handoff_prepared",
            "handoff_redeemed",
            "handoff_prepared",
            "handoff_revoked",
            "handoff_prepared",
            "handoff_guest_came"
        ]
    );
    let redeemed = trail.iter().find(|entry| entry.content.body["event"] == "handoff_redeemed").unwrap();
    let body = &redeemed.content.body["handoff"];
    assert_eq!(body["prepared_by"]["username"], "helpdesk@contoso.com");
    assert_eq!(redeemed.content.actor["username"], super::SAM);
    assert_eq!(redeemed.content.actor["address"], THERE);
    let all = format!("{trail:?}");
    for handed in [&used, &revoked, &guest] {
        assert!(!all.contains(secret(handed)));
    }
    assert!(!all.contains(super::code(&guest)));
    assert!(verify(&app.store, &[]).await.unwrap().is_sound());
}

#[tokio::test]
async fn what_cannot_be_put_on_record_is_not_done() {
    let app = TestApp::start().await;
    let (hedy, sam) = (app.sign_in("helpdesk").await, sam(&app).await);
    let handed = prepared(&app).await;
    app.fill_disk().await;
    assert_eq!(hedy.post("/api/handoffs", &wish(&app)).await.status, 503);
    assert_eq!(redeem(&sam, &handed).await.status, 503);
    assert_eq!(hedy.post(&path(&handed, "revoke"), &json!({})).await.status, 503);
    assert!(app.initiates().is_empty());
    let kept = app.store.handoffs().get(handed.handoff.id).await.unwrap().unwrap();
    assert_eq!(kept.handoff, handed.handoff, "nothing has become of it");
}
