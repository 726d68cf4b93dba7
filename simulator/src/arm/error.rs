//! Errors in Resource Manager's envelope.

use http::StatusCode;
use serde_json::{Value, json};

use super::reply::Reply;
use crate::rbac::Principal;

/// A refusal, as Azure words it.
#[derive(Debug, Clone)]
pub(crate) struct ArmError {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) message: String,
    /// What stands below the main code and message.
    pub(crate) details: Vec<Value>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Whether code and message stand in the body by themselves and not under `error`.
    is_flat: bool,
}

impl ArmError {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            details: Vec::new(),
            headers: Vec::new(),
            is_flat: false,
        }
    }

    pub(crate) fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404 for a management group, to those who may read all of them.
    pub(crate) fn no_management_group(name: &str) -> Self {
        let message = format!("The management group '{name}' could not be found.");
        Self::new(StatusCode::NOT_FOUND, "ManagementGroupNotFound", message)
    }

    /// 403, in the words of Azure.
    pub(crate) fn forbidden(who: &Principal, action: &str, scope: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "AuthorizationFailed",
            format!(
                "The client '{}' with object id '{}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
                who.client(),
                who.object_id
            ),
        )
    }

    /// 403 for a resource that the body names, in the words of Azure.
    pub(crate) fn linked(
        who: &Principal,
        action: &str,
        scope: &str,
        linked_action: &str,
        linked: &str,
    ) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "LinkedAuthorizationFailed",
            format!(
                "The client '{}' with object id '{}' has permission to perform action '{action}' on scope '{scope}'; however, it does not have permission to perform action(s) '{linked_action}' on the linked scope(s) '{linked}' (respectively) or the linked scope(s) are invalid.",
                who.client(),
                who.object_id
            ),
        )
    }

    pub(crate) fn detail(mut self, detail: Value) -> Self {
        self.details.push(detail);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// In the shape that the activity log's specification has for errors.
    pub(crate) fn flat(self) -> Self {
        Self { is_flat: true, ..self }
    }

    fn body(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.details.is_empty() {
            error["details"] = json!(self.details);
        }
        if self.is_flat { error } else { json!({ "error": error }) }
    }
}

impl From<ArmError> for Reply {
    fn from(error: ArmError) -> Self {
        let body = error.body();
        Self { status: error.status, headers: error.headers, body: Some(body) }
    }
}
