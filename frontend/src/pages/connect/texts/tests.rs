use super::*;
use crate::pages::connect::samples::{at, details, here, id, request};
use shared::access::{Ending, Status};
use shared::preflight::{Diagnosis, PortReach, RuleRef};

fn open() -> Card {
    Card::Open(Open {
        source: here(),
        until: at(3700),
        by: By::Me { id: id(), at: Some(at(100)) },
        extending: None,
    })
}

fn preflight(reach: Reach) -> Preflight {
    Preflight {
        port: Port::RDP,
        source: here(),
        reach,
        exposed_by: vec![],
        also: vec![],
        refused_source: None,
        diagnosis: Diagnosis::default(),
    }
}

fn deny() -> RuleRef {
    RuleRef { nsg: "web-nsg".into(), rule: "Deny-All".into(), priority: 100, made_by_jit: false }
}

#[test]
fn the_lines_are_those_people_know_from_the_portal() {
    let idle = Card::Idle { others: vec![] };
    assert_eq!(jit(&idle, Port::RDP, at(0)).words, "Request JIT access to port 3389 for source IP(s)");
    assert_eq!(access(&idle, None, Port::RDP).words, "Check inbound NSG rules");
    assert_eq!(
        jit(&open(), Port::RDP, at(0)),
        line(Tone::Success, "JIT access granted to port 3389 for source IP(s)")
    );
    let reachable = access(&open(), Some(&preflight(Reach::Accessible)), Port::RDP);
    assert_eq!(reachable, line(Tone::Success, "Port 3389 is accessible from source IP(s)"));
}

#[test]
fn while_a_port_opens_the_seconds_are_counted() {
    let opening = Card::Opening { since: Some(at(100)), slow: false };
    let words = jit(&opening, Port::RDP, at(107)).words;
    assert_eq!(words, "Access approved. Opening port 3389… usually under a minute (7 s)");
    let slow = jit(&Card::Opening { since: Some(at(100)), slow: true }, Port::RDP, at(300));
    assert_eq!(slow.tone, Tone::Warning);
}

#[test]
fn a_rule_that_blocks_is_named_only_once_access_is_granted() {
    let blocked = preflight(Reach::Blocked { by: deny() });
    assert_eq!(access(&Card::Idle { others: vec![] }, Some(&blocked), Port::RDP).tone, Tone::Pending);
    assert_eq!(
        access(&open(), Some(&blocked), Port::RDP).words,
        "Access is open, but rule “Deny-All” (priority 100, network security group web-nsg) blocks port 3389."
    );
}

#[test]
fn of_ports_that_are_open_together_the_one_that_is_blocked_is_named() {
    let also = PortReach { port: Port::SSH, reach: Reach::Blocked { by: deny() } };
    let both = Preflight { also: vec![also], ..preflight(Reach::Accessible) };
    assert!(access(&open(), Some(&both), Port::RDP).words.ends_with("blocks port 22."));
    let before = access(&Card::Idle { others: vec![] }, Some(&both), Port::RDP);
    assert_eq!(before, line(Tone::Success, "Port 3389 is accessible from source IP(s)"));
}

#[test]
fn what_cannot_be_verified_is_not_called_reachable() {
    let unverified = preflight(Reach::Unverified { reason: "The rules could not be read.".into() });
    let said = access(&open(), Some(&unverified), Port::RDP);
    assert_eq!(said, line(Tone::Warning, "Cannot verify. The rules could not be read."));
}

#[test]
fn a_port_that_is_not_covered_says_what_is() {
    let card = Card::PortNotCovered { covered: vec![Port::SSH, Port::RDP] };
    let port = "5986".parse().unwrap();
    assert_eq!(
        jit(&card, port, at(0)).words,
        "Port 5986 isn't in this VM's JIT policy. It covers ports 22, 3389."
    );
}

#[test]
fn others_who_are_let_in_are_told_apart_from_me() {
    let grant = |source: &str, mine| Grant {
        mapped_port: None,
        requested_by: None,
        port: Port::RDP,
        sources: vec![source.parse().unwrap()],
        until: at(3700),
        open: true,
        mine,
    };
    assert_eq!(others(&[]), None);
    let theirs = others(&[grant("198.51.100.4", None)]).unwrap();
    assert_eq!(
        theirs,
        "Open for 198.51.100.4 by somebody else. The source chosen here needs its own request."
    );
    assert!(others(&[grant("198.51.100.4", Some(id()))]).unwrap().contains("by you"));
    assert_eq!(displaces(&[]), None);
    let theirs = |source: &str| Displaced {
        vm: details().vm.id,
        port: Port::RDP,
        sources: vec![source.parse().unwrap()],
        until: at(3700),
    };
    let displaced = displaces(&[theirs("198.51.100.4"), theirs("*")]).unwrap();
    assert_eq!(displaced, "Azure may end the access of 198.51.100.4, any address when yours opens.");
}

