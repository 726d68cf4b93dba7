//! The OpenID Connect provider that vouches for people.
//!
//! Authorization code with PKCE. `openidconnect` checks signature, issuer, audience, expiry and
//! nonce; what it leaves to its callers is here and in [`claims`]: the tenant, the start of
//! validity, one algorithm only, and keys that change while the process runs.

mod access_token;
mod claims;
mod error;
mod grant;
mod http;
mod issuer;
mod probe;
mod round_trip;
mod user_info;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenFields,
    IssuerUrl, LoginHint, LogoutHint, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout as Metadata, RedirectUrl, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::Url;

use super::RefreshToken;
use crate::clock::Clock;
use crate::config::SignInSettings;
use claims::ExtraClaims;
use http::Http;

pub use access_token::{Presented, WrongToken};
pub use error::ProviderError;
pub use grant::{GrantError, Granted};
pub use issuer::{Issuer, ParseIssuerError};
pub use probe::{Probe, probe_provider};
pub use round_trip::{Secrets, Vouched, Wishes};

/// How often the provider's keys are asked for again. Whoever sends tokens chooses key ids.
const REFRESH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// An OpenID Connect provider and who we are to it.
#[derive(Debug)]
pub struct Provider {
    issuer: Issuer,
    client_id: String,
    client_secret: Option<SecretString>,
    scopes: Vec<String>,
    api_scope: Option<String>,
    redirect_url: RedirectUrl,
    http: Http,
    clock: Clock,
    known: Mutex<Option<Known>>,
}

/// What the provider says of itself.
#[derive(Debug)]
struct Known {
    metadata: Arc<Metadata>,
    /// When it was last asked again.
    refreshed_at: Option<Timestamp>,
}

impl Provider {
    /// A provider that sends browsers back to `redirect_url`. It is not asked yet.
    ///
    /// `http` must not follow redirects.
    pub fn new(settings: SignInSettings, redirect_url: Url, http: reqwest::Client, clock: Clock) -> Self {
        let SignInSettings { issuer, client_id, client_secret, scopes, api_scope } = settings;
        let redirect_url = RedirectUrl::from_url(redirect_url);
        let known = Mutex::default();
        Self {
            issuer,
            client_id,
            client_secret,
            scopes,
            api_scope,
            redirect_url,
            http: Http(http),
            clock,
            known,
        }
    }

    /// Who vouches for people.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Where to send a browser to sign somebody in.
    pub async fn authorize_url(
        &self,
        state: &str,
        secrets: &Secrets,
        wishes: Wishes,
    ) -> Result<Url, ProviderError> {
        let client = self.client(&*self.metadata().await?);
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let (state, nonce) = (CsrfToken::new(state.to_owned()), Nonce::new(secrets.nonce.clone()));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(self.scopes.iter().cloned().map(Scope::new));
        if wishes.selects_account {
            request = request.add_prompt(CoreAuthPrompt::SelectAccount);
        }
        if let Some(hint) = wishes.login_hint {
            request = request.set_login_hint(LoginHint::new(hint));
        }
        if let Some(claims) = wishes.claims {
            request = request.add_extra_param("claims", claims);
        }
        Ok(request.url().0)
    }

    /// Who the provider says has signed in, by the code that the browser came back with.
    pub async fn redeem(&self, code: String, secrets: Secrets) -> Result<Vouched, ProviderError> {
        let metadata = self.metadata().await?;
        let answer = self
            .client(&metadata)
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| ProviderError::BadAnswer("it names no token endpoint".into()))?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier))
            .request_async(&self.http)
            .await?;
        let token =
            answer.id_token().ok_or_else(|| ProviderError::BadAnswer("there is no ID token".into()))?;
        let nonce = Nonce::new(secrets.nonce);
        let claims = match self.check(token, &metadata, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let metadata = self.newer_than(&metadata).await?;
                self.check(token, &metadata, &nonce).cloned()
            }
            checked => checked.cloned(),
        }
        .map_err(|error| ProviderError::BadToken(error.into()))?;
        let more = self.user_info(&metadata, answer.access_token(), &claims).await?;
        let identity = claims::identity(&claims, more.as_ref(), &self.issuer, self.clock.now())
            .map_err(|error| ProviderError::BadToken(error.into()))?;
        let refresh_token = answer.refresh_token();
        let refresh_token = refresh_token.map(|token| RefreshToken::new(token.secret().as_str().into()));
        Ok(Vouched { identity, lacks_groups: claims::lacks_groups(&claims), refresh_token })
    }

    /// Where to send a browser to sign somebody out, if the provider has such a place.
    pub async fn end_session_url(
        &self,
        back_to: &Url,
        login_hint: Option<String>,
    ) -> Result<Option<Url>, ProviderError> {
        let metadata = self.metadata().await?;
        let Some(url) = metadata.additional_metadata().end_session_endpoint.clone() else { return Ok(None) };
        let mut request = LogoutRequest::from(url)
            .set_client_id(ClientId::new(self.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(back_to.clone()));
        if let Some(hint) = login_hint {
            request = request.set_logout_hint(LogoutHint::new(hint));
        }
        Ok(Some(request.http_get_url()))
    }

    fn check<'t>(
        &self,
        token: &'t Token,
        metadata: &Metadata,
        nonce: &Nonce,
    ) -> Result<&'t claims::Claims, ClaimsVerificationError> {
        let now = utc(self.clock.now());
        let client = self.client(metadata);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
            .set_time_fn(move || now);
        token.claims(&verifier, nonce)
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let secret = self.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let methods = metadata.token_endpoint_auth_methods_supported();
        let in_body =
            methods.is_some_and(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretPost));
        let auth_type = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let client_id = ClientId::new(self.client_id.clone());
        Client::from_provider_metadata(metadata.clone(), client_id, secret)
            .set_redirect_uri(self.redirect_url.clone())
            .set_auth_type(auth_type)
    }

    /// What the provider says of itself; it is asked once.
    async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known {
            return Ok(known.metadata.clone());
        }
        let metadata = Arc::new(self.discover().await?);
        *known = Some(Known { metadata: metadata.clone(), refreshed_at: None });
        Ok(metadata)
    }

    /// What the provider says of itself since it said `old`; that, if it was asked again just now.
    async fn newer_than(&self, old: &Arc<Metadata>) -> Result<Arc<Metadata>, ProviderError> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some(known) = &mut *known {
            let is_newer = !Arc::ptr_eq(&known.metadata, old);
            if is_newer || known.refreshed_at.is_some_and(|at| now.duration_since(at) < REFRESH_EVERY) {
                return Ok(known.metadata.clone());
            }
            known.refreshed_at = Some(now);
        }
        let metadata = Arc::new(self.discover().await?);
        *known = Some(Known { metadata: metadata.clone(), refreshed_at: Some(now) });
        Ok(metadata)
    }

    async fn discover(&self) -> Result<Metadata, ProviderError> {
        let issuer = IssuerUrl::new(self.issuer.as_str().to_owned())
            .map_err(|error| ProviderError::BadAnswer(error.into()))?;
        Ok(Metadata::discover_async(issuer, &self.http).await?)
    }
}

fn utc(now: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp(now.as_second(), 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

type TokenFields = IdTokenFields<
    ExtraClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Token =
    IdToken<ExtraClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Client = openidconnect::Client<
    ExtraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<TokenFields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

#[cfg(test)]
pub(super) mod stand_in;
#[cfg(test)]
mod tests;
