//! Who is signed in, and where.

use shared::json::Json;
use shared::page::Page;
use shared::session::{Session, SignedIn};

use gloo_net::http::Method;

use super::{ApiError, fetch, get, hand_over, nothing};
use crate::page::escaped;

/// Who is signed in.
pub fn show(then: impl FnOnce(Result<Session, ApiError>) + 'static) {
    let then: Box<dyn FnOnce(Result<Session, ApiError>)> = Box::new(then);
    fetch("/api/session".to_owned(), then);
}

/// Where they are signed in, what was used last first.
pub async fn list() -> Result<Vec<SignedIn>, ApiError> {
    let page: Page<SignedIn> = get("/api/sessions".to_owned()).await?;
    Ok(page.items)
}

/// Signs out somewhere else, by what the list calls it.
pub fn end(id: &str, then: impl FnOnce(Result<Json, ApiError>) + 'static) {
    hand_over(Method::DELETE, format!("/api/sessions/{}", escaped(id)), None, Box::new(then));
}

/// Signs out here, or, if that is wanted, everywhere, and tells where to go to sign out at the provider
/// too.
pub fn sign_out(everywhere: bool, then: impl FnOnce(Result<String, ApiError>) + 'static) {
    let url = if everywhere { "/auth/logout?everywhere=true" } else { "/auth/logout" };
    let then = |told: Result<Json, ApiError>| then(told.and_then(|json| Ok(json.field("url")?)));
    hand_over(Method::POST, url.to_owned(), Some(nothing()), Box::new(then));
}
