//! OpenID Connect Front-Channel Logout 1.0: the provider tells that somebody signed out there.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use http::header::CONTENT_SECURITY_POLICY;
use serde::Deserialize;

use super::{SignIn, SignInFailure};

/// What the provider says has ended.
#[derive(Debug, Deserialize)]
pub struct Ended {
    /// Who says so.
    iss: Option<String>,
    /// Its name for the sign-in.
    sid: Option<String>,
}

/// `GET /auth/frontchannel-logout`: ends the sessions that came of a sign-in at the provider.
///
/// It is loaded in a frame on the provider's page, where browsers send no cookie of ours; whoever
/// knows a `sid` was told it by the provider, and can do no more than sign that person out. Some
/// providers leave `iss` out, although they must not; one that is there has to be ours.
pub async fn frontchannel_logout(
    State(SignIn(sign_in)): State<SignIn>,
    ended: Result<Query<Ended>, QueryRejection>,
) -> Result<Response, SignInFailure> {
    let Query(Ended { iss, sid }) = ended.map_err(|_| SignInFailure::Lost)?;
    let ours = sign_in.provider.issuer();
    let is_ours = iss.is_none_or(|iss| iss == ours.as_str());
    if let Some(sid) = sid.filter(|sid| is_ours && !sid.is_empty()) {
        let ended = sign_in.sessions.end_sign_in(&sid).await?;
        tracing::info!(ended, "the sign-in provider has signed somebody out");
    }
    let policy = format!("default-src 'none'; frame-ancestors {}", ours.origin());
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html("<!doctype html><title>Signed out</title>"))
        .into_response())
}
