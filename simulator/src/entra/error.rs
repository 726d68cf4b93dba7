//! Errors of Entra: an `AADSTS` code in JSON, on a page, or in a redirect.
//!
//! Codes and texts follow "Microsoft Entra authentication and authorization error codes".

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// Why Entra refuses.
#[derive(Debug, Clone)]
pub(super) struct EntraError {
    /// The OAuth error, such as `invalid_grant`.
    pub(super) error: &'static str,
    pub(super) code: u32,
    pub(super) message: String,
    /// What a stronger sign-in must ask for.
    claims: Option<Value>,
}

impl EntraError {
    pub(super) fn new(error: &'static str, code: u32, message: impl Into<String>) -> Self {
        Self { error, code, message: message.into(), claims: None }
    }

    pub(super) fn invalid_request(code: u32, message: impl Into<String>) -> Self {
        Self::new("invalid_request", code, message)
    }

    pub(super) fn invalid_client(code: u32, message: impl Into<String>) -> Self {
        Self::new("invalid_client", code, message)
    }

    pub(super) fn invalid_grant(code: u32, message: impl Into<String>) -> Self {
        Self::new("invalid_grant", code, message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::invalid_request(
            900_144,
            format!("The request body must contain the following parameter: '{parameter}'."),
        )
    }

    pub(super) fn unknown_tenant(tenant: &str) -> Self {
        Self::invalid_request(
            90002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
            ),
        )
    }

    pub(super) fn unknown_app(client_id: &str, tenant: &str) -> Self {
        Self::new(
            "unauthorized_client",
            700_016,
            format!(
                "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
            ),
        )
    }

    /// With the claims that a new sign-in must ask for.
    pub(super) fn claims(mut self, claims: Value) -> Self {
        self.claims = Some(claims);
        self
    }

    /// The text with its code, and the ids that support asks for.
    pub(super) fn description(&self, now: Timestamp) -> String {
        let (trace, correlation) = (Uuid::new_v4(), Uuid::new_v4());
        self.describe(&trace.to_string(), &correlation.to_string(), now)
    }

    fn describe(&self, trace: &str, correlation: &str, now: Timestamp) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {}",
            self.code,
            self.message,
            timestamp(now)
        )
    }

    /// The answer of the token endpoint.
    pub(super) fn respond(&self, headers: &HeaderMap, now: Timestamp) -> Response {
        let trace = Uuid::new_v4().to_string();
        let asked = headers.get("client-request-id").and_then(|id| id.to_str().ok());
        let correlation = asked.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        let mut body = json!({
            "error": self.error,
            "error_description": self.describe(&trace, &correlation, now),
            "error_codes": [self.code],
            "timestamp": timestamp(now),
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        if let Some(claims) = &self.claims {
            body["claims"] = claims.to_string().into();
            body["suberror"] = "basic_action".into();
        }
        // Wrong credentials of the app are the one case of 401.
        let status =
            if self.error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        (status, [(header::CACHE_CONTROL, "no-store, no-cache")], axum::Json(body)).into_response()
    }
}

fn timestamp(now: Timestamp) -> String {
    now.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
