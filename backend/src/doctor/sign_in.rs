//! The sign-in provider.

use std::error::Error as _;

use url::Url;

use super::{Finding, in_full};
use crate::clock::Clock;
use crate::config::SignInSettings;
use crate::session::{Probe, probe_provider};

/// Asks the provider who it is, and whether it knows us.
pub async fn examine(
    settings: SignInSettings,
    public_url: &Url,
    http: &reqwest::Client,
    clock: &Clock,
) -> Vec<Finding> {
    let issuer = settings.issuer.as_str().to_owned();
    let client_id = settings.client_id.clone();
    let callback = format!("{public_url}auth/callback");
    match probe_provider(settings, public_url, http.clone(), clock.clone()).await {
        Ok(Probe::Known) => vec![
            Finding::fine(format!(
                "The sign-in provider {issuer} answers, and knows Postern as {client_id}."
            )),
            Finding::fine(format!(
                "Whether it sends people back to {callback} shows when somebody signs in."
            )),
        ],
        Ok(Probe::Unclear(said)) => vec![Finding::doubtful(
            format!(
                "The sign-in provider {issuer} answers, but whether it knows Postern is not clear: it said {said}."
            ),
            "Sign in once, and look at the log.",
        )],
        Ok(Probe::Stranger(said)) => vec![Finding::wrong(
            format!(
                "The sign-in provider {issuer} does not know Postern, or not this secret: it said {said}."
            ),
            "Check `sign_in.client_id` and the secret; secrets of app registrations expire.",
        )],
        Err(error) => {
            let behind = error.source().map(|source| format!(": {}", in_full(source))).unwrap_or_default();
            vec![Finding::wrong(
                format!("Nobody can sign in through {issuer}: {error}{behind}."),
                "Check `sign_in.issuer`; it must be to the letter what the provider calls itself.",
            )]
        }
    }
}
