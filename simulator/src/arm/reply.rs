//! Answers of Resource Manager.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// An answer, before it is written out.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), body: Some(body) }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: None }
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Writes the answer out with the headers that every answer of Resource Manager carries.
    pub(crate) fn into_response(self, now: Timestamp) -> Response {
        let id = Uuid::new_v4().to_string();
        let routing = format!("WESTEUROPE:{}:{id}", now.strftime("%Y%m%dT%H%M%SZ"));
        let body = self.body.as_ref().map(ToString::to_string);
        let mut response = Response::new(body.map_or_else(Body::empty, Body::from));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set("cache-control", "no-cache");
        set("pragma", "no-cache");
        set("expires", "-1");
        set("strict-transport-security", "max-age=31536000; includeSubDomains");
        set("x-content-type-options", "nosniff");
        set("x-ms-request-id", &id);
        set("x-ms-correlation-request-id", &id);
        set("x-ms-routing-request-id", &routing);
        if self.body.is_some() {
            set("content-type", "application/json; charset=utf-8");
        }
        for (name, value) in &self.headers {
            set(name, value);
        }
        response
    }
}
