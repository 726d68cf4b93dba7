//! Requests for access.

use backend::store::{Filter, RequestRecord, Search, Swap};
use shared::access::{AccessRequest, Ending, RequestId, Status};
use shared::history::{Moment, RulesSeen};
use shared::session::Person;
use tests::database::Kind;
use tests::on_both_databases;
use uuid::Uuid;

use super::{at, fresh, person};

on_both_databases![
    a_request_comes_back_as_it_was_kept,
    many_come_back_at_once,
    of_two_writers_the_second_is_told_that_it_was_overtaken,
    requests_are_found_by_machine_whatever_its_casing_and_by_person,
    letters_beyond_ascii_have_a_case_too,
    what_is_over_is_not_unfinished,
    requests_are_searched_by_people_machines_states_and_time,
    rules_that_were_read_come_back_and_the_first_reading_stays,
    requests_whose_rules_were_not_all_read_are_found_until_they_are,
];

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Compute/virtualMachines/Jump-01";

async fn a_request_comes_back_as_it_was_kept(on: Kind) {
    let (store, _place) = fresh(on).await;
    let kept = record(1, VM, "olga");
    store.requests().insert(&kept).await.unwrap();
    assert_eq!(store.requests().get(kept.request.id).await.unwrap(), Some(kept));
    assert_eq!(store.requests().get(RequestId(Uuid::from_u128(2))).await.unwrap(), None);
}

async fn many_come_back_at_once(on: Kind) {
    let (store, _place) = fresh(on).await;
    for id in 1..=210 {
        store.requests().insert(&record(id, VM, "olga")).await.unwrap();
    }
    let ids: Vec<RequestId> = (2..=220).map(|id| RequestId(Uuid::from_u128(id))).collect();
    let found = store.requests().all_of(&ids).await.unwrap();
    let mut found: Vec<u128> = found.iter().map(|record| record.request.id.0.as_u128()).collect();
    found.sort_unstable();
    assert_eq!(found, (2..=210).collect::<Vec<u128>>());
    assert!(store.requests().all_of(&[]).await.unwrap().is_empty());
}

async fn of_two_writers_the_second_is_told_that_it_was_overtaken(on: Kind) {
    let (store, _place) = fresh(on).await;
    let kept = record(1, VM, "olga");
    store.requests().insert(&kept).await.unwrap();
    let opening = accepted(&kept);
    assert_eq!(store.requests().update(&opening, &Status::Requesting).await.unwrap(), Swap::Done);
    let mut failed = kept.request.clone();
    failed.status = failed.status.failed(at(1002), "no answer".to_owned()).unwrap();
    assert_eq!(store.requests().update(&failed, &Status::Requesting).await.unwrap(), Swap::Overtaken);
    assert_eq!(store.requests().get(opening.id).await.unwrap().unwrap().request, opening);
}

async fn requests_are_found_by_machine_whatever_its_casing_and_by_person(on: Kind) {
    let (store, _place) = fresh(on).await;
    let other_vm = VM.replace("Jump-01", "jump-02");
    for (id, vm, requester) in
        [(1, VM, "olga"), (2, &VM.to_uppercase(), "oleg"), (3, &other_vm, "olga"), (4, VM, "olga")]
    {
        store.requests().insert(&record(id, vm, requester)).await.unwrap();
    }
    let found = async |filter: Filter| -> Vec<u128> {
        let records = store.requests().list(&filter, 10).await.unwrap();
        records.iter().map(|record| record.request.id.0.as_u128()).collect()
    };
    let vm = Some(VM.parse().unwrap());
    let olga = Some(person("olga"));
    assert_eq!(found(Filter::default()).await, [4, 3, 2, 1]);
    assert_eq!(found(Filter { vm: vm.clone(), ..Filter::default() }).await, [4, 2, 1]);
    assert_eq!(found(Filter { requester: olga.clone(), ..Filter::default() }).await, [4, 3, 1]);
    assert_eq!(found(Filter { vm, requester: olga.clone(), ..Filter::default() }).await, [4, 1]);
    let before = Some(RequestId(Uuid::from_u128(4)));
    assert_eq!(found(Filter { requester: olga, before, ..Filter::default() }).await, [3, 1]);
    assert_eq!(store.requests().list(&Filter::default(), 2).await.unwrap().len(), 2);
}

