//! How Compute shows a machine.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    stable, time,
    world::{Os, PowerState, Vm, World},
};

/// The machine as a resource; with its instance view if asked for.
pub(in crate::arm) fn show(world: &World, vm: &Vm, now: Timestamp, with_status: bool) -> Value {
    let nics = vm.nics.iter().map(|id| {
        let primary = world.nics.get(id).is_some_and(|nic| nic.primary);
        json!({ "id": id, "properties": { "primary": primary, "deleteOption": "Detach" } })
    });
    let mut os_profile = json!({
        "computerName": vm.name,
        "adminUsername": vm.admin,
        "secrets": [],
        "allowExtensionOperations": true,
    });
    match vm.os {
        Os::Windows => {
            os_profile["windowsConfiguration"] =
                json!({ "provisionVMAgent": true, "enableAutomaticUpdates": true });
        }
        Os::Linux => {
            os_profile["linuxConfiguration"] =
                json!({ "disablePasswordAuthentication": true, "provisionVMAgent": true });
        }
    }
    let mut body = json!({
        "id": vm.id,
        "name": vm.name,
        "type": "Microsoft.Compute/virtualMachines",
        "location": vm.location,
        "tags": vm.tags,
        "properties": {
            "vmId": stable::uuid(&vm.id),
            "provisioningState": "Succeeded",
            "timeCreated": time::ticks(vm.created_at),
            "hardwareProfile": { "vmSize": vm.size },
            "storageProfile": { "osDisk": { "osType": vm.os.name(), "name": format!("{}-os", vm.name) }, "dataDisks": [] },
            "osProfile": os_profile,
            "networkProfile": { "networkInterfaces": nics.collect::<Value>() },
        },
    });
    if !vm.zones.is_empty() {
        body["zones"] = json!(vm.zones);
    }
    if vm.entra_sign_in {
        body["resources"] = json!([extension(vm)]);
    }
    if with_status {
        body["properties"]["instanceView"] = instance_view(vm, now);
    }
    body
}

/// The extension for signing in with Entra ID, as a resource below its machine.
fn extension(vm: &Vm) -> Value {
    let kind = match vm.os {
        Os::Windows => "AADLoginForWindows",
        Os::Linux => "AADSSHLoginForLinux",
    };
    json!({
        "id": format!("{}/extensions/{kind}", vm.id),
        "name": kind,
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "location": vm.location,
        "properties": {
            "autoUpgradeMinorVersion": true,
            "provisioningState": "Succeeded",
            "publisher": "Microsoft.Azure.ActiveDirectory",
            "type": kind,
            "typeHandlerVersion": "1.0",
        },
    })
}

/// The instance view: what the host and the agent say at this moment.
pub(in crate::arm) fn instance_view(vm: &Vm, now: Timestamp) -> Value {
    let power = vm.power.at(now);
    let mut view = json!({
        "statuses": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "time": time::ticks(vm.created_at),
            },
            {
                "code": format!("PowerState/{}", power.name()),
                "level": "Info",
                "displayStatus": display(power),
            },
        ],
    });
    // Only a running machine's agent can say what it runs on.
    if power == PowerState::Running {
        view["computerName"] = vm.name.clone().into();
        view["osName"] = vm.os_name.clone().into();
        view["osVersion"] = vm.os_version.clone().into();
        view["vmAgent"] = json!({
            "vmAgentVersion": "2.7.41491.1131",
            "statuses": [{ "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready" }],
        });
    }
    view
}

/// `VM running`, as the portal shows it.
pub(in crate::arm) fn display(power: PowerState) -> String {
    format!("VM {}", power.name())
}
