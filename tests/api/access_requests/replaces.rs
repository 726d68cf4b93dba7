//! Requests that may end what others have: nobody loses access to somebody who was not told.

use serde_json::{Value, json};
use shared::access::{AccessRequest, CreatedAccess, Ending, Status};
use shared::problem::{Problem, ProblemKind};
use simulator::world::{Replaces, Request, RequestedMachine, Sources};
use tests::TestApp;
use tests::app::{Visitor, minutes};

fn from(app: &TestApp, source: &str) -> Value {
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!(source);
    wish
}

async fn refused(somebody: &Visitor, wish: &Value) -> Problem {
    let problem = somebody.post("/api/access-requests", wish).await.problem();
    assert_eq!((problem.status, problem.kind), (409, ProblemKind::ReplacesOthers), "{problem:?}");
    problem
}

#[tokio::test]
async fn whoever_may_end_somebodys_access_is_asked_and_may_accept_it() {
    for (replaces, stays) in [(Replaces::SamePort, false), (Replaces::SameSource, true)] {
        let app = TestApp::start_in(|world| world.behaviour.replaces = replaces).await;
        let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
        let (hers, _) = app.web_for(&olga).await;
        let mut wish = from(&app, "192.0.2.99");

        let problem = refused(&otto, &wish).await;

        let [listed] = &problem.replaces[..] else { panic!("{problem:?}") };
        assert_eq!((&listed.vm, listed.until), (&hers.vm, hers.ends_at));
        assert_eq!(listed.sources, [hers.source]);
        assert!(problem.detail.contains("somebody else (192.0.2.7)"), "{problem:?}");
        assert!(!problem.detail.contains("operator@contoso.com"), "he may not know who: {problem:?}");
        assert_eq!(app.initiates().len(), 1);

        wish["replaces"] = json!(problem.replaces);
        let (his, _) = app.open_for(&otto, &wish).await;
        let hers = olga.look_at(hers.id).await;
        assert_eq!(matches!(hers.status, Status::Open { .. }), stays, "{replaces:?}: {hers:?}");
        let trail = app.store.entries().about(his.id).await.unwrap();
        assert_eq!(trail[0].content.body["replaces"], json!(problem.replaces), "it is on record");
    }
}

#[tokio::test]
async fn what_was_accepted_is_that_one_access_and_no_later_one() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (hers, _) = app.web_for(&olga).await;
    let mut wish = from(&app, "192.0.2.99");
    wish["replaces"] = json!(refused(&otto, &wish).await.replaces);
    app.wait(minutes(5));
    let extended: AccessRequest = olga.extend(hers.id, "PT1H").await.json();

    let problem = refused(&otto, &wish).await;

    assert!(problem.replaces.iter().any(|listed| listed.until == extended.ends_at), "{problem:?}");
    assert_eq!(app.initiates().len(), 2);
}

#[tokio::test]
async fn an_extension_asks_as_well() {
    let app = TestApp::start_in(|world| world.behaviour.replaces = Replaces::SameSource).await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (hers, _) = app.web_for(&olga).await;
    let mut wish = from(&app, "192.0.2.99");
    wish["replaces"] = json!(refused(&otto, &wish).await.replaces);
    app.open_for(&otto, &wish).await;

    let problem = olga.extend(hers.id, "PT2H").await.problem();
    assert_eq!(problem.kind, ProblemKind::ReplacesOthers, "{problem:?}");
    let body = json!({ "duration": "PT2H", "replaces": problem.replaces });
    let path = format!("/api/access-requests/{}/extend", hers.id);
    let extended: AccessRequest = olga.post(&path, &body).await.json();
    assert_eq!(extended.extends, Some(hers.id));
}

#[tokio::test]
async fn what_azure_does_not_show_yet_is_asked_about_too() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let wishes = [app.wish("web-1", 3389), from(&app, "192.0.2.99")];
    let both = async {
        tokio::join!(
            olga.post("/api/access-requests", &wishes[0]),
            otto.post("/api/access-requests", &wishes[1])
        )
    };
    let (hers, his) = app.while_time_passes(both).await;
    let mut statuses = [hers.status.as_u16(), his.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", hers.text(), his.text());
    assert_eq!(app.initiates().len(), 1);
}

#[tokio::test]
async fn who_may_look_into_the_trail_is_told_who_the_others_are() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    app.web_for(&olga).await;
    let problem = refused(&ada, &from(&app, "192.0.2.99")).await;
    assert!(problem.detail.contains("operator@contoso.com (192.0.2.7)"), "{problem:?}");
}

#[tokio::test]
async fn what_was_opened_past_postern_is_asked_about_too() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (_, mut events) = app.web_for(&olga).await;
    {
        // As if she had gone to the Azure portal for it.
        let mut world = app.azure.world();
        let vm = app.vm("web-1").to_string();
        let policy = world.policies_of(&vm).next().unwrap().id.clone();
        let request = world.policy_mut(&policy).unwrap().requests.last_mut().unwrap();
        request.justification = Some("night shift".to_owned());
        request.requestor = "nina@contoso.com".to_owned();
        let Request { machines, .. } = request;
        let RequestedMachine { ports, .. } = &mut machines[0];
        ports[0].sources = Sources::One("198.51.100.9".to_owned());
    }
    app.wait(minutes(10));
    app.hurry(&mut events, Status::is_final).await;
    let problem = refused(&otto, &from(&app, "192.0.2.99")).await;
    assert_eq!(problem.replaces[0].sources, ["198.51.100.9".parse().unwrap()]);
}

#[tokio::test]
async fn nobody_is_asked_about_what_is_their_own() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let (old, mut events) = app.web_for(&olga).await;
    let created: CreatedAccess = olga.post("/api/access-requests", &from(&app, "192.0.2.8")).await.json();
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Replaced, .. }), "{ended:?}");
    assert_eq!((old.extends, ended.replaced_by), (None, Some(created.items[0].id)));
}

#[tokio::test]
async fn an_acceptance_that_cannot_be_read_is_named() {
    let app = TestApp::start().await;
    let mut wish = app.wish("web-1", 3389);
    wish["replaces"] = json!(true);
    let problem = app.sign_in("operator").await.post("/api/access-requests", &wish).await.problem();
    assert_eq!(problem.kind, ProblemKind::Malformed);
    assert_eq!(problem.violations[0].field, "replaces", "{problem:?}");
}
