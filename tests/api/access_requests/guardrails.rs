//! What can be read and may not be done: every reason at once, each at its field.

use serde_json::{Value, json};
use shared::explanation::AccessExplanation;
use shared::preflight::{Preflight, Reach};
use shared::problem::{Problem, ProblemKind, Violation};
use shared::vm::VmDetails;
use simulator::world::{NewNic, NewPolicy, NewVm};
use tests::TestApp;
use tests::app::Visitor;

/// What somebody is told who wants too much. Azure never hears of it.
async fn told(app: &TestApp, who: &Visitor, wish: &Value) -> Problem {
    let problem = who.post("/api/access-requests", wish).await.problem();
    assert!(app.initiates().is_empty(), "Azure was asked: {problem:?}");
    problem
}

/// The one thing that is wrong with a wish of the operator for a machine.
async fn the_violation(vm: &str, port: u16, change: impl FnOnce(&mut Value)) -> Violation {
    let app = TestApp::start().await;
    let mut wish = app.wish(vm, port);
    change(&mut wish);
    let problem = told(&app, &app.sign_in("operator").await, &wish).await;
    assert_eq!((problem.status, problem.kind), (422, ProblemKind::Guardrail), "{problem:?}");
    let [violation] = &problem.violations[..] else { panic!("one violation, not {problem:?}") };
    violation.clone()
}

#[tokio::test]
async fn a_port_that_the_policy_does_not_cover() {
    let violation = the_violation("web-1", 22, |_| ()).await;
    assert_eq!(violation.field, "vms[0].ports[0]");
    assert!(violation.detail.contains("3389, 5986"), "{violation:?}");
}

#[tokio::test]
async fn a_port_that_the_policy_covers_and_the_rule_does_not() {
    let violation = the_violation("web-1", 5986, |_| ()).await;
    assert_eq!(violation.field, "vms[0].ports[0]");
    assert!(violation.detail.contains("Operators"), "{violation:?}");
}

#[tokio::test]
async fn longer_than_the_rule_allows() {
    let violation = the_violation("web-1", 3389, |wish| wish["duration"] = json!("PT2H1M")).await;
    assert_eq!((violation.field.as_str(), violation.offer.as_deref()), ("duration", Some("PT2H")));
}

#[tokio::test]
async fn longer_than_the_policy_allows() {
    let violation = the_violation("office-1", 3389, |wish| {
        wish["source"] = json!("198.51.100.7");
        wish["duration"] = json!("PT1H1M");
    })
    .await;
    assert_eq!((violation.field.as_str(), violation.offer.as_deref()), ("duration", Some("PT1H")));
}

#[tokio::test]
async fn an_address_that_the_policy_does_not_allow_gets_one_offered_that_it_does() {
    let violation = the_violation("office-1", 3389, |_| ()).await;
    assert_eq!((violation.field.as_str(), violation.offer.as_deref()), ("source", Some("198.51.100.0/24")));
}

#[tokio::test]
async fn a_range_wider_than_the_rule_allows() {
    for source in ["192.0.2.0/31", "192.0.0.0/8", "2001:db8::/64", "*", "0.0.0.0/0", "::/0", "128.0.0.0/1"] {
        let violation = the_violation("web-1", 3389, |wish| wish["source"] = json!(source)).await;
        assert_eq!(violation.field, "source", "{source}");
    }
}

#[tokio::test]
async fn an_address_that_nobody_comes_from() {
    for source in ["127.0.0.1", "::1", "0.0.0.0", "127.1.2.3"] {
        let violation = the_violation("web-1", 3389, |wish| wish["source"] = json!(source)).await;
        assert_eq!(violation.field, "source", "{source}");
    }
}

#[tokio::test]
async fn a_reason_that_is_missing_or_not_of_the_form_expected() {
    let missing =
        the_violation("web-1", 3389, |wish| _ = wish.as_object_mut().unwrap().remove("reason")).await;
    assert_eq!(missing.field, "reason");
    let formless = the_violation("web-1", 3389, |wish| wish["reason"] = json!("because")).await;
    assert_eq!(formless.field, "reason");
    assert!(formless.detail.contains("Ticket number, such as INC0012345"), "{formless:?}");
}

