//! Access that is prepared for others.

use backend::audit::{Actor, AuditLog, Event};
use backend::clock::Clock;
use backend::handoff::{HandoffRecord, Preparer};
use backend::store::Swap;
use jiff::Timestamp;
use shared::access::RequestId;
use shared::handoff::{Handoff, HandoffId, HandoffState};
use shared::session::Person;
use tests::database::Kind;
use tests::on_both_databases;
use uuid::Uuid;

use super::{at, fresh, person};

on_both_databases![
    what_was_prepared_comes_back_as_it_was_kept_and_to_whoever_prepared_it,
    what_became_of_it_is_written_once,
    what_is_not_committed_did_not_happen,
    what_is_overdue_is_found_and_what_is_long_over_is_forgotten,
    of_many_who_redeem_at_once_one_does,
];

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01";

async fn what_was_prepared_comes_back_as_it_was_kept_and_to_whoever_prepared_it(on: Kind) {
    let (store, _place) = fresh(on).await;
    let log = AuditLog::new(store.clone(), Clock::system());
    for (id, by) in [(1, "hedy"), (2, "hans"), (3, "hedy")] {
        keep(&log, &record(id, by)).await;
    }
    assert_eq!(store.handoffs().get(id(1)).await.unwrap(), Some(record(1, "hedy")));
    assert_eq!(store.handoffs().get(id(9)).await.unwrap(), None);
    let hedys = store.handoffs().prepared_by(&person("hedy"), None, 10).await.unwrap();
    assert_eq!(hedys, [record(3, "hedy"), record(1, "hedy")]);
    let older = store.handoffs().prepared_by(&person("hedy"), Some(id(3)), 10).await.unwrap();
    assert_eq!(older, [record(1, "hedy")]);
    assert_eq!(store.handoffs().prepared_by(&person("hedy"), None, 1).await.unwrap().len(), 1);
}

async fn what_became_of_it_is_written_once(on: Kind) {
    let (store, _place) = fresh(on).await;
    let log = AuditLog::new(store.clone(), Clock::system());
    keep(&log, &record(1, "hedy")).await;
    let mut tried = record(1, "hedy");
    tried.wrong_codes = 3;
    assert_eq!(change(&log, &tried).await, Swap::Done, "nothing has become of it yet");
    let redeemed = redeemed(1);
    assert_eq!(change(&log, &redeemed).await, Swap::Done);
    for late in [record(1, "hedy"), HandoffRecord { redeemer: None, ..redeemed.clone() }] {
        assert_eq!(change(&log, &late).await, Swap::Overtaken);
    }
    assert_eq!(store.handoffs().get(id(1)).await.unwrap(), Some(redeemed));
}

async fn what_is_not_committed_did_not_happen(on: Kind) {
    let (store, _place) = fresh(on).await;
    let log = AuditLog::new(store.clone(), Clock::system());
    let mut book = log.open_book().await.unwrap();
    book.keep_handoff(&record(1, "hedy")).await.unwrap();
    let handoff = Box::new(record(1, "hedy").handoff);
    book.note(&Actor::Postern, &Event::HandoffPrepared { handoff }).await.unwrap();
    drop(book);
    keep(&log, &record(2, "hedy")).await;
    assert_eq!(store.handoffs().get(id(1)).await.unwrap(), None);
    assert!(store.entries().before(i64::MAX, 10).await.unwrap().is_empty());
}

async fn what_is_overdue_is_found_and_what_is_long_over_is_forgotten(on: Kind) {
    let (store, _place) = fresh(on).await;
    let log = AuditLog::new(store.clone(), Clock::system());
    keep(&log, &record(1, "hedy")).await;
    keep(&log, &record(2, "hedy")).await;
    change(&log, &redeemed(2)).await.done().unwrap();
    assert!(store.handoffs().overdue(at(1899)).await.unwrap().is_empty());
    assert_eq!(store.handoffs().overdue(at(1900)).await.unwrap(), [record(1, "hedy")]);
    assert_eq!(store.handoffs().purge(Timestamp::MAX).await.unwrap(), 1, "what is not over stays");
    assert_eq!(store.handoffs().get(id(2)).await.unwrap(), None);
    assert!(store.handoffs().get(id(1)).await.unwrap().is_some());
}

async fn of_many_who_redeem_at_once_one_does(on: Kind) {
    let (store, _place) = fresh(on).await;
    let log = AuditLog::new(store.clone(), Clock::system());
    keep(&log, &record(1, "hedy")).await;
    let tries = (0..8).map(|_| change(&log, &REDEEMED));
    let swaps = futures_util::future::join_all(tries).await;
    assert_eq!(swaps.into_iter().filter(|swap| *swap == Swap::Done).count(), 1);
}

static REDEEMED: std::sync::LazyLock<HandoffRecord> = std::sync::LazyLock::new(|| redeemed(1));

fn redeemed(id: u128) -> HandoffRecord {
    let mut record = record(id, "hedy");
    record.handoff.state = HandoffState::Redeemed { at: at(1001), request: RequestId(Uuid::from_u128(7)) };
    record.redeemer = Some(person("anna"));
    record
}

async fn keep(log: &AuditLog, record: &HandoffRecord) {
    let mut book = log.open_book().await.unwrap();
    book.keep_handoff(record).await.unwrap();
    book.close().await.unwrap();
}

async fn change(log: &AuditLog, record: &HandoffRecord) -> Swap {
    let mut book = log.open_book().await.unwrap();
    let swap = book.change_handoff(record).await.unwrap();
    book.close().await.unwrap();
    swap
}

fn id(id: u128) -> HandoffId {
    HandoffId(Uuid::from_u128(id))
}

fn record(number: u128, by: &str) -> HandoffRecord {
    let handoff = Handoff {
        id: id(number),
        vm: VM.parse().unwrap(),
        ports: vec!["3389".parse().unwrap()],
        duration: "PT1H".parse().unwrap(),
        requested_for: "anna@contoso.com".parse().unwrap(),
        guest: false,
        reason: Some("INC1 wages".parse().unwrap()),
        prepared_by: Person { name: by.to_owned(), username: format!("{by}@contoso.com") },
        prepared_at: at(1000),
        expires_at: at(1900),
        state: HandoffState::Prepared,
    };
    let preparer = Preparer {
        key: person(by),
        roles: vec!["Helpdesk".to_owned()],
        groups: Vec::new(),
        session: "s-1".to_owned(),
        signed_in_until: at(9000),
    };
    HandoffRecord {
        handoff,
        preparer,
        secret_hash: "h-1".to_owned(),
        code_hash: None,
        wrong_codes: 0,
        guest_hash: None,
        redeemer: None,
        strangers: Vec::new(),
    }
}
