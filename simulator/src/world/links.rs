//! Which resources point at which, kept so that nobody has to search the whole world.

use std::collections::{BTreeMap, BTreeSet};

use crate::resource_id::key;

/// Back references, by ids in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    policies_by_vm: BTreeMap<String, BTreeSet<String>>,
    vms_by_policy: BTreeMap<String, Vec<String>>,
    nics_by_nsg: BTreeMap<String, BTreeSet<String>>,
}

impl Links {
    pub(super) fn policy_guards(&mut self, policy: &str, vm: &str) {
        self.policies_by_vm.entry(key(vm)).or_default().insert(key(policy));
        self.vms_by_policy.entry(key(policy)).or_default().push(key(vm));
    }

    pub(super) fn policy_gone(&mut self, policy: &str) {
        for vm in self.vms_by_policy.remove(&key(policy)).unwrap_or_default() {
            if let Some(policies) = self.policies_by_vm.get_mut(&vm) {
                policies.remove(&key(policy));
            }
        }
    }

    pub(super) fn policies_of(&self, vm: &str) -> impl Iterator<Item = &str> {
        self.policies_by_vm.get(&key(vm)).into_iter().flatten().map(String::as_str)
    }

    pub(super) fn nic_passes(&mut self, nic: &str, nsg: &str) {
        self.nics_by_nsg.entry(key(nsg)).or_default().insert(key(nic));
    }

    pub(super) fn nics_behind(&self, nsg: &str) -> impl Iterator<Item = &str> {
        self.nics_by_nsg.get(&key(nsg)).into_iter().flatten().map(String::as_str)
    }
}
