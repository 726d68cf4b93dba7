//! What was requested past Postern, and what only looks like a request of Postern's.

use http::StatusCode;
use serde_json::json;
use shared::access::Status;
use shared::history::OutsideRequests;
use shared::vm::VmDetails;
use simulator::world::{Request, Sources};
use tests::TestApp;
use tests::app::{Visitor, minutes};

use crate::jit_list::{listed, names};

/// Adds a request to what Azure remembers of `web-1` that differs from the first one there in this.
fn add_past_postern(app: &TestApp, differ: impl FnOnce(&mut Request)) {
    let mut world = app.azure.world();
    let vm = app.vm("web-1").to_string();
    let policy = world.policies_of(&vm).next().expect("one names it").id.clone();
    let requests = &mut world.policy_mut(&policy).expect("it is there").requests;
    let mut request = requests.first().expect("somebody has asked").clone();
    differ(&mut request);
    requests.push(request);
}

async fn outside(who: &Visitor, app: &TestApp) -> OutsideRequests {
    who.get(&format!("{}/outside-requests", app.vm_path("web-1"))).await.json()
}

#[tokio::test]
async fn what_was_requested_past_postern_is_listed_for_a_machine() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let (ours, _) = app.web_for(&olga).await;
    // As somebody did in the Azure portal.
    add_past_postern(&app, |request| {
        request.justification = Some("night shift".to_owned());
        request.requestor = "nina@contoso.com".to_owned();
        request.machines[0].ports[0].sources = Sources::One("198.51.100.9".to_owned());
    });
    let outside = outside(&ada, &app).await;
    let [only] = &outside.items[..] else { panic!("{outside:?}") };
    assert_eq!(
        (only.requestor.as_deref(), only.reason.as_deref(), only.names),
        (Some("nina@contoso.com"), Some("night shift"), None)
    );
    assert_eq!((only.state.as_str(), only.ends_at), ("open", ours.ends_at));
    let path = format!("{}/outside-requests", app.vm_path("web-1"));
    assert_eq!(olga.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_copies_a_justification_is_not_hidden_by_it() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let (ours, _) = app.web_for(&olga).await;
    assert!(outside(&ada, &app).await.items.is_empty(), "that is hers");
    add_past_postern(&app, |request| request.requestor = "nina@contoso.com".to_owned());
    add_past_postern(&app, |request| {
        request.machines[0].ports[0].sources = Sources::One("198.51.100.9".to_owned());
    });
    add_past_postern(&app, |request| request.machines[0].ports[0].number = 5986);
    add_past_postern(&app, |request| request.machines[0].ports[0].ends_at += minutes(30));
    add_past_postern(&app, |request| {
        let text =
            format!("closed early by operator@contoso.com through Postern (closing request {})", ours.id);
        request.justification = Some(text);
        request.machines[0].ports[0].ends_at += minutes(60);
    });

    let outside = outside(&ada, &app).await;

    assert_eq!(outside.items.len(), 5, "{outside:#?}");
    assert!(outside.items.iter().all(|item| item.names == Some(ours.id)), "{outside:#?}");
    let web: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    let hers = web.grants.iter().filter(|grant| grant.mine == Some(ours.id)).count();
    assert_eq!((web.grants.len(), hers), (6, 1), "{:#?}", web.grants);
    let web: VmDetails = ada.get(&app.vm_path("web-1")).await.json();
    let who = |name| web.grants.iter().filter(|grant| grant.requested_by.as_deref() == Some(name)).count();
    assert_eq!((who("operator@contoso.com"), who("nina@contoso.com")), (1, 1), "{:#?}", web.grants);
    // Whoever else asks for the port is told of all of them.
    let mut wish = app.wish("web-1", 3389);
    wish["source"] = json!("192.0.2.99");
    let problem = app.sign_in("other").await.post("/api/access-requests", &wish).await.problem();
    assert_eq!(problem.replaces.len(), 5, "hers, and all on that port: {problem:#?}");
}

#[tokio::test]
async fn what_goes_on_past_postern_is_open_though_it_names_a_request_that_was_closed() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let (ours, mut events) = app.web_for(&olga).await;
    app.wait(minutes(5));
    assert_eq!(olga.close(ours.id).await.status, StatusCode::OK);
    app.hurry(&mut events, Status::is_final).await;
    add_past_postern(&app, |request| {
        let port = &mut request.machines[0].ports[0];
        (port.sources, port.cut) = (Sources::One("198.51.100.9".to_owned()), None);
    });
    app.until(minutes(1), async || (names(&listed(&ada, "open=now").await) == ["web-1"]).then_some(())).await;
    let page = listed(&ada, "q=web-1").await;
    let shared::jit_list::Standing::Configured(web) = &page.items[0].standing else { panic!("{page:?}") };
    assert_eq!(web.open.len(), 1, "and what was closed is closed: {web:?}");
}
