//! Who sees what of it.

use http::StatusCode;
use tests::TestApp;
use tests::app::minutes;

use super::{ask_past_postern, page, with_nina};

#[tokio::test]
async fn nobody_sees_what_was_done_on_machines_that_they_may_not_audit() {
    let app = with_nina().await;
    let (olga, lara) = (app.sign_in("operator").await, app.sign_in("laboratory").await);
    olga.open("web-1", 3389).await;
    ask_past_postern(&app, "nina@contoso.com", "off-1", 3389).await;
    app.wait(minutes(5));
    assert!(page(&lara, "").await.items.is_empty(), "her rule is about another subscription");
    let ada = app.sign_in("admin").await;
    assert_eq!(page(&ada, "").await.items.len(), 2);
    let refused = olga.get("/api/activity").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("No access rule lets you see who had access"), "{}", refused.text());
}

#[tokio::test]
async fn one_machine_is_told_of_to_those_who_may_audit_it_and_to_others_as_if_it_were_none() {
    let app = TestApp::start().await;
    for (who, vm, status) in [
        ("admin", "web-1", 200),
        ("operator", "web-1", 403),
        ("laboratory", "web-1", 404),
        ("admin", "vault-1", 404),
    ] {
        let visitor = app.sign_in(who).await;
        let answer = visitor.get(&format!("/api/activity?vm={}", app.vm(vm))).await;
        assert_eq!(answer.status.as_u16(), status, "{who} {vm}: {}", answer.text());
    }
}

#[tokio::test]
async fn azure_is_asked_about_no_subscription_in_which_they_may_audit_nothing() {
    let app = TestApp::start().await;
    let lara = app.sign_in("laboratory").await;
    // Loads the list of machines.
    page(&lara, "").await;
    app.azure.forget_requests();
    page(&lara, "").await;
    let asked: Vec<String> = app.azure.requests().into_iter().map(|call| call.path).collect();
    let logs: Vec<&String> = asked.iter().filter(|path| path.contains("eventtypes")).collect();
    assert!(!logs.is_empty(), "{asked:?}");
    assert!(logs.iter().all(|path| path.contains("22222222-2222-4222-8222-222222222222")), "{logs:?}");
}
