//! Azure on a bad day: a clear answer, nothing opened twice, and no failure of ours.

use backend::store::{Entry, EntryKind};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use shared::access::{AccessRequest, CreatedAccess, Ending, Status};
use shared::page::Page;
use shared::problem::ProblemKind;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{HOME, minutes};

/// Lets trouble befall the next call that would open a port, asks, and waits for how it ends up.
async fn asked_amid(trouble: Trouble) -> (TestApp, AccessRequest) {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.azure.fail_next(Fault::next(trouble).method(Method::POST).on("/initiate"));
    let wish = app.wish("web-1", 3389);
    let answer = app.while_time_passes(olga.post("/api/access-requests", &wish)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let created: CreatedAccess = answer.json();
    let mut events = olga.follow(created.items[0].id).await;
    let settled = |status: &Status| matches!(status, Status::Open { .. }) || status.is_final();
    let request = app.hurry(&mut events, settled).await;
    assert!(app.azure.faults().are_spent());
    (app, request)
}

/// That the port was opened, once.
fn is_open_once((app, request): &(TestApp, AccessRequest)) {
    assert!(matches!(request.status, Status::Open { .. }), "{:?}", request.status);
    assert!(app.azure.admits("web-1", 3389, HOME));
    assert_eq!(app.grants_ever("web-1"), 1);
}

/// That nothing was opened, that the person is told so, and why.
fn is_closed_because((app, request): &(TestApp, AccessRequest), words: &str) {
    let (Status::Refused { reason, .. } | Status::Failed { reason, .. }) = &request.status else {
        panic!("{:?}", request.status)
    };
    assert!(reason.contains(words), "{reason}");
    assert!(reason.ends_with(['.', '!', '?']), "not a sentence: {reason}");
    assert!(!app.azure.admits("web-1", 3389, HOME));
    assert_eq!(app.grants_ever("web-1"), 0);
}

#[tokio::test]
async fn an_answer_that_got_lost_is_looked_for_and_not_asked_for_again() {
    let outcome = asked_amid(Trouble::ActThenCutOff).await;
    is_open_once(&outcome);
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn an_answer_that_ends_halfway_is_looked_for_and_not_asked_for_again() {
    let outcome = asked_amid(Trouble::CutOffHalfway).await;
    is_open_once(&outcome);
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_not_json_is_looked_for_and_not_asked_for_again() {
    let outcome = asked_amid(Trouble::BadJson).await;
    is_open_once(&outcome);
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn a_connection_cut_before_anything_was_done_ends_as_failed() {
    let outcome = asked_amid(Trouble::CutOff).await;
    is_closed_because(&outcome, "Nothing was opened");
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn a_failure_inside_azure_is_not_answered_by_asking_again() {
    let outcome = asked_amid(Trouble::ServerError(500)).await;
    is_closed_because(&outcome, "othing was opened");
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn a_short_wait_that_azure_asks_for_is_waited_out() {
    let outcome = asked_amid(Trouble::Throttled { retry_after: Some(5) }).await;
    is_open_once(&outcome);
    let [first, second] = &outcome.0.initiates()[..] else { panic!("{:?}", outcome.0.initiates()) };
    assert!(second.at.duration_since(first.at) >= SignedDuration::from_secs(5));
}

#[tokio::test]
async fn a_wait_without_a_length_is_waited_out_too() {
    is_open_once(&asked_amid(Trouble::Throttled { retry_after: None }).await);
}

#[tokio::test]
async fn a_wait_too_long_for_a_person_is_told() {
    let outcome = asked_amid(Trouble::Throttled { retry_after: Some(3600) }).await;
    is_closed_because(&outcome, "othing was opened");
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn a_right_that_postern_lacks_is_named() {
    const RIGHT: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
    let app = TestApp::start_in(|world| {
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").unwrap();
        role.actions.retain(|action| action != RIGHT);
    })
    .await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;
    is_closed_because(&(app, request), RIGHT);
}

#[tokio::test]
async fn a_conflict_is_told_and_not_retried() {
    let outcome = asked_amid(Trouble::Conflict).await;
    is_closed_because(&outcome, "");
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_and_the_port_opened_once() {
    is_open_once(&asked_amid(Trouble::Unauthorized).await);
}

#[tokio::test]
async fn an_answer_that_takes_long_is_waited_for() {
    let outcome = asked_amid(Trouble::Slow(SignedDuration::from_secs(20))).await;
    is_open_once(&outcome);
    assert_eq!(outcome.0.initiates().len(), 1);
}

#[tokio::test]
async fn a_token_that_cannot_be_had_is_told_and_nothing_opened() {
    for trouble in [Trouble::ServerError(503), Trouble::CutOff, Trouble::BadJson, Trouble::Unauthorized] {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        app.azure.fail_next(Fault::always(trouble.clone()).on("/oauth2/v2.0/token"));
        let wish = app.wish("web-1", 3389);
        let answer = app.while_time_passes(olga.post("/api/access-requests", &wish)).await;
        let problem = answer.problem();
        assert_eq!(problem.kind, ProblemKind::AzureUnavailable, "{trouble:?}: {problem:?}");
        assert!(app.azure.requests().is_empty(), "{trouble:?}");
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_before_asking_is_told_as_azures_fault() {
    for trouble in
        [Trouble::ServerError(503), Trouble::BadJson, Trouble::CutOff, Trouble::Forbidden, Trouble::NotFound]
    {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        // The list of machines was read before the trouble began.
        olga.get("/api/vms").await;
        app.azure.fail_next(Fault::always(trouble.clone()).on("jitNetworkAccessPolicies"));
        let wish = app.wish("web-1", 3389);
        let answer = app.while_time_passes(olga.post("/api/access-requests", &wish)).await;
        let problem = answer.problem();
        assert_ne!(problem.status, 500, "{trouble:?}: {problem:?}");
        assert!(app.initiates().is_empty(), "{trouble:?}");
    }
}

#[tokio::test]
async fn trouble_while_watching_does_not_end_the_request() {
    for trouble in [
        Trouble::ServerError(503),
        Trouble::CutOff,
        Trouble::BadJson,
        Trouble::Throttled { retry_after: Some(7) },
        Trouble::NullLists,
        Trouble::UnknownEnums,
    ] {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        let request = olga.open("web-1", 3389).await;
        app.azure.fail_next(
            Fault::next(trouble.clone()).method(Method::GET).on("jitNetworkAccessPolicies").times(3),
        );
        let mut events = olga.follow(request.id).await;
        let reached = app.hurry(&mut events, |status| !matches!(status, Status::Opening { .. })).await;
        assert!(matches!(reached.status, Status::Open { .. }), "{trouble:?}: {:?}", reached.status);
    }
}

#[tokio::test]
async fn the_end_is_known_even_if_azure_is_silent() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.azure.fail_next(Fault::always(Trouble::CutOff));
    app.wait(minutes(61));
    app.azure.faults().clear();
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { .. }), "{:?}", ended.status);
}

#[tokio::test]
async fn a_port_that_is_open_stays_on_record_although_azure_shows_nothing_of_it_for_a_while() {
    for trouble in [Trouble::NullLists, Trouble::NotFound] {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        let request = olga.open("web-1", 3389).await;
        let mut events = olga.follow(request.id).await;
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
        app.wait(minutes(5));
        let policies = Fault::always(trouble.clone()).method(Method::GET).on("jitNetworkAccessPolicies");
        app.azure.faults().add(policies);
        // One look a minute; two minutes of nothing are what ends a request that is shut.
        for _ in 0..5 {
            app.while_time_passes(app.until_azure_is_asked("jitNetworkAccessPolicies")).await;
        }
        assert!(app.azure.admits("web-1", 3389, HOME));
        let kept: AccessRequest = olga.get(&format!("/api/access-requests/{}", request.id)).await.json();
        assert!(matches!(kept.status, Status::Open { .. }), "{trouble:?}: {:?}", kept.status);

        app.azure.faults().clear();
        app.wait(minutes(60));
        let ended = app.hurry(&mut events, Status::is_final).await;
        assert!(matches!(ended.status, Status::Ended { how: Ending::Expired, .. }), "{:?}", ended.status);
    }
}

#[tokio::test]
async fn access_ends_when_somebody_takes_the_policy_away_and_the_port_with_it() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    {
        let mut world = app.azure.world();
        let vm = world.vm("web-1").unwrap().id.clone();
        let policy = world.policies_of(&vm).next().unwrap().id.clone();
        world.remove_policy(&policy).expect("it was there");
    }
    assert!(!app.azure.admits("web-1", 3389, HOME));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Withdrawn, .. }), "{:?}", ended.status);
}

#[tokio::test]
async fn who_hangs_up_leaves_nothing_half_done() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let slow = |path| Fault::next(Trouble::Slow(SignedDuration::from_secs(5))).method(Method::POST).on(path);
    app.azure.fail_next(slow("/initiate"));
    app.azure.fail_next(slow("/start"));
    let start = format!("{}/start", app.vm_path("off-1"));
    olga.post_and_hang_up(&start, &serde_json::json!({}), app.until_azure_is_asked("/start")).await;
    let wish = app.wish("web-1", 3389);
    olga.post_and_hang_up("/api/access-requests", &wish, app.until_azure_is_asked("/initiate")).await;

    let mut finished = Vec::new();
    app.while_time_passes(async {
        while finished.len() < 2 {
            finished = outcomes_of(&app).await;
        }
    })
    .await;
    assert!(finished.iter().all(|entry| entry.content.body["outcome"] == "done"), "{finished:#?}");
}

async fn outcomes_of(app: &TestApp) -> Vec<Entry> {
    let mut trail = app.store.entries().before(i64::MAX, 100).await.expect("the trail can be read");
    trail.retain(|entry| matches!(entry.content.kind, EntryKind::Outcome { .. }));
    trail
}

#[tokio::test]
async fn who_does_not_get_an_answer_in_time_is_told_that_it_may_still_come_to_something() {
    let app = TestApp::start_set("server = { answer_within = \"3s\" }").await;
    let olga = app.sign_in("operator").await;
    let slow = Fault::next(Trouble::Slow(SignedDuration::from_secs(20)));
    app.azure.fail_next(slow.method(Method::POST).on("/initiate"));
    let problem = olga.post("/api/access-requests", &app.wish("web-1", 3389)).await.problem();
    assert_eq!((problem.status, problem.kind), (503, ProblemKind::Unexpected));
    assert!(problem.detail.contains("may still be going on; look at My access"), "{problem:?}");

    let mine: Page<AccessRequest> = olga.get("/api/access-requests").await.json();
    let [request] = &mine.items[..] else { panic!("{mine:?}") };
    assert_eq!(request.status, Status::Requesting);
    let mut events = olga.follow(request.id).await;
    let opened = app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    is_open_once(&(app, opened));
}
