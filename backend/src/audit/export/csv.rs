//! The trail as a table for spreadsheets.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use jiff::Timestamp;
use serde_json::Value;

use crate::store::Link;

/// What the columns are called.
const COLUMNS: [&str; 25] = [
    "seq",
    "time",
    "kind",
    "action",
    "result",
    "name",
    "username",
    "person",
    "address",
    "session",
    "requested_for",
    "prepared_by",
    "vm",
    "subscription",
    "ports",
    "source",
    "until",
    "duration",
    "reason",
    "rule",
    "why",
    "correlation_id",
    "request",
    "attempt",
    "hash",
];

/// A table that entries are added to.
pub struct Table<W: Write>(Writer<W>);

impl<W: Write> Table<W> {
    /// Writes the heads of the columns.
    pub fn begin(out: W) -> io::Result<Self> {
        let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        table.write_record(COLUMNS).map_err(io::Error::from)?;
        Ok(Self(table))
    }

    /// Writes an entry.
    pub fn add(&mut self, link: &Link) -> io::Result<()> {
        self.0.write_record(cells(link).map(harmless)).map_err(io::Error::from)
    }

    /// Writes what is not written yet.
    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn cells(link: &Link) -> [String; COLUMNS.len()] {
    // What cannot be read stays empty here; JSON lines show it as it is.
    let actor: Value = serde_json::from_str(&link.actor).unwrap_or_default();
    let body: Value = serde_json::from_str(&link.body).unwrap_or_default();
    let time = Timestamp::from_microsecond(link.at).map(|at| format!("{at:.6}"));
    // An access request as it was judged, or as it was asked for, or what was prepared.
    let about = ["request", "access", "handoff"].iter().find_map(|name| body.get(name));
    let about = about.filter(|about| about.is_object()).unwrap_or(&body);
    let key = &actor["key"];
    let person = if key.is_object() { key } else { &body["person"] };
    [
        link.seq.to_string(),
        time.unwrap_or_default(),
        link.kind.clone(),
        first_text(&body, &["action", "wanted", "event"]),
        first_text(&body, &["outcome"]),
        first_text(&actor, &["name", "actor"]),
        text(&actor["username"]),
        [&person["realm"], &person["subject"]].map(text).join(" ").trim().to_owned(),
        text(&actor["address"]),
        text(&actor["session"]),
        first_text(&about["requested_for"], &["username"]),
        first_text(&prepared_by(about), &["username"]),
        targets(about, "vm", &about["vm"]),
        text(&body["subscription"]),
        targets(about, "ports", &about["ports"]),
        text(&about["source"]),
        text(&about["ends_at"]),
        text(&about["duration"]),
        // An outcome has its reason under the same name, and it is not the person's.
        if link.kind == "outcome" { String::new() } else { text(&about["reason"]) },
        text(&about["rule"]),
        if link.kind == "outcome" { text(&body["reason"]) } else { text(&body["why"]) },
        text(&body["correlation_id"]),
        link.request_id.clone().unwrap_or_default(),
        link.attempt.clone().unwrap_or_default(),
        link.hash.clone(),
    ]
}

/// Who prepared it for whoever asked.
fn prepared_by(about: &Value) -> Value {
    let handed_over = about.get("handed_over").map(|handed_over| &handed_over["by"]);
    handed_over.unwrap_or(&about["prepared_by"]).clone()
}

/// The first of these members that there is; of what is no object, itself.
fn first_text(value: &Value, names: &[&str]) -> String {
    if !value.is_object() {
        return text(value);
    }
    names.iter().find_map(|name| value.get(name)).map(text).unwrap_or_default()
}

/// A member of every machine that was asked for, or that of the only one.
fn targets(about: &Value, name: &str, only: &Value) -> String {
    match about["vms"].as_array() {
        Some(vms) => vms.iter().map(|vm| text(&vm[name])).collect::<Vec<_>>().join("; "),
        None => text(only),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// A cell that no spreadsheet takes for a formula: a person may have been called one.
pub fn harmless(cell: String) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(formula) { format!("'{cell}") } else { cell }
}
