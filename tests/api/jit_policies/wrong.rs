//! What is refused, in words, with nothing done.

use http::StatusCode;
use serde_json::{Value, json};
use shared::problem::ProblemKind;
use simulator::world::Plan;
use tests::TestApp;

use super::{at_azure, path, port, ports, read, set, writes};

#[tokio::test]
async fn each_field_is_told_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "web-1").await;
    let with = |field: &str, value: Value| {
        let mut port = port(22);
        port[field] = value;
        json!({ "ports": [port] })
    };
    for (status, policy, field) in [
        (422, json!({ "ports": [] }), "ports"),
        (422, json!({ "ports": [port(22), port(22)] }), "ports[1].port"),
        (422, with("sources", json!([])), "ports[0].sources"),
        (422, with("sources", json!(["*", "203.0.113.7"])), "ports[0].sources"),
        (400, with("sources", json!(["203.0.113.7/24"])), "ports[0].sources[0]"),
        (400, with("sources", json!(["example.com"])), "ports[0].sources[0]"),
        (400, with("port", json!(0)), "ports[0].port"),
        (400, with("port", json!("22")), "ports[0].port"),
        (400, with("protocol", json!("ICMP")), "ports[0].protocol"),
        (400, with("longest", json!("PT25H")), "ports[0].longest"),
        (400, with("longest", json!("PT4M")), "ports[0].longest"),
        (400, with("name", json!("ssh")), "ports[0].name"),
    ] {
        let answer = set(&app, &ada, "web-1", &seen.version, &policy).await;
        let problem = answer.problem();
        assert_eq!(answer.status.as_u16(), status, "{policy}: {problem:?}");
        assert_eq!(problem.violations[0].field, field, "{policy}: {problem:?}");
    }
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn whoever_does_not_say_what_they_have_seen_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let path = path(&app, "web-1");
    let blind = ada.change(&path, ("x-nothing", "said"), Some(&ports(&[22]))).await;
    assert_eq!(
        (blind.status, blind.problem().kind),
        (StatusCode::PRECONDITION_REQUIRED, ProblemKind::Malformed)
    );
    for condition in [("if-match", "*"), ("if-match", "\"7\""), ("if-none-match", "\"7\"")] {
        let answer = ada.change(&path, condition, Some(&ports(&[22]))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{condition:?}");
        answer.problem();
    }
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn only_who_may_configure_does() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "web-1").await;
    for (who, status) in [("operator", 403), ("reader", 403), ("laboratory", 404), ("stranger", 404)] {
        let somebody = app.sign_in(who).await;
        let answer = set(&app, &somebody, "web-1", &seen.version, &ports(&[22])).await;
        assert_eq!(answer.status.as_u16(), status, "{who}");
        answer.problem();
        let trail = app.store.entries().before(i64::MAX, 1).await.unwrap();
        assert_eq!(trail[0].content.body["wanted"], "configure", "{who} is on record");
    }
    assert!(!read(&app, &app.sign_in("operator").await, "web-1").await.may_configure);
    assert_eq!(writes(&app), 0);
}

#[tokio::test]
async fn a_machine_that_azure_would_not_protect_is_told_why() {
    let app = TestApp::start_in(|world| {
        world.nics.iter_mut().filter(|nic| nic.id.contains("bare-1")).for_each(|nic| nic.nsg = None);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "bare-1").await;
    let unfiltered = set(&app, &ada, "bare-1", &seen.version, &ports(&[22])).await.problem();
    assert_eq!(unfiltered.kind, ProblemKind::Guardrail);
    assert!(unfiltered.detail.contains("No network security group"), "{unfiltered:?}");
    assert_eq!(writes(&app), 0);

    let app = TestApp::start_in(|world| {
        let production = world.subscriptions.values_mut().find(|one| one.name == "Production");
        production.expect("it is in this world").plan = Plan::Free;
    })
    .await;
    let ada = app.sign_in("admin").await;
    let seen = read(&app, &ada, "bare-1").await;
    let plan = set(&app, &ada, "bare-1", &seen.version, &ports(&[22])).await.problem();
    assert_eq!(plan.kind, ProblemKind::Conflict);
    assert!(plan.detail.contains("Defender for Servers Plan 2"), "{plan:?}");
    assert!(at_azure(&app, "bare-1").is_empty());
}

#[tokio::test]
async fn a_name_that_is_too_long_for_both_is_told() {
    let long = "a-very-long-name-of-a-linux-machine-that-somebody-made";
    let app = TestApp::start_in(|world| {
        let machine =
            simulator::world::NewVm::linux(long).group("web-rg").public("203.0.113.99".parse().unwrap());
        world.add_vm(machine.subscription("Production")).unwrap();
    })
    .await;
    let ada = app.sign_in("admin").await;
    let answer = ada.get(&path(&app, long)).await.problem();
    assert_eq!(answer.violations[0].field, "vm");
    assert!(answer.detail.contains("56 characters"), "{answer:?}");
}
