//! What stands between somebody and a machine.

use shared::preflight::{Diagnosis, Preflight, Reach, Verdict};
use shared::problem::ProblemKind;
use simulator::world::{Access, Direction, NewRule, Power, PowerState};
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
async fn ports_that_are_opened_together_are_all_looked_at() {
    let app = TestApp::start_in(|world| {
        let keep_out = NewRule {
            name: "DenyWinRm".to_owned(),
            priority: 100,
            access: Access::Deny,
            direction: Direction::Inbound,
            protocol: "Tcp".to_owned(),
            sources: vec!["*".to_owned()],
            destinations: vec!["*".to_owned()],
            ports: vec!["5986".to_owned()],
            description: String::new(),
        };
        let group = world.nsgs.iter_mut().find(|group| group.id.ends_with("/web-nsg"));
        group.expect("it is there").rules.push(keep_out.into());
    })
    .await;
    let ada = app.sign_in("admin").await;
    let seen = async |ports: &str| -> Preflight {
        ada.get(&format!("{}/preflight?port={ports}&source=192.0.2.7", app.vm_path("web-1"))).await.json()
    };
    let alone = seen("3389").await;
    assert_eq!((alone.diagnosis.verdict, alone.also.len()), (Verdict::Fine, 0));
    let both = seen("3389,5986").await;
    assert_eq!((both.port.number(), &both.reach), (3389, &alone.reach));
    let [winrm] = &both.also[..] else { panic!("{both:?}") };
    assert!(winrm.port.number() == 5986 && matches!(winrm.reach, Reach::Blocked { .. }), "{winrm:?}");
    let Diagnosis { headline, verdict, checks, report } = both.diagnosis;
    let blocked = "The inbound rules keep 192.0.2.7 out even once the port is open: rule “DenyWinRm” (priority 100) of web-nsg blocks it.";
    assert_eq!((verdict, headline), (Verdict::Obstacle, format!("Port 5986: {blocked}")));
    let told = checks.last().expect("there are some");
    assert_eq!((told.name.as_str(), told.finding.as_str()), ("Port 5986", blocked));
    assert!(told.fix.is_some() && report.contains("| Port 5986 | **in the way** |"), "{report}");

    app.azure.world().vms.iter_mut().find(|vm| vm.name == "web-1").unwrap().power =
        Power::at_rest(PowerState::Stopped);
    let checks = seen("3389,5986").await.diagnosis.checks;
    assert!(checks.iter().all(|check| check.name != "Port 5986"), "that is said once: {checks:?}");
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
        "?port=3389,&source=192.0.2.7",
        "?port=3389,ssh&source=192.0.2.7",
        "?port=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17&source=192.0.2.7",
    ] {
        let problem = olga.get(&format!("{}/preflight{query}", app.vm_path("web-1"))).await.problem();
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{query}");
        assert_eq!(problem.violations.len(), 1, "{query}: {problem:?}");
    }
}
