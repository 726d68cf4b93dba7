//! Whether whoever had it opened gets through.

use serde_json::json;
use shared::access::{AccessRequest, Status};
use shared::handoff::{HandoffView, PreparedHandoff};
use shared::preflight::{PortReach, Reach};
use simulator::world::{Power, PowerState};
use tests::TestApp;
use tests::app::Visitor;

use super::{THERE, path, prepare, redeem, sam, visit, wish};

/// What Ada has prepared on `vm`, opened by Sam; and Sam.
async fn opened(app: &TestApp, vm: &str) -> (Visitor, PreparedHandoff) {
    let mut wish = wish(app);
    wish["vm"] = json!(app.vm(vm));
    let handed = prepare(&app.sign_in("admin").await, &wish).await;
    let sam = sam(app).await;
    let request: AccessRequest = redeem(&sam, &handed).await.json();
    let HandoffView::Opened { reach, .. } = visit(&sam, &handed).await else { panic!("it is his") };
    assert_eq!((request.source.to_string().as_str(), reach), (THERE, vec![]), "it is not open yet");
    let mut events = sam.follow_at(&path(&handed, "events")).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    (sam, handed)
}

async fn reach(sam: &Visitor, handed: &PreparedHandoff) -> Reach {
    let HandoffView::Opened { reach, .. } = visit(sam, handed).await else { panic!("it is his") };
    let [PortReach { port, reach }] = &reach[..] else { panic!("{reach:?}") };
    assert_eq!(port.number(), 3389);
    reach.clone()
}

#[tokio::test]
async fn where_nothing_blocks_them_they_can_connect_unless_the_machine_stops() {
    let app = TestApp::start().await;
    let (sam, handed) = opened(&app, "web-1").await;
    assert_eq!(reach(&sam, &handed).await, Reach::Accessible);
    let stopped = Power::at_rest(PowerState::Deallocated);
    app.azure.world().vms.iter_mut().find(|vm| vm.name == "web-1").unwrap().power = stopped;
    let Reach::Unreachable { reason } = reach(&sam, &handed).await else { panic!("it is off") };
    assert!(reason.contains("does not run") && reason.ends_with("Tell Ada Administrator."), "{reason}");
}

#[tokio::test]
async fn a_rule_that_blocks_them_all_the_same_is_named_to_those_who_may_see_the_machine() {
    let app = TestApp::start().await;
    let (sam, handed) = opened(&app, "shut-1").await;
    let Reach::Unreachable { reason } = reach(&sam, &handed).await else { panic!("it lets nobody in") };
    assert_eq!(
        reason,
        "A rule of the network keeps you out of port 3389, whatever was opened. Tell Ada Administrator, who can see which."
    );
    app.azure.world().person_mut("stranger@contoso.com").unwrap().app_roles = vec!["Reader".to_owned()];
    let sam = super::sam(&app).await;
    let Reach::Blocked { by } = reach(&sam, &handed).await else { panic!("it lets nobody in") };
    assert_eq!((by.nsg.as_str(), by.rule.as_str(), by.priority), ("shut-nsg", "DenyAllInbound", 100));
    assert!(!app.azure.admits("shut-1", 3389, THERE.parse().unwrap()));
}
