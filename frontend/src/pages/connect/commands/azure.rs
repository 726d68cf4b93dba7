//! What people run with the Azure CLI.
//!
//! Names of resource groups may hold parentheses, which shells read; between double quotes `sh`,
//! PowerShell and `cmd` all leave them alone, and nothing else that such a name may hold means
//! anything to any of them.

use shared::bastion::Bastion;
use shared::port::Port;
use shared::resource_id::{ArmName, VmId};

use super::is_user;

/// The port of this computer that a tunnel is reached at.
pub const TUNNEL: u16 = 53389;

/// What is said of a key where it is to be put. No shell reads anything into it.
pub const KEY: &str = "path-to-private-key";

/// `az ssh vm`, which signs in with Microsoft Entra ID.
pub fn ssh_vm(vm: &VmId, port: Port) -> Option<String> {
    let port = if port == Port::SSH { String::new() } else { format!(" --port {port}") };
    Some(format!("az ssh vm {}{port}", of_vm(vm)?))
}

/// `az ssh config`, which writes a file for `ssh -F` that signs in likewise.
pub fn ssh_config(vm: &VmId) -> Option<String> {
    Some(format!("az ssh config {} --file \"sshconfig\"", of_vm(vm)?))
}

/// What `az network bastion` can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Remote Desktop, on Windows.
    Rdp,
    /// SSH, with Microsoft Entra ID.
    Ssh,
    /// SSH, with a key.
    SshWithKey,
    /// A port of this computer that leads to the machine.
    Tunnel,
}

/// `az network bastion`. A key takes a user whose name can stand in a command line.
pub fn through(tool: Tool, bastion: &Bastion, vm: &VmId, port: Port, user: Option<&str>) -> Option<String> {
    let id = &bastion.id;
    let (group, name) = (plain(id.resource_group())?, plain(id.name())?);
    plain(vm.resource_group()).and(plain(vm.name()))?;
    let (what, more) = match tool {
        Tool::Rdp => ("rdp", String::new()),
        Tool::Ssh => ("ssh", " --auth-type \"AAD\"".to_owned()),
        Tool::SshWithKey => {
            let user = user.filter(|user| is_user(user))?;
            ("ssh", format!(" --auth-type \"ssh-key\" --username \"{user}\" --ssh-key \"{KEY}\""))
        }
        Tool::Tunnel => ("tunnel", format!(" --port {TUNNEL}")),
    };
    Some(format!(
        "az network bastion {what} --subscription \"{}\" --resource-group \"{group}\" --name \"{name}\" --target-resource-id \"{vm}\" --resource-port {port}{more}",
        id.subscription()
    ))
}

fn of_vm(vm: &VmId) -> Option<String> {
    let (group, name) = (plain(vm.resource_group())?, plain(vm.name())?);
    Some(format!("--subscription \"{}\" --resource-group \"{group}\" --name \"{name}\"", vm.subscription()))
}

/// A name, unless it would be taken for an option.
fn plain(name: &ArmName) -> Option<&str> {
    Some(name.as_str()).filter(|name| !name.starts_with('-'))
}

#[cfg(test)]
mod tests;
