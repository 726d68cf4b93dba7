//! “Why can't I?”: what would become of a request, and what each rule makes of it.

use shared::explanation::{AccessExplanation, Obstacle};
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::Visitor;

async fn explained(app: &TestApp, who: &Visitor, vm: &str, query: &str) -> AccessExplanation {
    let explanation = who.get(&format!("{}/access-explanation?{query}", app.vm_path(vm))).await.json();
    assert!(app.initiates().is_empty(), "asking why opens nothing");
    explanation
}

const FINE: &str = "port=3389&source=192.0.2.7&duration=PT1H&reason=INC0012345";

#[tokio::test]
async fn the_rule_that_lets_it_through_is_named() {
    let app = TestApp::start().await;
    let told = explained(&app, &app.sign_in("operator").await, "web-1", FINE).await;
    assert!(told.allowed && !told.broad && told.violations.is_empty(), "{told:?}");
    assert_eq!(told.rule.as_deref(), Some("Operators"));
    assert_eq!((told.rules.len(), told.rules[0].obstacles.len()), (1, 0), "no other rule is told of");
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_rule_by_rule_and_only_of_rules_about_the_caller() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let told = explained(&app, &olga, "web-1", "port=3389&source=192.0.2.0/24&duration=PT3H").await;
    assert!(!told.allowed && told.rule.is_none(), "{told:?}");
    let [operators] = &told.rules[..] else { panic!("{told:?}") };
    let fields: Vec<&str> = operators
        .obstacles
        .iter()
        .map(|obstacle| match obstacle {
            Obstacle::Limit { violation } => violation.field.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(fields, ["duration", "source", "reason"]);

    let rita = app.sign_in("reader").await;
    let told = explained(&app, &rita, "web-1", FINE).await;
    let [readers] = &told.rules[..] else { panic!("{told:?}") };
    assert!(matches!(&readers.obstacles[..], [Obstacle::Verb { detail }] if detail.contains("Readers")));
}

#[tokio::test]
async fn what_azures_policy_does_not_allow_is_told_apart() {
    let app = TestApp::start().await;
    let told = explained(&app, &app.sign_in("operator").await, "office-1", FINE).await;
    assert!(!told.allowed && told.rule.as_deref() == Some("Operators"), "{told:?}");
    assert_eq!(told.violations[0].offer.as_deref(), Some("198.51.100.0/24"));
}

#[tokio::test]
async fn whoever_may_not_see_a_machine_is_not_told_why() {
    let app = TestApp::start().await;
    for name in ["stranger", "laboratory", "helpdesk"] {
        let path = format!("{}/access-explanation?{FINE}", app.vm_path("app-1"));
        let problem = app.sign_in(name).await.get(&path).await.problem();
        assert_eq!(problem.kind, ProblemKind::NotFound, "{name}");
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_understood_names_its_field() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for (query, field) in [
        ("port=0&source=192.0.2.7", "port"),
        ("port=22&source=here", "source"),
        ("port=22&source=192.0.2.7&duration=always", "duration"),
        ("port=22&source=192.0.2.7&reason=", "reason"),
        ("port=22&source=192.0.2.7&requested_for=%0a", "requested_for"),
    ] {
        let path = format!("{}/access-explanation?{query}", app.vm_path("app-1"));
        let problem = olga.get(&path).await.problem();
        assert_eq!((problem.status, problem.violations[0].field.as_str()), (400, field), "{query}");
    }
}
