//! What a policy says of one machine, to be moved to another policy just as it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::policy::JitPolicy;
use shared::resource_id::VmId;

use super::super::{PolicyId, PortStatus};
use super::{PolicyDocument, ports_of, understood_of, unread_of};

/// The entry of one machine, with everything in it that is not understood here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyEntry {
    /// The kind of the policy that it stood in.
    kind: Option<Value>,
    machine: Value,
}

impl PolicyEntry {
    /// The ports of which all is understood.
    pub fn ports(&self) -> Option<JitPolicy> {
        Some(understood_of(&self.machine))
    }

    /// Whether another says the same. Azure may list the ports in another order the next time.
    fn is_as(&self, other: &Value) -> bool {
        let apart = |entry: &Value| {
            let mut ports: Vec<String> = ports_of(entry).iter().map(Value::to_string).collect();
            ports.sort_unstable();
            let mut rest = entry.clone();
            rest["ports"] = Value::Null;
            (ports, rest)
        };
        apart(&self.machine) == apart(other)
    }
}

impl PolicyDocument {
    /// What it says of a machine, as Azure has it.
    pub fn entry(&self, vm: &VmId) -> Option<PolicyEntry> {
        let machine = self.machines[self.position(vm)?].clone();
        Some(PolicyEntry { kind: self.kind.clone(), machine })
    }

    /// Whether it says of a machine what `entry` does, to the last field.
    pub fn has(&self, vm: &VmId, entry: &PolicyEntry) -> bool {
        self.position(vm).is_some_and(|at| entry.is_as(&self.machines[at]))
    }

    /// Whether it says the same of a machine's ports as `entry`, though in other words where all of them
    /// are understood.
    pub fn means(&self, vm: &VmId, entry: &PolicyEntry) -> bool {
        self.says(vm, entry.ports().as_ref()) && self.unread(vm) == unread_of(&entry.machine)
    }

    /// Adds an entry to what it says.
    pub fn add(&mut self, entry: &PolicyEntry) {
        if self.kind.is_none() {
            self.kind.clone_from(&entry.kind);
        }
        self.machines.push(entry.machine.clone());
    }

    /// A policy of nothing but an entry.
    pub fn of_one(id: PolicyId, entry: &PolicyEntry) -> Self {
        let mut document = Self::absent(id);
        document.add(entry);
        document
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    /// Whether it names this machine and nobody else.
    pub fn is_own(&self, vm: &VmId) -> bool {
        self.machines.len() == 1 && self.position(vm).is_some()
    }

    /// Until when somebody has access to a machine, or may be about to get it, if anybody does. A
    /// status that nobody knows is not the end of it.
    pub fn open_until(&self, vm: &VmId, now: Timestamp) -> Option<Timestamp> {
        let lasting = self.requests.iter().filter(|request| {
            request.vm == *vm && !matches!(request.status, PortStatus::Revoked(_)) && now < request.ends_at
        });
        lasting.map(|request| request.ends_at).max()
    }
}
