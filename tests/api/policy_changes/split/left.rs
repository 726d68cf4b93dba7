//! A process dies with machines on their way, and another goes on.

use http::Method;
use jiff::SignedDuration;
use shared::policy_change::PolicyChange;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::Visitor;
use tests::database::Kind;

use super::super::{apart, at_azure, begin, fates, outcomes, over, plan, start};
use super::{SHARED, policies, split, written};

/// Begins, and returns once the first machine has left the shared policy, with nothing more done.
async fn half_way(app: &TestApp, ada: &Visitor, own: Trouble) -> PolicyChange {
    let planned = plan(app, ada, &["web-1", "off-1"], &split()).await;
    app.azure.fail_next(Fault::next(own).method(Method::PUT).on("/jitNetworkAccessPolicies/web-1?"));
    let asked = app.until_azure_is_asked("/jitNetworkAccessPolicies/web-1?");
    let begun = begin(ada, &planned, &split()).await;
    asked.await;
    app.until(SignedDuration::ZERO, async || {
        (!policies(app, "web-1").contains(&SHARED.to_owned())).then_some(())
    })
    .await;
    begun
}

fn each_has_its_own(app: &TestApp) {
    for vm in ["web-1", "off-1"] {
        assert_eq!((policies(app, vm), at_azure(app, vm)), (vec![vm.to_owned()], vec![3389, 5986]), "{vm}");
    }
    assert_eq!(policies(app, "inner-1"), [SHARED]);
}

#[tokio::test]
async fn the_next_start_finishes_what_was_half_done() {
    for own in
        [Trouble::Slow(SignedDuration::from_mins(5)), Trouble::LateAnswer(SignedDuration::from_mins(5))]
    {
        let app = start().await;
        let ada = app.sign_in("admin").await;
        let begun = half_way(&app, &ada, own).await;
        let (app, [ada]) = app.restart([ada]).await;
        app.azure.faults().clear();
        let done = over(&app, &ada, begun.id).await;
        assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "done")]);
        each_has_its_own(&app);
        let shared = written(&app).iter().filter(|call| super::name_of(call) == SHARED).count();
        assert_eq!(shared, 2, "each leaves once");
        assert_eq!(outcomes(&app, begun.id).await.len(), 2);
    }
}

#[tokio::test]
async fn another_replica_finishes_it() {
    let mut app = TestApp::start_on_set_in(Kind::Postgres, "", apart).await;
    let replica = app.replica().await;
    let ada = app.sign_in("admin").await;
    let begun = half_way(&app, &ada, Trouble::Slow(SignedDuration::from_mins(5))).await;
    let ada = replica.stand_before(&ada);
    app.kill();
    app.azure.faults().clear();
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "done")]);
    each_has_its_own(&app);
    assert_eq!(outcomes(&app, begun.id).await.len(), 2);
}

#[tokio::test]
async fn what_somebody_removes_that_had_not_left_is_not_brought_back() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let begun = half_way(&app, &ada, Trouble::Slow(SignedDuration::from_mins(5))).await;
    {
        let mut world = app.azure.world();
        let mut shared = world.policies().iter().find(|policy| super::is_shared(policy)).unwrap().clone();
        shared.machines.retain(|machine| !machine.id.ends_with("/off-1"));
        world.put_policy(shared);
    }
    let (app, [ada]) = app.restart([ada]).await;
    app.azure.faults().clear();
    let done = over(&app, &ada, begun.id).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "overtaken")]);
    assert!(at_azure(&app, "off-1").is_empty());
    assert_eq!(at_azure(&app, "web-1"), [3389, 5986]);
}
