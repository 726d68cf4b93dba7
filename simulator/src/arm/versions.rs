//! API versions: each call names one, and each resource type knows its own.

use super::{error::ArmError, target::Target};

const COMPUTE: &[&str] = &[
    "2023-03-01",
    "2023-07-01",
    "2023-09-01",
    "2024-03-01",
    "2024-07-01",
    "2024-11-01",
    "2025-04-01",
    "2026-04-01",
];
const NETWORK: &[&str] = &[
    "2023-09-01",
    "2023-11-01",
    "2024-01-01",
    "2024-03-01",
    "2024-05-01",
    "2024-07-01",
    "2025-01-01",
    "2025-05-01",
    "2025-09-01",
];
const JIT: &[&str] = &["2015-06-01-preview", "2020-01-01"];
const LOCATIONS: &[&str] = &["2015-06-01-preview"];
const PRICINGS: &[&str] = &["2018-06-01", "2022-03-01", "2023-01-01", "2024-01-01", "2025-10-01-preview"];
const ASSESSMENTS: &[&str] = &["2020-01-01", "2021-06-01", "2025-05-04"];
const GRAPH: &[&str] = &["2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01"];
const AUTHORIZATION: &[&str] = &["2015-07-01", "2018-07-01", "2022-04-01"];
const EVENTS: &[&str] = &["2015-04-01"];
const MANAGEMENT_GROUPS: &[&str] = &["2020-02-01", "2020-05-01", "2020-10-01", "2021-04-01", "2023-04-01"];
const POLICY: &[&str] = &[
    "2021-06-01",
    "2022-06-01",
    "2023-04-01",
    "2024-04-01",
    "2024-05-01",
    "2025-01-01",
    "2025-03-01",
    "2025-11-01",
    "2026-07-01",
];

const POLICY_STATES: &[&str] = &["2019-10-01", "2024-10-01"];

/// Of calls without a provider.
pub(super) const RESOURCES: &[&str] =
    &["2016-06-01", "2019-06-01", "2020-01-01", "2021-01-01", "2021-04-01", "2022-09-01", "2022-12-01"];

/// How a provider spells itself.
pub(super) fn spelling(namespace: &str) -> &str {
    match namespace {
        "microsoft.authorization" => "Microsoft.Authorization",
        "microsoft.compute" => "Microsoft.Compute",
        "microsoft.insights" => "Microsoft.Insights",
        "microsoft.management" => "Microsoft.Management",
        "microsoft.network" => "Microsoft.Network",
        "microsoft.policyinsights" => "Microsoft.PolicyInsights",
        "microsoft.security" => "Microsoft.Security",
        "microsoft.resourcegraph" => "Microsoft.ResourceGraph",
        other => other,
    }
}

/// Refuses a call without a version, or with one that is unknown for its resource type.
pub(super) fn check(target: &Target, version: Option<&str>) -> Result<(), ArmError> {
    let Some(version) = version else { return Err(missing()) };
    let namespace = target.namespace.as_deref().unwrap_or_default();
    let kind = target.kind();
    let Some(known) = known(namespace, &kind.to_ascii_lowercase()) else { return Ok(()) };
    if known.contains(&version) {
        return Ok(());
    }
    Err(ArmError::bad_request(
        "NoRegisteredProviderFound",
        format!(
            "No registered resource provider found for location 'westeurope' and API version '{version}' for type '{kind}'. The supported api-versions are '{}'. The supported locations are 'westeurope, northeurope'.",
            known.join(", ")
        ),
    ))
}

/// Refuses a call about subscriptions and resource groups likewise.
pub(super) fn check_resources(version: Option<&str>) -> Result<(), ArmError> {
    let version = version.ok_or_else(missing)?;
    if RESOURCES.contains(&version) {
        return Ok(());
    }
    Err(ArmError::bad_request(
        "InvalidApiVersionParameter",
        format!(
            "The api-version '{version}' is invalid. The supported versions are '{}'.",
            RESOURCES.join(",")
        ),
    ))
}

fn missing() -> ArmError {
    ArmError::bad_request(
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )
}

/// The versions of a type; none if the type is not simulated, which is told elsewhere.
fn known(namespace: &str, kind: &str) -> Option<&'static [&'static str]> {
    match (namespace, kind) {
        ("microsoft.compute", _) => Some(COMPUTE),
        ("microsoft.network", _) => Some(NETWORK),
        ("microsoft.security", "jitnetworkaccesspolicies") => Some(JIT),
        ("microsoft.security", "locations") => Some(LOCATIONS),
        ("microsoft.security", "pricings") => Some(PRICINGS),
        ("microsoft.security", "assessments") => Some(ASSESSMENTS),
        ("microsoft.insights", "eventtypes") => Some(EVENTS),
        ("microsoft.policyinsights", "policystates" | "asyncoperationresults") => Some(POLICY_STATES),
        ("microsoft.resourcegraph", _) => Some(GRAPH),
        ("microsoft.authorization", "permissions") => Some(AUTHORIZATION),
        ("microsoft.authorization", "policyassignments" | "policydefinitions" | "policysetdefinitions") => {
            Some(POLICY)
        }
        ("microsoft.management", "managementgroups") => Some(MANAGEMENT_GROUPS),
        _ => None,
    }
}
