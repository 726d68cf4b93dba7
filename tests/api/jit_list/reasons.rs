//! Why just-in-time access cannot be set up on a machine, and what is said where that is not known.

use jiff::SignedDuration;
use shared::defender::DefenderPlan;
use shared::jit_list::{JitPage, Severity, Standing};
use shared::vm::{Unsupported, VmDetails, VmPage};
use simulator::world::{Assessment, NewNic, NewSubnet, NewVm, NewVnet, Plan};
use simulator::{Fault, Trouble, World};
use tests::TestApp;
use tests::app::Visitor;

use super::{add, listed, more_machines, names, only};

fn reason(page: &JitPage) -> &str {
    match &only(page).standing {
        Standing::Unsupported(Unsupported { reason, remedy }) => {
            assert!(remedy.ends_with('.'), "{remedy}");
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_have_it_says_why_and_who_can_do_something() {
    let app = TestApp::start_in(|world| {
        more_machines(world);
        let production = world.subscriptions.values_mut().find(|one| one.name == "Laboratory");
        let laboratory = production.expect("it is in this world");
        (laboratory.plan, laboratory.trial) = (Plan::Free, jiff::SignedDuration::from_hours(720));
        for name in ["left-1", "off-2"] {
            add(world, name, NewNic { nsg: Some("ssh-nsg".to_owned()), ..NewNic::default() });
        }
        let id = world.vm("left-1").expect("it was added").id.clone();
        world.vms.get_mut(&id).expect("it was added").plan = Some(Plan::P1);
        let id = world.vm("off-2").expect("it was added").id.clone();
        world.vms.get_mut(&id).expect("it was added").assessment = Some(Assessment {
            code: "NotApplicable".to_owned(),
            cause: "OffByPolicy".to_owned(),
            description: String::new(),
        });
        let lab = NewVm::linux("lab-2").subscription("Laboratory").group("lab-rg");
        world.add_vm(lab).expect("there is no other of that name");
    })
    .await;
    let olga = app.sign_in("operator").await;
    for (vm, words) in [
        ("naked-1", "No network security group stands before this VM"),
        ("lab-2", "The subscription Laboratory has no plan of Microsoft Defender for Servers"),
        ("left-1", "This VM is left out of Microsoft Defender for Servers Plan 2"),
        ("off-2", "switched off for this VM by the security policy"),
    ] {
        let page = listed(&olga, &format!("tab=unsupported&q={vm}")).await;
        assert!(reason(&page).contains(words), "{vm}: {}", reason(&page));
        // The machine's own page says the same.
        let details: VmDetails = olga.get(&app.vm_path(vm)).await.json();
        assert_eq!(details.unsupported.expect(vm).reason, reason(&page));
    }
    let page = listed(&olga, "").await;
    assert!(names(&page).contains(&"lab-1"), "what a policy names is configured, whatever is paid for");
    let [laboratory, production] = &page.plans[..] else { panic!("{:?}", page.plans) };
    assert_eq!((laboratory.plan, laboratory.trial_days), (Some(DefenderPlan::Free), Some(30)));
    assert!(laboratory.step.as_ref().is_some_and(|step| step.contains("Plan 2") && step.contains("30 days")));
    assert_eq!((production.plan, &production.step), (Some(DefenderPlan::Plan2), &None));
    assert!(!laboratory.may_enable, "no rule lets her");
    let lara = listed(&app.sign_in("laboratory").await, "").await;
    let plans: Vec<_> = lara.plans.iter().map(|plan| (plan.machines, plan.may_enable)).collect();
    assert_eq!(plans, [(2, true)]);
}

#[tokio::test]
async fn a_machine_is_not_called_safe_for_what_stands_before_one_of_its_interfaces() {
    let app = TestApp::start_in(|world| {
        let shut = NewNic { nsg: Some("twin-nsg".to_owned()), make_nsg: true, ..NewNic::default() };
        let alone = NewNic { nsg: Some("lone-nsg".to_owned()), ..shut.clone() };
        add(world, "lone-1", alone);
        let twin = NewVm::linux("twin-1").subscription("Production").group("more-rg");
        world.add_vm(twin.nics(vec![shut, NewNic::default()])).expect("there is no other of that name");
        without(world, &["Microsoft.Security/assessments/read"]);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let page = listed(&ada, "tab=not-configured&q=lone").await;
    let Standing::NotConfigured { severity, .. } = &only(&page).standing else { panic!("{page:?}") };
    assert_eq!(*severity, Severity::Healthy);
    let page = listed(&ada, "tab=not-configured&q=twin").await;
    let Standing::NotConfigured { severity, reason } = &only(&page).standing else { panic!("{page:?}") };
    assert_eq!(*severity, Severity::Unknown);
    assert!(reason.contains("Postern looks at the rules before the primary one"), "{reason}");
}

/// A network with a subnet for a firewall, and `cell-1` in another subnet of it, behind no group.
fn behind(policy: Option<&'static str>) -> impl FnOnce(&mut World) {
    move |world| {
        let subnet = |name: &str, range: &str| NewSubnet {
            name: name.to_owned(),
            prefixes: vec![range.parse().expect("it is a range")],
            nsg: None,
        };
        let network = NewVnet {
            name: "edge-vnet".to_owned(),
            subscription: Some("Production".to_owned()),
            group: "edge-rg".to_owned(),
            location: "westeurope".to_owned(),
            space: vec!["10.9.0.0/16".parse().expect("it is a range")],
            subnets: vec![subnet("cells", "10.9.1.0/24"), subnet("AzureFirewallSubnet", "10.9.254.0/26")],
        };
        world.add_vnet(network).expect("there is no other of that name");
        let firewall = simulator::world::NewFirewall {
            name: "edge".to_owned(),
            subscription: Some("Production".to_owned()),
            group: "edge-rg".to_owned(),
            vnet: "edge-vnet".to_owned(),
            public: "203.0.113.99".parse().expect("it is an address"),
            subnets: vec!["cells".to_owned()],
            policy: policy.map(str::to_owned),
        };
        world.add_firewall(firewall).expect("its network is there");
        add(world, "cell-1", NewNic { subnet: Some("edge-vnet/cells".to_owned()), ..NewNic::default() });
    }
}

#[tokio::test]
async fn a_firewall_with_classic_rules_will_do_and_one_with_a_policy_will_not() {
    let app = TestApp::start_in(behind(Some("hub"))).await;
    let ada = app.sign_in("admin").await;
    let page = listed(&ada, "tab=unsupported").await;
    assert!(
        reason(&page).starts_with(
            "The Azure Firewall edge in this VM's network is managed by the firewall policy hub"
        )
    );

    let app = TestApp::start_in(behind(None)).await;
    let page = listed(&app.sign_in("admin").await, "tab=not-configured&q=cell").await;
    let Standing::NotConfigured { severity, reason } = &only(&page).standing else { panic!("{page:?}") };
    // Its rules are not read, so Defender's verdict counts.
    assert_eq!(*severity, Severity::Healthy);
    assert!(reason.contains("Defender for Cloud finds that it is not needed"), "{reason}");
}

#[tokio::test]
async fn what_may_not_be_read_is_said_to_be_unknown_and_never_to_be_missing() {
    for (action, words) in [
        ("Microsoft.Network/azureFirewalls/read", "Microsoft.Network/azureFirewalls/read"),
        ("Microsoft.Network/virtualNetworks/read", "Microsoft.Network/virtualNetworks/read"),
    ] {
        let app = TestApp::start_in(|world| {
            behind(None)(world);
            without(world, &[action, "Microsoft.Security/assessments/read"]);
        })
        .await;
        let page = listed(&app.sign_in("admin").await, "tab=not-configured&q=cell").await;
        let Standing::NotConfigured { severity, reason } = &only(&page).standing else { panic!("{page:?}") };
        assert_eq!(*severity, Severity::Unknown, "{action}");
        assert!(reason.contains(words), "{reason}");
        let step = page.plans[0].step.as_deref().unwrap_or_default();
        assert!(step.contains("Microsoft.Security/assessments/read"), "{step}");
    }
}

#[tokio::test]
async fn rules_that_may_not_be_read_make_no_machine_safe() {
    let app = TestApp::start_in(|world| {
        more_machines(world);
        without(world, &["Microsoft.Network/networkSecurityGroups/read"]);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let page = listed(&ada, "tab=not-configured&q=ssh-1").await;
    let Standing::NotConfigured { severity, reason } = &only(&page).standing else { panic!("{page:?}") };
    assert_eq!(*severity, Severity::High, "Defender for Cloud says so");
    assert!(reason.contains("Microsoft.Network/networkSecurityGroups/read"), "{reason}");
    let page = listed(&ada, "q=open-1").await;
    let Standing::Configured(open) = &only(&page).standing else { panic!("{page:?}") };
    assert!(open.risks.is_empty() && open.unsure.is_some(), "{open:?}");
}

#[tokio::test]
async fn a_plan_that_may_not_be_read_is_unknown_and_keeps_nobody_out() {
    let app = TestApp::start_in(|world| {
        more_machines(world);
        for subscription in world.subscriptions.values_mut() {
            subscription.plan = Plan::Free;
        }
        without(world, &["Microsoft.Security/pricings/read"]);
    })
    .await;
    let page = listed(&app.sign_in("admin").await, "tab=not-configured").await;
    assert_eq!(names(&page), ["bare-1", "rdp-1", "ssh-1"]);
    assert_eq!(page.plans[0].plan, None);
    assert!(
        page.plans[0].step.as_deref().is_some_and(|step| step.contains("Microsoft.Security/pricings/read"))
    );
}

#[tokio::test]
async fn machines_whose_policies_cannot_be_read_are_in_no_tab_and_counted() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("jitNetworkAccessPolicies"));
    let page = listed(&app.sign_in("admin").await, "").await;
    assert_eq!((page.total, page.counts.unknown), (0, 8));
    assert!(page.unreadable.iter().any(|subscription| subscription.name == "Production"));
    // Nothing but the subscription that her rule is about is any business of hers.
    let rita = app.sign_in("reader").await;
    let page = listed(&rita, "").await;
    let vms: VmPage = rita.get("/api/vms").await.json();
    for unreadable in [page.unreadable, vms.unreadable] {
        let names: Vec<&str> = unreadable.iter().map(|subscription| &*subscription.name).collect();
        assert_eq!(names, ["Production"]);
    }
}

#[tokio::test]
async fn a_subscription_that_may_not_be_read_is_asked_about_less_and_less_until_it_may() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("jitNetworkAccessPolicies"));
    let ada = app.sign_in("admin").await;
    let asked = || {
        let calls = app.azure.requests();
        calls.iter().filter(|call| call.path.contains("jitNetworkAccessPolicies")).count()
    };
    listed(&ada, "").await;
    let each = asked();
    assert!(each > 0);
    for _ in 0..20 {
        loaded_anew(&app, &ada).await;
    }
    assert_eq!(asked(), 5 * each, "at first, and after 1, 3, 7 and 15 minutes");
    app.azure.faults().clear();
    for minute in 21..25 {
        assert!(!loaded_anew(&app, &ada).await.unreadable.is_empty(), "{minute}");
    }
    let page = loaded_anew(&app, &ada).await;
    assert_eq!((page.unreadable.len(), page.counts.unknown), (0, 0));
    loaded_anew(&app, &ada).await;
    assert_eq!(asked(), 7 * each, "and from then on as any other");
}

/// The list after it grew so old that it was loaded again.
async fn loaded_anew(app: &TestApp, by: &Visitor) -> JitPage {
    let before = listed(by, "").await.as_of;
    app.wait(SignedDuration::from_secs(61));
    let anew = async || Some(listed(by, "").await).filter(|page| before < page.as_of);
    app.until(SignedDuration::ZERO, anew).await
}

/// Takes actions away from Postern's identity.
fn without(world: &mut World, actions: &[&str]) {
    let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is in this world");
    role.actions.retain(|known| !actions.contains(&known.as_str()));
}
