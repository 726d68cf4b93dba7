//! When something is told again that was not taken.

use jiff::SignedDuration;

/// After this long it is not tried any more.
pub const GIVEN_UP: SignedDuration = SignedDuration::from_hours(3 * 24);

/// After this long nobody tries it any more, whatever held it up.
pub const LONGEST_TRIED: SignedDuration = SignedDuration::from_hours(10 * 24);

const FIRST: SignedDuration = SignedDuration::from_secs(30);
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// How long to wait after so many tries and one more: twice as long each time, a little less by
/// chance so that what failed together does not come back together. Whoever says how long to wait
/// is believed, within reason.
pub fn wait(tries: i64, asked_for: Option<SignedDuration>, chance: u8) -> SignedDuration {
    let doubled = FIRST * (1 << tries.clamp(0, 20));
    let usual = doubled.min(LONGEST);
    let usual = usual - usual * i32::from(chance) / (5 * 255);
    usual.max(asked_for.unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_as_long_up_to_six_hours() {
        let seconds = |tries| wait(tries, None, 0).as_secs();
        assert_eq!([0, 1, 2, 9, 10, 1000].map(seconds), [30, 60, 120, 15360, 21600, 21600]);
    }

    #[test]
    fn chance_takes_a_fifth_at_most() {
        assert_eq!(wait(0, None, 255).as_secs(), 24);
        assert_eq!(wait(20, None, 255).as_hours(), 4);
    }

    #[test]
    fn whoever_says_how_long_to_wait_is_believed_within_reason() {
        let asked = |seconds| wait(0, Some(SignedDuration::from_secs(seconds)), 0).as_secs();
        assert_eq!([5, 90, 9_999_999].map(asked), [30, 90, 21600]);
    }
}
