//! Machines and people with addresses of IPv6.

use serde_json::json;
use shared::access::{CreatedAccess, Status};
use shared::preflight::{Preflight, Reach};
use shared::problem::{ProblemKind, Violation};
use shared::vm::VmDetails;
use simulator::world::{NewNic, NewPolicy, NewVm};
use tests::TestApp;
use tests::app::Visitor;

const THEIRS: &str = "2001:db8:7::7";

/// Next to the usual machines, one with addresses of both families and one that only IPv6 gets to.
async fn start() -> TestApp {
    TestApp::start_in(|world| {
        for (name, public) in [("dual-1", Some("203.0.113.90")), ("six-1", None::<&str>)] {
            let nic = NewNic {
                private_v6: "2001:db8:1::90".parse().ok(),
                public: public.and_then(|address| address.parse().ok()),
                public_v6: "2001:db8:2::90".parse().ok(),
                nsg: Some(format!("{name}-nsg")),
                make_nsg: true,
                ..NewNic::default()
            };
            let vm = NewVm::windows(name).subscription("Production").group("web-rg").nics(vec![nic]);
            world.add_vm(vm).expect("there is no other of that name");
            let policy = NewPolicy::of(&[name], &[3389]).named(name);
            world.add_policy(&policy).expect("the machine is there");
        }
    })
    .await
}

/// What is wrong with a request from `source`.
async fn refused(app: &TestApp, olga: &Visitor, vm: &str, source: &str) -> Violation {
    let mut wish = app.wish(vm, 3389);
    wish["source"] = json!(source);
    let problem = olga.post("/api/access-requests", &wish).await.problem();
    assert_eq!((problem.status, problem.kind), (422, ProblemKind::Guardrail), "{problem:?}");
    assert!(app.initiates().is_empty());
    let [violation] = &problem.violations[..] else { panic!("one violation, not {problem:?}") };
    violation.clone()
}

#[tokio::test]
async fn a_machine_shows_its_addresses_of_both_families() {
    let app = start().await;
    let olga = app.sign_in("operator").await;
    let dual: VmDetails = olga.get(&app.vm_path("dual-1")).await.json();
    assert_eq!(dual.vm.public_address, "203.0.113.90".parse().ok());
    assert_eq!(dual.public_ipv6, "2001:db8:2::90".parse().ok());
    assert_eq!(dual.private_ipv6, "2001:db8:1::90".parse().ok());
    let other: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    assert_eq!((other.public_ipv6, other.private_ipv6), (None, None));
}

#[tokio::test]
async fn whoever_comes_from_ipv6_is_let_in_and_led_there() {
    let app = start().await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("dual-1", 3389);
    wish["source"] = json!(THEIRS);
    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    let request = &created.items[0];
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;

    let file = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text();
    assert!(file.contains("full address:s:[2001:db8:2::90]:3389"), "{file}");
    let path = format!("{}/preflight?port=3389&source=", app.vm_path("dual-1"));
    let theirs: Preflight = olga.get(&format!("{path}{THEIRS}")).await.json();
    assert_eq!(theirs.reach, Reach::Accessible);
    let others: Preflight = olga.get(&format!("{path}192.0.2.7")).await.json();
    assert!(matches!(others.reach, Reach::Blocked { .. }), "{:?}", others.reach);
}

#[tokio::test]
async fn a_source_of_a_family_in_which_the_machine_has_no_address_is_refused() {
    let app = start().await;
    let olga = app.sign_in("operator").await;
    let violation = refused(&app, &olga, "web-1", THEIRS).await;
    assert_eq!((violation.field.as_str(), violation.offer.as_deref()), ("source", Some("192.0.2.7")));
    assert!(violation.detail.contains("of IPv6, and 203.0.113.80 has an address of IPv4 only"));
    let violation = refused(&app, &olga, "six-1", "192.0.2.7").await;
    assert_eq!((violation.field.as_str(), violation.offer), ("source", None));
    assert!(violation.detail.contains("of IPv4, and 2001:db8:2::90 has an address of IPv6 only"));

    let path = format!("{}/preflight?port=3389&source={THEIRS}", app.vm_path("web-1"));
    let Reach::Unreachable { reason } = olga.get(&path).await.json::<Preflight>().reach else {
        panic!("there is no way")
    };
    assert!(reason.contains("no IPv6 address"), "{reason}");
}

#[tokio::test]
async fn a_machine_without_a_public_address_may_be_reached_in_other_ways() {
    let app = start().await;
    let mut wish = app.wish("inner-1", 3389);
    wish["source"] = json!(THEIRS);
    let answer = app.sign_in("operator").await.post("/api/access-requests", &wish).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
}

#[tokio::test]
async fn an_address_of_ipv4_is_one_however_it_is_written() {
    let app = start().await;
    let olga = app.sign_in("operator").await;
    for hidden in
        ["::ffff:10.0.0.1", "::ffff:10.0.0.1/128", "::ffff:127.0.0.1/128", "::ffff:0:0/96", "::192.0.2.7"]
    {
        assert_eq!(refused(&app, &olga, "dual-1", hidden).await.field, "source", "{hidden}");
    }
    let mut wish = app.wish("dual-1", 3389);
    wish["source"] = json!("::ffff:192.0.2.7/128");
    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    assert_eq!(created.items[0].source.to_string(), "192.0.2.7");
    let asked = app.initiates().remove(0).body;
    assert!(asked.contains("\"192.0.2.7\""), "{asked}");
}
