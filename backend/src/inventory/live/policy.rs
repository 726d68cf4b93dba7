//! The JIT policy of a machine at this moment.

use shared::resource_id::VmId;
use shared::vm::JitState;

use crate::azure::arm::ArmError;
use crate::azure::security::{Policy, PolicyId, PolicyVm, Security};

/// The policy that names the machine, looked for where it was last seen, and then everywhere.
///
/// Where policies may not be read at all, the state is [`JitState::Unknown`].
pub(super) async fn policy(
    security: &Security,
    vm: &VmId,
    last_seen: Option<&PolicyId>,
) -> Result<(JitState, Option<Policy>), ArmError> {
    match find(security, vm, last_seen).await {
        Ok(Some(policy)) => {
            let ports = policy.of(vm).map(PolicyVm::port_numbers).unwrap_or_default();
            Ok((JitState::Configured { ports }, Some(policy)))
        }
        Ok(None) => Ok((JitState::NotConfigured, None)),
        Err(ArmError::Forbidden { .. }) => Ok((JitState::Unknown, None)),
        Err(error) => Err(error),
    }
}

async fn find(
    security: &Security,
    vm: &VmId,
    last_seen: Option<&PolicyId>,
) -> Result<Option<Policy>, ArmError> {
    if let Some(id) = last_seen {
        match security.policy(id).await {
            Ok(policy) if policy.of(vm).is_some() => return Ok(Some(policy)),
            Ok(_) | Err(ArmError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let found = security.policies(vm.subscription()).await?;
    Ok(found.into_iter().filter(|policy| policy.of(vm).is_some()).min_by(|a, b| a.id.cmp(&b.id)))
}
