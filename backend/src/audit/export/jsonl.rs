//! An entry as a line of JSON that leaves nothing out.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::store::Link;

/// An entry with everything that is hashed, and the time as people read it.
#[derive(Serialize)]
struct Line<'a> {
    seq: i64,
    version: i64,
    at: i64,
    time: Option<Timestamp>,
    kind: &'a str,
    attempt: Option<&'a str>,
    request_id: Option<&'a str>,
    actor: Json<'a>,
    body: Json<'a>,
    prev: &'a str,
    hash: &'a str,
}

/// JSON as it was kept, byte by byte. What is no JSON object, or not on one line, was tampered
/// with and is written as text.
#[derive(Serialize)]
#[serde(untagged)]
enum Json<'a> {
    Object(&'a RawValue),
    Text(&'a str),
}

impl<'a> Json<'a> {
    fn of(text: &'a str) -> Self {
        let whole = text.starts_with('{') && text.ends_with('}') && !text.contains(['\n', '\r']);
        match serde_json::from_str(text) {
            Ok(raw) if whole => Self::Object(raw),
            Ok(_) | Err(_) => Self::Text(text),
        }
    }
}

/// Writes one entry.
pub fn write(entry: &Link, out: &mut impl Write) -> io::Result<()> {
    let line = Line {
        seq: entry.seq,
        version: entry.version,
        at: entry.at,
        time: Timestamp::from_microsecond(entry.at).ok(),
        kind: &entry.kind,
        attempt: entry.attempt.as_deref(),
        request_id: entry.request_id.as_deref(),
        actor: Json::of(&entry.actor),
        body: Json::of(&entry.body),
        prev: &entry.prev,
        hash: &entry.hash,
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
