//! What stands between somebody and a machine.

use shared::preflight::{Diagnosis, Preflight, Reach, Verdict};
use shared::problem::ProblemKind;
use tests::TestApp;

async fn preflight(app: &TestApp, vm: &str, source: &str) -> Preflight {
    let path = format!("{}/preflight?port=3389&source={source}", app.vm_path(vm));
    app.sign_in("operator").await.get(&path).await.json()
}

#[tokio::test]
async fn before_a_request_jits_own_rule_keeps_the_port_closed() {
    let app = TestApp::start().await;
    let seen = preflight(&app, "web-1", "192.0.2.7").await;
    let Reach::Blocked { by } = seen.reach else { panic!("{:?}", seen.reach) };
    assert!(by.made_by_jit && by.nsg == "web-nsg", "{by:?}");
    assert!(seen.exposed_by.is_empty());
}

#[tokio::test]
async fn a_rule_that_lets_everybody_in_is_named() {
    let app = TestApp::start().await;
    let seen = preflight(&app, "open-1", "192.0.2.7").await;
    assert_eq!(seen.reach, Reach::Accessible);
    let [exposing] = &seen.exposed_by[..] else { panic!("{:?}", seen.exposed_by) };
    assert_eq!((exposing.rule.as_str(), exposing.priority), ("AllowAnyRdp", 300));
    let headline = seen.diagnosis.headline;
    assert!(headline.starts_with("You need no request: rule “AllowAnyRdp” (priority 300)"), "{headline}");
}

#[tokio::test]
async fn a_rule_that_keeps_everybody_out_is_named() {
    let app = TestApp::start().await;
    let seen = preflight(&app, "shut-1", "192.0.2.7").await;
    let Reach::Blocked { by } = seen.reach else { panic!("{:?}", seen.reach) };
    assert_eq!((by.nsg.as_str(), by.rule.as_str(), by.made_by_jit), ("shut-nsg", "DenyAllInbound", false));
}

#[tokio::test]
async fn a_diagnosis_names_the_rule_that_will_still_block_once_the_port_is_open() {
    let app = TestApp::start().await;
    let blocked = preflight(&app, "shut-1", "192.0.2.7").await.diagnosis;
    assert!(blocked.headline.contains("even once the port is open: rule “DenyAllInbound”"), "{blocked:?}");
    let free = preflight(&app, "web-1", "192.0.2.7").await.diagnosis;
    assert!(free.headline.starts_with("Nothing stands in the way: request access"), "{free:?}");
    let names: Vec<&str> = free.checks.iter().map(|check| &*check.name).collect();
    assert_eq!(names[..3], ["Permission", "Virtual machine", "Address"]);
    assert!(free.report.starts_with("## Access to web-1 on port 3389 from 192.0.2.7\n"), "{}", free.report);
}

#[tokio::test]
async fn a_diagnosis_says_what_each_person_lacks() {
    let app = TestApp::start().await;
    let of = async |name: &str, vm: &str| -> Diagnosis {
        let path = format!("{}/preflight?port=3389&source=192.0.2.7", app.vm_path(vm));
        app.sign_in(name).await.get(&path).await.json::<Preflight>().diagnosis
    };
    let rita = of("reader", "web-1").await;
    assert_eq!(rita.headline, "No access rule lets you request port 3389 of web-1.");
    assert_eq!(rita.checks[0].verdict, Verdict::Obstacle);
    let off = of("operator", "off-1").await;
    assert!(off.headline.contains("stopped"), "{off:?}");
    assert_eq!(off.checks[1].fix.as_deref(), Some("Start it from this page."));
    let bare = of("operator", "bare-1").await;
    assert!(bare.headline.contains("not set up"), "{bare:?}");
    let office = of("operator", "office-1").await;
    assert!(office.headline.contains("only for 198.51.100.0/24"), "{office:?}");
}

#[tokio::test]
async fn a_preflight_needs_a_port_and_a_source() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for query in [
        "",
        "?port=3389",
        "?source=192.0.2.7",
        "?port=0&source=192.0.2.7",
        "?port=3389&source=home",
        "?port=3389&source=192.0.2.7&x=1",
    ] {
        let problem = olga.get(&format!("{}/preflight{query}", app.vm_path("web-1"))).await.problem();
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{query}");
        assert_eq!(problem.violations.len(), 1, "{query}: {problem:?}");
    }
}