#[test]
fn a_source_that_will_not_work_is_cautioned_against() {
    let mut details = details();
    let theirs = "2001:db8::7".parse().unwrap();
    assert_eq!(caution(here(), &details), None);
    assert!(caution(Source::ANY, &details).unwrap().contains("whole Internet"));
    assert!(caution("10.1.2.3".parse().unwrap(), &details).unwrap().contains("private"));
    assert!(caution(theirs, &details).unwrap().contains("IPv6"));
    details.vm.public_address = None;
    assert_eq!(caution("10.1.2.3".parse().unwrap(), &details), None);
    details.public_ipv6 = "2001:db8::40".parse().ok();
    assert_eq!(caution(theirs, &details), None);
    assert!(caution(here(), &details).unwrap().contains("IPv4"));
}

#[test]
fn only_a_range_has_a_size() {
    assert_eq!(size(here()), None);
    assert_eq!(size("203.0.0.0/16".parse().unwrap()).unwrap(), "65,536 addresses");
    assert_eq!(size(Source::ANY), None);
}

#[test]
fn a_detail_of_the_service_becomes_a_sentence() {
    assert_eq!(sentence("the policy says no"), "The policy says no.");
    assert_eq!(sentence("No."), "No.");
    assert_eq!(sentence(""), "");
}

#[test]
fn who_opened_what_is_open_is_said_with_the_time() {
    let Card::Open(mine) = open() else { unreachable!() };
    assert_eq!(opened_by(&mine, at(820)), "Requested by you 12 min ago.");
    let theirs = Open { by: By::SomebodyElse { requestable: true }, ..mine };
    assert!(opened_by(&theirs, at(820)).contains("203.0.113.7"));
}

#[test]
fn a_port_that_answers_is_not_called_closed() {
    let idle = Card::Idle { others: vec![] };
    assert!(not_yet(&idle, None).contains("still closed"));
    assert!(!not_yet(&idle, Some(&preflight(Reach::Accessible))).contains("closed"));
    assert!(!not_yet(&Card::NotAllowed, None).contains("closed"));
    assert!(
        is_reachable(&preflight(Reach::Unfiltered))
            && !is_reachable(&preflight(Reach::Blocked { by: deny() }))
    );
}

#[test]
fn every_status_has_a_line_and_a_few_words() {
    let reason = "azure said no".to_owned();
    let refused = Status::Refused { at: at(1), reason };
    assert_eq!(
        (status(&refused), brief(&refused)),
        ("Refused: Azure said no.".into(), "Refused: Azure said no.".into())
    );
    let ended = |how| Status::Ended { at: at(1), how };
    let brief_of = |how| brief(&ended(how));
    let words = [Ending::Expired, Ending::Replaced, Ending::Extended, Ending::Closed, Ending::Withdrawn]
        .map(brief_of);
    assert!(words.iter().all(|words| words.starts_with("Ended (")), "{words:?}");
    assert!(status(&ended(Ending::Replaced)).contains("newer request"));
}

#[test]
fn a_system_is_told_by_its_mark() {
    assert_eq!(os_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64)"), "Windows");
    assert_eq!(os_of("Mozilla/5.0 (Linux; Android 14)"), "Android");
    assert_eq!(os_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"), "macOS");
    assert_eq!(os_of("curl"), "Not recognised");
}

#[test]
fn a_report_names_the_request_to_us_and_to_azure() {
    let mut request = request(Status::Opening { since: at(100) });
    request.correlation_id = Some("c-1".into());
    let report = report(&request);
    assert!(report.contains(&id().to_string()) && report.contains("c-1"), "{report}");
}

#[test]
fn the_end_is_announced_in_three_steps() {
    let ending = |seconds| ending(SignedDuration::from_secs(seconds));
    assert_eq!(ending(601), None);
    assert!(ending(600).unwrap().contains("less than 10 min"));
    assert_eq!(ending(301), ending(600));
    assert!(ending(300).unwrap().contains("less than 5 min"));
    assert!(ending(60).unwrap().contains("less than 1 min"));
}
