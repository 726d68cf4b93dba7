//! Azure on a bad day, at each step of the way.

use http::Method;
use shared::policy_change::{Meaning, PolicyChange};
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::super::{at_azure, begin, fates, outcomes, over, plan, start};
use super::{SHARED, again, name_of, policies, reason, split, written};

const SHARED_ONE: &str = "/jitNetworkAccessPolicies/default?";
const OWN_ONE: &str = "/jitNetworkAccessPolicies/web-1?";

async fn amid(faults: Vec<Fault>) -> (TestApp, tests::app::Visitor, PolicyChange) {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let planned = plan(&app, &ada, &["web-1", "off-1"], &split()).await;
    for fault in faults {
        app.azure.fail_next(fault);
    }
    let begun = begin(&ada, &planned, &split()).await;
    let done = over(&app, &ada, begun.id).await;
    app.azure.faults().clear();
    (app, ada, done)
}

#[tokio::test]
async fn what_passes_is_waited_for_at_each_step() {
    for (method, on) in
        [(Method::GET, SHARED_ONE), (Method::GET, OWN_ONE), (Method::PUT, SHARED_ONE), (Method::PUT, OWN_ONE)]
    {
        for trouble in [
            Trouble::Conflict,
            Trouble::PreconditionFailed,
            Trouble::Busy,
            Trouble::Throttled { retry_after: Some(90) },
            Trouble::Throttled { retry_after: None },
            Trouble::ServerError(503),
            Trouble::CutOff,
            Trouble::ActThenCutOff,
            Trouble::CutOffHalfway,
            Trouble::BadJson,
        ] {
            let read_is_final =
                matches!(trouble, Trouble::Conflict | Trouble::PreconditionFailed | Trouble::BadJson);
            if method == Method::GET && read_is_final {
                continue;
            }
            let fault = Fault::next(trouble.clone()).method(method.clone()).on(on);
            let (app, _, done) = amid(vec![fault]).await;
            let at = format!("{method} {on} {trouble:?}");
            assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "done")], "{at}: {done:?}");
            for vm in ["web-1", "off-1"] {
                assert_eq!(policies(&app, vm), [vm], "{at}");
                assert_eq!(at_azure(&app, vm), [3389, 5986], "{at}");
            }
            assert_eq!(policies(&app, "inner-1"), [SHARED], "{at}");
            assert_eq!(at_azure(&app, "inner-1"), [3389, 5986], "{at}");
            let acted = matches!(trouble, Trouble::ActThenCutOff | Trouble::CutOffHalfway | Trouble::BadJson);
            let most = if method == Method::PUT && !acted { 5 } else { 4 };
            assert_eq!(written(&app).len(), most, "{at}: nothing is done twice");
            let outcomes = outcomes(&app, done.id).await;
            assert!(
                outcomes.len() == 2 && outcomes.values().all(|outcome| outcome == "done"),
                "{at} {outcomes:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_left_stays_as_it_is() {
    for (trouble, recorded) in [
        (Trouble::Forbidden, "refused"),
        (Trouble::Conflict, "refused"),
        (Trouble::ServerError(500), "unknown"),
    ] {
        let (app, _, done) =
            amid(vec![Fault::always(trouble.clone()).method(Method::PUT).on(SHARED_ONE)]).await;
        assert_eq!(fates(&done), [("web-1", "failed"), ("off-1", "failed")], "{trouble:?}");
        assert!(reason(&done, 1).contains("nothing was done to it"), "{done:?}");
        assert_eq!(
            (policies(&app, "web-1"), policies(&app, "off-1")),
            (vec![SHARED.to_owned()], vec![SHARED.to_owned()])
        );
        assert_eq!(outcomes(&app, done.id).await["web-1"], recorded, "{trouble:?}");
    }
    let (app, _, done) =
        amid(vec![Fault::always(Trouble::ServerError(500)).method(Method::GET).on(SHARED_ONE)]).await;
    assert_eq!(fates(&done), [("web-1", "failed"), ("off-1", "failed")]);
    assert!(written(&app).is_empty(), "what cannot be read is not written");
}

#[tokio::test]
async fn where_its_own_cannot_be_written_it_is_put_back_as_it_was() {
    for trouble in [
        Trouble::Forbidden,
        Trouble::Locked,
        Trouble::ServerError(500),
        Trouble::Throttled { retry_after: Some(3600) },
    ] {
        let (app, ada, done) =
            amid(vec![Fault::always(trouble.clone()).method(Method::PUT).on(OWN_ONE)]).await;
        assert_eq!(fates(&done), [("web-1", "failed"), ("off-1", "failed")], "{trouble:?}");
        let told = reason(&done, 0);
        assert!(told.contains("in the policy again that it shares"), "{told}");
        assert_eq!(told.contains("answer was lost"), trouble == Trouble::ServerError(500), "{told}");
        assert_eq!(policies(&app, "web-1"), [SHARED]);
        assert_eq!(at_azure(&app, "web-1"), [3389, 5986]);
        // Azure may have asked to be left alone.
        app.wait(jiff::SignedDuration::from_hours(1));
        let (_, retried) = again(&app, &ada, &done).await;
        assert_eq!(fates(&retried), [("web-1", "done"), ("off-1", "done")], "{trouble:?}");
        assert_eq!(
            (policies(&app, "web-1"), at_azure(&app, "web-1")),
            (vec!["web-1".to_owned()], vec![3389, 5986])
        );
    }
}

#[tokio::test]
async fn where_it_cannot_even_be_put_back_that_is_said_and_it_can_be_tried_again() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let planned = plan(&app, &ada, &["web-1", "off-1"], &split()).await;
    // It leaves, and from then on Azure takes nothing.
    app.azure.fail_next(Fault::next(Trouble::ActThenCutOff).method(Method::PUT).on(SHARED_ONE));
    app.azure
        .fail_next(Fault::always(Trouble::Forbidden).method(Method::PUT).on("/jitNetworkAccessPolicies/"));
    let done = over(&app, &ada, begin(&ada, &planned, &split()).await.id).await;
    app.azure.faults().clear();
    assert_eq!(fates(&done), [("web-1", "failed"), ("off-1", "failed")]);
    assert!(reason(&done, 0).contains("in no policy now"), "{done:?}");
    assert!(policies(&app, "web-1").is_empty());
    assert_eq!(policies(&app, "off-1"), [SHARED], "nothing more is begun after that");
    let outcomes = outcomes(&app, done.id).await;
    assert_eq!((outcomes["web-1"].as_str(), outcomes["off-1"].as_str()), ("unknown", "failed"));
    let (plan, retried) = again(&app, &ada, &done).await;
    assert_eq!((plan.items[0].means, plan.items[0].from.as_ref()), (Meaning::Split, None));
    assert_eq!(plan.items[0].to.as_ref().map(|to| to.ports.len()), Some(2));
    assert_eq!(fates(&retried), [("web-1", "done"), ("off-1", "done")]);
    assert_eq!(
        (policies(&app, "web-1"), at_azure(&app, "web-1")),
        (vec!["web-1".to_owned()], vec![3389, 5986])
    );
    assert_eq!(name_of(written(&app).last().unwrap()), "off-1");
}
