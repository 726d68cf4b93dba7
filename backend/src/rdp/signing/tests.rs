use std::fs;

use super::*;
use crate::rdp::publisher::tests::{made_between, rsa};

/// What `[rdp]` names a file with this in it, and who signs in the summer of 2026.
struct Place {
    folder: tempfile::TempDir,
    signing: Signing,
}

fn pem(until: i32) -> String {
    let made = made_between(2026, until, vec![], &rsa());
    [made.leaf, made.issuer, made.key].concat()
}

fn settings(file: PathBuf) -> RdpSettings {
    RdpSettings { signing: Some(SigningSettings::PemFiles(vec![file])) }
}

fn clock() -> Clock {
    Clock::by_hand("2026-06-01T00:00:00Z".parse().unwrap()).0
}

async fn start(settings: &RdpSettings) -> Result<Signing, SigningSourceError> {
    Signing::start(settings, |_| unreachable!("there is no vault"), clock()).await
}

impl Place {
    async fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rdp.pem");
        fs::write(&file, text).unwrap();
        Self { signing: start(&settings(file)).await.unwrap(), folder }
    }

    /// Puts another file in the place of the one that is there, as whoever renews certificates does.
    fn put(&self, text: &str) {
        let new = self.folder.path().join("new.pem");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.folder.path().join("rdp.pem")).unwrap();
    }

    async fn ends(&self) -> String {
        self.signing.publisher().await.unwrap().about().not_after.to_string()
    }
}

#[tokio::test]
async fn a_file_that_has_changed_is_read_again_for_the_next_signature() {
    let place = Place::with(&pem(2027)).await;
    assert_eq!(place.ends().await, "2027-01-01T00:00:00Z");
    place.put(&pem(2028));
    assert_eq!(
        place.signing.clone().publisher().await.unwrap().about().not_after.to_string(),
        "2028-01-01T00:00:00Z"
    );
    assert_eq!(place.ends().await, "2028-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_bad_file_leaves_what_was_signed_with_until_a_good_one_comes() {
    let place = Place::with(&pem(2027)).await;
    place.put("half a file");
    assert_eq!(place.ends().await, "2027-01-01T00:00:00Z");
    place.signing.read_again();
    assert_eq!(place.ends().await, "2027-01-01T00:00:00Z");
    fs::remove_file(place.folder.path().join("rdp.pem")).unwrap();
    assert_eq!(place.ends().await, "2027-01-01T00:00:00Z");
    place.put(&pem(2029));
    assert_eq!(place.ends().await, "2029-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_certificate_and_its_key_may_stand_in_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let made = made_between(2026, 2027, vec![], &rsa());
    // Without a line end, as some tools write them.
    let files = [("tls.crt", made.leaf + made.issuer.trim_end()), ("tls.key", made.key)];
    let files = files.map(|(name, text)| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    });
    let settings = RdpSettings { signing: Some(SigningSettings::PemFiles(files.to_vec())) };
    let signing = start(&settings).await.unwrap();
    assert_eq!(signing.publisher().await.unwrap().about().name, "Contoso IT");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let error = start(&settings("/nowhere/rdp.pem".into())).await.unwrap_err();
    let error = error.to_string();
    let expected = "`rdp.pem_file` (/nowhere/rdp.pem) cannot be used: it cannot be read: No such file";
    assert!(error.starts_with(expected), "{error}");
}
