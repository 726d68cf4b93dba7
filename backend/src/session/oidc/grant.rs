//! Tokens for something else than to know who somebody is: the token endpoint, asked by hand.
//!
//! `openidconnect` reads neither the codes of Microsoft Entra ID nor the claims that a refusal asks
//! for, and those decide what a person has to do.

use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE};
use jiff::SignedDuration;
use openidconnect::HttpRequest;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::form_urlencoded;

use super::{Provider, ProviderError};
use crate::session::RefreshToken;

/// What the token endpoint gave.
#[derive(Debug)]
pub struct Granted {
    /// For whatever was asked for.
    pub access_token: SecretString,
    /// How long that is good.
    pub lifetime: SignedDuration,
    /// What takes the place of the refresh token before, if it changed.
    pub refresh_token: Option<RefreshToken>,
}

/// Why the token endpoint gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// It could not be asked, or gave no answer that makes sense.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// It said no.
    #[error("the sign-in provider gave no token: {error}")]
    Refused {
        /// The error of OAuth 2.0, such as `invalid_grant`.
        error: String,
        /// The codes of Microsoft Entra ID, such as 50076.
        codes: Vec<u32>,
        /// What the next sign-in must prove: the value of its `claims`.
        claims: Option<String>,
    },
}

impl Provider {
    /// Asks the token endpoint of Microsoft Entra ID.
    pub async fn grant(&self, form: &[(&str, &str)]) -> Result<Granted, GrantError> {
        let metadata = self.metadata().await?;
        let url = metadata
            .token_endpoint()
            .ok_or_else(|| ProviderError::BadAnswer("it names no token endpoint".into()))?;
        let (mut head, body) = HttpRequest::new(self.with_proof(form).into_bytes()).into_parts();
        head.method = Method::POST;
        head.uri = url.as_str().parse().map_err(|_| bad_answer("its token endpoint is no URL"))?;
        head.headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().expect("it is ASCII"));
        head.headers.insert(ACCEPT, "application/json".parse().expect("it is ASCII"));
        let answer = self.http.send(HttpRequest::from_parts(head, body)).await;
        let answer = answer.map_err(ProviderError::Unreachable)?;
        if answer.status().is_success() {
            // What could not be read may hold tokens, so it is not told.
            let granted: WireGranted =
                serde_json::from_slice(answer.body()).map_err(|_| bad_answer("it gave no token"))?;
            return Ok(granted.into());
        }
        let refused: WireRefused = serde_json::from_slice(answer.body())
            .map_err(|_| bad_answer(&format!("its token endpoint said {}", answer.status().as_u16())))?;
        let WireRefused { error, error_codes: codes, claims } = refused;
        Err(GrantError::Refused { error, codes, claims })
    }

    /// The form, and that it comes from us.
    fn with_proof(&self, form: &[(&str, &str)]) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form).append_pair("client_id", &self.client_id);
        if let Some(secret) = &self.client_secret {
            body.append_pair("client_secret", secret.expose_secret());
        }
        body.finish()
    }
}

fn bad_answer(what: &str) -> ProviderError {
    ProviderError::BadAnswer(what.into())
}

#[derive(Deserialize)]
struct WireGranted {
    access_token: SecretString,
    expires_in: u32,
    refresh_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct WireRefused {
    error: String,
    #[serde(default)]
    error_codes: Vec<u32>,
    claims: Option<String>,
}

impl From<WireGranted> for Granted {
    fn from(wire: WireGranted) -> Self {
        Self {
            access_token: wire.access_token,
            lifetime: SignedDuration::from_secs(wire.expires_in.into()),
            refresh_token: wire.refresh_token.map(RefreshToken::new),
        }
    }
}
