//! Access that was handed over, closed before its time by whoever had it opened.

use futures_util::future::join_all;
use serde_json::json;
use shared::access::{AccessRequest, Ending, Status};
use shared::handoff::{HandoffView, PreparedHandoff};
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::{Answer, HOME, Visitor, minutes};

use super::{
    THERE, code, enter, gus, in_hedys_name, path, prepare, prepared, prepared_for_guest, redeem, sam, visit,
    wish,
};

async fn close(by: &Visitor, prepared: &PreparedHandoff) -> Answer {
    by.post(&path(prepared, "close"), &json!({})).await
}

/// A guest has had it opened, and it is open.
async fn open_for_guest(app: &TestApp) -> (PreparedHandoff, Visitor, AccessRequest) {
    let handed = prepared_for_guest(app).await;
    let gus = gus(app);
    enter(&gus, &handed, code(&handed)).await;
    redeem(&gus, &handed).await;
    let mut events = gus.follow_at(&path(&handed, "events")).await;
    let open = app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    (handed, gus, open)
}

#[tokio::test]
async fn a_guest_closes_it_and_follows_it_to_its_end() {
    let app = TestApp::start().await;
    let (handed, gus, open) = open_for_guest(&app).await;
    let HandoffView::Opened { can_close, .. } = visit(&gus, &handed).await else { panic!("not opened") };
    assert!(can_close);
    app.wait(minutes(10));
    let closing: AccessRequest = close(&gus, &handed).await.json();
    let Status::Closing { until: Some(until), .. } = closing.status else { panic!("{closing:?}") };
    assert!(until <= app.now() + minutes(1), "{closing:?}");

    let mut events = gus.follow_at(&path(&handed, "events")).await;
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: until, how: Ending::Closed });
    assert!(!app.azure.admits("web-1", 3389, THERE.parse().unwrap()));
    assert_eq!(gus.get(&path(&handed, "rdp")).await.problem().kind, ProblemKind::Conflict);

    let trail = app.store.entries().about(open.id).await.unwrap();
    let [.., intent, outcome] = &trail[..] else { panic!("{trail:?}") };
    for entry in [intent, outcome] {
        assert_eq!(entry.content.actor["actor"], "guest");
        assert_eq!(entry.content.actor["name"], "Gus of Fabrikam");
        assert_eq!(entry.content.actor["address"], THERE);
    }
    assert_eq!(intent.content.body["action"], "close");
    assert_eq!(outcome.content.body["outcome"], "done");
}

#[tokio::test]
async fn whoever_signed_in_for_it_closes_it_by_the_link_or_as_any_other_request_of_theirs() {
    for by_link in [true, false] {
        let app = TestApp::start().await;
        let handed = prepared(&app).await;
        let sam = sam(&app).await;
        let request: AccessRequest = redeem(&sam, &handed).await.json();
        let mut events = sam.follow_at(&path(&handed, "events")).await;
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
        let answer = if by_link { close(&sam, &handed).await } else { sam.close(request.id).await };
        assert_eq!(answer.status, 200, "{}", answer.text());
        let ended = app.hurry(&mut events, Status::is_final).await;
        assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
        assert_eq!(app.initiates().len(), 2);
    }
}

