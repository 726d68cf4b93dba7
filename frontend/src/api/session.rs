//! Who is signed in.

use shared::session::Session;

use gloo_net::http::Method;

use super::{ApiError, call, get, nothing};

/// Who is signed in.
pub async fn show() -> Result<Session, ApiError> {
    get("/api/session".to_owned()).await
}

/// Signs out here, and tells where to go to sign out at the provider too.
pub async fn sign_out() -> Result<String, ApiError> {
    Ok(call(Method::POST, "/auth/logout".to_owned(), Some(nothing())).await?.field("url")?)
}
