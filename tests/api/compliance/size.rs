//! Ten thousand machines.

use std::time::Instant;

use simulator::World;
use simulator::world::{NewAssignment, NewPolicyAssignment, NewSubscription, NewVm};
use tests::TestApp;

use super::page;

const SUBSCRIPTIONS: usize = 10;
const MACHINES: usize = 10_000;

fn large(world: &mut World) {
    for number in 0..SUBSCRIPTIONS {
        let name = format!("Large {number}");
        let new = NewSubscription {
            management_group: Some("laboratories".to_owned()),
            ..NewSubscription::named(&name)
        };
        world.add_subscription(new).expect("it is new");
        let role = NewAssignment { to: "Postern".to_owned(), role: "Postern".to_owned(), on: name.clone() };
        world.assign(&role).expect("there is such a role");
        let assignment = NewPolicyAssignment {
            ago: jiff::SignedDuration::from_hours(2),
            ..NewPolicyAssignment::named("jit", &name)
        };
        world.add_policy_assignment(&assignment).expect("it fits the world");
        for machine in 0..MACHINES / SUBSCRIPTIONS {
            let vm = NewVm::linux(&format!("vm-{number}-{machine}")).subscription(&name).group("large-rg");
            world.add_vm(vm).expect("it is new");
        }
    }
}

#[tokio::test]
#[ignore = "`make bench` measures"]
async fn measure_compliance_over_ten_thousand_machines() {
    let app = TestApp::start_in(large).await;
    let lara = app.sign_in("laboratory").await;
    // The list of machines is there before anybody asks how they comply.
    app.while_time_passes(lara.get("/api/vms?limit=1")).await;
    let calls = || app.azure.requests().len();
    let before = calls();
    let begun = Instant::now();
    let first = app.while_time_passes(page(&lara, "limit=100")).await;
    let (cold, asked) = (begun.elapsed(), calls() - before);
    let begun = Instant::now();
    let second = app.while_time_passes(page(&lara, "limit=100&facets=no&by=owner")).await;
    let warm = begun.elapsed();
    eprintln!(
        "compliance over {} machines in {SUBSCRIPTIONS} subscriptions: {asked} calls, {} ms the first time, {} ms after that ({} calls)",
        first.total,
        cold.as_millis(),
        warm.as_millis(),
        calls() - before - asked,
    );
    assert!(MACHINES <= first.total as usize && first.total == second.total);
    // Two for each subscription, and one more for each further thousand states.
    assert!(asked <= (SUBSCRIPTIONS + 1) * 3, "{asked} calls");
}