#[tokio::test]
async fn nobody_else_closes_it_with_or_without_the_link() {
    let app = TestApp::start().await;
    let (handed, gus, _) = open_for_guest(&app).await;
    let others = [app.visitor().at(THERE), app.sign_in("operator").await, app.sign_in("admin").await];
    for other in &others {
        assert_eq!(close(other, &handed).await.problem().kind, ProblemKind::Forbidden);
    }
    let unopened = prepared_for_guest(&app).await;
    enter(&gus, &unopened, code(&unopened)).await;
    let early = close(&gus, &unopened).await;
    assert_eq!(early.whole(), close(&others[0], &handed).await.whole(), "there is nothing there yet");
    let odd = gus.post("/api/handoffs/x/close", &json!({})).await;
    assert!(odd.problem().detail.contains("leads to nothing"), "{}", odd.text());
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn of_many_who_close_it_at_once_one_does() {
    let app = TestApp::start().await;
    let (handed, gus, _) = open_for_guest(&app).await;
    let answers = join_all((0..6).map(|_| close(&gus, &handed))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for late in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(late.problem().kind, ProblemKind::Conflict, "{}", late.text());
    }
    assert_eq!(app.initiates().len(), 2, "one opened, one closed");
}

#[tokio::test]
async fn at_its_end_there_is_nothing_to_close_and_that_is_on_record() {
    let app = TestApp::start().await;
    let (handed, gus, open) = open_for_guest(&app).await;
    app.wait(open.ends_at.duration_since(app.now()) - minutes(1));
    let late = close(&gus, &handed).await.problem();
    assert!(late.detail.contains("within a minute by itself"), "{late:?}");
    app.wait(minutes(1));
    let late = close(&gus, &handed).await.problem();
    assert_eq!(late.kind, ProblemKind::Conflict, "{late:?}");
    let trail = app.store.entries().before(i64::MAX, 20).await.unwrap();
    let refused: Vec<_> = trail.iter().filter(|entry| entry.content.body["wanted"] == "close").collect();
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|entry| entry.content.actor["actor"] == "guest"), "{refused:?}");
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn where_closing_is_turned_off_it_is_not_offered_and_not_done() {
    let app = TestApp::start_set("jit = { close = \"off\" }").await;
    let (handed, gus, _) = open_for_guest(&app).await;
    assert!(matches!(visit(&gus, &handed).await, HandoffView::Opened { can_close: false, .. }));
    assert!(close(&gus, &handed).await.problem().detail.contains("turned off"));
}

#[tokio::test]
async fn what_azure_refuses_leaves_it_open_and_says_why() {
    let app = TestApp::start().await;
    let (handed, gus, _) = open_for_guest(&app).await;
    app.azure.fail_next(simulator::Fault::next(simulator::Trouble::Forbidden).on("/initiate"));
    let kept: AccessRequest = close(&gus, &handed).await.json();
    assert!(matches!(kept.status, Status::Open { .. }), "{kept:?}");
    assert!(kept.not_closed.unwrap().contains("Postern's identity lacks"));
    assert!(app.azure.admits("web-1", 3389, THERE.parse().unwrap()));
}

#[tokio::test]
async fn in_delegated_mode_it_is_closed_in_the_name_of_whoever_prepared_it_while_that_lasts() {
    let app = in_hedys_name().await;
    let hedy = app.sign_in("helpdesk").await;
    let sam = sam(&app).await;
    let opened = async || {
        let handed = prepare(&hedy, &wish(&app)).await;
        let request: AccessRequest = redeem(&sam, &handed).await.json();
        let mut events = sam.follow_at(&path(&handed, "events")).await;
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
        (handed, request, events)
    };
    for by_link in [true, false] {
        let (handed, request, mut events) = opened().await;
        let answer = if by_link { close(&sam, &handed).await } else { sam.close(request.id).await };
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(app.initiates().last().unwrap().principal, "helpdesk@contoso.com");
        app.hurry(&mut events, Status::is_final).await;
    }
    let (handed, request, _) = opened().await;
    hedy.post("/auth/logout", &json!({})).await;
    for answer in [close(&sam, &handed).await, sam.close(request.id).await] {
        let problem = answer.problem();
        assert_eq!(problem.kind, ProblemKind::Forbidden);
        assert!(
            problem.login.is_none() && problem.detail.contains("in the name of Hedy Helpdesk"),
            "{problem:?}"
        );
        assert!(problem.detail.contains("stays open until it ends"), "{problem:?}");
    }
    assert_eq!(app.initiates().len(), 5);
    assert!(!app.azure.admits("web-1", 3389, HOME));
}
