use std::net::IpAddr;

use proptest::prelude::*;

use jiff::Timestamp;

use super::*;
use crate::clock::Hand;

const START: i64 = 1_893_488_400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

fn limits(calls: u32) -> (Limits, Hand) {
    let (clock, hand) = Clock::by_hand(at(0));
    let settings = LimitSettings { calls: NonZeroU32::new(calls).unwrap(), ..LimitSettings::default() };
    (Limits::new(settings, &clock), hand)
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn an_address_has_its_quota_back_when_the_time_it_was_told_is_over() {
    let (limits, hand) = limits(3);
    let here = address("203.0.113.7");
    for _ in 0..3 {
        limits.call(here).unwrap();
    }
    let told = limits.call(here).unwrap_err().after;
    assert_eq!(told, SignedDuration::from_secs(20));
    hand.advance(told - SignedDuration::from_nanos(1));
    assert!(limits.call(here).is_err());
    hand.advance(SignedDuration::from_nanos(1));
    limits.call(here).unwrap();
}

#[test]
fn addresses_do_not_use_up_each_others_quota_but_those_of_one_ipv6_host_do() {
    let (limits, _) = limits(1);
    limits.call(address("203.0.113.7")).unwrap();
    limits.call(address("203.0.113.8")).unwrap();
    assert!(limits.call(address("::ffff:203.0.113.8")).is_err(), "the same address in other words");
    limits.call(address("2001:db8::1")).unwrap();
    assert!(limits.call(address("2001:db8::2")).is_err());
    limits.call(address("2001:db8:0:1::1")).unwrap();
    limits.sign_in(address("203.0.113.7")).unwrap();
}

#[test]
fn waiting_is_told_in_words() {
    for (seconds, words) in
        [(0, "a second"), (7, "7 seconds"), (90, "90 seconds"), (121, "3 minutes"), (7300, "3 hours")]
    {
        assert_eq!(in_words(SignedDuration::from_secs(seconds)), words);
    }
    assert_eq!(in_words(SignedDuration::from_millis(1_001)), "2 seconds");
}

#[test]
fn every_window_counts() {
    let grants = GrantLimits::default();
    let every = |step: i64, times: i64| (0..times).map(|i| at(-i * step)).collect::<Vec<_>>();
    grants.judge(&every(7, 9), at(1)).unwrap();
    let minute = grants.judge(&every(1, 10), at(0)).unwrap_err();
    assert_eq!(minute.after, SignedDuration::from_secs(51), "{minute}");
    let hour = grants.judge(&every(10, 50), at(0)).unwrap_err();
    assert_eq!(hour.after, SignedDuration::from_secs(3600 - 490), "{hour}");
    let day = grants.judge(&every(600, 100), at(0)).unwrap_err();
    assert_eq!(day.after, SignedDuration::from_hours(24) - SignedDuration::from_secs(59_400), "{day}");
}

proptest! {
    /// Whoever waits as long as they were told gets through, and not a moment earlier.
    #[test]
    fn the_wait_is_exact(mut ago in prop::collection::vec(0_i64..100_000, 0..120)) {
        ago.sort_unstable();
        let made: Vec<Timestamp> = ago.into_iter().map(|seconds| at(-seconds)).collect();
        let grants = GrantLimits::default();
        if let Err(too_many) = grants.judge(&made, at(0)) {
            prop_assert!(grants.judge(&made, at(0) + too_many.after).is_ok());
            prop_assert!(grants.judge(&made, at(0) + too_many.after - SignedDuration::from_nanos(1)).is_err());
        } else {
            let within = |seconds| made.iter().filter(|then| at(0).duration_since(**then).as_secs() < seconds).count();
            prop_assert!(within(60) < 10 && within(3600) < 50 && within(86_400) < 100);
        }
    }
}
