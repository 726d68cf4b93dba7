use super::*;
use crate::pages::connect::samples::{at, details, here, id, request};

fn card(details: &VmDetails, request: Option<&AccessRequest>, now: i64) -> Card {
    Card::of(Known {
        details,
        method: Method::Rdp,
        port: Port::RDP,
        source: Some(here()),
        request,
        extended: None,
        now: at(now),
    })
}

fn grant(source: &str, open: bool, mine: Option<RequestId>) -> Grant {
    Grant {
        port: Port::RDP,
        sources: vec![source.parse().unwrap()],
        until: at(3700),
        open,
        mapped_port: None,
        requested_by: None,
        mine,
    }
}

#[test]
fn a_fresh_page_invites_a_request() {
    let card = card(&details(), None, 200);
    assert_eq!(card, Card::Idle { others: vec![] });
    assert!(card.can_request());
}

#[test]
fn what_stands_in_the_way_is_named_most_basic_first() {
    let mut details = details();
    details.may.request.clear();
    assert_eq!(card(&details, None, 200), Card::NotAllowed);
    let known = Known {
        details: &details,
        method: Method::Rdp,
        port: Port::SSH,
        source: Some(here()),
        request: None,
        extended: None,
        now: at(200),
    };
    assert_eq!(Card::of(known), Card::PortNotCovered { covered: vec![Port::RDP] });
    details.policy = None;
    assert_eq!(card(&details, None, 200), Card::NotSetUp);
    assert!(!card(&details, None, 200).can_request());
    let unsupported = Unsupported { reason: "It has no group.".into(), remedy: "Give it one.".into() };
    let bare = VmDetails { unsupported: Some(unsupported.clone()), ..details.clone() };
    assert_eq!(card(&bare, None, 200), Card::Unsupported(unsupported));
    assert!(!card(&bare, None, 200).can_request());
    details.vm.jit = JitState::Unknown;
    assert_eq!(card(&details, None, 200), Card::Unread);
    assert!(!card(&details, None, 200).can_request());
}

#[test]
fn a_request_goes_from_requesting_over_opening_to_open() {
    let details = details();
    let requesting = request(Status::Requesting);
    assert_eq!(card(&details, Some(&requesting), 101), Card::Requesting { late: false });
    let opening = request(Status::Opening { since: at(102) });
    assert_eq!(card(&details, Some(&opening), 103), Card::Opening { since: Some(at(102)), slow: false });
    let open = request(Status::Open { since: at(120) });
    let by = By::Me { id: id(), at: Some(at(100)) };
    assert_eq!(
        card(&details, Some(&open), 121),
        Card::Open(Open { source: here(), until: at(3700), by, extending: None })
    );
}

#[test]
fn an_azure_that_says_nothing_for_two_minutes_can_be_asked_again() {
    let requesting = request(Status::Requesting);
    assert!(!card(&details(), Some(&requesting), 219).can_request());
    let late = card(&details(), Some(&requesting), 220);
    assert_eq!(late, Card::Requesting { late: true });
    assert!(late.can_request());
}

#[test]
fn what_others_opened_around_me_lets_nobody_request_who_may_not() {
    let mut details = details();
    details.grants = vec![grant("203.0.113.0/24", true, None)];
    details.may.request.clear();
    let open = card(&details, None, 200);
    assert_eq!(open.open().map(|open| open.by), Some(By::SomebodyElse { requestable: false }));
    assert!(!open.can_request());
}

#[test]
fn a_rule_that_does_not_appear_for_two_minutes_is_slow_and_still_waited_for() {
    let opening = request(Status::Opening { since: at(102) });
    assert!(!card(&details(), Some(&opening), 221).can_request());
    let slow = card(&details(), Some(&opening), 222);
    assert_eq!(slow, Card::Opening { since: Some(at(102)), slow: true });
    assert!(!slow.can_request());
}

#[test]
fn what_azure_refused_or_did_not_answer_can_be_asked_again() {
    let reason = "no".to_owned();
    let refused = request(Status::Refused { at: at(101), reason: reason.clone() });
    assert_eq!(card(&details(), Some(&refused), 102), Card::Refused { reason: reason.clone() });
    let failed = request(Status::Failed { at: at(101), reason: reason.clone() });
    assert_eq!(card(&details(), Some(&failed), 102), Card::Failed { reason });
    assert!(card(&details(), Some(&failed), 102).can_request());
}

#[test]
fn every_ending_is_told_as_what_it_is() {
    for how in [Ending::Expired, Ending::Replaced, Ending::Extended, Ending::Closed, Ending::Withdrawn] {
        let ended = request(Status::Ended { at: at(900), how });
        assert_eq!(card(&details(), Some(&ended), 901), Card::Ended { at: at(900), how });
    }
}

#[test]
fn time_runs_out_even_before_the_news_arrive() {
    let open = request(Status::Open { since: at(120) });
    assert!(card(&details(), Some(&open), 3699).open().is_some());
    assert_eq!(card(&details(), Some(&open), 3700), Card::Ended { at: at(3700), how: Ending::Expired });
}

