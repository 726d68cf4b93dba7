//! What can be sent to those who can change something.

use shared::port::Port;
use shared::session::Person;
use shared::vm::{Unsupported, Vm};

/// What somebody who may not request access can send to those who can change that.
pub fn for_admin(person: &Person, vm: &Vm, port: Port) -> String {
    format!(
        "{} ({}) asks to be allowed to request just-in-time access to port {port} of {}.\n\
         Missing: an access rule of Postern that lets them request this port.\n\
         {}",
        person.name,
        person.username,
        vm.id.name(),
        vm.id
    )
}

/// What they can send to whoever looks after the machine's network, where that keeps JIT from it.
pub fn for_admin_of_network(vm: &Vm, unsupported: &Unsupported) -> String {
    let Unsupported { reason, remedy } = unsupported;
    format!("Just-in-time VM access can't be used on {}. {reason} {remedy}\n{}", vm.id.name(), vm.id)
}

/// The same, where no JIT policy names the machine.
pub fn for_admin_of_policy(vm: &Vm, port: Port) -> String {
    format!(
        "Please enable just-in-time VM access on {} for port {port} \
         (Microsoft Defender for Cloud, Just-in-time VM access).\n{}",
        vm.id.name(),
        vm.id
    )
}