#[tokio::test]
async fn a_machine_without_a_policy() {
    let violation = the_violation("bare-1", 22, |_| ()).await;
    assert_eq!(violation.field, "vms[0].vm");
    assert!(violation.detail.contains("not set up"), "{violation:?}");
}

#[tokio::test]
async fn a_machine_that_no_security_group_stands_before() {
    // A second interface that has one is not where people are led to.
    let app = TestApp::start_in(|world| {
        let led_to = NewNic { public: "203.0.113.91".parse().ok(), ..NewNic::default() };
        let other = NewNic { nsg: Some("naked-nsg".to_owned()), make_nsg: true, ..NewNic::default() };
        let vm = NewVm::windows("naked-1").subscription("Production").group("naked-rg");
        world.add_vm(vm.nics(vec![led_to, other])).expect("there is no other of that name");
        world.add_policy(&NewPolicy::of(&["naked-1"], &[3389])).expect("the machine is there");
    })
    .await;
    let olga = app.sign_in("operator").await;
    let problem = told(&app, &olga, &app.wish("naked-1", 3389)).await;
    let [violation] = &problem.violations[..] else { panic!("one violation, not {problem:?}") };
    assert_eq!(violation.field, "vms[0].vm");
    assert!(violation.detail.contains("No network security group stands before this VM"), "{violation:?}");

    let path = app.vm_path("naked-1");
    let details: VmDetails = olga.get(&path).await.json();
    assert!(
        details.unsupported.is_some_and(|told| violation.detail.contains(&told.reason)),
        "the page says so"
    );
    let seen: Preflight = olga.get(&format!("{path}/preflight?port=3389&source=192.0.2.7")).await.json();
    assert_eq!(seen.reach, Reach::Unfiltered, "the page says the same");
    let explained: AccessExplanation =
        olga.get(&format!("{path}/access-explanation?port=3389&source=192.0.2.7&reason=INC1")).await.json();
    assert!(!explained.allowed && explained.violations == problem.violations, "{explained:?}");
}

#[tokio::test]
async fn no_port_at_all_and_one_port_twice() {
    let none = the_violation("web-1", 3389, |wish| wish["vms"][0]["ports"] = json!([])).await;
    assert_eq!(none.field, "vms[0].ports");
    let twice = the_violation("web-1", 3389, |wish| wish["vms"][0]["ports"] = json!([3389, 3389])).await;
    assert_eq!(twice.field, "vms[0].ports[1]");
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::start().await;
    let mut wish = app.wish("office-1", 22);
    wish["source"] = json!("192.0.2.0/24");
    wish["duration"] = json!("PT9H");
    wish.as_object_mut().unwrap().remove("reason");
    let problem = told(&app, &app.sign_in("operator").await, &wish).await;
    let mut fields: Vec<&str> = problem.violations.iter().map(|violation| violation.field.as_str()).collect();
    fields.dedup();
    assert_eq!(fields, ["vms[0].ports[0]", "duration", "source", "reason"], "{problem:?}");
    for violation in &problem.violations {
        assert!(!violation.detail.is_empty(), "{problem:?}");
    }
}

#[tokio::test]
async fn somebody_who_may_only_look() {
    let app = TestApp::start().await;
    let problem = told(&app, &app.sign_in("reader").await, &app.wish("web-1", 3389)).await;
    assert!(matches!(problem.kind, ProblemKind::Forbidden | ProblemKind::Guardrail), "{problem:?}");
    assert!(problem.detail.contains("access rule") || problem.violations[0].detail.contains("access rule"));
}

#[tokio::test]
async fn a_machine_that_one_may_not_see_is_answered_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (olga, sam) = (app.sign_in("operator").await, app.sign_in("stranger").await);
    let mut missing = app.wish("vault-1", 3389);
    missing["vms"][0]["vm"] = json!(app.vm("vault-1").to_string().replace("vault-1", "vault-2"));

    let answers = [
        olga.post("/api/access-requests", &app.wish("vault-1", 3389)).await,
        olga.post("/api/access-requests", &missing).await,
        sam.post("/api/access-requests", &app.wish("web-1", 3389)).await,
    ];

    let [first, rest @ ..] = answers;
    assert_eq!((first.status.as_u16(), first.problem().kind), (404, ProblemKind::NotFound));
    for other in rest {
        assert_eq!(other.whole(), first.whole());
    }
    assert!(app.initiates().is_empty());
}
