//! Where a request stands, in a word or two.

use shared::access::{Ending, Status};

use super::field::sentence;
use super::status_line::Tone;

/// That Azure, or a rule, refused something, and why; once.
pub fn refused(reason: &str) -> String {
    format!("Refused: {}", sentence(reason.strip_prefix("Azure refused: ").unwrap_or(reason)))
}

/// Where a request stands, with the tone to say it in.
pub fn standing(status: &Status) -> (Tone, &'static str) {
    match status {
        Status::Requesting => (Tone::Busy, "Requesting"),
        Status::Opening { .. } => (Tone::Busy, "Opening"),
        Status::Open { .. } => (Tone::Success, "Open"),
        Status::Closing { .. } => (Tone::Busy, "Closing"),
        Status::Refused { .. } => (Tone::Error, "Refused"),
        Status::Failed { .. } => (Tone::Error, "Failed"),
        Status::Ended { how: Ending::Expired, .. } => (Tone::Pending, "Ended (expired)"),
        Status::Ended { how: Ending::Replaced, .. } => (Tone::Pending, "Ended (replaced)"),
        Status::Ended { how: Ending::Extended, .. } => (Tone::Pending, "Ended (extended)"),
        Status::Ended { how: Ending::Closed, .. } => (Tone::Pending, "Ended (closed early)"),
        Status::Ended { how: Ending::Withdrawn, .. } => (Tone::Pending, "Ended (withdrawn)"),
    }
}
