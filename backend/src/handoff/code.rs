//! The code that a guest is told by another way than the link.

use secrecy::{ExposeSecret, SecretString};

use super::LinkSecret;
use super::secret::{hash_of, is_hash_of};
use crate::session::random_bytes;

/// Letters and digits that nobody mistakes for another, spoken or written: 28 of them.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRTUVWXYZ23479";

/// Eight characters that are told by phone. On its own it opens nothing: what it is told by is
/// made of the link's secret too, so that nobody finds it out from the database either.
#[derive(Debug, Clone)]
pub struct GuestCode(SecretString);

impl GuestCode {
    const LENGTH: usize = 8;

    /// A new one. Every character is as likely as every other.
    pub fn generate() -> Self {
        let fair = ALPHABET.len() * (256 / ALPHABET.len());
        let mut code = String::with_capacity(Self::LENGTH);
        while code.len() < Self::LENGTH {
            let [byte] = random_bytes::<1>();
            if usize::from(byte) < fair {
                code.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
            }
        }
        Self(code.into())
    }

    /// What somebody sent as one, as people type it: small letters, spaces and dashes are fine.
    /// What has not as many characters as a code is none.
    pub fn sent(text: &str) -> Option<Self> {
        let typed = text.chars().filter(char::is_ascii_alphanumeric).take(Self::LENGTH + 1);
        let typed: String = typed.map(|c| c.to_ascii_uppercase()).collect();
        (typed.len() == Self::LENGTH).then(|| Self(typed.into()))
    }

    /// As it is read out: two times four characters.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.expose_secret().split_at(Self::LENGTH / 2);
        format!("{first}-{second}")
    }

    /// What it is told by, together with the link that it is for.
    pub fn hash(&self, link: &LinkSecret) -> String {
        hash_of("code", &self.with(link))
    }

    /// Whether `hash` tells it, in a time that says nothing of how much of it is right.
    pub fn is_told_by(&self, hash: &str, link: &LinkSecret) -> bool {
        is_hash_of(hash, "code", &self.with(link))
    }

    fn with(&self, link: &LinkSecret) -> String {
        format!("{} {}", link.expose(), self.0.expose_secret())
    }
}
