//! Loads the list of machines from all subscriptions.

mod defender;
mod intern;
mod judge;
mod machines;
mod network;
mod policies;
mod refused;
mod usage;

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::{join, join5};
use jiff::Timestamp;
use tracing::warn;
use uuid::Uuid;

use super::ancestry::Ancestry;
use super::rows::{BASTIONS, BastionRow};
use super::snapshot::{About, InventoryVm, ListedBastion, Snapshot};
use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::azure::graph::ResourceGraph;
use crate::azure::security::Pricing;
use crate::azure::subscriptions::Subscription;
use crate::clock::Clock;
use defender::Defender;
use judge::Judge;
use network::Networks;
use policies::Policies;

pub(super) use refused::Refusals;

/// Loads everything. `before` is the list as it was, for what cannot be read just now; `plans` are
/// known better than Resource Graph knows them.
pub(super) async fn load(
    azure: &Azure,
    clock: &Clock,
    before: Option<Arc<Snapshot>>,
    plans: HashMap<Uuid, Pricing>,
) -> Result<Snapshot, ArmError> {
    let as_of = clock.now();
    let subscriptions = azure.subscriptions.list().await?;
    let ids: Vec<Uuid> = subscriptions.iter().map(|subscription| subscription.id).collect();
    let (machines, (networks, mut defender), ancestry, policies, bastions) = join5(
        machines::machines(&azure.graph, &subscriptions),
        join(Networks::load(&azure.graph, &ids), Defender::load(&azure.graph, &ids)),
        Ancestry::load(&azure.graph, &ids),
        Policies::load(&azure.security, &ids, as_of, before.as_ref().map(|before| &before.refusals)),
        bastions(&azure.graph, &ids),
    )
    .await;
    let machines = machines?;
    defender.note_plans(plans);
    ancestry.tell_news(before.as_ref().map(|before| &before.ancestry));
    let assembly =
        Assembly { machines, networks, defender, policies, subscriptions, ancestry, bastions, before };
    // A hundred thousand machines take long enough to sort for others to notice.
    let assembled = tokio::task::spawn_blocking(move || assembly.assemble(as_of)).await;
    assembled.map_err(ArmError::unexpected)
}

/// Everything that a list is put together from.
struct Assembly {
    machines: Vec<InventoryVm>,
    networks: Networks,
    defender: Defender,
    policies: Policies,
    subscriptions: Vec<Subscription>,
    ancestry: Ancestry,
    bastions: Option<Vec<ListedBastion>>,
    before: Option<Arc<Snapshot>>,
}

impl Assembly {
    fn assemble(self, as_of: Timestamp) -> Snapshot {
        let Self { machines, networks, defender, policies, subscriptions, ancestry, bastions, before } = self;
        let unreadable = policies.unreadable(&subscriptions);
        let mut judge = Judge::new(&networks, &defender);
        let vms = machines.into_iter().map(|mut vm| {
            let on_subnet = vm.subnet.as_ref().and_then(|subnet| networks.group_of(subnet));
            vm.nsgs.extend(on_subnet.filter(|group| !vm.nsgs.contains(group)).cloned());
            let earlier = before.as_ref().and_then(|before| before.vm(&vm.vm.id));
            let known = policies.of(&vm.vm.id);
            judge.settle(&mut vm, &known, earlier.map(AsRef::as_ref));
            // A machine that did not change is not kept twice while the lists change places.
            earlier.filter(|earlier| ***earlier == vm).cloned().unwrap_or_else(|| vm.into())
        });
        let vms = vms.collect();
        let (plans, assessed) = defender.into_plans();
        let refusals = policies.refusals;
        let about = About { subscriptions, ancestry, unreadable, refusals, plans, assessed, bastions, as_of };
        Snapshot::new(vms, about)
    }
}

/// The Bastions, if they can be listed.
async fn bastions(graph: &ResourceGraph, ids: &[Uuid]) -> Option<Vec<ListedBastion>> {
    let mut bastions = Vec::new();
    let row = |row: BastionRow| {
        bastions.extend(row.network().map(|network| ListedBastion { id: row.id, network }));
    };
    match graph.query(ids, BASTIONS, row).await {
        Ok(()) => Some(bastions),
        Err(error) => {
            warn!(error = &error as &dyn std::error::Error, "the Bastions could not be listed");
            None
        }
    }
}
