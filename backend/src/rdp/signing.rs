//! What files are signed with now. It is read again while the service runs: a renewal takes over
//! without a restart, and one that is no good leaves the old one in its place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::{Publisher, PublisherError, Publishers, RdpFile, Validity, sign};
use crate::azure::key_vault::{CertificateUrl, KeyVault};
use crate::clock::Clock;
use crate::config::{RdpSettings, SigningSettings};

/// How long a certificate from a vault is taken for the newest.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// How long a vault that did not answer is left alone.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// What files are signed with now, if with anything. Clones share it.
#[derive(Debug, Clone)]
pub struct Signing(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    settings: SigningSettings,
    vault: Option<KeyVault>,
    clock: Clock,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    /// `None` only as long as a vault has told nothing.
    publishers: Option<Arc<Publishers>>,
    /// How the files looked when they were last read, for good or not.
    seen: Vec<Option<Stamp>>,
    /// When a vault is asked again.
    next_look: Timestamp,
}

/// By what it is noticed that a file has changed.
type Stamp = (Option<SystemTime>, u64);

/// What files are to be signed with cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place} cannot be used: {why}")]
pub struct SigningSourceError {
    /// The setting, and the file that it names.
    place: String,
    /// What is wrong, with what lies behind it: the log has room for a sentence.
    why: String,
}

/// A file could not be signed though it is to be. Why stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotSigned;

impl Signing {
    /// Reads what `settings` name, and tells how that looks. A vault that does not answer is asked
    /// again when somebody wants a file.
    pub async fn start(
        settings: &RdpSettings,
        vault: impl FnOnce(CertificateUrl) -> KeyVault,
        clock: Clock,
    ) -> Result<Self, SigningSourceError> {
        let Some(settings) = settings.signing.clone() else { return Ok(Self(None)) };
        let vault = match &settings {
            SigningSettings::KeyVault { certificate, .. } => Some(vault(certificate.clone())),
            SigningSettings::Pem(_) | SigningSettings::PemFiles(_) | SigningSettings::Pfx { .. } => None,
        };
        let held = Held { publishers: None, seen: stamps(&settings), next_look: Timestamp::MIN };
        let inner = Inner { settings, vault, clock, held: Mutex::new(held) };
        if inner.vault.is_some() {
            inner.newest_of_vault().await;
        } else {
            let publishers = read_publishers(&inner.settings)?;
            inner.take_over(publishers);
        }
        Ok(Self(Some(Arc::new(inner))))
    }

    /// Who signs now; nobody if there is nothing to sign with, or if it is the time of none of it.
    pub async fn publisher(&self) -> Option<Arc<Publisher>> {
        let inner = self.0.as_ref()?;
        // Whoever only wants to know does not wait for a vault, unless nobody has asked it yet.
        let known = if inner.vault.is_some() { inner.held().publishers.clone() } else { None };
        let publishers = match known {
            Some(known) => known,
            None => inner.publishers().await?,
        };
        publishers.at(inner.clock.now()).cloned()
    }

