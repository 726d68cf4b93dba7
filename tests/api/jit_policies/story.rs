//! From nothing set up to nothing set up.

use http::StatusCode;
use serde_json::{Value, json};
use shared::access::{Ending, Status};
use shared::configuration::JitConfiguration;
use shared::problem::ProblemKind;
use simulator::world::Sources;
use tests::TestApp;
use tests::app::{HOME, minutes};

use super::{at_azure, path, port, ports, read, remove, set, writes};

#[tokio::test]
async fn a_machine_is_protected_edited_and_left_alone_again() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let nothing = read(&app, &ada, "bare-1").await;
    assert_eq!((nothing.policy.as_ref(), nothing.may_configure), (None, true));
    assert!(nothing.policy_id.ends_with("/jitNetworkAccessPolicies/bare-1"), "{}", nothing.policy_id);

    let answer = set(&app, &ada, "bare-1", &nothing.version, &ports(&[22, 3389])).await;
    let set_up: JitConfiguration = answer.json();
    assert_eq!(answer.header("etag"), format!("\"{}\"", set_up.version));
    assert_eq!(at_azure(&app, "bare-1"), [22, 3389]);
    assert_ne!(set_up.version, nothing.version);
    assert_eq!(read(&app, &ada, "bare-1").await.version, set_up.version);

    let edited = json!({ "ports": [
        { "port": 22, "protocol": "TCP", "sources": ["203.0.113.0/24", "198.51.100.7"], "longest": "PT1H" },
    ] });
    let edited: JitConfiguration = set(&app, &ada, "bare-1", &set_up.version, &edited).await.json();
    let rule = &edited.policy.as_ref().unwrap().ports[0];
    assert_eq!((rule.sources.len(), rule.longest.minutes()), (2, 60));
    assert_eq!(at_azure(&app, "bare-1"), [22]);

    let gone: JitConfiguration = remove(&app, &ada, "bare-1", &edited.version).await.json();
    assert_eq!((gone.policy, gone.version), (None, nothing.version));
    assert!(at_azure(&app, "bare-1").is_empty());
    assert_eq!(writes(&app), 3);
    let policies =
        app.azure.world().policies().iter().filter(|policy| policy.id.ends_with("/bare-1")).count();
    assert_eq!(policies, 0, "a policy without machines is deleted");
}

#[tokio::test]
async fn a_change_of_one_machine_touches_no_other_and_nothing_that_is_open() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let (open, mut events) = app.web_for(&ada).await;
    let before: Vec<_> = ["off-1", "inner-1", "open-1", "shut-1"].map(|vm| (vm, at_azure(&app, vm))).into();
    let web = read(&app, &ada, "web-1").await;
    assert!(web.shared_with.contains(&app.vm("off-1")) && !web.shared_with.contains(&app.vm("web-1")));
    assert_eq!((web.shared_with_hidden, web.unread.len()), (0, 0));
    set(&app, &ada, "web-1", &web.version, &ports(&[3389])).await.json::<Value>();
    assert_eq!(at_azure(&app, "web-1"), [3389]);
    for (vm, ports) in before {
        assert_eq!(at_azure(&app, vm), ports, "{vm}");
    }
    let off = read(&app, &ada, "off-1").await;
    remove(&app, &ada, "off-1", &off.version).await.json::<Value>();
    assert!(at_azure(&app, "off-1").is_empty());
    assert_eq!(at_azure(&app, "web-1"), [3389]);
    assert!(matches!(ada.look_at(open.id).await.status, Status::Open { .. }));
    assert!(app.azure.admits("web-1", 3389, HOME));
    app.wait(minutes(60));
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Expired, .. }), "{ended:?}");
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_shown_and_not_overwritten() {
    let app = TestApp::start().await;
    let (ada, second) = (app.sign_in("admin").await, app.sign_in("admin").await);
    let seen = read(&app, &ada, "web-1").await;
    set(&app, &second, "web-1", &seen.version, &ports(&[3389, 22])).await.json::<Value>();
    for answer in [
        set(&app, &ada, "web-1", &seen.version, &ports(&[5985])).await,
        remove(&app, &ada, "web-1", &seen.version).await,
        ada.change(&path(&app, "web-1"), ("if-none-match", "*"), Some(&ports(&[5985]))).await,
    ] {
        let problem = answer.problem();
        assert_eq!(
            (answer.status, problem.kind),
            (StatusCode::PRECONDITION_FAILED, ProblemKind::ChangedMeanwhile)
        );
        let standing = problem.standing.expect("what it is by now");
        assert_eq!(standing.policy.as_ref().unwrap().ports.len(), 2);
        assert_eq!(standing.version, read(&app, &ada, "web-1").await.version);
    }
    assert_eq!(at_azure(&app, "web-1"), [22, 3389]);
    assert_eq!(writes(&app), 1);
}

