//! Works out how each machine of the list stands. What comes out the same for many is kept once.

use std::sync::Arc;

use shared::policy::PortRule;
use shared::vm::{JitState, Unsupported};

use super::defender::Defender;
use super::intern::Interner;
use super::network::Networks;
use super::policies::{Known, Named};
use crate::inventory::snapshot::InventoryVm;
use crate::inventory::standing::{Configured, LastAccess, Need, Risks, Standing, Surroundings};

/// Works out how machines stand.
pub(super) struct Judge<'a> {
    networks: &'a Networks,
    defender: &'a Defender,
    ports: Interner<Arc<[PortRule]>>,
    risks: Interner<Arc<Risks>>,
    needs: Interner<Arc<Need>>,
    unsupported: Interner<Arc<Unsupported>>,
    people: Interner<Arc<str>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(networks: &'a Networks, defender: &'a Defender) -> Self {
        Self {
            networks,
            defender,
            ports: Interner::default(),
            risks: Interner::default(),
            needs: Interner::default(),
            unsupported: Interner::default(),
            people: Interner::default(),
        }
    }

    /// Writes down how the machine stands with just-in-time access, as far as that is known.
    pub(super) fn settle(&mut self, vm: &mut InventoryVm, known: &Known<'_>, earlier: Option<&InventoryVm>) {
        vm.verdict = self.defender.verdict(&vm.vm.id);
        match (known, earlier) {
            (Known::Named(named), _) => {
                vm.policy = Some(named.policy.clone());
                vm.vm.jit = JitState::Configured { ports: named.ports.clone() };
                vm.standing = Standing::Configured(Box::new(self.configured(vm, named)));
            }
            (Known::NotNamed, _) => {
                vm.vm.jit = JitState::NotConfigured;
                (vm.standing, vm.uncovered) = self.without_policy(vm);
            }
            (Known::NotNow, Some(earlier)) => {
                vm.policy.clone_from(&earlier.policy);
                vm.vm.jit = earlier.vm.jit.clone();
                vm.standing = earlier.standing.clone();
                vm.uncovered.clone_from(&earlier.uncovered);
            }
            (Known::NotNow, None) | (Known::Not, _) => vm.vm.jit = JitState::Unknown,
        }
    }

    fn configured(
        &mut self,
        vm: &InventoryVm,
        Named { entry, shared_with, usage, .. }: &Named,
    ) -> Configured {
        let around = self.surroundings(vm);
        let firewall = entry.firewall_address.is_some();
        let (risks, unsupported) = if firewall {
            // What the firewall lets through, its rules say, and those are not read.
            (Risks::default(), None)
        } else {
            (around.risks(&entry.ports.ports), around.opens_nothing())
        };
        let last = usage.last.as_ref().map(|last| {
            let requestor = self.people.shared(last.requestor.clone());
            Box::new(LastAccess { requestor, ..last.clone() })
        });
        Configured {
            ports: self.ports.shared(entry.ports.ports.clone().into()),
            shared_with: *shared_with,
            firewall,
            approved: usage.approved,
            last,
            open: usage.open.clone().into(),
            risks: self.risks.shared(Arc::new(risks)),
            unsupported: unsupported.map(|told| self.unsupported.shared(Arc::new(told))),
        }
    }

    fn without_policy(&mut self, vm: &InventoryVm) -> (Standing, Option<Arc<Unsupported>>) {
        match self.surroundings(vm).without_policy() {
            Ok(need) => (Standing::NotConfigured(self.needs.shared(Arc::new(need))), None),
            Err(obstacle) => {
                let told = self.unsupported.shared(Arc::new(obstacle.told()));
                let uncovered = (!obstacle.is_of_network()).then(|| told.clone());
                (Standing::Unsupported(told), uncovered)
            }
        }
    }

    fn surroundings<'v>(&self, vm: &'v InventoryVm) -> Surroundings<'v>
    where
        'a: 'v,
    {
        let (groups, complete) = self.networks.rules(vm);
        Surroundings {
            front: self.networks.before(vm),
            groups,
            complete,
            has_other_nics: vm.has_other_nics,
            address: vm.vm.private_address,
            application_groups: &vm.application_groups,
            cover: self.defender.cover(&vm.vm.id),
            subscription: &vm.vm.subscription_name,
        }
    }
}
