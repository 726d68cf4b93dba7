//! How quick a year's trail is: looking for something in it, exporting and verifying it.
//! `make bench` runs this; nothing here passes or fails by how long something took.

use std::io;
use std::time::Instant;

use backend::audit::export::{Format, Period, export};
use backend::audit::verify::verify;
use backend::store::{Head, Link, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection};
use tests::TestApp;
use tests::database::{Database, Kind};
use uuid::Uuid;

/// A year of a busy company: two entries for each of half a million requests.
const ENTRIES: usize = 1_000_000;

/// Who asks, and for what: many of both.
const PEOPLE: usize = 500;
const MACHINES: usize = 10_000;

/// How many entries are written by one statement, below what a statement can be told.
const AT_ONCE: usize = 2_000;

/// How often something is looked for.
const SEARCHES: usize = 100;

/// What an attempt and its outcome look like, as the service writes them: actor and body.
struct Templates {
    intent: (String, String),
    outcome: (String, String),
}

#[tokio::test]
#[ignore = "`make bench` measures"]
async fn a_years_trail_on_sqlite() {
    a_years_trail(Kind::Sqlite).await;
}

#[tokio::test]
#[ignore = "`make bench` measures"]
async fn a_years_trail_on_postgresql() {
    a_years_trail(Kind::Postgres).await;
}

async fn a_years_trail(on: Kind) {
    let app = TestApp::start_on_set_in(on, "", |_| ()).await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    let begun = Instant::now();
    fill(&app.database, &app.store, app.now()).await;
    eprintln!("{on:?}: {ENTRIES} entries were written in {:.0} s", begun.elapsed().as_secs_f64());
    // All of it is older than what Azure keeps, so that the trail is measured, and not Azure.
    app.wait(SignedDuration::from_hours((365 + 91) * 24));

    let begun = Instant::now();
    let report = verify(&app.store, &[]).await.expect("the trail can be read");
    assert!(report.is_sound(), "{report:?}");
    let rate = |entries: u64, begun: Instant| {
        f64::from(u32::try_from(entries).unwrap_or(u32::MAX)) / begun.elapsed().as_secs_f64()
    };
    eprintln!("{on:?}: verified {:.0} entries/s", rate(report.entries, begun));

    for format in [Format::JsonLines, Format::Csv] {
        let (before, begun) = (resident(), Instant::now());
        let written = export(&app.store, format, Period::default(), &mut io::sink()).await;
        let rate = rate(written.expect("the trail can be read"), begun);
        let grown = resident().saturating_sub(before);
        eprintln!("{on:?}: exported {rate:.0} entries/s as {format:?}; memory grew by {grown} MB");
    }

    let ada = app.sign_in("admin").await;
    for (what, query) in [
        ("the newest", (|_| String::new()) as fn(usize) -> String),
        ("a person", |n| format!("person=person-{:03}@", n * 7 % PEOPLE)),
        ("a machine by a part of its name", |n| format!("vm=many-{:05}", n * 97 % MACHINES)),
        ("since the first of a month", |n| format!("since=2030-{:02}-01T00:00:00Z", n % 12 + 1)),
        ("what was refused", |_| "status=refused".to_owned()),
    ] {
        let mut took = Vec::with_capacity(SEARCHES);
        for n in 0..SEARCHES {
            let begun = Instant::now();
            let query = format!("/api/activity?limit=50&until=2030-12-31T00:00:00Z&{}", query(n));
            let answer = ada.get(&query).await;
            assert!(answer.status.is_success(), "{}", answer.text());
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_unstable_by(f64::total_cmp);
        let (median, p99) = (took[SEARCHES / 2], took[SEARCHES * 99 / 100]);
        eprintln!("{on:?}: looked for {what}: {median:.0} ms (median), {p99:.0} ms (p99) for a page");
    }
}

/// Fills the trail with a year of what `store` has one of, behind the back of the service, in the chain.
async fn fill(database: &Database, store: &Store, from: Timestamp) {
    let templates = templates(store).await;
    let head = store.entries().head().await.expect("the trail can be read");
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(database.url()).await.expect("it is there");
    let mut change = connection.begin().await.expect("nobody else writes");
    let mut last = head;
    let step = SignedDuration::from_hours(365 * 24) / i32::try_from(ENTRIES).expect("it is not that many");
    let mut links = (0..ENTRIES).map(|n| {
        let link = link(&templates, &last, n, from + step * i32::try_from(n).unwrap_or(i32::MAX));
        last = Head { seq: link.seq, hash: link.hash.clone() };
        link
    });
    loop {
        let batch: Vec<Link> = links.by_ref().take(AT_ONCE).collect();
        if batch.is_empty() {
            break;
        }
        let insert = inserting(batch.len());
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for link in batch {
            query = query
                .bind(link.seq)
                .bind(link.version)
                .bind(link.at)
                .bind(link.kind)
                .bind(link.attempt)
                .bind(link.request_id)
                .bind(link.actor)
                .bind(link.body)
                .bind(link.prev)
                .bind(link.hash);
        }
        query.execute(&mut *change).await.expect("it fits the trail");
    }
    change.commit().await.expect("the disk has room");
}

/// The statement that adds so many entries, as both databases take it.
fn inserting(entries: usize) -> String {
    let row = |n: usize| {
        let places: Vec<String> = (n * 10 + 1..=n * 10 + 10).map(|place| format!("${place}")).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..entries).map(row).collect();
    let columns = "seq, version, at, kind, attempt, request_id, actor, body, prev, hash";
    format!("INSERT INTO entries ({columns}) VALUES {}", rows.join(", "))
}

/// The attempt to open a port, and what came of it.
async fn templates(store: &Store) -> Templates {
    let entries = store.entries().before(i64::MAX, 50).await.expect("the trail can be read");
    let of = |word: &str| {
        let entry = entries.iter().find(|entry| {
            let text = entry.content.body.to_string();
            text.contains("\"action\":\"open\"") && text.contains("\"outcome\":") == (word == "outcome")
        });
        let content = &entry.expect("somebody opened a port").content;
        (content.actor.to_string(), content.body.to_string())
    };
    Templates { intent: of("intent"), outcome: of("outcome") }
}

fn link(templates: &Templates, last: &Head, n: usize, at: Timestamp) -> Link {
    let is_intent = n.is_multiple_of(2);
    let number = n / 2;
    let attempt = Uuid::from_u128(0x7000_0000_0000_0000_8000_0000_0000_0000 + number as u128);
    let (actor, body) = if is_intent { &templates.intent } else { &templates.outcome };
    let person = format!("person-{:03}@contoso.com", number * 31 % PEOPLE);
    let vm = format!("many-{:05}", number * 131 % MACHINES);
    let mut link = Link {
        seq: last.seq + 1,
        version: 1,
        at: at.as_microsecond(),
        kind: if is_intent { "intent" } else { "outcome" }.to_owned(),
        attempt: Some(attempt.to_string()),
        request_id: Some(attempt.to_string()),
        actor: actor.replace("operator@contoso.com", &person),
        body: body.replace("operator@contoso.com", &person).replace("web-1", &vm),
        prev: last.hash.clone(),
        hash: String::new(),
    };
    debug_assert!(serde_json::from_str::<Value>(&link.body).is_ok());
    link.hash = link.expected_hash().expect("it is of a version that is known");
    link
}

/// How much memory this process has, in MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