#[tokio::test]
async fn the_same_again_needs_no_writing() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let before = read(&app, &ada, "app-1").await;
    let changed: JitConfiguration =
        set(&app, &ada, "app-1", &before.version, &ports(&[3389, 22])).await.json();
    // Whoever lost the answer sends it once more, in whatever order.
    let again: JitConfiguration = set(&app, &ada, "app-1", &before.version, &ports(&[22, 3389])).await.json();
    assert_eq!((again.version, again.policy), (changed.version, changed.policy));
    assert_eq!(writes(&app), 1);
}

#[tokio::test]
async fn who_changed_what_stands_on_the_trail() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let before = read(&app, &ada, "app-1").await;
    set(&app, &ada, "app-1", &before.version, &ports(&[22, 3389])).await.json::<Value>();
    let trail = app.store.entries().before(i64::MAX, 2).await.unwrap();
    let (outcome, intent) = (&trail[0].content, &trail[1].content);
    assert_eq!(intent.actor["username"], "admin@contoso.com");
    assert_eq!(intent.body["action"], "configure");
    assert_eq!(intent.body["from"]["ports"], json!([port(22)]));
    assert_eq!(intent.body["to"]["ports"], json!([port(22), port(3389)]));
    assert_eq!((&outcome.body["action"], &outcome.body["outcome"]), (&json!("configure"), &json!("done")));
    assert!(outcome.body["correlation_id"].is_string());
}

#[tokio::test]
async fn machines_in_the_same_policy_that_somebody_may_not_see_are_counted_and_not_named() {
    let app = TestApp::start_in(|world| {
        let id = world.vm("web-1").expect("it is in this world").id.clone();
        let web = world.vms.get_mut(&id).expect("it is in this world");
        web.tags = [("team".to_owned(), "factory".to_owned())].into();
    })
    .await;
    let (ada, lara) = (app.sign_in("admin").await, app.sign_in("laboratory").await);
    let all = read(&app, &ada, "web-1").await.shared_with;
    let web = read(&app, &lara, "web-1").await;
    assert!(web.may_configure && web.shared_with.is_empty(), "{web:?}");
    assert_eq!(web.shared_with_hidden as usize, all.len());
    let problem = set(&app, &lara, "web-1", &"0".repeat(32).parse().unwrap(), &ports(&[80])).await;
    assert_eq!(problem.status, StatusCode::PRECONDITION_FAILED);
    assert!(!problem.text().contains("off-1"), "nor where it has changed: {}", problem.text());
}

#[tokio::test]
async fn what_is_not_understood_is_shown_and_kept_and_is_not_what_somebody_wanted() {
    let app = TestApp::start_in(|world| {
        let vm = world.vm("web-1").expect("it is in this world").id.clone();
        let policy = world.policies_of(&vm).next().expect("one names it").id.clone();
        let policy = world.policy_mut(&policy).expect("it is there");
        let machine = policy.machines.iter_mut().find(|machine| machine.id == vm).expect("it names it");
        let several = ["203.0.113.0/24", "AzureCloud"].map(str::to_owned).to_vec();
        machine.ports[0].sources = Sources::Several(several);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let web = read(&app, &ada, "web-1").await;
    let [unread] = &web.unread[..] else { panic!("{web:?}") };
    assert!(unread.contains("3389") && unread.contains("AzureCloud"), "{unread}");
    let numbers = |configuration: &JitConfiguration| -> Vec<u16> {
        configuration.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port.number()).collect()
    };
    assert_eq!(numbers(&web), [5986]);
    let mut wanted = ports(&[3389, 5986]);
    wanted["ports"][0]["sources"] = json!(["203.0.113.0/24"]);
    let set: JitConfiguration = set(&app, &ada, "web-1", &web.version, &wanted).await.json();
    assert_eq!((numbers(&set), set.unread.len()), (vec![3389, 5986], 0));
    assert_eq!(writes(&app), 1, "it was not taken for done");
}
