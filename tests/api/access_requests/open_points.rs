//! What nobody outside Microsoft knows for certain about Azure: the product copes either way.

use serde_json::json;
use shared::access::{AccessRequest, CreatedAccess, Status};
use simulator::world::{Behaviour, Replaces, SourceRule};
use tests::TestApp;
use tests::app::{Visitor, minutes};

async fn app_where(change: impl FnOnce(&mut Behaviour)) -> TestApp {
    TestApp::start_in(|world| change(&mut world.behaviour)).await
}

async fn opened(app: &TestApp, who: &Visitor, vm: &str, source: &str) -> AccessRequest {
    let mut wish = app.wish(vm, 3389);
    wish["source"] = json!(source);
    let created: CreatedAccess = who.post_accepting("/api/access-requests", wish).await.json();
    let mut events = who.follow(created.items[0].id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. }) || status.is_final()).await
}

#[tokio::test]
async fn an_address_inside_the_policys_range_is_opened_or_refused_with_azures_words() {
    for (rule, opens) in [(SourceRule::Subset, true), (SourceRule::Exact, false)] {
        let app = app_where(|behaviour| behaviour.source_rule = rule).await;
        let olga = app.sign_in("operator").await;
        let request = opened(&app, &olga, "office-1", "198.51.100.7").await;
        match request.status {
            Status::Open { .. } => assert!(opens),
            Status::Refused { reason, .. } => {
                assert!(!opens && reason.starts_with("Azure refused"), "{reason}");
                assert!(reason.contains("request 198.51.100.0/24"), "{reason}");
            }
            other => panic!("{rule:?}: {other:?}"),
        }
        assert_eq!(app.initiates().len(), 1, "{rule:?}");
    }
}

#[tokio::test]
async fn what_azure_takes_only_as_a_whole_is_offered_as_a_whole_once_that_is_known() {
    let app = app_where(|behaviour| behaviour.source_rule = SourceRule::Exact).await;
    let olga = app.sign_in("operator").await;
    opened(&app, &olga, "office-1", "198.51.100.7").await;

    let mut wish = app.wish("office-1", 3389);
    wish["source"] = json!("198.51.100.7");
    let problem = olga.post("/api/access-requests", &wish).await.problem();

    let [violation] = &problem.violations[..] else { panic!("{problem:?}") };
    assert_eq!((violation.field.as_str(), violation.offer.as_deref()), ("source", Some("198.51.100.0/24")));
    assert_eq!(app.initiates().len(), 1, "Azure is not asked again for what it refuses");
    let whole = opened(&app, &olga, "office-1", violation.offer.as_deref().unwrap()).await;
    assert!(matches!(whole.status, Status::Open { .. }), "{:?}", whole.status);

    // The refusal may have had another reason: after an hour Azure is asked again.
    app.wait(minutes(61));
    let again = opened(&app, &olga, "office-1", "198.51.100.8").await;
    assert!(matches!(again.status, Status::Refused { .. }), "{:?}", again.status);
    assert_eq!(app.initiates().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_one_whatever_its_status_and_code() {
    for (status, code) in [(400, "BadRequest"), (409, "JitConflict"), (422, "Whatever")] {
        let app = app_where(|behaviour| {
            behaviour.source_rule = SourceRule::Exact;
            behaviour.refusal_status = status;
            code.clone_into(&mut behaviour.refusal_code);
        })
        .await;
        let request = opened(&app, &app.sign_in("operator").await, "office-1", "198.51.100.7").await;
        assert!(matches!(request.status, Status::Refused { .. }), "{status}: {:?}", request.status);
        assert_eq!(app.initiates().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn who_replaces_whom_is_read_from_azure_and_not_guessed() {
    for (replaces, stays) in
        [(Replaces::SamePort, false), (Replaces::SameSource, true), (Replaces::SameRequestor, false)]
    {
        let app = app_where(|behaviour| behaviour.replaces = replaces).await;
        let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
        let hers = opened(&app, &olga, "web-1", "192.0.2.7").await;
        opened(&app, &otto, "web-1", "192.0.2.99").await;
        let path = format!("/api/access-requests/{}", hers.id);
        let hers: AccessRequest = olga.get(&path).await.json();
        let is_open = matches!(hers.status, Status::Open { .. });
        let admitted = app.azure.admits("web-1", 3389, "192.0.2.7".parse().unwrap());
        assert_eq!((is_open, admitted), (stays, stays), "{replaces:?}: {:?}", hers.status);
    }
}
