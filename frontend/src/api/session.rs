//! Who is signed in.

use serde::Deserialize;
use shared::session::Session;

use super::{ApiError, Nothing, get, post};

/// Who is signed in.
pub async fn show() -> Result<Session, ApiError> {
    get("/api/session").await
}

/// Signs out here, and tells where to go to sign out at the provider too.
pub async fn sign_out() -> Result<String, ApiError> {
    #[derive(Deserialize)]
    struct SignedOut {
        url: String,
    }
    let answer: SignedOut = post("/auth/logout", &Nothing {}).await?.json().await?;
    Ok(answer.url)
}
