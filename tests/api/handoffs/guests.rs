//! Guests: they have no account, and a code that they are told by phone.

use futures_util::future::join_all;
use serde_json::json;
use shared::access::{AccessRequest, Status};
use shared::handoff::{HandoffView, Over};
use shared::problem::ProblemKind;
use tests::TestApp;

use super::{THERE, code, enter, gus, path, prepared, prepared_for_guest, redeem, visit};

#[tokio::test]
async fn a_guest_gives_the_code_and_has_it_opened() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let gus = gus(&app);
    assert_eq!(visit(&gus, &handed).await, HandoffView::WhoAreYou { guest: true });
    assert_eq!(redeem(&gus, &handed).await.problem().kind, ProblemKind::Forbidden);
    let typed = code(&handed).to_lowercase().replace('-', " ");
    assert_eq!(enter(&gus, &handed, &typed).await.status, 204);
    assert!(matches!(visit(&gus, &handed).await, HandoffView::Ready { .. }));
    let request: AccessRequest = redeem(&gus, &handed).await.json();
    assert_eq!(request.requested_by.name, "Gus of Fabrikam");
    assert!(request.handed_over.as_ref().is_some_and(|by| by.guest));
    let sent = app.initiates()[0].body.clone();
    assert!(
        sent.contains("requested by Gus of Fabrikam as a guest, prepared by admin@contoso.com,"),
        "{sent}"
    );

    let mut events = gus.follow_at(&path(&handed, "events")).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert!(app.azure.admits("web-1", 3389, THERE.parse().unwrap()));
    assert!(gus.get(&path(&handed, "rdp")).await.status.is_success());
    assert!(matches!(visit(&gus, &handed).await, HandoffView::Opened { .. }));

    let trail = app.store.entries().about(request.id).await.unwrap();
    assert_eq!(trail[0].content.actor["actor"], "guest");
    assert_eq!(trail[0].content.actor["name"], "Gus of Fabrikam");
    assert_eq!(trail[0].content.actor["address"], THERE);
}

#[tokio::test]
async fn a_guest_is_nobody_everywhere_else() {
    let app = TestApp::start().await;
    let (handed, other) = (prepared_for_guest(&app).await, prepared_for_guest(&app).await);
    let gus = gus(&app);
    enter(&gus, &handed, code(&handed)).await;
    let request: AccessRequest = redeem(&gus, &handed).await.json();
    for path in [
        "/api/session".to_owned(),
        "/api/vms".to_owned(),
        "/api/access-requests".to_owned(),
        "/api/handoffs".to_owned(),
        app.vm_path("web-1"),
        format!("/api/access-requests/{}", request.id),
        format!("/api/access-requests/{}/rdp", request.id),
        format!("/api/access-requests/{}/events", request.id),
    ] {
        assert_eq!(gus.get(&path).await.problem().kind, ProblemKind::SignedOut, "{path}");
    }
    for (path, body) in [
        ("/api/access-requests".to_owned(), app.wish("web-1", 3389)),
        ("/api/handoffs".to_owned(), super::wish(&app)),
        (format!("{}/start", app.vm_path("web-1")), json!({})),
        (path(&handed, "revoke"), json!({})),
    ] {
        assert_eq!(gus.post(&path, &body).await.problem().kind, ProblemKind::SignedOut, "{path}");
    }
    assert_eq!(visit(&gus, &other).await, HandoffView::WhoAreYou { guest: true });
    assert_eq!(redeem(&gus, &other).await.problem().kind, ProblemKind::Forbidden);
    assert_eq!(gus.get(&path(&other, "rdp")).await.status, 403);
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn after_a_few_wrong_codes_the_link_is_dead_even_for_the_right_one() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let gus = gus(&app);
    for left in ["4 more times", "3 more times", "2 more times", "once more", "not good any more"] {
        let wrong = enter(&gus, &handed, "ZZZZ-ZZZZ").await.problem();
        assert_eq!(wrong.kind, ProblemKind::Forbidden);
        assert!(wrong.detail.contains(left), "{wrong:?}");
    }
    assert_eq!(enter(&gus, &handed, code(&handed)).await.problem().kind, ProblemKind::Conflict);
    assert_eq!(visit(&gus, &handed).await, HandoffView::Over { why: Over::Locked, guest: true });
    let trail = app.store.entries().before(i64::MAX, 20).await.unwrap();
    let locked = trail.iter().filter(|entry| entry.content.body["event"] == "handoff_locked").count();
    let refused = trail.iter().filter(|entry| entry.content.body["wanted"] == "enter_handoff").count();
    assert_eq!((locked, refused), (1, 5));
}

