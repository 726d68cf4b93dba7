//! How the entries of the audit trail are chained.
//!
//! Every entry carries the hash of the one before it and its own, which is over everything else
//! in it. `docs/audit.md` says the same in words, for whoever checks a trail without Postern.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::StoreError;

/// How entries are hashed since this version of Postern.
pub const VERSION: i64 = 1;

/// What stands where the first entry has no predecessor.
pub const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry as the database has it, whether or not it makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place.
    pub seq: i64,
    /// How it is hashed.
    pub version: i64,
    /// When it was written, in microseconds since 1970.
    pub at: i64,
    /// What kind of entry it is.
    pub kind: String,
    /// The attempt that it belongs to.
    pub attempt: Option<String>,
    /// The request that it is about.
    pub request_id: Option<String>,
    /// Who acted, as JSON.
    pub actor: String,
    /// What they did, or what came of it, as JSON.
    pub body: String,
    /// The hash of the entry before.
    pub prev: String,
    /// Its own hash.
    pub hash: String,
}

impl Link {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get("seq")?,
            version: row.try_get("version")?,
            at: row.try_get("at")?,
            kind: row.try_get("kind")?,
            attempt: row.try_get("attempt")?,
            request_id: row.try_get("request_id")?,
            actor: row.try_get("actor")?,
            body: row.try_get("body")?,
            prev: row.try_get("prev")?,
            hash: row.try_get("hash")?,
        })
    }

    /// The hash that such an entry has, whatever it says of itself; none for a version that
    /// nobody knows.
    pub fn expected_hash(&self) -> Option<String> {
        if self.version != VERSION {
            return None;
        }
        let mut hash = Context::new(&SHA256);
        let mut add = |field: Option<&str>| match field {
            Some(text) => {
                hash.update(text.len().to_string().as_bytes());
                hash.update(b":");
                hash.update(text.as_bytes());
                hash.update(b",");
            }
            None => hash.update(b"-,"),
        };
        add(Some("postern-audit-1"));
        add(Some(&self.prev));
        add(Some(&self.seq.to_string()));
        add(Some(&self.at.to_string()));
        add(Some(&self.kind));
        add(self.attempt.as_deref());
        add(self.request_id.as_deref());
        add(Some(&self.actor));
        add(Some(&self.body));
        Some(hexadecimal(hash.finish().as_ref()))
    }
}

/// Bytes as text.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Where a trail ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The place of the last entry; 0 where there is none.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// Where the trail ends now.
    pub(super) async fn read(connection: &mut AnyConnection) -> Result<Option<Self>, sqlx::Error> {
        let row = sqlx::query("SELECT seq, hash FROM trail_head").fetch_optional(connection).await?;
        row.map(|row| Ok(Self { seq: row.try_get("seq")?, hash: row.try_get("hash")? })).transpose()
    }

    /// The same, so that nobody else adds an entry before the transaction is over. On SQLite a
    /// transaction that writes is alone from its beginning.
    pub(super) async fn hold(connection: &mut AnyConnection) -> Result<Self, StoreError> {
        let sql = match connection.backend_name() {
            "PostgreSQL" => "SELECT seq, hash FROM trail_head FOR UPDATE",
            _ => "SELECT seq, hash FROM trail_head",
        };
        let row = sqlx::query(sql).fetch_one(connection).await?;
        Ok(Self { seq: row.try_get("seq")?, hash: row.try_get("hash")? })
    }
}

impl fmt::Display for Head {
    /// As `postern audit verify --expect` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

#[cfg(test)]
mod tests;