    /// Whether files are to be signed and none can be: a vault has not answered since the start.
    pub fn is_out_of_reach(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.held().publishers.is_none())
    }

    /// The file as it is handed out. It is not signed if there is nothing to sign with, or if the
    /// time of all certificates is over: clients refuse a bad signature, and warn of a missing one.
    pub async fn sign(&self, file: &RdpFile) -> Result<String, NotSigned> {
        let Some(inner) = &self.0 else { return Ok(file.to_string()) };
        let publishers = inner.publishers().await.ok_or(NotSigned)?;
        let Some(publisher) = publishers.at(inner.clock.now()) else {
            tracing::error!("a Remote Desktop file is handed out unsigned: it is the time of no certificate");
            return Ok(file.to_string());
        };
        sign::signed(file, publisher).await.map_err(|error| {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::error!(error, "a Remote Desktop file could not be signed, and is not handed out");
            NotSigned
        })
    }

    /// Reads the files, or asks the vault, again, changed or not. What came of it is logged.
    pub fn read_again(&self) {
        if let Some(inner) = &self.0 {
            inner.held().next_look = Timestamp::MIN;
            if inner.vault.is_none() {
                inner.newest_of_files(true);
            }
        }
    }
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn publishers(self: &Arc<Self>) -> Option<Arc<Publishers>> {
        if self.vault.is_some() {
            self.newest_of_vault().await;
        } else {
            let inner = self.clone();
            let looking = tokio::task::spawn_blocking(move || inner.newest_of_files(false));
            looking.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        }
        self.held().publishers.clone()
    }

    /// Reads the files again if they are not as they were, or `in_any_case`.
    fn newest_of_files(&self, in_any_case: bool) {
        // Looked at before they are read: what changes meanwhile is noticed the next time.
        let seen = stamps(&self.settings);
        if std::mem::replace(&mut self.held().seen, seen.clone()) == seen && !in_any_case {
            return;
        }
        match read_publishers(&self.settings) {
            Ok(publishers) => self.take_over(publishers),
            Err(error) => stay(&error),
        }
    }

    /// Asks the vault for the newest certificate, if what it told last is old by now.
    async fn newest_of_vault(&self) {
        let Some(vault) = &self.vault else { return };
        let now = self.clock.now();
        {
            let mut held = self.held();
            if now < held.next_look {
                return;
            }
            held.next_look = now.saturating_add(REST).unwrap_or(Timestamp::MAX);
        }
        match read_from_vault(vault, &self.settings).await {
            Ok(publishers) => {
                self.take_over(publishers);
                self.held().next_look = now.saturating_add(FRESH).unwrap_or(Timestamp::MAX);
            }
            Err(error) => stay(&error),
        }
    }

    fn take_over(&self, publishers: Publishers) {
        tell(&publishers, self.clock.now());
        self.held().publishers = Some(Arc::new(publishers));
    }
}

fn stay(error: &SigningSourceError) {
    let error = error as &dyn std::error::Error;
    tracing::error!(
        error,
        "what Remote Desktop files are signed with could not be read again; they are signed as before"
    );
}

fn stamps(settings: &SigningSettings) -> Vec<Option<Stamp>> {
    let stamp = |file: &PathBuf| {
        let about = std::fs::metadata(file).ok()?;
        Some((about.modified().ok(), about.len()))
    };
    settings.files().iter().map(stamp).collect()
}

/// Everything that can be signed with, from the files that `settings` name. A vault is none.
pub fn read_publishers(settings: &SigningSettings) -> Result<Publishers, SigningSourceError> {
    let read = match settings {
        SigningSettings::Pem(pem) => Publishers::from_pem(pem),
        SigningSettings::PemFiles(files) => together(files).and_then(|pem| Publishers::from_pem(&pem)),
        SigningSettings::Pfx { file, password } => std::fs::read(file)
            .map_err(PublisherError::File)
            .and_then(|file| Publishers::from_pfx(&file, password)),
        SigningSettings::KeyVault { .. } => {
            Err(PublisherError::Certificate(anyhow::anyhow!("it is in a key vault")))
        }
    };
    read.map_err(|error| at(settings, error))
}

/// The certificate in a vault, and those that lead on from it.
pub async fn read_from_vault(
    vault: &KeyVault,
    settings: &SigningSettings,
) -> Result<Publishers, SigningSourceError> {
    let certificate = vault.certificate().await.map_err(|error| at(settings, error.into()))?;
    let read = together(settings.files())
        .and_then(|chain| Publishers::of_vault(vault.clone(), &certificate, &chain));
    read.map_err(|error| at(settings, error))
}

fn at(settings: &SigningSettings, error: PublisherError) -> SigningSourceError {
    let why = format!("{:#}", anyhow::Error::from(error));
    SigningSourceError { place: settings.to_string(), why }
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
