use std::process::Command;

use proptest::prelude::*;
use shared::bastion::Sku;

use super::*;

fn vm(group: &str, name: &str) -> Option<VmId> {
    format!("/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}").parse().ok()
}

fn bastion(group: &str, name: &str) -> Option<Bastion> {
    let id = format!(
        "/subscriptions/22222222-2222-3333-4444-555555555555/resourceGroups/{group}/providers/Microsoft.Network/bastionHosts/{name}"
    );
    let (network, why) = ("10.0.255.0/26".parse().ok(), String::new());
    let (sku, native_client) = (Sku::Standard, true);
    Some(Bastion { id: id.parse().ok()?, sku, why, network, native_client, shareable_link: false })
}

fn all(group: &str, name: &str, user: &str) -> Vec<String> {
    let (Some(vm), Some(bastion)) = (vm(group, name), bastion(group, name)) else { return Vec::new() };
    let port = Port::try_from(2222).unwrap();
    let lines = [
        ssh_vm(&vm, port),
        ssh_config(&vm),
        through(Tool::Rdp, &bastion, &vm, port, Some(user)),
        through(Tool::Ssh, &bastion, &vm, port, Some(user)),
        through(Tool::SshWithKey, &bastion, &vm, port, Some(user)),
        through(Tool::Tunnel, &bastion, &vm, port, Some(user)),
    ];
    lines.into_iter().flatten().collect()
}

/// The words that `sh` makes of a command line.
fn words(line: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {line}");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{line}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn each_command_says_all_that_it_needs() {
    let (vm, bastion) = (vm("web-rg", "web-1").unwrap(), bastion("hub-rg", "hub").unwrap());
    let line = |tool, port| through(tool, &bastion, &vm, port, Some("azureuser")).unwrap();
    let named = "--subscription \"22222222-2222-3333-4444-555555555555\" --resource-group \"hub-rg\" --name \"hub\" --target-resource-id \"/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/web-rg/providers/Microsoft.Compute/virtualMachines/web-1\"";
    assert_eq!(line(Tool::Rdp, Port::RDP), format!("az network bastion rdp {named} --resource-port 3389"));
    assert_eq!(
        line(Tool::Ssh, Port::SSH),
        format!("az network bastion ssh {named} --resource-port 22 --auth-type \"AAD\"")
    );
    assert_eq!(
        line(Tool::Tunnel, Port::RDP),
        format!("az network bastion tunnel {named} --resource-port 3389 --port 53389")
    );
    assert_eq!(
        line(Tool::SshWithKey, Port::SSH),
        format!(
            "az network bastion ssh {named} --resource-port 22 --auth-type \"ssh-key\" --username \"azureuser\" --ssh-key \"path-to-private-key\""
        )
    );
    let of_vm = "--subscription \"11111111-2222-3333-4444-555555555555\" --resource-group \"web-rg\" --name \"web-1\"";
    assert_eq!(ssh_vm(&vm, Port::SSH).unwrap(), format!("az ssh vm {of_vm}"));
    assert_eq!(ssh_config(&vm).unwrap(), format!("az ssh config {of_vm} --file \"sshconfig\""));
}

#[test]
fn a_shell_takes_the_names_as_they_are() {
    for group in ["rg", "My(1)_group.x-y", "(a)", "Büro"] {
        for line in all(group, "web-1", "azureuser") {
            let words = words(&line);
            assert!(words.iter().any(|word| word == group), "{line}: {words:?}");
            assert_eq!(words[0], "az");
        }
    }
}

#[test]
fn what_would_be_an_option_gives_no_command() {
    assert!(all("-rg", "web-1", "a").is_empty());
    assert!(all("rg", "--help", "a").is_empty());
    assert_eq!(all("rg", "web-1", "-oProxyCommand=x").len(), 5);
}

proptest! {
    #[test]
    fn nothing_that_a_shell_reads_gets_into_a_command(
        group in "[-a-zA-Z0-9_.()$`\"'\\\\;&|<>!%^*?~# \\n\\u{e4}\\u{2028}]{1,12}",
        name in "[-a-zA-Z0-9_.()$`\"'\\\\;&|<>!%^ ]{1,12}",
        user in "[-a-zA-Z0-9_.@$`\"';&|<>!%^ ]{1,12}",
    ) {
        for line in all(&group, &name, &user) {
            prop_assert!(!line.contains(['$', '`', '\\', '\'', ';', '&', '|', '<', '>', '!', '%', '^', '*', '?', '~', '#', '\n', '\u{2028}']), "{line}");
            // Parentheses stand between double quotes alone.
            let outside: String = line.split('"').step_by(2).collect();
            prop_assert!(!outside.contains(['(', ')']), "{line}");
            prop_assert_eq!(line.matches('"').count() % 2, 0);
        }
    }
}
