//! An assignment of a policy or of an initiative.

use serde::Deserialize;
use shared::compliance::AssignmentScope;

use super::{AssignmentId, OWN_NAME, definition};
use crate::azure::wire::if_understood;

/// An assignment of a policy or of an initiative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyAssignment {
    /// Its id.
    pub id: AssignmentId,
    /// What people call it.
    pub display_name: String,
    /// What it is about.
    pub scope: AssignmentScope,
    /// Whether it assigns our policy by itself; else something else, perhaps an initiative with it.
    pub is_direct: bool,
    /// Whether Postern made it.
    pub is_own: bool,
    /// Its effect, as far as it says so.
    pub effect: Option<String>,
    /// Whether it is enforced.
    pub enforced: bool,
    /// The ids, in small letters, of what it leaves out.
    pub not_scopes: Vec<String>,
}

/// An assignment as Azure tells it.
#[derive(Debug, Deserialize)]
pub(super) struct WireAssignment {
    id: String,
    name: String,
    properties: WireProperties,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    #[serde(default, deserialize_with = "if_understood")]
    display_name: Option<String>,
    policy_definition_id: String,
    #[serde(default, deserialize_with = "if_understood")]
    parameters: Option<WireParameters>,
    #[serde(default, deserialize_with = "if_understood")]
    enforcement_mode: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    metadata: Option<WireMetadata>,
    #[serde(default, deserialize_with = "if_understood")]
    not_scopes: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct WireParameters {
    #[serde(default, deserialize_with = "if_understood")]
    effect: Option<WireValue>,
}

#[derive(Debug, Deserialize)]
struct WireValue {
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMetadata {
    #[serde(default, deserialize_with = "if_understood")]
    assigned_by: Option<String>,
}

impl WireAssignment {
    /// What it says, unless it is about something smaller than a resource group.
    pub(super) fn read(self) -> Option<PolicyAssignment> {
        let Self { id, name, properties } = self;
        let folded = id.to_lowercase();
        let scope = &id[..folded.find("/providers/microsoft.authorization/")?];
        let display_name = properties.display_name.filter(|name| !name.trim().is_empty());
        let by_postern = properties.metadata.and_then(|metadata| metadata.assigned_by);
        let is_direct = properties.policy_definition_id.eq_ignore_ascii_case(&definition());
        Some(PolicyAssignment {
            scope: scope.parse().ok()?,
            is_direct,
            is_own: is_direct
                && name.eq_ignore_ascii_case(OWN_NAME)
                && by_postern.as_deref() == Some("Postern"),
            effect: properties.parameters.and_then(|parameters| Some(parameters.effect?.value)),
            enforced: !properties
                .enforcement_mode
                .is_some_and(|mode| mode.eq_ignore_ascii_case("DoNotEnforce")),
            display_name: display_name.unwrap_or(name),
            not_scopes: properties.not_scopes.iter().flatten().map(|scope| scope.to_lowercase()).collect(),
            id: folded.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::compliance::DEFINITION;

    use super::*;

    const SUBSCRIPTION: &str = "/subscriptions/11111111-1111-4111-8111-111111111111";

    fn read(scope: &str, name: &str, properties: &serde_json::Value) -> Option<PolicyAssignment> {
        let id = format!("{scope}/providers/Microsoft.Authorization/policyAssignments/{name}");
        let wire = json!({ "id": id, "name": name, "properties": properties });
        serde_json::from_value::<WireAssignment>(wire).unwrap().read()
    }

    fn direct() -> String {
        format!("/PROVIDERS/microsoft.authorization/policydefinitions/{DEFINITION}")
    }

    #[test]
    fn an_assignment_of_posterns_is_known_by_name_and_mark() {
        let own = |name: &str, by: &str| {
            let properties = json!({ "policyDefinitionId": direct(), "metadata": { "assignedBy": by } });
            read(SUBSCRIPTION, name, &properties).unwrap().is_own
        };
        assert!(own("Postern-JIT", "Postern"));
        assert!(!own("postern-jit", "Ines"));
        assert!(!own("jit", "Postern"));
    }

    #[test]
    fn what_it_does_not_say_has_a_default_and_what_is_strange_spoils_nothing() {
        let bare =
            read(SUBSCRIPTION, "asc", &json!({ "policyDefinitionId": "/x", "parameters": [1] })).unwrap();
        assert_eq!((bare.display_name.as_str(), bare.effect, bare.enforced), ("asc", None, true));
        assert!(!bare.is_direct);
        let group = "/providers/Microsoft.Management/managementGroups/contoso";
        let told = json!({
            "policyDefinitionId": direct(), "displayName": "JIT", "enforcementMode": "DoNotEnforce",
            "parameters": { "effect": { "value": "Disabled" } },
        });
        let told = read(group, "x", &told).unwrap();
        assert_eq!(told.scope.to_string(), group);
        assert_eq!((told.effect.as_deref(), told.enforced, told.is_direct), (Some("Disabled"), false, true));
    }

    #[test]
    fn what_is_about_one_machine_is_left_out() {
        let vm =
            format!("{SUBSCRIPTION}/resourceGroups/web-rg/providers/Microsoft.Compute/virtualMachines/web-1");
        assert_eq!(read(&vm, "x", &json!({ "policyDefinitionId": direct() })), None);
    }
}
