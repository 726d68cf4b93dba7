//! What an ID token says of a person.

use jiff::Timestamp;
use openidconnect::core::CoreGenderClaim;
use openidconnect::{AdditionalClaims, IdTokenClaims};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::session::Person;

use super::Issuer;
use super::user_info::UserInfo;
use crate::session::{Identity, PersonKey};

/// How much the provider's clock may be ahead of ours.
const SKEW_SECONDS: f64 = 60.0;

pub type Claims = IdTokenClaims<ExtraClaims, CoreGenderClaim>;

/// The claims we read beside those of OpenID Connect itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ExtraClaims {
    /// The tenant, at Microsoft Entra.
    tid: Option<String>,
    /// The person in that tenant, at Microsoft Entra.
    oid: Option<String>,
    /// The provider's name for the sign-in.
    sid: Option<String>,
    /// What signs the person out without asking which account, at Microsoft Entra.
    login_hint: Option<String>,
    /// From when the token counts, in seconds since 1970.
    nbf: Option<f64>,
    #[serde(flatten)]
    belongs: Belonging,
}

/// What somebody belongs to, as a token has it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Belonging {
    /// App roles.
    #[serde(default)]
    pub(super) roles: Value,
    /// Groups.
    #[serde(default)]
    pub(super) groups: Value,
    /// Where claims are that do not fit into the token, at Microsoft Entra.
    #[serde(default, rename = "_claim_names")]
    elsewhere: Value,
    /// That there are groups which do not fit into the token, at Microsoft Entra.
    #[serde(default)]
    hasgroups: Value,
}

impl Belonging {
    /// Whether there are more groups than fit into the token. Where it says they are is not asked:
    /// the address is of a service that is no more.
    pub(super) fn lacks_groups(&self) -> bool {
        self.elsewhere.get("groups").is_some() || matches!(self.hasgroups, Value::Bool(true))
    }
}

impl AdditionalClaims for ExtraClaims {}

/// Who a token is about. Signature, issuer, audience, expiry and nonce are checked already.
///
/// What it leaves out is taken from `more`, which is about the same person.
pub fn identity(
    claims: &Claims,
    more: Option<&UserInfo>,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<Identity, WrongClaims> {
    let extra = claims.additional_claims();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
    if extra.nbf.is_some_and(|nbf| nbf > now.as_second() as f64 + SKEW_SECONDS) {
        return Err(WrongClaims::NotYetValid);
    }
    let key = key(claims, issuer)?;
    let preferred = claims.preferred_username().or_else(|| more?.preferred_username());
    let email = claims.email().filter(|_| claims.email_verified() == Some(true));
    let email =
        email.or_else(|| more?.email().filter(|_| more.and_then(UserInfo::email_verified) == Some(true)));
    let username = preferred.map(|name| name.as_str()).or(email.map(|email| email.as_str()));
    let username = username.unwrap_or(&key.subject);
    let name = claims.name().or_else(|| more?.name());
    let name = name.and_then(|name| name.get(None)).map_or(username, |name| name.as_str());
    let more = more.map(UserInfo::additional_claims);
    let listed = |claim: fn(&ExtraClaims) -> &Value| match (claim(extra), more) {
        (Value::Null, Some(more)) => texts(claim(more)),
        (value, _) => texts(value),
    };
    Ok(Identity {
        person: Person { name: name.to_owned(), username: username.to_owned() },
        key,
        roles: listed(|claims| &claims.belongs.roles),
        groups: listed(|claims| &claims.belongs.groups),
        sid: extra.sid.clone(),
        login_hint: extra.login_hint.clone(),
    })
}

/// Whether the person has more groups than fit into the token.
pub fn lacks_groups(claims: &Claims) -> bool {
    claims.additional_claims().belongs.lacks_groups()
}

/// At Microsoft Entra, where every application sees another `sub`, a person is an object of a
/// tenant. The tenant in the token is only the right one if we say so.
fn key(claims: &Claims, issuer: &Issuer) -> Result<PersonKey, WrongClaims> {
    let Some(tenant) = issuer.tenant() else {
        let subject = claims.subject().as_str().to_owned();
        return Ok(PersonKey { realm: issuer.as_str().to_owned(), subject });
    };
    let extra = claims.additional_claims();
    let tid = extra.tid.as_deref().and_then(|tid| tid.parse().ok());
    if tid != Some(tenant) {
        return Err(WrongClaims::ForeignTenant);
    }
    let subject = extra.oid.clone().filter(|oid| !oid.is_empty()).ok_or(WrongClaims::NoObject)?;
    Ok(PersonKey { realm: tenant.to_string(), subject })
}

/// A list of texts, or one text: providers differ.
pub(super) fn texts(claim: &Value) -> Vec<String> {
    match claim {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A token whose signature is good and that does not count nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongClaims {
    /// It is not yet valid.
    #[error("it is not valid yet")]
    NotYetValid,
    /// Its tenant is not that of the issuer.
    #[error("its tenant is not the one that people sign in to")]
    ForeignTenant,
    /// It names nobody.
    #[error("it names no object of the tenant")]
    NoObject,
}
