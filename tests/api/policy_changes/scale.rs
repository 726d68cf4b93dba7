//! Five hundred machines in sixty policies, under Azure's limits.

use jiff::SignedDuration;
use shared::policy_change::Fate;
use simulator::world::{NewPolicy, NewVm, World};
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::{at_azure, begin, calls, is_write, merge, over_by, plan};

const MACHINES: usize = 500;
const POLICIES: usize = 60;

fn name(index: usize) -> String {
    format!("bulk-{index:03}")
}

/// Machines that share policies, some more and some fewer.
fn build(world: &mut World) {
    for policy in 0..POLICIES {
        let indices = (policy..MACHINES).step_by(POLICIES);
        let ids: Vec<String> = indices
            .map(|index| {
                let vm =
                    NewVm::linux(&name(index)).subscription("Production").group(&format!("bulk-{policy:02}"));
                world.add_vm(vm).expect("the name is new")
            })
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        world.add_policy(&NewPolicy::of(&ids, &[22])).expect("the machines were added");
    }
}

/// What a change of all of them took.
struct Taken {
    /// Calls that wrote a policy, and were not refused.
    written: usize,
    /// Calls that read one, and were not refused.
    read: usize,
    /// Calls that Azure refused because they were too many.
    refused: usize,
}

async fn take(change: u16, trouble: Option<Fault>) -> Taken {
    let app = TestApp::start_in(build).await;
    let ada = app.sign_in("admin").await;
    let names: Vec<String> = (0..MACHINES).map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wanted = merge(&[change], &[]);
    let planned = plan(&app, &ada, &names, &wanted).await;
    let (before, asked_at) = (calls(&app).len(), app.now());
    if let Some(trouble) = trouble {
        app.azure.fail_next(trouble.on("/jitNetworkAccessPolicies/"));
    }
    let begun = begin(&ada, &planned, &wanted).await;
    // A look at so many machines takes longer than they do; there is no need for one a second.
    let done = over_by(&app, &ada, begun.id, SignedDuration::from_secs(10)).await;
    let took = app.now().duration_since(asked_at);
    assert!(done.items.iter().all(|item| item.fate == Fate::Done), "{done:?}");
    for vm in names.iter().step_by(37) {
        assert_eq!(at_azure(&app, vm), [22, change], "{vm}");
    }
    let calls = &calls(&app)[before..];
    let refused = calls.iter().filter(|call| call.status == 429).count();
    let single =
        calls.iter().filter(|call| call.status != 429 && call.path.contains("/jitNetworkAccessPolicies/"));
    let (written, read): (Vec<_>, Vec<_>) = single.partition(|call| is_write(call));
    let (written, read) = (written.len(), read.len());
    eprintln!(
        "{MACHINES} machines in {POLICIES} policies: {written} writes and {read} reads, where {POLICIES} and {} are the least, and {refused} refused; {took:#} by the clock of the test",
        2 * POLICIES
    );
    Taken { written, read, refused }
}

#[tokio::test]
async fn five_hundred_machines_take_three_calls_for_each_of_their_policies() {
    let Taken { written, read, refused } = take(443, None).await;
    assert_eq!((written, read, refused), (POLICIES, 2 * POLICIES, 0));
}

#[tokio::test]
async fn under_throttling_each_policy_is_still_written_once() {
    let throttled = Trouble::Throttled { retry_after: Some(7) };
    let Taken { written, read, refused } = take(8443, Some(Fault::share(20, throttled))).await;
    assert_eq!(written, POLICIES);
    assert!(0 < refused && read <= 2 * POLICIES + refused, "{read} reads, {refused} refused");
}
