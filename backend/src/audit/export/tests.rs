use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::access::RequestId;
use uuid::Uuid;

use super::*;
use crate::store::{EntryKind, NewEntry};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_893_488_400 + second).unwrap()
}

fn olga(name: &str) -> Value {
    json!({
        "actor": "person", "key": { "realm": "contoso", "subject": "olga" }, "name": name,
        "username": "olga@contoso.com", "address": "203.0.113.7", "session": "s-1",
    })
}

/// A trail with what happens on a day: somebody is let in somewhere, and not let in elsewhere.
async fn day(name: &str) -> Store {
    let store = Store::in_memory().await.unwrap();
    let (attempt, request) = (Uuid::from_u128(7), RequestId(Uuid::from_u128(1)));
    let open = json!({
        "action": "open", "policy": "p",
        "request": {
            "id": request, "vm": "/vms/web-1", "ports": [22, 3389], "source": "192.0.2.7",
            "reason": "INC1 \"disk\"", "requested_for": "rita@contoso.com", "rule": "Operators",
            "ends_at": "2030-01-01T10:00:00Z",
        },
    });
    let outcome = json!({
        "action": "open", "vm": "/vms/web-1", "outcome": "refused", "reason": "Azure said no",
        "correlation_id": "c-1",
    });
    let refusal = json!({
        "wanted": "access", "why": ["too long", "too wide"],
        "access": {
            "vms": [{ "vm": "/vms/a", "ports": [22] }, { "vm": "/vms/b", "ports": [3389, 5986] }],
            "source": "0.0.0.0/0", "duration": "PT9H", "reason": "=cmd|' /C calc'!A0",
        },
    });
    let entries = [
        (0, EntryKind::Event, None, json!({ "event": "signed_in" })),
        (1, EntryKind::Intent(attempt), Some(request), open),
        (2, EntryKind::Outcome(attempt), Some(request), outcome),
        (3, EntryKind::Refusal, None, refusal),
    ];
    for (second, kind, request, body) in entries {
        let entry = NewEntry { at: at(second), kind, request, actor: olga(name), body };
        store.entries().append(&entry).await.unwrap();
    }
    store
}

async fn written(store: &Store, format: Format, period: Period) -> String {
    let mut out = Vec::new();
    export(store, format, period, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// The rows of a table, by the names of the columns.
fn rows(text: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut table = ::csv::Reader::from_reader(text.as_bytes());
    table.deserialize().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_table_has_a_row_per_entry_that_can_be_read_by_itself() {
    let text = written(&day("Olga").await, Format::Csv, Period::default()).await;
    let rows = rows(&text);
    let cells = |row: usize, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| rows[row][*name].clone()).collect()
    };
    assert_eq!(
        cells(0, &["seq", "time", "kind", "action", "username", "address", "session"]),
        ["1", "2030-01-01T09:00:00.000000Z", "event", "signed_in", "olga@contoso.com", "203.0.113.7", "s-1"]
    );
    assert_eq!(
        cells(1, &["kind", "action", "requested_for", "vm", "ports", "source", "until", "reason", "rule"]),
        [
            "intent",
            "open",
            "rita@contoso.com",
            "/vms/web-1",
            "22; 3389",
            "192.0.2.7",
            "2030-01-01T10:00:00Z",
            "INC1 \"disk\"",
            "Operators"
        ]
    );
    assert_eq!(
        cells(2, &["action", "result", "vm", "reason", "why", "correlation_id"]),
        ["open", "refused", "/vms/web-1", "", "Azure said no", "c-1"]
    );
    assert_eq!(
        cells(3, &["action", "vm", "ports", "source", "duration", "why", "person"]),
        [
            "access",
            "/vms/a; /vms/b",
            "22; 3389; 5986",
            "0.0.0.0/0",
            "PT9H",
            "too long; too wide",
            "contoso olga"
        ]
    );
    assert_eq!(rows[1]["attempt"], rows[2]["attempt"]);
    assert_eq!(rows.len(), 4);
}

#[tokio::test]
async fn no_cell_of_a_table_is_a_formula() {
    for name in ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠1"] {
        let text = written(&day(name).await, Format::Csv, Period::default()).await;
        let rows = rows(&text);
        assert_eq!(rows[0]["name"], format!("'{name}"));
        assert_eq!(rows[3]["reason"], "'=cmd|' /C calc'!A0");
        let cells = rows.iter().flat_map(|row| row.values());
        for cell in cells {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
        }
    }
}

#[tokio::test]
async fn json_lines_leave_nothing_out_that_is_hashed() {
    let store = day("Olga \u{7f}\u{1}\u{2028} \"Ö\"").await;
    let text = written(&store, Format::JsonLines, Period::default()).await;
    let mut trail = store.read_trail().await.unwrap();
    let links: Vec<Link> = trail.links().map(Result::unwrap).collect().await;
    assert_eq!(text.lines().count(), links.len());
    for (line, link) in text.lines().zip(&links) {
        let read: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        let text = |name: &str| read[name].as_str().map(str::to_owned);
        let again = Link {
            seq: read["seq"].as_i64().unwrap(),
            version: read["version"].as_i64().unwrap(),
            at: read["at"].as_i64().unwrap(),
            kind: text("kind").unwrap(),
            attempt: text("attempt"),
            request_id: text("request_id"),
            // Members keep their order, so that what is read is written as it was.
            actor: read["actor"].to_string(),
            body: read["body"].to_string(),
            prev: text("prev").unwrap(),
            hash: text("hash").unwrap(),
        };
        assert_eq!((&again, again.expected_hash()), (link, Some(link.hash.clone())));
        assert_eq!(read["time"].as_str().unwrap().parse::<Timestamp>().unwrap().as_microsecond(), link.at);
    }
}

#[tokio::test]
async fn what_was_tampered_with_until_it_is_no_json_is_still_one_line() {
    let mut out = Vec::new();
    let tampered = Link {
        seq: 1,
        version: 1,
        at: i64::MAX,
        kind: "refusal".to_owned(),
        attempt: None,
        request_id: None,
        actor: "{\n}".to_owned(),
        body: "{\"a\":".to_owned(),
        prev: String::new(),
        hash: String::new(),
    };
    jsonl::write(&tampered, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 1);
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&line["actor"], &line["body"]), (&json!("{\n}"), &json!("{\"a\":")));
    assert_eq!(line["time"], Value::Null);
}

#[tokio::test]
async fn a_period_begins_with_its_first_moment_and_ends_before_its_last() {
    let store = day("Olga").await;
    let period = Period { since: Some(at(1)), until: Some(at(3)) };
    let text = written(&store, Format::Csv, period).await;
    assert_eq!(rows(&text).iter().map(|row| row["seq"].clone()).collect::<Vec<_>>(), ["2", "3"]);
    let later = Period { since: Some(at(3) + SignedDuration::from_micros(1)), until: None };
    assert_eq!(written(&store, Format::JsonLines, later).await, "");
    let head = written(&store, Format::Csv, later).await;
    assert!(head.starts_with("seq,time,kind,") && rows(&head).is_empty());
}
