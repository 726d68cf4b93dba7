//! Where Azure's state and what is seen differ, and why.
//!
//! Azure Policy does not look at machines. It reads what Defender for Cloud said of them, which looks
//! every few hours, and reads that within a day; a scan makes only the second step at once
//! (<https://learn.microsoft.com/azure/governance/policy/how-to/get-compliance-data>).

use jiff::{SignedDuration, Timestamp};
use shared::compliance::{ComplianceState, LiveState};
use shared::jit_list::Severity;

use crate::inventory::Verdict;

/// How Azure's state and what is seen differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Azure wants just-in-time access, and it is there.
    EnabledSince,
    /// Azure wants it, and it is there, with a rule that leads past it.
    EnabledWithWayPast,
    /// Azure wants it, and nothing is open.
    ClosedSince,
    /// Azure wants it, and it cannot be set up.
    CannotHaveIt,
    /// Azure is content, and ports are open.
    OpenedSince,
    /// Azure is content with a policy that a rule leads past.
    WayPast,
    /// Azure passes it by, and ports are open.
    ExemptAndOpen,
    /// Azure has not looked yet.
    NotLookedYet,
}

impl Gap {
    /// Whether it explains something to know when just-in-time access was enabled.
    pub fn asks_since(self) -> bool {
        matches!(self, Self::EnabledSince | Self::EnabledWithWayPast)
    }

    /// Where they differ, if they do.
    pub fn between(
        state: Option<ComplianceState>,
        live: LiveState,
        severity: Option<Severity>,
    ) -> Option<Self> {
        use ComplianceState::{Compliant, Exempt, NonCompliant, NotStarted};
        use LiveState::{Bypassed, Exposed, NotNeeded, Protected, Unsupported};
        match (state?, live) {
            (NonCompliant, Protected) => Some(Self::EnabledSince),
            (NonCompliant, Bypassed) => Some(Self::EnabledWithWayPast),
            (NonCompliant, NotNeeded) => Some(Self::ClosedSince),
            (NonCompliant, Unsupported) => Some(Self::CannotHaveIt),
            // What is open to some alone is nothing to Defender for Cloud.
            (Compliant | Exempt, Exposed) if severity != Some(Severity::High) => None,
            (Compliant, Exposed) => Some(Self::OpenedSince),
            (Compliant, Bypassed) => Some(Self::WayPast),
            (Exempt, Exposed | Bypassed) => Some(Self::ExemptAndOpen),
            (NotStarted, _) => Some(Self::NotLookedYet),
            _ => None,
        }
    }

    /// Why, and what it will be, in sentences for people. `enabled` is when somebody set just-in-time
    /// access up through Postern, if that was lately; `verdict` what Defender for Cloud says by now.
    pub fn told(self, verdict: Option<Verdict>, enabled: Option<Timestamp>, now: Timestamp) -> String {
        match self {
            Self::EnabledSince | Self::EnabledWithWayPast => {
                let since = match enabled {
                    Some(at) => format!("Just-in-time access was enabled {}.", ago(now.duration_since(at))),
                    None => "Just-in-time access is enabled.".to_owned(),
                };
                let past = match self {
                    Self::EnabledWithWayPast => " A rule lets people in past it all the same, which Azure Policy does not ask about.",
                    _ => "",
                };
                format!("{since}{past} {}", lag(verdict == Some(Verdict::Fine), "compliant"))
            }
            Self::ClosedSince => {
                let lag = lag(verdict == Some(Verdict::Fine), "compliant");
                format!("No rule that Postern sees opens a management port now. {lag}")
            }
            Self::CannotHaveIt => "Just-in-time access cannot be set up on it. It stays non-compliant until its management ports are closed, or Defender for Cloud calls it not applicable.".to_owned(),
            Self::OpenedSince => {
                let lag = lag(verdict == Some(Verdict::Unhealthy), "non-compliant");
                format!("Management ports are open now. {lag}")
            }
            Self::WayPast => "It has just-in-time access, which is what Azure Policy asks for; a rule lets people in past it all the same.".to_owned(),
            Self::ExemptAndOpen => "Somebody made it exempt, so Azure Policy passes it by; its management ports are open all the same.".to_owned(),
            Self::NotLookedYet => "Azure Policy has not looked at it yet. After an assignment is made that takes up to half an hour, or until a scan is over.".to_owned(),
        }
    }
}

/// What Azure will say, and when.
fn lag(defender_knows: bool, will_be: &str) -> String {
    if defender_knows {
        format!(
            "Defender for Cloud has noticed; Azure Policy will call it {will_be} within 24 hours, or after “Scan now”."
        )
    } else {
        format!(
            "Defender for Cloud looks at machines every few hours, and Azure Policy within 24 hours of that, which will call it {will_be} then. “Scan now” hurries only the second."
        )
    }
}

fn ago(past: SignedDuration) -> String {
    let count = |number: i64, unit: &str| match number {
        1 => format!("1 {unit} ago"),
        number => format!("{number} {unit}s ago"),
    };
    match past.as_mins() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => count(minutes, "minute"),
        minutes => count(minutes / 60, "hour"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(gap: Gap, verdict: Option<Verdict>, minutes: Option<i64>) -> String {
        let now: Timestamp = "2030-01-09T12:05:00Z".parse().unwrap();
        gap.told(verdict, minutes.map(|minutes| now - SignedDuration::from_mins(minutes)), now)
    }

    #[test]
    fn what_is_the_same_to_both_is_no_gap() {
        use {ComplianceState as Azure, LiveState as Live};
        for (azure, live) in [
            (Some(Azure::NonCompliant), Live::Exposed),
            (Some(Azure::Compliant), Live::Protected),
            (Some(Azure::Compliant), Live::NotNeeded),
            (Some(Azure::Compliant), Live::Unsupported),
            (Some(Azure::Exempt), Live::Protected),
            (Some(Azure::NonCompliant), Live::Unknown),
            (None, Live::Exposed),
        ] {
            assert_eq!(Gap::between(azure, live, Some(Severity::High)), None, "{azure:?} {live:?}");
        }
        assert_eq!(Gap::between(Some(Azure::Compliant), Live::Exposed, Some(Severity::Low)), None);
        let wide = Gap::between(Some(Azure::Compliant), Live::Exposed, Some(Severity::High));
        assert_eq!(wide, Some(Gap::OpenedSince));
    }

    #[test]
    fn it_is_said_since_when_and_which_of_the_two_lags() {
        let text = told(Gap::EnabledSince, Some(Verdict::Unhealthy), Some(12));
        assert!(text.starts_with("Just-in-time access was enabled 12 minutes ago. Defender"), "{text}");
        assert!(text.ends_with("“Scan now” hurries only the second."), "{text}");
        let text = told(Gap::EnabledSince, Some(Verdict::Fine), None);
        assert!(text.contains("has noticed") && text.ends_with("or after “Scan now”."), "{text}");
        assert!(told(Gap::OpenedSince, None, None).contains("will call it non-compliant"));
        assert!(told(Gap::OpenedSince, Some(Verdict::Unhealthy), None).contains("has noticed"));
    }

    #[test]
    fn the_past_is_told_in_the_unit_that_fits() {
        for (minutes, text) in
            [(0, "just now"), (1, "1 minute ago"), (60, "1 hour ago"), (150, "2 hours ago")]
        {
            assert!(told(Gap::EnabledSince, None, Some(minutes)).contains(text), "{minutes}");
        }
    }
}
