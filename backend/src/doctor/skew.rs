//! Whether this machine's clock is right: tokens and grants both end by it.

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::{Finding, in_full};
use crate::clock::Clock;

/// How far off a clock may be without harm, in seconds: an HTTP date has no fractions.
const HARMLESS: i64 = 5;

/// From where on sign-ins begin to fail, in seconds.
const HARMFUL: i64 = 60;

/// Compares this machine's clock with that of the sign-in provider.
pub async fn examine(http: &reqwest::Client, issuer: &str, clock: &Clock) -> Vec<Finding> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let answer = match http.get(url).send().await {
        Ok(answer) => answer,
        Err(error) => {
            return vec![Finding::wrong(
                format!("The sign-in provider cannot be reached: {}.", in_full(&error.without_url())),
                format!("Let this machine connect to {issuer}, and check `sign_in.issuer`."),
            )];
        }
    };
    let date = answer.headers().get(http::header::DATE).and_then(|date| date.to_str().ok());
    let there = date.and_then(|date| rfc2822::parse(date).ok()).map(|date| date.timestamp());
    there.map(|there| judge(there, clock.now())).into_iter().collect()
}

fn judge(there: Timestamp, here: Timestamp) -> Finding {
    let off = here.as_second() - there.as_second();
    let direction = if off > 0 { "fast" } else { "slow" };
    let says = format!(
        "This machine's clock is {} seconds {direction}, compared with the sign-in provider's.",
        off.abs()
    );
    if off.abs() <= HARMLESS {
        Finding::fine("This machine's clock is right.")
    } else if off.abs() <= HARMFUL {
        Finding::doubtful(says, "Keep it right with NTP: times shown to people are off by as much.")
    } else {
        Finding::wrong(says, "Set it right with NTP: sign-ins fail and grants end at the wrong time.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        let there = Timestamp::from_second(1_893_488_400).unwrap();
        for (off, verdict) in [
            (0, Verdict::Fine),
            (-5, Verdict::Fine),
            (6, Verdict::Doubtful),
            (-60, Verdict::Doubtful),
            (61, Verdict::Wrong),
        ] {
            let here = Timestamp::from_second(1_893_488_400 + off).unwrap();
            assert_eq!(judge(there, here).verdict, verdict, "{off}");
        }
    }
}
