//! What people ask for.

use std::collections::HashMap;

use serde_json::{Value, json};
use shared::resource_id::VmId;
use simulator::World;

use super::HOME;

/// The machines of a world by name.
#[derive(Debug)]
pub struct Machines(HashMap<String, VmId>);

impl Machines {
    pub fn of(world: &World) -> Self {
        let id = |vm: &simulator::world::Vm| vm.id.parse().expect("machines have ids");
        Self(world.vms.iter().map(|vm| (vm.name.clone(), id(vm))).collect())
    }

    pub fn id(&self, name: &str) -> VmId {
        self.0.get(name).unwrap_or_else(|| panic!("there is no machine {name} in this world")).clone()
    }

    pub fn wish(&self, vm: &str, port: u16) -> Value {
        json!({
            "vms": [{ "vm": self.id(vm), "ports": [port] }],
            "source": HOME,
            "duration": "PT1H",
            "reason": "INC0012345 look at the disk",
        })
    }
}
