//! Where a machine's policy is kept that has none yet.

use sha2::{Digest, Sha256};
use shared::configuration::LONGEST_NAMES;
use shared::problem::Violation;
use shared::resource_id::ArmName;
use shared::text::folded;
use shared::vm::Vm;

use crate::azure::security::PolicyId;
use crate::jit::JitError;

/// The id of the policy that a machine gets: one of its own, beside it and called like it, so that
/// a change of another machine's never touches it.
///
/// Names have to be short. Where the machine's own is too long for both, the policy is called by
/// a part of a hash of it.
pub(super) fn place(vm: &Vm) -> Result<PolicyId, JitError> {
    let name = vm.id.name();
    let policy = if 2 * name.as_str().len() <= LONGEST_NAMES { name.clone() } else { short(vm) };
    named(vm, policy)
}

/// The id of the policy that a machine gets where the one that is called like it is not its own: it
/// is called by a part of a hash of the machine's name.
pub(super) fn place_beside(vm: &Vm) -> Result<PolicyId, JitError> {
    named(vm, short(vm))
}

fn named(vm: &Vm, policy: ArmName) -> Result<PolicyId, JitError> {
    let (id, name) = (&vm.id, vm.id.name());
    let wrong = |detail: String| {
        JitError::Guardrails(vec![Violation { field: "vm".to_owned(), detail, offer: None }])
    };
    let location = vm.location.to_ascii_lowercase().replace(' ', "").parse::<ArmName>();
    let location = location.map_err(|_| wrong(format!("Azure does not say in which region {name} is")))?;
    if LONGEST_NAMES < policy.as_str().len() + name.as_str().len() {
        return Err(wrong(format!(
            "the name {name} is too long: Azure lets that of a machine and that of its policy have {LONGEST_NAMES} characters together"
        )));
    }
    Ok(PolicyId::new(id.subscription(), id.resource_group().clone(), location, policy))
}

/// As many characters as `default`, which Azure's own pages call a policy.
fn short(vm: &Vm) -> ArmName {
    let hash = Sha256::digest(folded(&vm.id.to_string()));
    let name = format!("j{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2]);
    name.parse().expect("letters and digits are a name")
}