#[test]
fn a_request_is_about_its_own_port_and_addresses_only() {
    let details = details();
    let open = request(Status::Open { since: at(120) });
    let elsewhere = Some("198.51.100.9".parse().unwrap());
    let known = Known {
        details: &details,
        method: Method::Rdp,
        port: Port::RDP,
        source: elsewhere,
        request: Some(&open),
        extended: None,
        now: at(130),
    };
    assert_eq!(Card::of(known), Card::Idle { others: vec![] });
    assert_eq!(Card::of(Known { source: None, ..known }), Card::Idle { others: vec![] });
}

#[test]
fn what_is_open_for_a_range_around_me_is_open_for_me() {
    let mut details = details();
    details.grants = vec![grant("203.0.113.0/24", true, None)];
    let open = Open {
        source: "203.0.113.0/24".parse().unwrap(),
        until: at(3700),
        by: By::SomebodyElse { requestable: true },
        extending: None,
    };
    assert_eq!(card(&details, None, 200), Card::Open(open));
    details.grants.push(grant("203.0.113.7", true, Some(id())));
    let mine = Open { source: here(), until: at(3700), by: By::Me { id: id(), at: None }, extending: None };
    assert_eq!(card(&details, None, 200), Card::Open(mine));
}

#[test]
fn what_is_open_for_another_address_is_told_and_needs_a_request_of_its_own() {
    let mut details = details();
    details.grants = vec![grant("198.51.100.9", true, None), grant("203.0.113.7", false, None)];
    assert_eq!(card(&details, None, 200), Card::Idle { others: details.grants.clone() });
    assert_eq!(card(&details, None, 3700), Card::Idle { others: vec![] });
}

#[test]
fn my_own_request_that_is_still_opening_is_not_made_twice() {
    let mut details = details();
    details.grants = vec![grant("203.0.113.7", false, Some(id()))];
    assert_eq!(card(&details, None, 200), Card::Opening { since: None, slow: false });
}

#[test]
fn what_is_going_on_goes_before_obstacles_and_those_before_the_past() {
    let mut details = details();
    details.policy = None;
    let open = request(Status::Open { since: at(120) });
    assert!(card(&details, Some(&open), 130).open().is_some());
    let ended = request(Status::Ended { at: at(900), how: Ending::Closed });
    assert_eq!(card(&details, Some(&ended), 901), Card::NotSetUp);
}

#[test]
fn a_list_from_before_the_end_does_not_bring_a_closed_port_back() {
    let mut details = details();
    details.grants = vec![grant("203.0.113.7", true, Some(id()))];
    let ended = request(Status::Ended { at: at(900), how: Ending::Closed });
    assert_eq!(card(&details, Some(&ended), 901), Card::Ended { at: at(900), how: Ending::Closed });
}

#[test]
fn what_is_made_to_last_longer_stays_open_until_the_newer_one_is_and_if_that_fails() {
    let newer: RequestId = "0195a1b2-0000-7000-8000-000000000002".parse().unwrap();
    let extending =
        |status| AccessRequest { id: newer, extends: Some(id()), ends_at: at(7300), ..request(status) };
    let details = details();
    let card = |details: &VmDetails, newer: &AccessRequest, old: &AccessRequest, now| {
        let request = Some(newer);
        let (method, port, source) = (Method::Rdp, Port::RDP, Some(here()));
        Card::of(Known { details, method, port, source, request, extended: Some(old), now: at(now) })
    };
    let by = By::Me { id: id(), at: Some(at(100)) };
    let kept = Card::Open(Open { source: here(), until: at(3700), by, extending: Some(newer) });
    let opening = extending(Status::Opening { since: at(1000) });
    let old = request(Status::Open { since: at(120) });
    assert_eq!(card(&details, &opening, &old, 1001), kept);
    // Azure lists it as replaced by now.
    let replaced = request(Status::Ended { at: at(1001), how: Ending::Replaced });
    assert_eq!(card(&details, &opening, &replaced, 1002), kept);
    let closed = request(Status::Ended { at: at(1001), how: Ending::Closed });
    assert!(matches!(card(&details, &opening, &closed, 1002), Card::Opening { .. }));
    assert!(matches!(card(&details, &opening, &old, 3701), Card::Opening { .. }), "its time is over");

    let open = extending(Status::Open { since: at(1003) });
    let by = By::Me { id: newer, at: Some(at(100)) };
    let goes_on = Open { source: here(), until: at(7300), by, extending: None };
    assert_eq!(card(&details, &open, &replaced, 1004), Card::Open(goes_on));
    let failed = extending(Status::Failed { at: at(1003), reason: "no answer".to_owned() });
    let mut listed = details.clone();
    listed.grants = vec![grant("203.0.113.7", true, Some(id()))];
    let Card::Open(stays) = card(&listed, &failed, &old, 1004) else { panic!("it is open still") };
    assert_eq!((stays.until, stays.extending), (at(3700), None));
}
