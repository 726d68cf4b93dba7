//! Access tokens for Postern itself, as Microsoft Entra ID gives them to programs.
//!
//! Version 2.0, so that issuer and audience are those of ID tokens. What tells them from those is
//! the scope: an ID token has none, and does not count here.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::session::Person;

use super::claims::{Belonging, texts};
use super::{Metadata, Provider};
use crate::audit::TokenMark;
use crate::session::{BearerError, Identity, PersonKey};

/// How much the provider's clock may be ahead of ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// More than any token of Microsoft Entra ID.
const LONGEST: usize = 20_000;

/// Whom a token stands for.
#[derive(Debug)]
pub struct Presented {
    /// Who it is.
    pub identity: Identity,
    /// What it is put on record by.
    pub mark: TokenMark,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether they have more groups than fit into it.
    pub lacks_groups: bool,
}

/// Why a token is not one for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongToken {
    /// It is no token, or not signed by the provider.
    #[error("it is not signed by the sign-in provider")]
    NotSigned,
    /// It is another tenant's, or of version 1.0.
    #[error(
        "it comes from another issuer; it must be of version 2.0, from the tenant that people sign in to"
    )]
    ForeignIssuer,
    /// It is for something else.
    #[error("it is for another audience; ask for the scope that Postern's application offers")]
    ForeignAudience,
    /// It is too old, or not valid yet.
    #[error("its time is over, or has not come")]
    NotNow,
    /// It stands for an application.
    #[error("it stands for an application; only people can ask for access")]
    NoPerson,
    /// It lacks the scope.
    #[error("it lacks the scope that Postern's application offers")]
    NoScope,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct AccessClaims {
    iss: String,
    aud: Value,
    exp: i64,
    nbf: Option<i64>,
    tid: Option<String>,
    oid: Option<String>,
    sub: Option<String>,
    scp: Option<String>,
    idtyp: Option<String>,
    azp: Option<String>,
    uti: Option<String>,
    name: Option<String>,
    preferred_username: Option<String>,
    #[serde(flatten)]
    belongs: Belonging,
}

impl Provider {
    /// The scope of tokens that programs may bring along.
    pub fn api_scope(&self) -> Option<&str> {
        self.api_scope.as_deref()
    }

    /// Whom an access token stands for.
    pub async fn check_access_token(&self, token: &str) -> Result<Presented, BearerError> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err(WrongToken::NotSigned.into()) };
        if token.len() > LONGEST {
            return Err(WrongToken::NotSigned.into());
        }
        let header: Header = part(header).ok_or(WrongToken::NotSigned)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| WrongToken::NotSigned)?;
        if header.alg != "RS256" {
            return Err(WrongToken::NotSigned.into());
        }
        let signed = &token[..token.len() - parts[2].len() - 1];
        let metadata = self.metadata().await.map_err(BearerError::Unchecked)?;
        let mut is_signed = by_its_key(&metadata, &header.kid, signed, &signature);
        if is_signed.is_none() {
            let metadata = self.newer_than(&metadata).await.map_err(BearerError::Unchecked)?;
            is_signed = by_its_key(&metadata, &header.kid, signed, &signature);
        }
        if is_signed != Some(true) {
            return Err(WrongToken::NotSigned.into());
        }
        Ok(self.read(part(claims).ok_or(WrongToken::NotSigned)?)?)
    }

    /// What a token says whose signature is good.
    fn read(&self, claims: AccessClaims) -> Result<Presented, WrongToken> {
        let tenant = self.issuer.tenant().ok_or(WrongToken::ForeignIssuer)?;
        let tid = claims.tid.as_deref().and_then(|tid| tid.parse().ok());
        if claims.iss != self.issuer.as_str() || tid != Some(tenant) {
            return Err(WrongToken::ForeignIssuer);
        }
        if claims.aud != self.client_id.as_str() {
            return Err(WrongToken::ForeignAudience);
        }
        let now = self.clock.now();
        let at = |second| Timestamp::from_second(second).map_err(|_| WrongToken::NotNow);
        let expires_at = at(claims.exp)?;
        let begins_at = claims.nbf.map(at).transpose()?.unwrap_or(now);
        if expires_at <= now || now < begins_at.saturating_sub(SKEW).unwrap_or(begins_at) {
            return Err(WrongToken::NotNow);
        }
        let scopes = claims.scp.as_deref().unwrap_or_default();
        if claims.idtyp.as_deref() == Some("app") || (scopes.is_empty() && claims.is_its_own_subject()) {
            return Err(WrongToken::NoPerson);
        }
        if !scopes.split(' ').any(|scope| Some(scope) == self.api_scope()) {
            return Err(WrongToken::NoScope);
        }
        let subject = claims.oid.filter(|oid| !oid.is_empty()).ok_or(WrongToken::NoPerson)?;
        let username = claims.preferred_username.unwrap_or_else(|| subject.clone());
        let identity = Identity {
            person: Person { name: claims.name.unwrap_or_else(|| username.clone()), username },
            key: PersonKey { realm: tenant.to_string(), subject },
            roles: texts(&claims.belongs.roles),
            groups: texts(&claims.belongs.groups),
            sid: None,
            login_hint: None,
        };
        let lacks_groups = claims.belongs.lacks_groups();
        let mark = TokenMark { azp: claims.azp, uti: claims.uti };
        Ok(Presented { identity, mark, expires_at, lacks_groups })
    }
}

impl AccessClaims {
    /// Whether subject and object are the same, as they are for an application, which may lack
    /// `idtyp`. A person's subject is another at each application; app roles are given to both.
    fn is_its_own_subject(&self) -> bool {
        self.oid.is_some() && self.oid == self.sub
    }
}

/// Whether the key of this name signed it; `None` if there is no such key.
fn by_its_key(metadata: &Metadata, kid: &str, signed: &str, signature: &[u8]) -> Option<bool> {
    let mut keys = metadata.jwks().keys().iter();
    let key = keys.find(|key| key.key_id().is_some_and(|id| id.as_str() == kid))?;
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    Some(key.verify_signature(&algorithm, signed.as_bytes(), signature).is_ok())
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
