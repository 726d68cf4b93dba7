use jiff::SignedDuration;
use shared::access::Displaced;
use shared::session::Person;
use uuid::Uuid;

use super::*;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/payroll-01";

/// What somebody is told who has it opened while another's access of that length would end.
fn told(others: Option<SignedDuration>) -> String {
    let now = Timestamp::from_second(1_893_488_400).unwrap();
    let handoff = Handoff {
        id: HandoffId(Uuid::from_u128(7)),
        vm: VM.parse().unwrap(),
        ports: vec!["3389".parse().unwrap()],
        duration: "PT1H".parse().unwrap(),
        requested_for: "anna@contoso.com".parse().unwrap(),
        guest: false,
        reason: None,
        prepared_by: Person { name: "Hedy".to_owned(), username: "hedy@contoso.com".to_owned() },
        prepared_at: now,
        expires_at: now + SignedDuration::from_mins(15),
        state: HandoffState::Prepared,
    };
    let displaced = |left| Displaced {
        vm: VM.parse().unwrap(),
        port: "3389".parse().unwrap(),
        sources: vec![Source::address(IpAddr::from([203, 0, 113, 7]))],
        until: now + left,
    };
    let listed = others.map(displaced).into_iter().collect();
    not_at_others_cost(JitError::ReplacesOthers { listed, said: String::new() }, &handoff, now).to_string()
}

#[test]
fn whoever_finds_the_port_taken_is_told_for_how_long_and_what_to_do_then() {
    let words = told(Some(SignedDuration::new(41 * 60 + 53, 718_430_000)));
    assert!(words.contains("open for 42 more minutes, and"), "{words}");
    assert!(words.ends_with("Ask Hedy for a new link then"), "{words}");
    let words = told(Some(SignedDuration::from_secs(40)));
    assert!(words.contains("open for another minute, and"), "{words}");
    assert!(words.ends_with("Try again then, or ask Hedy"), "the link is still good: {words}");
    for unknown in [None, Some(SignedDuration::ZERO)] {
        let words = told(unknown);
        assert!(words.contains("same port open, and"), "{words}");
        assert!(words.ends_with("Ask Hedy for a new link later"), "{words}");
    }
}
