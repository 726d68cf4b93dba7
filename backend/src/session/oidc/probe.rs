//! Whether the provider is there and knows us, found out without signing anybody in.

use url::Url;

use super::{Provider, ProviderError, Secrets};
use crate::clock::Clock;
use crate::config::SignInSettings;

/// What the provider made of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// It knows us by our id and secret.
    Known,
    /// It does not.
    Stranger(String),
    /// It said something else.
    Unclear(String),
}

/// Has the provider redeem a code that it never gave out. Who proves to be the client hears that
/// the code is wrong (`invalid_grant`), anybody else that the client is (`invalid_client`): RFC
/// 6749, section 5.2.
pub async fn probe_provider(
    settings: SignInSettings,
    public_url: &Url,
    http: reqwest::Client,
    clock: Clock,
) -> Result<Probe, ProviderError> {
    let callback = public_url.join("/auth/callback").expect("the public URL has a host");
    let provider = Provider::new(settings, callback, http, clock);
    match provider.redeem("not-a-code".to_owned(), Secrets::generate()).await {
        Err(ProviderError::Refused { error }) => Ok(if error.starts_with("invalid_grant") {
            Probe::Known
        } else if error.starts_with("invalid_client") || error.starts_with("unauthorized_client") {
            Probe::Stranger(error)
        } else {
            Probe::Unclear(error)
        }),
        Err(error) => Err(error),
        Ok(_) => Ok(Probe::Unclear("that a made-up code is good".to_owned())),
    }
}