#[tokio::test]
async fn however_many_codes_are_tried_at_once_five_are_looked_at() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let gus = gus(&app);
    let guesses: Vec<String> = (0..30).map(|n| format!("ZZZZ-ZZ{n:02}")).collect();
    let answers = join_all(guesses.iter().map(|guess| enter(&gus, &handed, guess))).await;
    let looked_at = answers.iter().filter(|answer| answer.problem().kind == ProblemKind::Forbidden).count();
    assert_eq!(looked_at, 5);
    assert_eq!(enter(&gus, &handed, code(&handed)).await.problem().kind, ProblemKind::Conflict);
}

#[tokio::test]
async fn a_code_is_given_once_and_the_link_is_worth_nothing_without_what_came_of_it() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let (gus, thief) = (gus(&app), app.visitor());
    enter(&gus, &handed, code(&handed)).await;
    let second = enter(&thief, &handed, code(&handed)).await.problem();
    assert!(second.kind == ProblemKind::Conflict && second.detail.contains("already"), "{second:?}");
    assert_eq!(redeem(&thief, &handed).await.problem().kind, ProblemKind::Forbidden);
    assert_eq!(redeem(&gus, &handed).await.status, 201);
    assert_eq!(visit(&thief, &handed).await, HandoffView::Over { why: Over::Used, guest: true });
}

#[tokio::test]
async fn codes_can_be_tried_only_so_often_from_one_address_and_for_one_link() {
    let app = TestApp::start_set("limits = { sign_ins_per_minute = 2, changes_per_minute = 4 }").await;
    let handed = prepared_for_guest(&app).await;
    let gus = gus(&app);
    enter(&gus, &handed, "wrong").await;
    enter(&gus, &handed, "wrong").await;
    assert_eq!(enter(&gus, &handed, code(&handed)).await.problem().kind, ProblemKind::TooMany);
    let elsewhere = app.visitor().at("203.0.113.9");
    enter(&elsewhere, &handed, "wrong").await;
    assert_eq!(enter(&elsewhere, &handed, "wrong").await.problem().kind, ProblemKind::TooMany);
}

#[tokio::test]
async fn somebody_with_an_account_is_a_guest_too_where_it_was_prepared_for_one() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let olga = app.sign_in("operator").await.at(THERE);
    assert_eq!(visit(&olga, &handed).await, HandoffView::WhoAreYou { guest: true });
    enter(&olga, &handed, code(&handed)).await;
    let request: AccessRequest = redeem(&olga, &handed).await.json();
    assert_eq!(request.requested_by.name, "Gus of Fabrikam");
    let mine: shared::page::Page<AccessRequest> = olga.get("/api/access-requests").await.json();
    assert!(mine.items.is_empty(), "it is not hers");
}

#[tokio::test]
async fn a_guests_cookie_is_out_of_reach_of_scripts_and_holds_no_code() {
    let app = TestApp::start_at("https://postern.contoso.com").await;
    let handed = prepared_for_guest(&app).await;
    let answer = enter(&gus(&app), &handed, code(&handed)).await;
    let cookie = answer.header("set-cookie");
    for part in ["__Host-postern-guest-", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(&code(&handed).replace('-', "")));
    let stored = app.database_files();
    let value = cookie.split_once('=').unwrap().1.split(';').next().unwrap();
    assert!(!stored.contains(value) && !stored.contains(super::secret(&handed)));
    assert!(!stored.contains(code(&handed)) && !stored.contains(&code(&handed).replace('-', "")));
    let account = prepared(&app).await;
    assert!(account.code.is_none());
}

#[tokio::test]
async fn what_is_no_code_is_not_counted_as_a_wrong_one() {
    let app = TestApp::start().await;
    let handed = prepared_for_guest(&app).await;
    let gus = gus(&app);
    for typed in ["", "ABCD", "ABCD-EFGH-J"] {
        let problem = enter(&gus, &handed, typed).await.problem();
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{typed}");
    }
    let wrong = enter(&gus, &handed, "AAAA-AAAA").await.problem();
    assert!(wrong.detail.contains("4 more times"), "{wrong:?}");
}
