//! Which Bastion reaches a machine, and what it can do.

use shared::bastion::{Bastion, ByBastion, Sku, Ways};
use shared::preflight::{Preflight, Verdict};
use simulator::world::{BastionSku, NewPeering};
use simulator::{Fault, Trouble, World};
use tests::TestApp;
use tests::app::Visitor;

use super::world::{HUB, HUB_RANGE, bastion, hub, network};

async fn ways(app: &TestApp, visitor: &Visitor, vm: &str) -> Ways {
    visitor.get(&format!("{}/ways", app.vm_path(vm))).await.json()
}

async fn reached(change: impl FnOnce(&mut World), vm: &str) -> Result<Bastion, String> {
    let app = TestApp::start_in(change).await;
    let olga = app.sign_in("operator").await;
    match ways(&app, &olga, vm).await.bastion {
        ByBastion::Reached { bastion } => Ok(bastion),
        ByBastion::Unreached { reason } => Err(reason),
    }
}

#[tokio::test]
async fn a_bastion_in_a_peered_network_of_another_subscription_reaches_the_machine() {
    let found = reached(|world| hub(world, |_| ()), "web-1").await.expect("the test has seen to that");
    assert_eq!(found.id, HUB.parse().expect("the test has seen to that"));
    assert_eq!((found.sku, found.native_client), (Sku::Standard, true));
    assert_eq!(found.network, HUB_RANGE.parse().ok());
    assert!(found.why.contains("web-vnet is peered with"), "{}", found.why);
    assert!(!found.shareable_link, "links are switched off unless the settings say otherwise");
}

#[tokio::test]
async fn what_a_bastion_can_do_depends_on_its_sku_and_on_what_is_switched_on() {
    let basic = reached(
        |world| {
            hub(world, |new| {
                (new.sku, new.tunneling, new.shareable_link) = (BastionSku::Basic, false, false);
            });
        },
        "web-1",
    )
    .await
    .expect("the test has seen to that");
    assert_eq!((basic.sku, basic.native_client), (Sku::Basic, false));
    assert!(basic.network.is_some(), "the portal can be used");
    let premium = reached(|world| hub(world, |new| new.sku = BastionSku::Premium), "web-1")
        .await
        .expect("the test has seen to that");
    assert_eq!((premium.sku, premium.native_client), (Sku::Premium, true));
    let off = reached(|world| hub(world, |new| new.tunneling = false), "web-1")
        .await
        .expect("the test has seen to that");
    assert_eq!((off.sku, off.native_client), (Sku::Standard, false));
}

#[tokio::test]
async fn a_developer_bastion_reaches_its_own_network_alone_and_has_no_range() {
    let make = |new: &mut simulator::world::NewBastion| {
        (new.sku, new.tunneling, new.shareable_link) = (BastionSku::Developer, false, false);
    };
    let reason = reached(|world| hub(world, make), "web-1").await.unwrap_err();
    assert!(reason.contains("No Bastion"), "{reason}");
    let own = reached(
        |world| {
            let mut new = bastion("small", "web-vnet", BastionSku::Developer);
            new.subscription = Some("Production".to_owned());
            world.add_bastion(new).expect("the test has seen to that");
        },
        "web-1",
    )
    .await
    .expect("the test has seen to that");
    assert_eq!((own.sku, own.network, own.native_client), (Sku::Developer, None, false));
    assert!(own.why.contains("no subnet of its own"), "{}", own.why);
}

#[tokio::test]
async fn of_two_bastions_the_one_that_can_do_more_is_told() {
    let found = reached(
        |world| {
            hub(world, |_| ());
            network(world, "a-vnet", "10.8.0.0/16", "10.8.255.0/26");
            let between = ["Production/web-vnet".to_owned(), "Laboratory/a-vnet".to_owned()];
            world
                .add_peering(&NewPeering { between, state: "Connected".to_owned() })
                .expect("the test has seen to that");
            world
                .add_bastion(bastion("a-bastion", "a-vnet", BastionSku::Basic))
                .expect("the test has seen to that");
        },
        "web-1",
    )
    .await
    .expect("the test has seen to that");
    assert_eq!(found.id.name().as_str(), "hub-bastion");
}

