use super::*;

const ID: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web01";

fn machine(properties: &str) -> Machine {
    let json = format!(r#"{{"location": "westeurope", "tags": null, "properties": {properties}}}"#);
    serde_json::from_str::<WireVm>(&json).unwrap().into_machine(&ID.parse().unwrap())
}

fn nic(name: &str) -> String {
    ID.replace(
        "Microsoft.Compute/virtualMachines/web01",
        &format!("Microsoft.Network/networkInterfaces/{name}"),
    )
}

#[test]
fn a_machine_is_read_whatever_the_casing() {
    let machine = machine(&format!(
        r#"{{"storageProfile": {{"osDisk": {{"osType": "windows"}}}},
            "osProfile": {{"adminUsername": "operator", "computerName": "WEB01"}},
            "networkProfile": {{"networkInterfaces": [
                {{"id": "{}", "properties": {{"primary": false}}}}, {{"id": "{}", "properties": {{"primary": true}}}}]}},
            "instanceView": {{"statuses": [{{"code": "ProvisioningState/succeeded"}}, {{"code": "powerstate/RUNNING"}}]}}}}"#,
        nic("a"),
        nic("b"),
    ));
    assert_eq!((machine.os, machine.power), (Os::Windows, PowerState::Running));
    assert_eq!(machine.admin_username.as_deref(), Some("operator"));
    assert_eq!(machine.primary_nic.unwrap().name(), "b");
}

#[test]
fn a_machine_that_azure_says_little_about_is_still_one() {
    for properties in [
        "{}",
        r#"{"storageProfile": null, "osProfile": null, "networkProfile": null, "instanceView": null}"#,
        r#"{"networkProfile": {"networkInterfaces": null}, "instanceView": {"statuses": null}, "storageProfile": {}}"#,
        r#"{"instanceView": {"statuses": [{"code": "PowerState/hibernating"}, 7]}}"#,
    ] {
        let machine = machine(properties);
        assert_eq!((machine.os, machine.power), (Os::Unknown, PowerState::Unknown), "{properties}");
        assert_eq!(machine.primary_nic, None);
    }
}

#[test]
fn the_only_interface_is_the_primary_one_even_if_nobody_says_so() {
    let machine =
        machine(&format!(r#"{{"networkProfile": {{"networkInterfaces": [{{"id": "{}"}}]}}}}"#, nic("a")));
    assert_eq!(machine.primary_nic.unwrap().name(), "a");
}
