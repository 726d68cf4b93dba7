//! What Azure makes of one machine under one assignment.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use shared::compliance::ComplianceState;
use shared::resource_id::VmId;

use crate::azure::wire::{if_understood, utc};

/// The id of an assignment, in small letters. Nothing is asked by it.
pub type AssignmentId = Arc<str>;

/// What Azure makes of one machine under one assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyState {
    /// The machine.
    pub vm: VmId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The initiative that it comes with, by its name; empty where the policy is assigned by itself.
    pub initiative: String,
    /// What Azure makes of it.
    pub state: ComplianceState,
    /// When it last looked.
    pub at: Timestamp,
}

/// A record of `policyStates`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireState {
    #[serde(deserialize_with = "utc")]
    timestamp: Timestamp,
    resource_id: String,
    policy_assignment_id: String,
    #[serde(default, deserialize_with = "if_understood")]
    policy_set_definition_name: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    compliance_state: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    is_compliant: Option<bool>,
}

impl WireState {
    /// What it says, unless it is about no machine.
    pub(super) fn read(self) -> Option<PolicyState> {
        let state = match self.compliance_state.as_deref().map(str::to_ascii_lowercase).as_deref() {
            Some("compliant") => ComplianceState::Compliant,
            Some("noncompliant") => ComplianceState::NonCompliant,
            Some("exempt") => ComplianceState::Exempt,
            Some("conflicting" | "conflict") => ComplianceState::Conflicting,
            Some("notstarted") => ComplianceState::NotStarted,
            Some(_) => ComplianceState::Unknown,
            // Records from before there were more than two states.
            None => match self.is_compliant {
                Some(true) => ComplianceState::Compliant,
                Some(false) => ComplianceState::NonCompliant,
                None => ComplianceState::Unknown,
            },
        };
        Some(PolicyState {
            vm: self.resource_id.parse().ok()?,
            assignment: self.policy_assignment_id.to_lowercase().into(),
            initiative: self.policy_set_definition_name.unwrap_or_default(),
            state,
            at: self.timestamp,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const VM: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/web-rg/providers/microsoft.compute/virtualmachines/web-1";

    fn read(changes: &serde_json::Value) -> Option<PolicyState> {
        let mut record = json!({
            "timestamp": "2026-09-01T10:58:11.1203344Z", "resourceId": VM,
            "policyAssignmentId": "/subscriptions/11111111-1111-4111-8111-111111111111/providers/Microsoft.Authorization/policyAssignments/ASC",
            "policySetDefinitionName": null, "complianceState": "NonCompliant", "isCompliant": false,
        });
        for (name, value) in changes.as_object().unwrap() {
            record[name] = value.clone();
        }
        serde_json::from_value::<WireState>(record).unwrap().read()
    }

    #[test]
    fn a_state_is_read_whatever_its_case_and_new_ones_are_unknown() {
        for (text, state) in [
            ("Compliant", ComplianceState::Compliant),
            ("NONCOMPLIANT", ComplianceState::NonCompliant),
            ("exempt", ComplianceState::Exempt),
            ("Conflicting", ComplianceState::Conflicting),
            ("Error", ComplianceState::Unknown),
        ] {
            assert_eq!(read(&json!({ "complianceState": text })).unwrap().state, state, "{text}");
        }
    }

    #[test]
    fn an_old_record_tells_it_in_another_field() {
        let state = |is| read(&json!({ "complianceState": null, "isCompliant": is })).unwrap().state;
        assert_eq!(state(json!(true)), ComplianceState::Compliant);
        assert_eq!(state(json!(false)), ComplianceState::NonCompliant);
        assert_eq!(state(json!("yes")), ComplianceState::Unknown);
    }

    #[test]
    fn what_is_about_no_machine_is_left_out() {
        assert_eq!(
            read(&json!({ "resourceId": "/subscriptions/11111111-1111-4111-8111-111111111111" })),
            None
        );
        let state = read(&json!({ "resourceId": VM.to_uppercase() })).unwrap();
        assert_eq!(state.vm, VM.parse().unwrap());
        assert!(state.assignment.ends_with("/asc"));
    }
}
