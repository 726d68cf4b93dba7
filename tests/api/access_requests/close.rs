//! Closing access before its time.

mod faults;
mod rules;

use shared::access::{AccessRequest, Ending, Status, Technique};
use shared::problem::ProblemKind;
use shared::session::Session;
use shared::vm::VmDetails;
use simulator::world::Replaces;
use tests::TestApp;
use tests::app::{HOME, minutes};

#[tokio::test]
async fn what_is_closed_is_requested_anew_with_an_end_that_is_near() {
    for replaces in [Replaces::SamePort, Replaces::SameSource, Replaces::SameRequestor] {
        let app = TestApp::start_in(|world| world.behaviour.replaces = replaces).await;
        let olga = app.sign_in("operator").await;
        let (open, mut events) = app.web_for(&olga).await;
        app.wait(minutes(10));

        let closing: AccessRequest = olga.close(open.id).await.json();

        let Status::Closing { until: Some(until), technique, open_since, .. } = closing.status else {
            panic!("{closing:?}")
        };
        assert_eq!(technique, Technique::Shorten);
        assert!(open_since.is_some() && until <= app.now() + minutes(1), "{closing:?}");
        let ended = app.hurry(&mut events, Status::is_final).await;
        assert_eq!(ended.status, Status::Ended { at: until, how: Ending::Closed }, "{replaces:?}");
        assert!(!app.azure.admits("web-1", 3389, HOME), "{replaces:?}");

        let [asked, shortened] = &app.initiates()[..] else { panic!("{:?}", app.initiates()) };
        let [asked, shortened] = [asked, shortened].map(|call| call.json()["virtualMachines"][0].clone());
        assert_eq!(asked["id"], shortened["id"]);
        let [asked, shortened] =
            [&asked, &shortened].map(|machine| machine["ports"].as_array().unwrap().clone());
        assert_eq!((asked.len(), shortened.len()), (1, 1));
        assert_eq!(asked[0]["number"], shortened[0]["number"]);
        assert_eq!(asked[0]["allowedSourceAddressPrefix"], shortened[0]["allowedSourceAddressPrefix"]);
        assert!(shortened[0]["endTimeUtc"].as_str() < asked[0]["endTimeUtc"].as_str());

        let trail = app.store.entries().about(open.id).await.unwrap();
        let [.., intent, outcome] = &trail[..] else { panic!("{trail:?}") };
        assert_eq!(intent.content.body["action"], "close");
        assert_eq!(intent.content.body["technique"], "shorten");
        assert_eq!(outcome.content.body["outcome"], "done");
    }
}

#[tokio::test]
async fn while_it_is_closing_the_page_is_told_and_others_still_see_it() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (open, mut events) = app.web_for(&olga).await;
    olga.close(open.id).await.json::<AccessRequest>();
    app.hurry(&mut events, |status| matches!(status, Status::Closing { until: Some(_), .. })).await;
    let hers: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    let his: VmDetails = otto.get(&app.vm_path("web-1")).await.json();
    assert_eq!(hers.grants[0].mine, Some(open.id), "{:?}", hers.grants);
    assert_eq!((his.grants.len(), his.grants[0].mine), (1, None));
    let problem = olga.extend(open.id, "PT1H").await.problem();
    assert!(problem.detail.contains("is being closed"), "{problem:?}");
    let again = olga.close(open.id).await.problem();
    assert_eq!(again.kind, ProblemKind::Conflict, "{again:?}");
    let file = olga.get(&format!("/api/access-requests/{}/rdp", open.id)).await.problem();
    assert_eq!(file.kind, ProblemKind::Conflict);
    app.hurry(&mut events, Status::is_final).await;
    let hers: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    assert!(hers.grants.is_empty(), "{:?}", hers.grants);
}

#[tokio::test]
async fn where_azure_takes_no_request_so_short_the_shortest_is_tried_and_told() {
    let app = TestApp::start_in(|world| world.behaviour.shortest_request = minutes(5)).await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;

    let closing: AccessRequest = olga.close(open.id).await.json();

    let Status::Closing { until: Some(until), .. } = closing.status else { panic!("{closing:?}") };
    assert!(until > app.now() + minutes(4) && until <= app.now() + minutes(5), "{closing:?}");
    app.wait(minutes(3));
    assert!(app.azure.admits("web-1", 3389, HOME), "it stays open as it was told");
    app.wait(minutes(2));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert_eq!(ended.status, Status::Ended { at: until, how: Ending::Closed });
}

#[tokio::test]
async fn where_not_even_that_would_be_shorter_it_stays_open_and_says_why() {
    let app = TestApp::start_in(|world| world.behaviour.shortest_request = minutes(5)).await;
    let olga = app.sign_in("operator").await;
    let (open, _) = app.web_for(&olga).await;
    app.wait(minutes(56));
    let kept: AccessRequest = olga.close(open.id).await.json();
    assert!(matches!(kept.status, Status::Open { .. }), "{kept:?}");
    assert!(kept.not_closed.unwrap().starts_with("Azure refused"));
    assert_eq!(kept.ends_at, open.ends_at);

    app.wait(minutes(3));
    let problem = olga.close(open.id).await.problem();
    assert!(problem.detail.contains("within a minute by itself"), "{problem:?}");
}

#[tokio::test]
async fn what_is_not_there_yet_can_be_closed_as_well() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let opening = olga.open("web-1", 3389).await;
    let mut events = olga.follow(opening.id).await;
    olga.close(opening.id).await.json::<AccessRequest>();
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
    app.wait(minutes(1));
    assert!(!app.azure.admits("web-1", 3389, HOME));
}

#[tokio::test]
async fn nobody_closes_what_is_somebody_elses_or_over() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let (open, mut events) = app.web_for(&olga).await;
    assert_eq!(ada.close(open.id).await.problem().kind, ProblemKind::NotFound);
    app.wait(minutes(60));
    app.hurry(&mut events, Status::is_final).await;
    assert_eq!(olga.close(open.id).await.problem().kind, ProblemKind::Conflict);
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn closing_can_be_turned_off() {
    let app = TestApp::start_set("jit = { close = \"off\" }").await;
    let olga = app.sign_in("operator").await;
    let session: Session = olga.get("/api/session").await.json();
    assert!(!session.can_close);
    let (open, _) = app.web_for(&olga).await;
    let problem = olga.close(open.id).await.problem();
    assert!(problem.detail.contains("turned off"), "{problem:?}");
    assert!(matches!(olga.look_at(open.id).await.status, Status::Open { .. }));
}

#[tokio::test]
async fn in_delegated_mode_it_is_closed_in_the_name_of_whoever_asks() {
    let app = TestApp::start_delegated(|_| ()).await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;
    olga.close(open.id).await.json::<AccessRequest>();
    assert_eq!(app.initiates()[1].principal, "operator@contoso.com");
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
}
