//! Sealing what is kept in places that others may read: the database, and cookies.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A key to seal with: 32 random bytes, written in base64.
#[derive(Debug)]
pub struct SealingKey(SecretBox<[u8; SealingKey::LENGTH]>);

impl SealingKey {
    const LENGTH: usize = 32;

    /// A new key.
    pub fn generate() -> Self {
        Self(SecretBox::init_with_mut(|key: &mut [u8; Self::LENGTH]| fill(key)))
    }

    /// The key as text that parses back to it.
    pub fn to_text(&self) -> SecretString {
        BASE64_STANDARD.encode(self.0.expose_secret()).into()
    }
}

impl Clone for SealingKey {
    fn clone(&self) -> Self {
        Self(SecretBox::init_with(|| *self.0.expose_secret()))
    }
}

impl FromStr for SealingKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| NotAKey)?;
        let bytes: [u8; Self::LENGTH] = bytes.try_into().map_err(|_| NotAKey)?;
        Ok(Self(SecretBox::init_with(|| bytes)))
    }
}

/// The text was not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 32 random bytes in base64, such as `openssl rand -base64 32` prints")]
pub struct NotAKey;

/// Fills `bytes` with random ones.
pub fn fill(bytes: &mut [u8]) {
    rand::fill(bytes).expect("the operating system gives random bytes");
}

/// Seals with one key, and opens what was sealed with that or the one before it.
pub struct Sealer {
    current: RandomizedNonceKey,
    previous: Option<RandomizedNonceKey>,
}

impl Sealer {
    /// A sealer for `current`; `previous` lets a key be changed without signing everybody out.
    pub fn new(current: &SealingKey, previous: Option<&SealingKey>) -> Self {
        let ready = |key: &SealingKey| {
            RandomizedNonceKey::new(&AES_256_GCM, key.0.expose_secret())
                .expect("the key has the right length")
        };
        Self { current: ready(current), previous: previous.map(ready) }
    }

    /// Seals `value`, so that it opens only for the same `purpose`.
    pub fn seal(&self, purpose: &str, value: &impl Serialize) -> Vec<u8> {
        let mut sealed = serde_json::to_vec(value).expect("what is sealed is plain data");
        let nonce = self
            .current
            .seal_in_place_append_tag(Aad::from(purpose), &mut sealed)
            .expect("the text is short");
        sealed.extend_from_slice(nonce.as_ref());
        sealed
    }

    /// Opens what was sealed for `purpose`. `None` if it was not, not by us, or is not a `T`.
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, sealed: &[u8]) -> Option<T> {
        let keys = std::iter::once(&self.current).chain(&self.previous);
        keys.into_iter().find_map(|key| {
            let (text, nonce) = sealed.split_last_chunk::<NONCE_LEN>()?;
            let mut text = text.to_vec();
            let opened = key.open_in_place(Nonce::from(nonce), Aad::from(purpose), &mut text).ok()?;
            serde_json::from_slice(opened).ok()
        })
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("previous", &self.previous.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer_of(current: &SealingKey, previous: Option<&SealingKey>) -> Sealer {
        Sealer::new(current, previous)
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_only() {
        let desk = sealer_of(&SealingKey::generate(), None);
        let sealed = desk.seal("session a", &"secret");
        assert_eq!(desk.open::<String>("session a", &sealed).as_deref(), Some("secret"));
        assert_eq!(desk.open::<String>("session b", &sealed), None);
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
    }

    #[test]
    fn what_was_tampered_with_does_not_open() {
        let desk = sealer_of(&SealingKey::generate(), None);
        let sealed = desk.seal("a", &"secret");
        for index in 0..sealed.len() {
            let mut tampered = sealed.clone();
            tampered[index] ^= 1;
            assert_eq!(desk.open::<String>("a", &tampered), None, "byte {index}");
        }
        assert_eq!(desk.open::<String>("a", b"short"), None);
    }

    #[test]
    fn the_key_before_still_opens_and_no_longer_seals() {
        let (old, new) = (SealingKey::generate(), SealingKey::generate());
        let sealed = sealer_of(&old, None).seal("a", &1);
        let both = sealer_of(&new, Some(&old));
        assert_eq!(both.open::<u8>("a", &sealed), Some(1));
        assert_eq!(sealer_of(&old, None).open::<u8>("a", &both.seal("a", &2)), None);
        assert_eq!(sealer_of(&new, None).open::<u8>("a", &sealed), None);
    }

    #[test]
    fn a_key_parses_from_its_text_and_is_never_shown() {
        let key = SealingKey::generate();
        let text = key.to_text();
        assert_eq!(
            text.expose_secret().parse::<SealingKey>().unwrap().0.expose_secret(),
            key.0.expose_secret()
        );
        assert!(!format!("{key:?}").contains(text.expose_secret()));
        for wrong in ["", "short", "AAAA", &"A".repeat(44)] {
            assert_eq!(wrong.parse::<SealingKey>().err(), Some(NotAKey), "{wrong}");
        }
    }
}
