//! Access through a Bastion that is made to last longer, or closed early.

use shared::access::{AccessRequest, CreatedAccess, Ending, Status};
use tests::TestApp;
use tests::app::minutes;

use super::world::{HUB, HUB_RANGE, hub, wish};

#[tokio::test]
async fn it_is_extended_for_the_range_that_the_bastion_has_by_then_and_closed() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let olga = app.sign_in("operator").await;
    let created: CreatedAccess = olga.post("/api/access-requests", &wish(&app, "inner-1", 3389)).await.json();
    let open = &created.items[0];
    let mut events = olga.follow(open.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(40));

    let longer: AccessRequest = olga.extend(open.id, "PT1H").await.json();

    assert_eq!((longer.extends, longer.bastion.clone()), (Some(open.id), HUB.parse().ok()));
    assert_eq!((longer.source.to_string().as_str(), longer.broad), (HUB_RANGE, false));
    let mut events = olga.follow(longer.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.wait(minutes(30));
    let bastion = "10.9.255.4".parse().expect("it is an address");
    assert!(app.azure.admits("inner-1", 3389, bastion), "past the old end");

    olga.close(longer.id).await.json::<AccessRequest>();

    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
    assert!(!app.azure.admits("inner-1", 3389, bastion));
    let shortened = app.initiates().pop().expect("Azure was asked").json();
    assert_eq!(shortened["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefix"], HUB_RANGE);
}

#[tokio::test]
async fn a_bastion_that_is_gone_extends_nothing_and_what_is_open_can_be_closed() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let olga = app.sign_in("operator").await;
    let created: CreatedAccess = olga.post("/api/access-requests", &wish(&app, "inner-1", 3389)).await.json();
    let open = &created.items[0];
    let mut events = olga.follow(open.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    app.azure.world().bastions.remove(HUB);
    app.wait(minutes(10));

    let problem = olga.extend(open.id, "PT2H").await.problem();

    assert!(problem.violations[0].detail.contains("does not reach this VM"), "{problem:?}");
    olga.close(open.id).await.json::<AccessRequest>();
    let ended = app.hurry(&mut events, Status::is_final).await;
    assert!(matches!(ended.status, Status::Ended { how: Ending::Closed, .. }), "{ended:?}");
}