async fn letters_beyond_ascii_have_a_case_too(on: Kind) {
    let (store, _place) = fresh(on).await;
    let vm = VM.replace("Contoso-HQ", "Größe-ÄÖÜ").replace("Jump-01", "Straße-ÉΣ");
    let other_casing = vm.replace("Größe-ÄÖÜ", "GRÖße-äöü").replace("Straße-ÉΣ", "STRAße-éσ");
    store.requests().insert(&record(1, &vm, "olga")).await.unwrap();
    let filter = Filter { vm: Some(other_casing.parse().unwrap()), ..Filter::default() };
    let found = store.requests().list(&filter, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].request.vm, other_casing.parse().unwrap(), "as ids compare anywhere");
    assert_eq!(found[0].request.vm.to_string(), vm, "and as it was written");
}

async fn what_is_over_is_not_unfinished(on: Kind) {
    let (store, _place) = fresh(on).await;
    for id in 1..=3 {
        store.requests().insert(&record(id, VM, "olga")).await.unwrap();
    }
    let mut request = accepted(&record(2, VM, "olga"));
    assert_eq!(store.requests().update(&request, &Status::Requesting).await.unwrap(), Swap::Done);
    let opening = request.status.clone();
    request.status = opening.clone().ended(at(4600), Ending::Expired).unwrap();
    assert_eq!(store.requests().update(&request, &opening).await.unwrap(), Swap::Done);
    let unfinished = store.requests().unfinished().await.unwrap();
    assert_eq!(unfinished.iter().map(|r| r.request.id.0.as_u128()).collect::<Vec<_>>(), [3, 1]);
    for filter in [
        Filter { vm: Some(VM.parse().unwrap()), unfinished_only: true, ..Filter::default() },
        Filter { requester: Some(person("olga")), unfinished_only: true, ..Filter::default() },
    ] {
        assert_eq!(store.requests().list(&filter, 10).await.unwrap(), unfinished);
    }
}

pub async fn requests_are_searched_by_people_machines_states_and_time(on: Kind) {
    let (store, _place) = fresh(on).await;
    let other_vm = VM.replace("Jump-01", "db_01");
    for (id, vm, requester) in [(1, VM, "olga"), (2, &*other_vm, "oleg"), (3, VM, "oleg"), (4, VM, "olga")] {
        let mut record = record(id, vm, requester);
        record.request.requested_at = at(1000 + i64::try_from(id / 2).unwrap());
        record.request.requested_by.username = format!("{requester}@contoso.com");
        store.requests().insert(&record).await.unwrap();
    }
    let kept = store.requests().get(RequestId(Uuid::from_u128(4))).await.unwrap().unwrap();
    let opening = accepted(&kept);
    assert_eq!(store.requests().update(&opening, &Status::Requesting).await.unwrap(), Swap::Done);
    let found = async |search: Search| -> Vec<u128> {
        let records = store.requests().search(&search, 10).await.unwrap();
        records.iter().map(|record| record.request.id.0.as_u128()).collect()
    };
    let all = Search::default;
    assert_eq!(found(all()).await, [4, 3, 2, 1]);
    assert_eq!(found(Search { person: Some("OLGA@".to_owned()), ..all() }).await, [4, 1]);
    assert_eq!(found(Search { requester: Some(person("oleg")), ..all() }).await, [3, 2]);
    assert_eq!(found(Search { vm: Some(VM.parse().unwrap()), ..all() }).await, [4, 3, 1]);
    assert_eq!(found(Search { vm_named: Some("B_0".to_owned()), ..all() }).await, [2]);
    assert_eq!(found(Search { vm_named: Some("m_0".to_owned()), ..all() }).await, [0; 0]);
    assert_eq!(found(Search { states: vec!["opening".to_owned()], ..all() }).await, [4]);
    assert_eq!(found(Search { states: vec!["open".to_owned()], ..all() }).await, [0; 0]);
    assert_eq!(found(Search { since: Some(at(1001)), until: Some(at(1002)), ..all() }).await, [3, 2]);
    // Two and three were made at the same moment.
    assert_eq!(found(Search { before: Some(RequestId(Uuid::from_u128(3))), ..all() }).await, [2, 1]);
    assert_eq!(store.requests().search(&all(), 2).await.unwrap().len(), 2);
}

