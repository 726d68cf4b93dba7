//! How just-in-time access is set up on machines.

use gloo_net::http::Method;
use shared::configuration::{JitConfiguration, Version};
use shared::json::{FromJson, Json};
use shared::policy::{JitPolicy, PortRule};
use shared::resource_id::VmId;
use shared::source::Source;

use super::{ApiError, call_if, get, vm_url};

/// How it is set up on a machine.
pub async fn show(vm: &VmId) -> Result<JitConfiguration, ApiError> {
    get(url(vm)).await
}

/// Sets it up like this, if it still is as it was at `version`.
pub async fn set(vm: &VmId, version: &Version, policy: &JitPolicy) -> Result<JitConfiguration, ApiError> {
    change(Method::PUT, vm, version, Some(body(policy))).await
}

/// Disables it, if it still is as it was at `version`.
pub async fn remove(vm: &VmId, version: &Version) -> Result<JitConfiguration, ApiError> {
    change(Method::DELETE, vm, version, None).await
}

async fn change(
    method: Method,
    vm: &VmId,
    version: &Version,
    body: Option<Json>,
) -> Result<JitConfiguration, ApiError> {
    let answer = call_if(method, url(vm), body, Some(format!("\"{version}\""))).await?;
    Ok(JitConfiguration::from_json(&answer)?)
}

pub(super) fn body(policy: &JitPolicy) -> Json {
    Json::object([("ports", rules(&policy.ports))])
}

pub(super) fn rules(rules: &[PortRule]) -> Json {
    let text = |value: &dyn ToString| Json::Text(value.to_string());
    let rule = |rule: &PortRule| {
        Json::object([
            ("port", Json::Number(rule.port.to_string())),
            ("protocol", text(&rule.protocol)),
            ("sources", Json::List(rule.sources.iter().map(|source: &Source| text(source)).collect())),
            ("longest", text(&rule.longest)),
        ])
    };
    Json::List(rules.iter().map(rule).collect())
}

fn url(vm: &VmId) -> String {
    format!("{}/jit-policy", vm_url(vm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_written_as_the_service_reads_it() {
        let mut policy = JitPolicy::proposed();
        policy.ports[0].sources = ["203.0.113.0/24", "2001:db8::7"].map(|text| text.parse().unwrap()).into();
        assert_eq!(serde_json::from_str::<JitPolicy>(&body(&policy).to_string()).unwrap(), policy);
    }
}
