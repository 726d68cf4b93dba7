//! For one person, from where they are, by a right that still holds.

use serde_json::json;
use shared::handoff::HandoffView;
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::HOME;

use super::{
    THERE, code, enter, gus, path, prepare, prepared, prepared_for_guest, redeem, redeem_from, sam, visit,
    wish,
};

#[tokio::test]
async fn somebody_else_is_refused_without_using_it_up_and_that_is_on_record() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let otto = app.sign_in("other").await.at(THERE);
    assert_eq!(visit(&otto, &handed).await, HandoffView::NotYours);
    let refused = redeem(&otto, &handed).await;
    let problem = refused.problem();
    assert_eq!(problem.kind, ProblemKind::Forbidden);
    for secret in ["stranger", "web-1", "INC0012345", "Hedy"] {
        assert!(!refused.text().contains(secret), "{}", refused.text());
    }
    let trail = app.store.entries().before(i64::MAX, 2).await.unwrap();
    for (entry, wanted) in trail.iter().zip(["redeem_handoff", "read_handoff"]) {
        assert_eq!(entry.content.body["wanted"], wanted);
        assert_eq!(entry.content.actor["username"], "other@contoso.com");
        assert_eq!(entry.content.body["handoff"]["id"], handed.handoff.id.to_string());
    }
    assert!(app.initiates().is_empty());
    assert_eq!(redeem(&sam(&app).await, &handed).await.status, 201);
}

#[tokio::test]
async fn a_stranger_who_comes_again_and_again_is_on_record_once_for_each_link() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let otto = app.sign_in("other").await.at(THERE);
    let olga = app.sign_in("operator").await.at(THERE);
    let refusals = async || {
        let trail = app.store.entries().before(i64::MAX, 100).await.unwrap();
        trail.iter().filter(|entry| entry.content.body["wanted"] == "read_handoff").count()
    };
    for _ in 0..3 {
        assert_eq!(visit(&otto, &handed).await, HandoffView::NotYours);
    }
    assert_eq!(refusals().await, 1);
    assert_eq!(visit(&olga, &handed).await, HandoffView::NotYours);
    assert_eq!(refusals().await, 2, "she is somebody else");
    let sam = sam(&app).await;
    assert_eq!(redeem(&sam, &handed).await.status, 201);
    assert_eq!(visit(&otto, &handed).await, HandoffView::NotYours);
    assert_eq!(refusals().await, 2, "whatever has become of it");
    let another = prepared(&app).await;
    assert_eq!(visit(&otto, &another).await, HandoffView::NotYours);
    assert_eq!(refusals().await, 3, "another link");
}

#[tokio::test]
async fn even_whoever_prepared_it_cannot_have_it_opened_for_themselves() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    let handed = prepare(&hedy, &wish(&app)).await;
    let problem = redeem_from(&hedy, &handed, &HOME.to_string()).await.problem();
    assert_eq!(problem.kind, ProblemKind::Forbidden);
    assert!(problem.detail.contains("You prepared this for stranger@contoso.com"), "{problem:?}");
    assert!(!problem.detail.contains("sign in"), "it would not help: {problem:?}");
    assert!(app.initiates().is_empty());
    let on_record = app.store.entries().before(i64::MAX, 1).await.unwrap();
    let HandoffView::YouPrepared { handoff } = visit(&hedy, &handed).await else { panic!("it is hers") };
    assert_eq!(handoff, handed.handoff);
    assert_eq!(app.store.entries().before(i64::MAX, 1).await.unwrap(), on_record, "nothing was refused");
}

#[tokio::test]
async fn nobody_prepares_access_for_themselves() {
    let app = TestApp::start().await;
    let hedy = app.sign_in("helpdesk").await;
    for name in ["helpdesk@contoso.com", "HelpDesk@Contoso.com"] {
        let mut own = wish(&app);
        own["requested_for"] = json!(name);
        let problem = hedy.post("/api/handoffs", &own).await.problem();
        assert_eq!(problem.kind, ProblemKind::Guardrail, "{problem:?}");
        assert_eq!(problem.violations[0].field, "requested_for");
    }
}

