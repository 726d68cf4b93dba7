//! Who is signed in, and where.

use shared::json::Json;
use shared::page::Page;
use shared::session::{Session, SignedIn};

use gloo_net::http::Method;

use super::{ApiError, call, get, nothing};
use crate::page::escaped;

/// Who is signed in.
pub async fn show() -> Result<Session, ApiError> {
    get("/api/session".to_owned()).await
}

/// Where they are signed in, what was used last first.
pub async fn list() -> Result<Vec<SignedIn>, ApiError> {
    let page: Page<SignedIn> = get("/api/sessions".to_owned()).await?;
    Ok(page.items)
}

/// Signs out somewhere else, by what the list calls it.
pub async fn end(id: &str) -> Result<Json, ApiError> {
    call(Method::DELETE, format!("/api/sessions/{}", escaped(id)), None).await
}

/// Signs out here, and tells where to go to sign out at the provider too.
pub async fn sign_out() -> Result<String, ApiError> {
    Ok(call(Method::POST, "/auth/logout".to_owned(), Some(nothing())).await?.field("url")?)
}

/// The same on every device.
pub async fn sign_out_everywhere() -> Result<String, ApiError> {
    Ok(call(Method::POST, "/auth/logout?everywhere=true".to_owned(), Some(nothing())).await?.field("url")?)
}
