//! What was allowed when a change was asked for, and is not any more.

use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use shared::policy_change::{ChangePlan, Fate};
use simulator::world::World;
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::races::hold;
use super::{apart, at_azure, begin, fates, look, merge, outcomes, over, plan, set, start, writes};

const FACTORY: [&str; 2] = ["web-1", "app-1"];

/// Two machines belong to the factory, and the laboratory sets them up.
fn with_a_factory(world: &mut World) {
    apart(world);
    for vm in world.vms.iter_mut().filter(|vm| FACTORY.contains(&vm.name.as_str())) {
        vm.tags.insert("team".to_owned(), "factory".to_owned());
    }
}

/// The machine leaves the factory, which the list does not know yet.
fn leave_the_factory(app: &TestApp, name: &str) {
    app.azure.world().vms.iter_mut().find(|vm| vm.name == name).expect("it is there").tags.clear();
}

fn reason(fate: &Fate) -> &str {
    match fate {
        Fate::Refused { reason } | Fate::Failed { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_tag_that_was_taken_away_counts_at_once() {
    let app = TestApp::start_in(with_a_factory).await;
    let lara = app.sign_in("laboratory").await;
    let wanted = merge(&[443], &[]);
    let planned = plan(&app, &lara, &FACTORY, &wanted).await;
    assert!(planned.items.iter().all(|item| item.obstacle.is_none()), "{planned:?}");
    leave_the_factory(&app, "web-1");
    let done = over(&app, &lara, begin(&lara, &planned, &wanted).await.id).await;
    assert_eq!(fates(&done), [("web-1", "refused"), ("app-1", "done")]);
    assert!(reason(&done.items[0].fate).contains("you may not see it"), "{done:?}");
    assert_eq!(writes(&app), 1);
}

#[tokio::test]
async fn what_was_begun_is_not_gone_on_with_for_whoever_may_no_more() {
    let app = TestApp::start_in(with_a_factory).await;
    let lara = app.sign_in("laboratory").await;
    let wanted = set(&[443]);
    let planned: ChangePlan = plan(&app, &lara, &FACTORY, &wanted).await;
    let (before, sent) = (at_azure(&app, "web-1"), writes(&app));
    app.azure
        .fail_next(Fault::always(Trouble::Conflict).method(Method::PUT).on("/jitNetworkAccessPolicies/"));
    let begun = begin(&lara, &planned, &wanted).await;
    app.until(SignedDuration::ZERO, async || (sent + 2 <= writes(&app)).then_some(())).await;
    let (app, [lara]) = app.restart([lara]).await;
    app.azure.faults().clear();
    leave_the_factory(&app, "web-1");
    let done = over(&app, &lara, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "failed"), ("app-1", "done")]);
    assert!(reason(&done.items[0].fate).contains("you may not see it"), "{done:?}");
    assert_eq!(at_azure(&app, "web-1"), before);
    let told = outcomes(&app, begun.id).await;
    let mut words: Vec<&str> = told.values().map(String::as_str).collect();
    words.sort_unstable();
    assert_eq!(words, ["done", "unknown"], "both are told of");
}

#[tokio::test]
async fn what_never_began_in_an_hour_does_not_begin_any_more() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[443]);
    let planned = plan(&app, &ada, &["web-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let stopped = app.stop();
    stopped.wait(SignedDuration::from_mins(61));
    let app = stopped.start().await;
    held.give_back(&app).await;
    let ada = app.sign_in("admin").await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "failed")]);
    assert!(reason(&done.items[0].fate).contains("too long ago"), "{done:?}");
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn a_machine_that_is_there_again_keeps_its_policy() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let gone = app.azure.world().vms.iter().find(|vm| vm.name == "app-1").expect("it is there").clone();
    app.azure.world().vms.remove(&gone.id);
    app.wait(SignedDuration::from_mins(5));
    let forget = json!("forget");
    let planned = app
        .until(SignedDuration::from_secs(30), async || {
            let planned = plan(&app, &ada, &["app-1"], &forget).await;
            planned.items[0].obstacle.is_none().then_some(planned)
        })
        .await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &forget).await;
    assert_eq!(fates(&look(&ada, begun.id).await), [("app-1", "waiting")]);
    app.azure.world().vms.insert(gone);
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("app-1", "refused")]);
    assert!(reason(&done.items[0].fate).contains("exists by now"), "{done:?}");
    assert_eq!(writes(&app), 0);
}
