//! What cannot be read is refused, with the field and a sentence, and gets nowhere near Azure.

use serde_json::{Value, json};
use shared::access::NewAccess;
use shared::problem::{Problem, ProblemKind};
use tests::TestApp;
use tests::app::Visitor;

/// Somebody who posts a wish that has been spoilt.
struct Clumsy {
    app: TestApp,
    olga: Visitor,
}

impl Clumsy {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        Self { app, olga }
    }

    /// What they are told. Azure never hears of it.
    async fn is_told(&self, spoil: impl FnOnce(&mut Value)) -> Problem {
        let mut wish = self.app.wish("web-1", 3389);
        spoil(&mut wish);
        let problem = self.olga.post("/api/access-requests", &wish).await.problem();
        assert!(self.app.initiates().is_empty(), "Azure was asked: {problem:?}");
        problem
    }

    /// The same, where the value of one field is none of its kind.
    async fn is_told_of(&self, field: &str, spoil: impl FnOnce(&mut Value)) {
        let problem = self.is_told(spoil).await;
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{problem:?}");
        let fields: Vec<&str> = problem.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, [field], "{problem:?}");
    }
}

#[tokio::test]
async fn what_is_not_the_id_of_a_machine() {
    let clumsy = Clumsy::new().await;
    let group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/web-rg";
    for id in [
        json!("web-1"),
        json!(""),
        json!(7),
        json!(null),
        json!(format!("{group}/providers/Microsoft.Network/networkSecurityGroups/web-nsg")),
        json!(format!("{group}/providers/Microsoft.Compute/virtualMachines/web-1/start")),
        json!(format!("{group}/providers/Microsoft.Compute/virtualMachines/..")),
        json!(format!("{group}/providers/Microsoft.Compute/virtualMachines/web-1?api-version=1")),
        json!(format!("{group}/providers/Microsoft.Compute/virtualMachines/web%2D1")),
        json!("https://evil.example/subscriptions/1"),
    ] {
        clumsy.is_told_of("vms[0].vm", |wish| wish["vms"][0]["vm"] = id).await;
    }
}

#[tokio::test]
async fn what_is_not_a_port() {
    let clumsy = Clumsy::new().await;
    for port in [json!(0), json!(65_536), json!(-1), json!(3389.5), json!("3389x"), json!("ssh"), json!(null)]
    {
        clumsy.is_told_of("vms[0].ports[0]", |wish| wish["vms"][0]["ports"] = json!([port])).await;
    }
}

#[tokio::test]
async fn what_is_not_a_duration_that_access_can_last() {
    let clumsy = Clumsy::new().await;
    for duration in [
        json!("-PT1H"),
        json!("PT0S"),
        json!("PT4M"),
        json!("PT24H1M"),
        json!("PT90S"),
        json!("P9999999999D"),
        json!("1 hour"),
        json!("3h"),
        json!(""),
        json!(60),
        json!(null),
    ] {
        clumsy.is_told_of("duration", |wish| wish["duration"] = duration).await;
    }
}

#[tokio::test]
async fn what_is_not_an_address_or_range() {
    let clumsy = Clumsy::new().await;
    for source in [
        json!("home"),
        json!(""),
        json!("203.0.113"),
        json!("203.0.113.256"),
        json!("203.0.113.7/33"),
        json!("203.0.113.7/24"),
        json!("203.0.113.7, 203.0.113.8"),
        json!("VirtualNetwork"),
        json!("host.example"),
        json!(["203.0.113.7"]),
        json!(null),
    ] {
        clumsy.is_told_of("source", |wish| wish["source"] = source).await;
    }
}

#[tokio::test]
async fn a_reason_that_is_more_than_a_line() {
    let clumsy = Clumsy::new().await;
    for reason in [
        "INC1\r\nX-Injected: 1".to_owned(),
        "INC1\u{2028}more".to_owned(),
        format!("INC1 {}", "x".repeat(200)),
    ] {
        clumsy.is_told_of("reason", |wish| wish["reason"] = json!(reason)).await;
    }
}