#[tokio::test]
async fn whoever_prepares_for_a_guest_is_not_that_guest() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let ada = app.sign_in("admin").await.at(THERE);
    let HandoffView::YouPrepared { handoff } = visit(&ada, &handed).await else { panic!("it is hers") };
    assert_eq!(handoff, handed.handoff);
    assert_eq!(enter(&ada, &handed, code(&handed)).await.problem().kind, ProblemKind::Forbidden);
    assert_eq!(redeem(&ada, &handed).await.problem().kind, ProblemKind::Forbidden);
    let trail = app.store.entries().before(i64::MAX, 1).await.unwrap();
    assert_eq!(trail[0].content.actor["username"], "admin@contoso.com", "by her own name");
    assert!(app.initiates().is_empty());
    assert_eq!(enter(&gus(&app), &handed, code(&handed)).await.status, 204, "nothing was used up");
}

#[tokio::test]
async fn whoever_is_not_signed_in_learns_only_that_they_should_be() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let nobody = app.visitor().at(THERE);
    assert_eq!(visit(&nobody, &handed).await, HandoffView::WhoAreYou { guest: false });
    assert_eq!(redeem(&nobody, &handed).await.problem().kind, ProblemKind::Forbidden);
    let code = super::enter(&nobody, &handed, "ABCD-EFGH").await.problem();
    assert!(code.detail.contains("takes no code"), "{code:?}");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn without_the_secret_there_is_nothing_there() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let answers = [
        sam.post(&path(&handed, "visit"), &json!({ "secret": "wrong" })).await,
        sam.post(&path(&handed, "visit"), &json!({})).await,
        sam.post("/api/handoffs/0195a1b2-0000-7000-8000-000000000001/visit", &json!({ "secret": "wrong" }))
            .await,
        sam.post("/api/handoffs/x/visit", &json!({})).await,
        sam.post("/api/handoffs/%FF/redeem", &json!({ "secret": "wrong", "address": THERE })).await,
        sam.get("/api/handoffs/x/rdp").await,
        sam.get(&path(&handed, "rdp")).await,
        sam.get(&path(&handed, "events")).await,
        sam.post(&path(&handed, "redeem"), &json!({ "secret": "wrong", "address": THERE })).await,
        sam.post(&path(&handed, "enter"), &json!({ "secret": "wrong", "code": "ABCD-EFGH" })).await,
    ];
    for answer in &answers {
        assert_eq!(answer.whole(), answers[0].whole(), "one cannot be told from another");
        assert_eq!(answer.problem().kind, ProblemKind::Forbidden);
    }
}

#[tokio::test]
async fn it_opens_for_where_they_are_and_not_for_where_they_say_they_are() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let elsewhere = redeem_from(&sam, &handed, "198.51.100.7").await.problem();
    assert_eq!(elsewhere.kind, ProblemKind::Conflict);
    assert!(elsewhere.detail.contains(THERE), "{elsewhere:?}");
    assert!(app.initiates().is_empty());
    let mapped = format!("::ffff:{THERE}");
    assert_eq!(redeem_from(&sam, &handed, &mapped).await.status, 201, "the same address in other words");
    assert!(app.azure.requests().iter().any(|call| call.body.contains(&format!("\"{THERE}\""))));
}

#[tokio::test]
async fn who_comes_from_another_family_of_addresses_is_told_and_may_try_from_elsewhere() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = app.sign_in("stranger").await.at("2001:db8::7");
    let problem = redeem_from(&sam, &handed, "2001:db8::7").await.problem();
    assert_eq!(problem.kind, ProblemKind::Guardrail);
    assert!(problem.violations[0].detail.contains("IPv4 only"), "{problem:?}");
    let sam = sam.at(THERE);
    assert_eq!(redeem(&sam, &handed).await.status, 201);
}

#[tokio::test]
async fn if_whoever_prepared_it_has_lost_the_right_it_is_not_opened() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    app.azure.world().vms.iter_mut().find(|vm| vm.name == "web-1").unwrap().tags.clear();
    let sam = sam(&app).await;
    let problem = redeem(&sam, &handed).await.problem();
    assert_eq!(problem.kind, ProblemKind::Forbidden);
    assert!(problem.detail.contains("Hedy Helpdesk may not"), "{problem:?}");
    assert!(app.initiates().is_empty());
    let trail = app.store.entries().before(i64::MAX, 1).await.unwrap();
    assert_eq!(trail[0].content.body["wanted"], "redeem_handoff");
    assert!(matches!(visit(&sam, &handed).await, HandoffView::Ready { .. }), "it was not used up");
}
