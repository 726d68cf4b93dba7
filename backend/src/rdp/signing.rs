//! What files are signed with now. It is read again while the service runs: a renewal takes over
//! without a restart, and one that is no good leaves the old one in its place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::{Publisher, PublisherError, Publishers, Validity};
use crate::clock::Clock;
use crate::config::{RdpSettings, SigningSettings};

/// What files are signed with now, if with anything. Clones share it.
#[derive(Debug, Clone)]
pub struct Signing(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    place: Place,
    clock: Clock,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    publishers: Arc<Publishers>,
    /// How the files looked when they were last read, for good or not.
    seen: Vec<Option<Stamp>>,
}

/// By what it is noticed that a file has changed.
type Stamp = (Option<SystemTime>, u64);

/// Where certificates and keys come from.
#[derive(Debug)]
struct Place(SigningSettings);

/// What files are to be signed with cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place} cannot be used: {why}")]
pub struct SigningSourceError {
    /// The setting, and the file that it names.
    place: String,
    /// What is wrong, with what lies behind it: the log has room for a sentence.
    why: String,
}

impl Signing {
    /// Reads what `settings` name, and tells how that looks.
    pub fn start(settings: &RdpSettings, clock: Clock) -> Result<Self, SigningSourceError> {
        let Some(signing) = &settings.signing else { return Ok(Self(None)) };
        let place = Place(signing.clone());
        let seen = place.stamps();
        let publishers = Arc::new(read_publishers(signing)?);
        tell(&publishers, clock.now());
        Ok(Self(Some(Arc::new(Inner { place, clock, held: Mutex::new(Held { publishers, seen }) }))))
    }

    /// Who signs now; nobody if there is nothing to sign with, or if it is the time of none of it.
    pub async fn publisher(&self) -> Option<Arc<Publisher>> {
        let inner = self.0.clone()?;
        let looking =
            tokio::task::spawn_blocking(move || inner.publishers(false).at(inner.clock.now()).cloned());
        looking.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Reads the files again, changed or not. What came of it is logged.
    pub fn read_again(&self) {
        if let Some(inner) = &self.0 {
            inner.publishers(true);
        }
    }
}

impl Inner {
    /// What there is to sign with, read again if the files are not as they were, or `in_any_case`.
    fn publishers(&self, in_any_case: bool) -> Arc<Publishers> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked at before they are read: what changes meanwhile is noticed the next time.
        let seen = self.place.stamps();
        if seen == held.seen && !in_any_case {
            return held.publishers.clone();
        }
        held.seen = seen;
        match read_publishers(&self.place.0) {
            Ok(publishers) => {
                tell(&publishers, self.clock.now());
                held.publishers = Arc::new(publishers);
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(
                    error,
                    "what Remote Desktop files are signed with could not be read again; they are signed as before"
                );
            }
        }
        held.publishers.clone()
    }
}

impl Place {
    fn stamps(&self) -> Vec<Option<Stamp>> {
        let stamp = |file: &PathBuf| {
            let about = std::fs::metadata(file).ok()?;
            Some((about.modified().ok(), about.len()))
        };
        self.0.files().iter().map(stamp).collect()
    }
}

/// Everything that can be signed with, from where `settings` say.
pub fn read_publishers(settings: &SigningSettings) -> Result<Publishers, SigningSourceError> {
    let read = match settings {
        SigningSettings::Pem(pem) => Publishers::from_pem(pem),
        SigningSettings::PemFiles(files) => together(files).and_then(|pem| Publishers::from_pem(&pem)),
        SigningSettings::Pfx { file, password } => std::fs::read(file)
            .map_err(PublisherError::File)
            .and_then(|file| Publishers::from_pfx(&file, password)),
    };
    read.map_err(|error| SigningSourceError {
        place: settings.to_string(),
        why: format!("{:#}", anyhow::Error::from(error)),
    })
}

/// What stands in all of the files.
fn together(files: &[PathBuf]) -> Result<SecretString, PublisherError> {
    let texts = files.iter().map(|file| text(file)).collect::<Result<Vec<_>, _>>()?;
    let all: Vec<&str> = texts.iter().map(ExposeSecret::expose_secret).collect();
    Ok(all.join("\n").into())
}

fn text(file: &Path) -> Result<SecretString, PublisherError> {
    std::fs::read_to_string(file).map(SecretString::from).map_err(PublisherError::File)
}

/// Logs in whose name files are signed, and what is wrong with that.
fn tell(publishers: &Publishers, now: Timestamp) {
    for flaw in publishers.flaws() {
        tracing::warn!("of what Remote Desktop files are signed with, {flaw}");
    }
    let outlook = publishers.outlook(now);
    let (about, until) = (outlook.publisher.about(), outlook.until);
    let (name, sha256) = (about.name.as_str(), about.sha256.as_str());
    match outlook.validity {
        Validity::Good => tracing::info!(name, sha256, %until, "Remote Desktop files are signed"),
        Validity::EndsSoon => {
            tracing::warn!(name, sha256, %until, "Remote Desktop files are signed; the certificate ends soon");
        }
        Validity::Over | Validity::NotYet => {
            tracing::error!(name, sha256, %until, "Remote Desktop files are not signed: it is not the certificate's time");
        }
    }
}

#[cfg(test)]
mod tests;