#[tokio::test]
async fn a_field_that_nobody_knows() {
    let clumsy = Clumsy::new().await;
    clumsy.is_told_of("endTimeUtc", |wish| wish["endTimeUtc"] = json!("2099-01-01T00:00:00Z")).await;
    let field = "vms[0].allowedSourceAddressPrefix";
    clumsy.is_told_of(field, |wish| wish["vms"][0]["allowedSourceAddressPrefix"] = json!("*")).await;
}

#[tokio::test]
async fn a_field_that_is_missing() {
    let clumsy = Clumsy::new().await;
    for field in ["vms", "source", "duration"] {
        clumsy.is_told_of(field, |wish| _ = wish.as_object_mut().unwrap().remove(field)).await;
    }
    let ports = |wish: &mut Value| _ = wish["vms"][0].as_object_mut().unwrap().remove("ports");
    clumsy.is_told_of("vms[0].ports", ports).await;
}

#[tokio::test]
async fn a_list_is_no_object_whose_fields_have_no_names() {
    let clumsy = Clumsy::new().await;
    let positional = |wish: &mut Value| {
        let (vms, source, duration) = (wish["vms"].clone(), wish["source"].clone(), wish["duration"].clone());
        *wish = json!([vms, source, duration, "INC0012345"]);
    };
    let problem = clumsy.is_told(positional).await;
    assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{problem:?}");
    let target = |wish: &mut Value| wish["vms"][0] = json!([wish["vms"][0]["vm"], [3389]]);
    clumsy.is_told_of("vms[0]", target).await;
    clumsy.is_told_of("vms", |wish| wish["vms"] = wish["vms"][0].clone()).await;
}

#[tokio::test]
async fn more_ports_than_anybody_needs_are_told_once_and_not_kept() {
    let clumsy = Clumsy::new().await;
    let problem = clumsy.is_told(|wish| wish["vms"][0]["ports"] = json!(vec![3389; 10_000])).await;
    assert_eq!((problem.status, problem.kind), (422, ProblemKind::Guardrail), "{problem:?}");
    let fields: Vec<&str> = problem.violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["vms[0].ports"]);
    let trail = clumsy.app.store.entries().before(i64::MAX, 100).await.unwrap();
    let longest = trail.iter().map(|entry| format!("{entry:?}").len()).max().unwrap();
    assert!(longest < 4096, "an entry of {longest} characters");
}

#[tokio::test]
async fn of_many_violations_only_as_many_are_told_as_somebody_can_read() {
    let clumsy = Clumsy::new().await;
    let ports: Vec<u16> = (1..=16).collect();
    let problem = clumsy
        .is_told(|wish| {
            let vms = ["web-1", "app-1", "lab-1", "inner-1"]
                .map(|vm| json!({ "vm": clumsy.app.vm(vm), "ports": ports }));
            wish["vms"] = json!(vms);
        })
        .await;
    assert_eq!(problem.violations.len(), Problem::MOST_VIOLATIONS, "{problem:?}");
}

#[tokio::test]
async fn no_machine_or_too_many_or_one_twice() {
    let clumsy = Clumsy::new().await;
    let problem = clumsy.is_told(|wish| wish["vms"] = json!([])).await;
    assert!((400..500).contains(&problem.status), "{problem:?}");
    assert_eq!(problem.violations[0].field, "vms");
    let problem = clumsy
        .is_told(|wish| {
            let vm = wish["vms"][0].clone();
            wish["vms"] = Value::Array(vec![vm; NewAccess::MOST_VMS + 1]);
        })
        .await;
    assert!((400..500).contains(&problem.status), "{problem:?}");
    assert_eq!(problem.violations[0].field, "vms");
    let problem = clumsy
        .is_told(|wish| {
            let vm = wish["vms"][0].clone();
            wish["vms"].as_array_mut().unwrap().push(vm);
        })
        .await;
    assert!((400..500).contains(&problem.status), "{problem:?}");
    assert!(problem.violations[0].field.starts_with("vms[1]"), "{problem:?}");
}