async fn rules_that_were_read_come_back_and_the_first_reading_stays(on: Kind) {
    let (store, _place) = fresh(on).await;
    let id = RequestId(Uuid::from_u128(7));
    let seen = |moment, second| RulesSeen { moment, read_at: at(second), rules: Vec::new(), unread: None };
    for (moment, second) in [(Moment::Open, 12), (Moment::Before, 10), (Moment::Before, 11)] {
        store.rules_seen().keep(id, &seen(moment, second)).await.unwrap();
    }
    let kept = store.rules_seen().of(id).await.unwrap();
    assert_eq!(kept, [seen(Moment::Before, 10), seen(Moment::Open, 12)]);
    assert!(store.rules_seen().of(RequestId(Uuid::from_u128(8))).await.unwrap().is_empty());
}

async fn requests_whose_rules_were_not_all_read_are_found_until_they_are(on: Kind) {
    let (store, _place) = fresh(on).await;
    let closed = Status::Ended { at: at(2000), how: Ending::Closed };
    let states = [
        (1, None, Status::Requesting),
        (2, Some(at(1010)), Status::Open { since: at(1010) }),
        (3, Some(at(1010)), closed.clone()),
        (4, None, closed),
    ];
    for (id, opened_at, status) in states {
        let record = record(id, VM, "olga");
        let request = AccessRequest { opened_at, status, ..record.request };
        store.requests().insert(&RequestRecord { request, ..record }).await.unwrap();
    }
    let keep = async |id, moment| {
        let seen = RulesSeen { moment, read_at: at(1010), rules: Vec::new(), unread: None };
        store.rules_seen().keep(RequestId(Uuid::from_u128(id)), &seen).await.unwrap();
    };
    let incomplete = async |since| -> Vec<(u128, usize)> {
        let found = store.rules_seen().incomplete(since).await.unwrap();
        found.iter().map(|(request, known)| (request.id.0.as_u128(), known.len())).collect()
    };
    keep(2, Moment::Before).await;
    keep(3, Moment::Before).await;
    keep(3, Moment::Open).await;
    assert_eq!(incomplete(at(1000)).await, [(2, 1), (3, 2)], "what was never open has none");
    assert!(incomplete(at(1001)).await.is_empty(), "those are older");
    keep(2, Moment::Open).await;
    keep(3, Moment::After).await;
    assert!(incomplete(at(0)).await.is_empty());
    assert_eq!(store.rules_seen().purge(at(1010)).await.unwrap(), 0);
    assert_eq!(store.rules_seen().purge(at(1011)).await.unwrap(), 5);
}

fn record(id: u128, vm: &str, requester: &str) -> RequestRecord {
    let request = AccessRequest {
        id: RequestId(Uuid::from_u128(id)),
        vm: vm.parse().unwrap(),
        ports: vec!["3389".parse().unwrap()],
        source: "203.0.113.7".parse().unwrap(),
        bastion: None,
        shareable_link: false,
        reason: Some("INC1 disk full".parse().unwrap()),
        requested_by: Person { name: "Olga".to_owned(), username: "olga@contoso.com".to_owned() },
        requested_for: None,
        handed_over: None,
        requested_at: at(1000),
        opened_at: None,
        ends_at: at(4600),
        rule: "Operators".to_owned(),
        broad: false,
        redirections: Vec::new(),
        status: Status::Requesting,
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    };
    let policy = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Contoso-HQ/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";
    RequestRecord { request, requester: person(requester), policy: policy.parse().unwrap() }
}

fn accepted(record: &RequestRecord) -> AccessRequest {
    let mut request = record.request.clone();
    request.status = request.status.accepted(at(1001)).unwrap();
    request.correlation_id = Some("c-1".to_owned());
    request
}
