//! What a process leaves behind, and whoever goes on with it.

use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use shared::policy_change::{ChangePlan, Fate, PolicyChange};
use simulator::world::{NewAssignment, World};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::Visitor;
use tests::database::Kind;

use super::races::hold;
use super::{apart, at_azure, begin, fates, look, outcomes, over, plan, set, start, writes};

/// Begins a change whose answer from Azure is late, and returns once Azure has done it.
async fn begun_and_not_told(app: &TestApp, ada: &Visitor) -> PolicyChange {
    let wanted = set(&[443]);
    let planned: ChangePlan = plan(app, ada, &["web-1", "app-1"], &wanted).await;
    let late = Trouble::LateAnswer(SignedDuration::from_mins(5));
    app.azure.fail_next(Fault::next(late).method(Method::PUT).on("/jitNetworkAccessPolicies/").times(2));
    let begun = begin(ada, &planned, &wanted).await;
    app.until(SignedDuration::ZERO, async || {
        (at_azure(app, "web-1") == [443] && at_azure(app, "app-1") == [443]).then_some(())
    })
    .await;
    begun
}

#[tokio::test]
async fn the_next_start_tells_what_became_of_it_and_writes_nothing_again() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let begun = begun_and_not_told(&app, &ada).await;
    let (app, [ada]) = app.restart([ada]).await;
    app.azure.faults().clear();
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("app-1", "done")]);
    assert_eq!(writes(&app), 2, "one for each policy");
    assert_eq!(outcomes(&app, begun.id).await.len(), 2);
}

#[tokio::test]
async fn what_had_not_begun_is_begun_by_the_next_start() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[443]);
    let planned = plan(&app, &ada, &["web-1", "app-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let (app, [ada]) = app.restart([ada]).await;
    assert_eq!(fates(&look(&ada, begun.id).await), [("web-1", "waiting"), ("app-1", "waiting")]);
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("app-1", "done")]);
    assert_eq!(writes(&app), 2);
}

#[tokio::test]
async fn another_replica_goes_on_with_what_one_leaves() {
    let mut app = TestApp::start_on_set_in(Kind::Postgres, "", apart).await;
    let replica = app.replica().await;
    let ada = app.sign_in("admin").await;
    let begun = begun_and_not_told(&app, &ada).await;
    let ada = replica.stand_before(&ada);
    app.kill();
    app.azure.faults().clear();
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("app-1", "done")]);
    assert_eq!(writes(&app), 2);
    assert_eq!(outcomes(&app, begun.id).await.len(), 2);
}

#[tokio::test]
async fn two_replicas_do_not_do_the_same_change_twice() {
    let app = TestApp::start_on_set_in(Kind::Postgres, "", apart).await;
    let replica = app.replica().await;
    let ada = app.sign_in("admin").await;
    let there = replica.stand_before(&ada);
    let wanted = set(&[443]);
    let planned = plan(&app, &ada, &["web-1", "app-1", "office-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    // Time enough for the other one to look for what is left.
    app.wait(SignedDuration::from_secs(20));
    assert_eq!(look(&there, begun.id).await.items[0].fate, Fate::Waiting);
    held.give_back(&app).await;
    let done = over(&app, &there, begun.id).await;
    assert!(done.items.iter().all(|item| item.fate == Fate::Done), "{done:?}");
    assert_eq!(writes(&app), 3);
    assert_eq!(outcomes(&app, begun.id).await.len(), 3);
}

fn with_rights(world: &mut World) {
    apart(world);
    let to = "admin@contoso.com".to_owned();
    world
        .assign(&NewAssignment { to, role: "Owner".to_owned(), on: "Production".to_owned() })
        .expect("both are there");
}

#[tokio::test]
async fn in_the_name_of_a_person_it_goes_on_while_their_session_lasts() {
    let app = TestApp::start_delegated(with_rights).await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[443]);
    let planned = plan(&app, &ada, &["web-1", "app-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let (app, [ada]) = app.restart([ada]).await;
    held.give_back(&app).await;
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("app-1", "done")]);
    let written = super::calls(&app).into_iter().filter(super::is_write);
    assert!(written.into_iter().all(|call| call.principal == "admin@contoso.com"));
}

#[tokio::test]
async fn and_says_that_it_needs_them_once_they_are_gone() {
    let app = TestApp::start_delegated(with_rights).await;
    let (ada, later) = (app.sign_in("admin").await, app.sign_in("admin").await);
    let wanted = set(&[443]);
    let planned = plan(&app, &ada, &["web-1", "app-1"], &wanted).await;
    let held = hold(&app, &planned).await;
    let begun = begin(&ada, &planned, &wanted).await;
    let mine: serde_json::Value = ada.get("/api/sessions").await.json();
    let own =
        mine["items"].as_array().unwrap().iter().find(|session| session["current"] == json!(true)).unwrap();
    let path = format!("/api/sessions/{}", own["id"].as_str().unwrap());
    let (app, [ada, later]) = app.restart([ada, later]).await;
    assert_eq!(ada.delete(&path).await.status.as_u16(), 204);
    held.give_back(&app).await;
    let done = over(&app, &later, begun.id).await;
    for item in &done.items {
        let Fate::Failed { reason } = &item.fate else { panic!("{done:?}") };
        assert!(reason.contains("sign in and try it again"), "{reason}");
    }
    assert_eq!(writes(&app), 0);
}
