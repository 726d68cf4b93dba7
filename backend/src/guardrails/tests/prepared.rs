use super::*;

const HELPDESK: Prepared<'_> = Prepared { by: "hedy@contoso.com", guest: false };

fn prepared(guest: bool) -> Case {
    Case {
        prepared: Some(Prepared { guest, ..HELPDESK }),
        rules: RULE.replace("\"request\"", "\"request-for-others\""),
        ..Case::default()
    }
}

#[test]
fn what_was_prepared_takes_the_right_to_request_for_others_and_says_who_did() {
    let approved = prepared(false).judge().unwrap();
    assert_eq!(
        approved.justification(),
        "INC1 disk full (requested by operator@contoso.com, prepared by hedy@contoso.com, through Postern, request 00000000-0000-0000-0000-000000000000)"
    );
    assert!(is_justification_of(approved.justification(), RequestId(Uuid::nil())));
    let own = Case { prepared: Some(HELPDESK), ..Case::default() };
    assert_eq!(own.fields(), ["vms[0].vm"]);
}

#[test]
fn a_guest_gets_past_a_rule_that_says_so_and_no_other() {
    assert_eq!(prepared(true).fields(), ["guest"]);
    let mut with_guests = prepared(true);
    with_guests.rules = with_guests.rules.replace("longest", "guests = true\nlongest");
    let approved = with_guests.judge().unwrap();
    assert!(
        approved.justification().contains("operator@contoso.com as a guest, prepared by hedy@contoso.com,")
    );
}
