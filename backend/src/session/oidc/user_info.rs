//! What the provider tells of a person only when it is asked.
//!
//! OpenID Connect Core (5.4) lets a provider that gives out an access token keep claims of the
//! scope `profile` out of the ID token, and tell them at its userinfo endpoint.

use openidconnect::core::CoreGenderClaim;
use openidconnect::{AccessToken, UserInfoClaims};

use super::claims::{Claims, ExtraClaims};
use super::{Metadata, Provider, ProviderError};

pub type UserInfo = UserInfoClaims<ExtraClaims, CoreGenderClaim>;

impl Provider {
    /// What more the provider tells of whom the ID token is about, if that leaves out the name they
    /// sign in with.
    ///
    /// Microsoft Entra is not asked: its tokens have the name, and its endpoint is another service,
    /// which the access token is not for.
    pub(super) async fn user_info(
        &self,
        metadata: &Metadata,
        token: &AccessToken,
        claims: &Claims,
    ) -> Result<Option<UserInfo>, ProviderError> {
        if claims.preferred_username().is_some() || self.issuer.tenant().is_some() {
            return Ok(None);
        }
        let client = self.client(metadata);
        // An answer about anybody else is not believed.
        let subject = Some(claims.subject().clone());
        match client.user_info(token.clone(), subject) {
            Ok(request) => Ok(Some(request.request_async(&self.http).await?)),
            // The provider has no such place.
            Err(_) => Ok(None),
        }
    }
}
