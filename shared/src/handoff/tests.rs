use uuid::Uuid;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn a_link_is_good_until_its_time_is_over_and_not_a_moment_longer() {
    assert_eq!(HandoffState::Prepared.at(at(10), at(9)), HandoffState::Prepared);
    assert_eq!(HandoffState::Prepared.at(at(10), at(10)), HandoffState::Expired { at: at(10) });
    let redeemed = HandoffState::Redeemed { at: at(9), request: RequestId(Uuid::nil()) };
    assert_eq!(redeemed.clone().at(at(10), at(99)), redeemed);
}

#[test]
fn nobody_is_told_the_time_who_may_not_see_what_was_prepared() {
    for view in [
        HandoffView::WhoAreYou { guest: true },
        HandoffView::NotYours,
        HandoffView::Over { why: Over::Expired, guest: false },
    ] {
        assert_eq!(view.now(), None, "{view:?}");
    }
}

#[test]
fn no_secret_is_shown_by_accident() {
    let redemption = Redemption {
        secret: "s3cret".to_owned(),
        address: IpAddr::from([192, 0, 2, 7]),
        replaces: Vec::new(),
    };
    let knock = GuestKnock { secret: "s3cret".to_owned(), code: "c0de".to_owned() };
    let shown = format!("{redemption:?} {knock:?} {:?}", Knock { secret: Some("s3cret".to_owned()) });
    assert!(!shown.contains("s3cret") && !shown.contains("c0de"), "{shown}");
}
