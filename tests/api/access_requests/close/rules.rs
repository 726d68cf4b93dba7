//! Closing by deleting the rule.

use http::Method;
use serde_json::json;
use shared::access::{AccessRequest, Ending, Status};
use shared::problem::ProblemKind;
use shared::vm::VmDetails;
use simulator::world::{Replaces, RulesOn, World};
use simulator::{Fault, Received, Trouble};
use tests::TestApp;
use tests::app::{HOME, minutes};

const RIGHT: &str = "Microsoft.Network/networkSecurityGroups/securityRules/delete";

async fn removing(change: impl FnOnce(&mut World)) -> TestApp {
    TestApp::start_set_in("jit = { close = \"remove-rule\" }", |world| {
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is there");
        role.actions.push(RIGHT.to_owned());
        change(world);
    })
    .await
}

fn deletions(app: &TestApp) -> Vec<Received> {
    app.azure.requests().into_iter().filter(|call| call.method == Method::DELETE).collect()
}

#[tokio::test]
async fn the_rule_goes_and_what_azure_remembers_opens_nothing_again() {
    let app = removing(|_| ()).await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;

    olga.close(open.id).await.json::<AccessRequest>();
    let ended = app.hurry(&mut events, Status::is_final).await;

    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
    assert!(!app.azure.admits("web-1", 3389, HOME));
    assert_eq!(app.initiates().len(), 1);
    assert!(deletions(&app).iter().all(|call| call.path.contains("-JITRule-")), "{:?}", deletions(&app));
    // The history says Initiated until the end.
    let (app, [olga]) = app.restart([olga]).await;
    app.wait(minutes(5));
    let details: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    assert!(details.grants.is_empty(), "{:?}", details.grants);
    assert_eq!(olga.look_at(open.id).await.status, ended.status);
    let otto = app.sign_in("other").await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!("192.0.2.99");
    app.open_for(&otto, &wish).await;
}

#[tokio::test]
async fn every_group_in_front_of_the_machine_loses_its_rule() {
    let app = removing(|world| world.behaviour.rules_on = RulesOn::Both).await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;
    olga.close(open.id).await.json::<AccessRequest>();
    app.hurry(&mut events, Status::is_final).await;
    assert!(!app.azure.admits("web-1", 3389, HOME));
}

#[tokio::test]
async fn nobody_else_loses_anything() {
    let app = removing(|world| world.behaviour.replaces = Replaces::SameSource).await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (open, mut events) = app.web_for(&olga).await;
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!("192.0.2.99");
    let problem = otto.post("/api/access-requests", &wish).await.problem();
    wish["replaces"] = json!(problem.replaces);
    app.open_for(&otto, &wish).await;

    olga.close(open.id).await.json::<AccessRequest>();
    app.hurry(&mut events, Status::is_final).await;

    assert!(!app.azure.admits("web-1", 3389, HOME));
    assert!(app.azure.admits("web-1", 3389, "192.0.2.99".parse().unwrap()));
    assert!(!app.azure.admits("web-1", 3389, "192.0.2.100".parse().unwrap()), "the rule against all stands");
}

#[tokio::test]
async fn a_rule_that_lets_somebody_else_in_as_well_is_left_alone() {
    let app = removing(|world| world.behaviour.replaces = Replaces::SameRequestor).await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    let (open, _) = app.web_for(&olga).await;
    {
        // His came from the same network, past Postern: same port, same source.
        let mut world = app.azure.world();
        let vm = app.vm("web-1").to_string();
        let policy = world.policies_of(&vm).next().unwrap().id.clone();
        let mut twin = world.policy_mut(&policy).unwrap().requests.last().unwrap().clone();
        twin.requestor = "other@contoso.com".to_owned();
        twin.justification = Some("night shift".to_owned());
        world.policy_mut(&policy).unwrap().requests.push(twin);
    }
    let problem = olga.close(open.id).await.problem();
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert!(problem.detail.contains("shut them out too"), "{problem:?}");
    assert!(deletions(&app).is_empty());
    assert!(app.azure.admits("web-1", 3389, HOME));
    drop(otto);
}

#[tokio::test]
async fn what_stands_in_the_way_leaves_it_open_and_is_told() {
    for (trouble, words) in [
        (Trouble::Forbidden, RIGHT),
        (Trouble::Locked, "remove the lock"),
        (Trouble::Throttled { retry_after: Some(3600) }, "busy"),
    ] {
        let app = removing(|_| ()).await;
        let olga = app.sign_in("operator").await;
        let (open, _) = app.web_for(&olga).await;
        app.azure.fail_next(Fault::always(trouble.clone()).method(Method::DELETE));
        let kept: AccessRequest = app.while_time_passes(olga.close(open.id)).await.json();
        assert!(matches!(kept.status, Status::Open { .. }), "{trouble:?}: {kept:?}");
        assert!(kept.not_closed.as_ref().unwrap().contains(words), "{trouble:?}: {kept:?}");
        assert!(app.azure.admits("web-1", 3389, HOME), "{trouble:?}");
    }
}

#[tokio::test]
async fn what_passes_is_waited_out_and_what_got_lost_is_looked_for() {
    for trouble in [Trouble::Busy, Trouble::ActThenCutOff, Trouble::CutOff, Trouble::ServerError(503)] {
        let app = removing(|_| ()).await;
        let olga = app.sign_in("operator").await;
        let (open, mut events) = app.web_for(&olga).await;
        app.azure.fail_next(Fault::next(trouble.clone()).method(Method::DELETE));
        app.while_time_passes(olga.close(open.id)).await.json::<AccessRequest>();
        let ended = app.hurry(&mut events, Status::is_final).await;
        assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{trouble:?}: {ended:?}");
        assert!(!app.azure.admits("web-1", 3389, HOME), "{trouble:?}");
    }
}

#[tokio::test]
async fn a_delete_that_never_arrives_leaves_it_open_and_says_so() {
    let app = removing(|_| ()).await;
    let olga = app.sign_in("operator").await;
    let (open, mut events) = app.web_for(&olga).await;
    app.azure.fail_next(Fault::always(Trouble::ServerError(500)).method(Method::DELETE));
    app.while_time_passes(olga.close(open.id)).await.json::<AccessRequest>();
    app.hurry(&mut events, |status| matches!(status, Status::Closing { .. })).await;
    let kept = app.hurry(&mut events, |status| !matches!(status, Status::Closing { .. })).await;
    assert!(matches!(kept.status, Status::Open { .. }), "{kept:?}");
    assert_eq!(kept.not_closed.as_deref(), Some("The rule that lets your address through is still there."));
}

#[tokio::test]
async fn a_port_that_is_still_opening_has_no_rule_to_delete() {
    let app = removing(|_| ()).await;
    let olga = app.sign_in("operator").await;
    let opening = olga.open("web-1", 3389).await;
    let problem = olga.close(opening.id).await.problem();
    assert!(problem.detail.contains("once the port is open"), "{problem:?}");
    assert!(deletions(&app).is_empty());
}
