//! Loads the list of machines from all subscriptions.

mod intern;
mod machines;
mod policies;

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::join5;
use jiff::Timestamp;
use shared::vm::JitState;
use tracing::warn;
use uuid::Uuid;

use super::ancestry::Ancestry;
use super::rows::{BASTIONS, BastionRow, SECURITY_GROUPS, SecurityGroupRow};
use super::snapshot::{InventoryVm, ListedBastion, Snapshot};
use crate::azure::Azure;
use crate::azure::arm::ArmError;
use crate::azure::graph::ResourceGraph;
use crate::azure::resource_id::ResourceId;
use crate::azure::subscriptions::Subscription;
use crate::clock::Clock;
use policies::{Known, Policies};

/// Loads everything. `before` is the list as it was, for what cannot be read just now.
pub(super) async fn load(
    azure: &Azure,
    clock: &Clock,
    before: Option<Arc<Snapshot>>,
) -> Result<Snapshot, ArmError> {
    let as_of = clock.now();
    let subscriptions = azure.subscriptions.list().await?;
    let ids: Vec<Uuid> = subscriptions.iter().map(|subscription| subscription.id).collect();
    let (machines, groups, ancestry, policies, bastions) = join5(
        machines::machines(&azure.graph, &subscriptions),
        groups_by_subnet(&azure.graph, &ids),
        Ancestry::load(&azure.graph, &ids),
        Policies::load(&azure.security, &ids),
        bastions(&azure.graph, &ids),
    )
    .await;
    let machines = machines?;
    ancestry.tell_news(before.as_ref().map(|before| &before.ancestry));
    let assembly = Assembly { machines, groups, policies, subscriptions, ancestry, bastions, before };
    // A hundred thousand machines take long enough to sort for others to notice.
    let assembled = tokio::task::spawn_blocking(move || assembly.assemble(as_of)).await;
    assembled.map_err(ArmError::unexpected)
}

/// Everything that a list is put together from.
struct Assembly {
    machines: Vec<InventoryVm>,
    /// The security groups of subnets.
    groups: HashMap<ResourceId, ResourceId>,
    policies: Policies,
    subscriptions: Vec<Subscription>,
    ancestry: Ancestry,
    bastions: Option<Vec<ListedBastion>>,
    before: Option<Arc<Snapshot>>,
}

impl Assembly {
    fn assemble(self, as_of: Timestamp) -> Snapshot {
        let Self { machines, groups, policies, subscriptions, ancestry, bastions, before } = self;
        let unreadable = policies.unreadable(&subscriptions);
        let vms = machines.into_iter().map(|mut vm| {
            let on_subnet = vm.subnet.as_ref().and_then(|subnet| groups.get(subnet));
            vm.nsgs.extend(on_subnet.filter(|group| !vm.nsgs.contains(group)).cloned());
            let earlier = before.as_ref().and_then(|before| before.vm(&vm.vm.id));
            set_policy(&mut vm, &policies, earlier.map(AsRef::as_ref));
            // A machine that did not change is not kept twice while the lists change places.
            earlier.filter(|earlier| ***earlier == vm).cloned().unwrap_or_else(|| vm.into())
        });
        Snapshot::new(vms.collect(), subscriptions, ancestry, unreadable, bastions, as_of)
    }
}

/// Writes down how the machine stands with just-in-time access, as far as that is known.
fn set_policy(vm: &mut InventoryVm, policies: &Policies, earlier: Option<&InventoryVm>) {
    match (policies.of(&vm.vm.id), earlier) {
        (Known::Named { policy, ports }, _) => {
            vm.policy = Some(policy.clone());
            vm.vm.jit = JitState::Configured { ports: ports.clone() };
        }
        (Known::NotNamed, _) => vm.vm.jit = JitState::NotConfigured,
        (Known::NotNow, Some(earlier)) => {
            vm.policy.clone_from(&earlier.policy);
            vm.vm.jit = earlier.vm.jit.clone();
        }
        (Known::NotNow, None) | (Known::Not, _) => vm.vm.jit = JitState::Unknown,
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

/// The security group of each subnet that has one. The list does without if they cannot be read.
async fn groups_by_subnet(graph: &ResourceGraph, ids: &[Uuid]) -> HashMap<ResourceId, ResourceId> {
    let mut groups = HashMap::new();
    let row = |row: SecurityGroupRow| {
        groups.extend(row.subnets.into_iter().flatten().map(|subnet| (subnet.id, row.id.clone())));
    };
    if let Err(error) = graph.query(ids, SECURITY_GROUPS, row).await {
        warn!(error = &error as &dyn std::error::Error, "the security groups of subnets could not be listed");
    }
    groups
}
