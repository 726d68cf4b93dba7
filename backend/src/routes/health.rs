//! Signs of life.

use axum::extract::State;
use http::StatusCode;

use crate::store::Store;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The process can do its work: its store answers. Azure may be away without that being cured by
/// sending people to another replica, so it is not asked.
pub async fn ready(State(store): State<Store>) -> (StatusCode, &'static str) {
    match store.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "not ready: the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer")
        }
    }
}
