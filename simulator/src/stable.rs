//! Values that look random but are the same in every run, so that a world read twice is one world.

use aws_lc_rs::digest;
use uuid::Uuid;

/// A UUID that belongs to `seed`.
pub fn uuid(seed: &str) -> Uuid {
    let hash = digest::digest(&digest::SHA256, seed.as_bytes());
    let bytes = hash.as_ref().first_chunk().expect("SHA-256 has 32 bytes");
    uuid::Builder::from_random_bytes(*bytes).into_uuid()
}

/// A number that belongs to `seed`; negative as often as not.
pub fn number(seed: &str) -> i32 {
    let hash = digest::digest(&digest::SHA256, seed.as_bytes());
    let bytes = hash.as_ref().last_chunk().expect("SHA-256 has 32 bytes");
    i32::from_be_bytes(*bytes)
}
