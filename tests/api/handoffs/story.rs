//! What it is for.

use shared::access::{AccessRequest, Status};
use shared::handoff::{Handoff, HandoffState, HandoffView};
use shared::page::Page;
use tests::TestApp;
use tests::app::HOME;

use super::{SAM, THERE, path, prepared, redeem, sam, visit};

#[tokio::test]
async fn what_the_helpdesk_prepared_opens_for_the_address_of_whom_it_is_for() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = super::prepare(&hedy, &super::wish(&app)).await;
    let sam = sam(&app).await;

    let HandoffView::Ready { handoff, address, .. } = visit(&sam, &handed).await else { panic!("not ready") };
    assert_eq!((handoff.prepared_by.name.as_str(), handoff.vm), ("Hedy Helpdesk", app.vm("web-1")));
    assert_eq!(address.address.to_string(), THERE);

    let request: AccessRequest = redeem(&sam, &handed).await.json();
    assert_eq!((request.source.to_string().as_str(), request.rule.as_str()), (THERE, "Helpdesk"));
    assert_eq!(request.requested_by.username, SAM);
    let by = request.handed_over.clone().expect("it was prepared");
    assert_eq!(
        (by.by.username.as_str(), by.handoff, by.guest),
        ("helpdesk@contoso.com", handed.handoff.id, false)
    );

    let mut events = sam.follow_at(&path(&handed, "events")).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert!(app.azure.admits("web-1", 3389, THERE.parse().unwrap()));
    assert!(!app.azure.admits("web-1", 3389, HOME), "the helpdesk gets nothing");

    let file = sam.get(&path(&handed, "rdp")).await;
    assert!(
        file.status.is_success() && file.text().contains("full address:s:203.0.113.80"),
        "{}",
        file.text()
    );
    let own = sam.get(&format!("/api/access-requests/{}/rdp", request.id)).await;
    assert_eq!(own.text(), file.text(), "it is a request of his like any other");

    let HandoffView::Opened { request: opened, destinations, .. } = visit(&sam, &handed).await else {
        panic!("not opened")
    };
    assert_eq!(opened.id, request.id);
    assert!(destinations.contains(&"203.0.113.80".to_owned()), "{destinations:?}");
    let listed: Page<Handoff> = hedy.get("/api/handoffs").await.json();
    let HandoffState::Redeemed { request: told, .. } = listed.items[0].state else { panic!("{listed:?}") };
    assert_eq!(told, request.id);
}

#[tokio::test]
async fn azure_and_the_trail_know_both_people() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let request: AccessRequest = redeem(&sam(&app).await, &handed).await.json();

    let sent = app.initiates()[0].json();
    let justification = sent["justification"].as_str().unwrap();
    assert_eq!(
        justification,
        format!(
            "INC0012345 wages (requested by {SAM}, prepared by helpdesk@contoso.com, through Postern, request {})",
            request.id
        )
    );
    let trail = app.store.entries().about(request.id).await.unwrap();
    let [intent, outcome] = &trail[..] else { panic!("{trail:?}") };
    for entry in [intent, outcome] {
        assert_eq!(entry.content.actor["username"], SAM);
        assert_eq!(entry.content.actor["address"], THERE);
    }
    let handed_over = &intent.content.body["request"]["handed_over"];
    assert_eq!(handed_over["by"]["username"], "helpdesk@contoso.com");
    assert_eq!(handed_over["handoff"], handed.handoff.id.to_string());
}

#[tokio::test]
async fn whoever_had_it_opened_finds_back_to_it_without_the_secret_and_nobody_else_does() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    redeem(&sam, &handed).await;
    let without = serde_json::json!({});
    let again = sam.post(&path(&handed, "visit"), &without).await;
    assert!(matches!(again.json(), HandoffView::Opened { .. }), "{}", again.text());
    for other in ["helpdesk", "operator"] {
        let other = app.sign_in(other).await;
        assert_eq!(other.post(&path(&handed, "visit"), &without).await.status, 403);
        assert_eq!(other.get(&path(&handed, "rdp")).await.status, 403);
        assert_eq!(other.get(&path(&handed, "events")).await.status, 403);
    }
}