#[tokio::test]
async fn without_a_connected_peering_no_bastion_reaches_the_machine() {
    for state in ["Initiated", "Disconnected"] {
        let reason = reached(
            |world| {
                hub(world, |_| ());
                let web = world.vnets.named("web-vnet").expect("the test has seen to that").id.clone();
                world.vnets.get_mut(&web).expect("the test has seen to that").peerings[0].state =
                    state.to_owned();
            },
            "web-1",
        )
        .await
        .unwrap_err();
        assert!(reason.contains("web-vnet"), "{state}: {reason}");
    }
    assert!(reached(|world| hub(world, |_| ()), "lab-1").await.is_err(), "its network has no peering");
    assert!(reached(|_| (), "web-1").await.is_err(), "there is none at all");
}

#[tokio::test]
async fn what_postern_may_not_read_is_said() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let olga = app.sign_in("operator").await;
    app.azure.fail_next(Fault::next(Trouble::Forbidden).on("/virtualNetworks/web-vnet?"));
    let ByBastion::Unreached { reason } = ways(&app, &olga, "web-1").await.bastion else { panic!() };
    assert!(reason.contains("Microsoft.Network/virtualNetworks/read"), "{reason}");
    app.azure.fail_next(Fault::next(Trouble::Forbidden).on("/bastionHosts/hub-bastion"));
    let ByBastion::Unreached { reason } = ways(&app, &olga, "web-1").await.bastion else { panic!() };
    assert!(reason.contains("may not read the Bastion hub-bastion"), "{reason}");
    app.azure.fail_next(Fault::next(Trouble::Forbidden).on("/subnets/AzureBastionSubnet"));
    let ByBastion::Reached { bastion } = ways(&app, &olga, "web-1").await.bastion else { panic!() };
    assert_eq!(bastion.network, None);
    assert!(bastion.why.contains("could not read the subnet"), "{}", bastion.why);
}

#[tokio::test]
async fn a_bastion_that_was_deleted_a_moment_ago_does_not_reach_the_machine() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let olga = app.sign_in("operator").await;
    assert!(matches!(ways(&app, &olga, "web-1").await.bastion, ByBastion::Reached { .. }));
    app.azure.world().bastions.remove(HUB);
    assert!(matches!(ways(&app, &olga, "web-1").await.bastion, ByBastion::Unreached { .. }));
}

#[tokio::test]
async fn whoever_may_not_see_the_machine_learns_nothing() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let sam = app.sign_in("stranger").await;
    let there = sam.get(&format!("{}/ways", app.vm_path("web-1"))).await;
    let nowhere = sam.get(&format!("{}x/ways", app.vm_path("web-1"))).await;
    assert_eq!(there.status, 404);
    assert_eq!(there.problem().detail, nowhere.problem().detail);
}

#[tokio::test]
async fn a_diagnosis_knows_that_one_comes_through_a_bastion() {
    let app = TestApp::start_in(|world| hub(world, |_| ())).await;
    let of = async |name: &str, vm: &str| -> Preflight {
        let path = format!("{}/preflight?port=3389&source={}", app.vm_path(vm), HUB.replace('/', "%2F"));
        app.sign_in(name).await.get(&path).await.json()
    };
    let seen = of("operator", "inner-1").await;
    assert_eq!(seen.source, HUB_RANGE.parse().expect("it is a range"));
    let diagnosis = seen.diagnosis;
    let asking = format!("port 3389 opens for the Bastion hub-bastion ({HUB_RANGE}).");
    assert!(diagnosis.headline.ends_with(&asking), "{}", diagnosis.headline);
    assert!(diagnosis.checks.iter().all(|check| check.verdict == Verdict::Fine), "{diagnosis:#?}");
    let refused = of("admin", "inner-1").await.diagnosis;
    assert!(refused.headline.ends_with("of inner-1 through a Bastion."), "{}", refused.headline);
}
