//! How it is said.

use shared::compliance::{ComplianceState, LiveState};
use shared::jit_list::Severity;

use crate::components::status_line::Tone;

/// What Azure Policy makes of a machine, in its own words.
pub fn state(state: Option<ComplianceState>) -> (Tone, &'static str) {
    match state {
        Some(ComplianceState::NonCompliant) => (Tone::Error, "Non-compliant"),
        Some(ComplianceState::Conflicting) => (Tone::Warning, "Conflicting"),
        Some(ComplianceState::Unknown) => (Tone::Pending, "Unknown"),
        Some(ComplianceState::NotStarted) => (Tone::Pending, "Not started"),
        Some(ComplianceState::Exempt) => (Tone::Info, "Exempt"),
        Some(ComplianceState::Compliant) => (Tone::Success, "Compliant"),
        None => (Tone::Pending, "Not covered"),
    }
}

/// What Postern sees of a machine.
pub fn live(live: LiveState) -> (Tone, &'static str) {
    match live {
        LiveState::Exposed => (Tone::Error, "Ports open"),
        LiveState::Bypassed => (Tone::Warning, "JIT on, with a way past it"),
        LiveState::Unknown => (Tone::Pending, "Unknown"),
        LiveState::Unsupported => (Tone::Locked, "Unsupported"),
        LiveState::NotNeeded => (Tone::Success, "No port open"),
        LiveState::Protected => (Tone::Success, "JIT on"),
    }
}

/// How much a machine needs just-in-time access.
pub fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::High) => "High",
        Some(Severity::Low) => "Low",
        Some(Severity::Unknown) => "Unknown",
        Some(Severity::Healthy) | None => "–",
    }
}

/// That Azure lags, which is said wherever somebody enables just-in-time access.
pub const LAG: &str = "Azure shows that later: Defender for Cloud looks at machines every few hours, and Azure Policy within 24 hours of that; “Scan now” hurries only the second. What Postern sees follows within a minute.";
