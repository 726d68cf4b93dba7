//! The machines and their addresses, from Resource Graph.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use shared::vm::{JitState, Os, PowerState, Vm};
use uuid::Uuid;

use super::intern::Interner;
use crate::azure::arm::ArmError;
use crate::azure::compute;
use crate::azure::graph::ResourceGraph;
use crate::azure::resource_id::ResourceId;
use crate::azure::subscriptions::Subscription;
use crate::inventory::rows::{MACHINES, MachineRow};
use crate::inventory::snapshot::InventoryVm;
use crate::inventory::standing::Standing;

/// All machines, not yet knowing of policies and of the security groups of subnets.
///
/// Where no subscription at all may be read, Resource Graph says 403: then there are none, and the
/// policies tell which subscriptions are the matter.
pub(super) async fn machines(
    graph: &ResourceGraph,
    subscriptions: &[Subscription],
) -> Result<Vec<InventoryVm>, ArmError> {
    let ids: Vec<Uuid> = subscriptions.iter().map(|subscription| subscription.id).collect();
    let mut reader = Reader::new(subscriptions);
    let mut machines = Vec::new();
    match graph.query(&ids, MACHINES, |row| machines.push(reader.read(row))).await {
        Ok(()) | Err(ArmError::Forbidden { .. }) => Ok(machines),
        Err(error) => Err(error),
    }
}

/// Turns rows into machines.
struct Reader<'a> {
    names: HashMap<Uuid, &'a str>,
    ids: Interner<ResourceId>,
    tags: Interner<Arc<BTreeMap<String, String>>>,
}

impl<'a> Reader<'a> {
    fn new(subscriptions: &'a [Subscription]) -> Self {
        let names = subscriptions.iter().map(|subscription| (subscription.id, subscription.name.as_str()));
        Self { names: names.collect(), ids: Interner::default(), tags: Interner::default() }
    }

    fn read(&mut self, mut row: MachineRow) -> InventoryVm {
        let subscription = row.id.subscription();
        let name = self.names.get(&subscription).copied();
        let tags = self.tags.shared(Arc::new(row.tags.take().unwrap_or_default()));
        let application_groups = row.application_groups();
        let (nic, nsgs, subnet) = (
            row.nic(),
            row.nic_nsg().map(|nsg| self.ids.shared(nsg)).into_iter().collect(),
            row.subnet().map(|subnet| self.ids.shared(subnet)),
        );
        let has_other_nics = row.has_other_nics();
        let vm = Vm {
            subscription_name: name.map_or_else(|| subscription.to_string(), str::to_owned),
            os: row.os.as_deref().map_or(Os::Unknown, compute::os),
            power: row.power.as_deref().and_then(compute::power).unwrap_or(PowerState::Unknown),
            private_address: row.private_address(),
            public_address: row.public_address(),
            fqdn: row.fqdn(),
            jit: JitState::Unknown,
            location: row.location.unwrap_or_default(),
            id: row.id,
        };
        let found_by = InventoryVm::found_by(&vm, &tags);
        InventoryVm {
            found_by,
            nic,
            has_other_nics,
            nsgs,
            subnet,
            application_groups,
            policy: None,
            standing: Standing::default(),
            uncovered: None,
            verdict: None,
            vm,
            tags,
        }
    }
}
