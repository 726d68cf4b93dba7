//! Azure on a bad day, at each step.

use http::Method;
use shared::policy_change::PolicyChange;
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::{at_azure, begin, fates, outcomes, over, plan, set, start, writes};

const ON: &str = "/jitNetworkAccessPolicies/";

async fn amid(fault: Fault) -> (TestApp, PolicyChange) {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let wanted = set(&[22, 443]);
    let planned = plan(&app, &ada, &["web-1", "off-1"], &wanted).await;
    app.azure.fail_next(fault);
    let begun = begin(&ada, &planned, &wanted).await;
    let done = over(&app, &ada, begun.id).await;
    (app, done)
}

#[tokio::test]
async fn what_passes_is_waited_for_and_nothing_is_done_twice() {
    for method in [Method::GET, Method::PUT] {
        for trouble in [
            Trouble::Conflict,
            Trouble::PreconditionFailed,
            Trouble::Busy,
            Trouble::Throttled { retry_after: Some(5) },
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
            let fault = Fault::next(trouble.clone()).method(method.clone()).on(ON).times(1);
            let (app, done) = amid(fault).await;
            assert_eq!(fates(&done), [("web-1", "done"), ("off-1", "done")], "{method} {trouble:?}");
            assert_eq!(at_azure(&app, "web-1"), [22, 443], "{method} {trouble:?}");
            assert_eq!(at_azure(&app, "inner-1"), [3389, 5986], "{method} {trouble:?}");
            let acted = matches!(trouble, Trouble::ActThenCutOff | Trouble::CutOffHalfway | Trouble::BadJson);
            let most = if method == Method::PUT && !acted { 2 } else { 1 };
            assert_eq!(writes(&app), most, "{method} {trouble:?}");
            let outcomes = outcomes(&app, done.id).await;
            assert!(
                outcomes.len() == 2 && outcomes.values().all(|outcome| outcome == "done"),
                "{outcomes:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_stays_is_given_up_and_told_for_each_machine() {
    for (trouble, recorded) in [
        (Trouble::Conflict, "refused"),
        (Trouble::Locked, "refused"),
        (Trouble::Forbidden, "refused"),
        (Trouble::Throttled { retry_after: Some(3600) }, "failed"),
        (Trouble::ServerError(500), "unknown"),
    ] {
        let (app, done) = amid(Fault::always(trouble.clone()).method(Method::PUT).on(ON)).await;
        assert_eq!(fates(&done), [("web-1", "failed"), ("off-1", "failed")], "{trouble:?}");
        let outcomes = outcomes(&app, done.id).await;
        assert!(
            outcomes.len() == 2 && outcomes.values().all(|outcome| outcome == recorded),
            "{trouble:?} {outcomes:?}"
        );
        assert_eq!(at_azure(&app, "web-1"), [3389, 5986], "{trouble:?}");
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_is_not_written() {
    let (app, done) = amid(Fault::always(Trouble::ServerError(500)).method(Method::GET).on(ON)).await;
    assert_eq!(fates(&done), [("web-1", "failed"), ("off-1", "failed")]);
    assert_eq!(writes(&app), 0);
}
