//! What machines with a policy were used for lately, and what lets people past it.

use jiff::SignedDuration;
use shared::access::Status;
use shared::jit_list::{Configured, Standing};
use shared::port::Port;
use tests::TestApp;
use tests::app::Visitor;

use super::{listed, names, only};

async fn configured(who: &Visitor, vm: &str) -> Configured {
    let page = listed(who, &format!("q={vm}")).await;
    match &only(&page).standing {
        Standing::Configured(configured) => configured.clone(),
        other => panic!("{other:?}"),
    }
}

/// `web-1` once the list shows it like this.
async fn once(app: &TestApp, who: &Visitor, is: impl Fn(&Configured) -> bool) -> Configured {
    app.until(SignedDuration::from_secs(20), async || Some(configured(who, "web-1").await).filter(&is)).await
}

#[tokio::test]
async fn a_policy_says_what_it_covers_and_with_how_many_it_is_shared() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let web = configured(&ada, "web-1").await;
    let ports: Vec<u16> = web.ports.iter().map(|rule| rule.port.number()).collect();
    assert_eq!((ports, web.shared_with, web.firewall), (vec![3389, 5986], 6, false));
    assert!(web.policy_id.ends_with("/jitNetworkAccessPolicies/default"), "{}", web.policy_id);
    assert_eq!((web.approved, web.last_access, web.last_user, web.open), (0, None, None, vec![]));
}

#[tokio::test]
async fn whoever_was_in_last_is_named_to_themselves_and_to_those_who_may_audit() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let other = app.sign_in("other").await;
    let opened = olga.open("web-1", 3389).await;
    let mut events = olga.follow(opened.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let now = once(&app, &ada, |web| web.approved == 1).await;
    assert_eq!(now.last_user.as_deref(), Some("operator@contoso.com"), "and not Postern's own identity");
    assert_eq!((now.approved, now.open.len(), now.open[0].port), (1, 1, Port::RDP));
    assert!(now.last_access.is_some());
    assert_eq!(configured(&olga, "web-1").await.last_user.as_deref(), Some("operator@contoso.com"));
    let told = configured(&other, "web-1").await;
    assert_eq!((told.last_user, told.approved), (None, 1), "who others are is for auditors");
    assert_eq!(names(&listed(&other, "open=now").await), ["web-1"]);

    app.wait(SignedDuration::from_hours(8 * 24));
    let ada = app.sign_in("admin").await;
    let later = once(&app, &ada, |web| web.approved == 0).await;
    assert_eq!((later.last_access, later.last_user, later.open), (None, None, vec![]));
}

#[tokio::test]
async fn a_rule_that_lets_everybody_past_the_policy_is_a_risk() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let open = configured(&ada, "open-1").await;
    let [risk] = &open.risks[..] else { panic!("{open:?}") };
    assert_eq!(
        (risk.rule.rule.as_str(), risk.rule.nsg.as_str(), risk.rule.priority),
        ("AllowAnyRdp", "open-nsg", 300)
    );
    assert_eq!(risk.ports, [Port::RDP]);
    for vm in ["web-1", "shut-1", "app-1"] {
        let shut = configured(&ada, vm).await;
        assert_eq!((shut.risks, shut.unsure, shut.unsupported), (vec![], None, None), "{vm}");
    }
}
