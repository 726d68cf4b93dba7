//! The same change of just-in-time access for many machines.

use shared::configuration::Version;
use shared::json::Json;
use shared::policy_change::{Amendment, Change, ChangeId, ChangePlan, PolicyChange};
use shared::resource_id::VmId;

use super::jit_policies::{body, rules};
use super::{ApiError, get, nothing, post};

const POLICIES: &str = "/api/jit/policies";

/// What a change would mean for machines.
pub async fn plan(vms: &[VmId], change: &Change) -> Result<ChangePlan, ApiError> {
    post(POLICIES.to_owned(), new(vms, change, ("dry_run", Json::Flag(true)))).await
}

/// Has machines changed, as far as they still are as they were seen.
pub async fn begin(vms: &[VmId], versions: &[Version], change: &Change) -> Result<PolicyChange, ApiError> {
    post(POLICIES.to_owned(), new(vms, change, ("versions", texts(versions)))).await
}

/// What it would mean to try a change again for those of its machines that are not as they were to be.
pub async fn plan_again(id: ChangeId) -> Result<ChangePlan, ApiError> {
    post(again(id), Json::object([("dry_run", Json::Flag(true))])).await
}

/// Tries it again for machines, as far as they still are as they were seen.
pub async fn begin_again(id: ChangeId, vms: &[VmId], versions: &[Version]) -> Result<PolicyChange, ApiError> {
    post(again(id), Json::object([("vms", texts(vms)), ("versions", texts(versions))])).await
}

/// How far a change has come.
pub async fn show(id: ChangeId) -> Result<PolicyChange, ApiError> {
    get(url(id)).await
}

/// Keeps what has not begun from beginning.
pub async fn cancel(id: ChangeId) -> Result<PolicyChange, ApiError> {
    post(format!("{}/cancel", url(id)), nothing()).await
}

pub(super) fn new(vms: &[VmId], change: &Change, how: (&str, Json)) -> Json {
    let change = match change {
        Change::Set(policy) => Json::object([("set", body(policy))]),
        Change::Merge(merge) => {
            let remove = merge.remove.iter().map(|port| Json::Number(port.to_string())).collect();
            let amend = merge.amend.iter().map(amendment).collect();
            let merge = [
                ("ports", rules(&merge.ports)),
                ("amend", Json::List(amend)),
                ("remove", Json::List(remove)),
            ];
            Json::object([("merge", Json::object(merge))])
        }
        Change::Disable => Json::Text("disable".to_owned()),
        Change::Forget => Json::Text("forget".to_owned()),
        Change::Split => Json::Text("split".to_owned()),
    };
    Json::object([("vms", texts(vms)), ("change", change), how])
}

fn amendment(amendment: &Amendment) -> Json {
    let Amendment { port, protocol, sources, longest } = amendment;
    let mut fields = vec![("port", Json::Number(port.to_string()))];
    fields.extend(protocol.map(|protocol| ("protocol", Json::Text(protocol.to_string()))));
    fields.extend(sources.as_ref().map(|sources| ("sources", texts(sources))));
    fields.extend(longest.map(|longest| ("longest", Json::Text(longest.to_string()))));
    Json::object(fields)
}

fn texts<T: ToString>(values: &[T]) -> Json {
    Json::List(values.iter().map(|value| Json::Text(value.to_string())).collect())
}

fn url(id: ChangeId) -> String {
    format!("/api/jit/changes/{id}")
}

fn again(id: ChangeId) -> String {
    format!("{}/retry", url(id))
}

#[cfg(test)]
mod tests {
    use shared::policy::JitPolicy;
    use shared::policy_change::{Merge, NewPolicyChange};
    use shared::port::Port;

    use super::*;

    #[test]
    fn a_change_is_written_as_the_service_reads_it() {
        let vms: [VmId; 1] = ["/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01".parse().unwrap()];
        let versions: [Version; 1] = ["0123456789abcdef0123456789abcdef".parse().unwrap()];
        let ports = JitPolicy::proposed().ports;
        let nothing = Amendment { port: Port::SSH, protocol: None, sources: None, longest: None };
        let amend = vec![
            Amendment { longest: Some(ports[0].longest), ..nothing.clone() },
            Amendment {
                protocol: Some(ports[0].protocol),
                sources: Some(ports[0].sources.clone()),
                ..nothing
            },
        ];
        for change in [
            Change::Set(JitPolicy::proposed()),
            Change::Merge(Merge { ports, amend, remove: vec![Port::RDP] }),
            Change::Disable,
            Change::Forget,
            Change::Split,
        ] {
            let written = new(&vms, &change, ("versions", texts(&versions))).to_string();
            let read: NewPolicyChange = serde_json::from_str(&written).unwrap();
            let expected = NewPolicyChange {
                vms: vms.to_vec(),
                change: change.clone(),
                versions: versions.to_vec(),
                dry_run: false,
            };
            assert_eq!(read, expected);
            let written = new(&vms, &change, ("dry_run", Json::Flag(true))).to_string();
            let read: NewPolicyChange = serde_json::from_str(&written).unwrap();
            assert_eq!(read, NewPolicyChange { versions: Vec::new(), dry_run: true, ..expected });
        }
    }
}
