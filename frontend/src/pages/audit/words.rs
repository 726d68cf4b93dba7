//! How it is said.

use shared::activity::{ActivityStatus, Operation, Origin};

use crate::components::status_line::Tone;

/// What was done, in the words of Azure where it has any.
pub fn operation(operation: Operation) -> &'static str {
    match operation {
        Operation::Initiate => "Initiate JIT network access policy",
        Operation::Update => "Update JIT network access policy",
        Operation::Delete => "Delete JIT network access policy",
        Operation::Close => "Close access early",
        Operation::Start => "Start virtual machine",
        Operation::Link => "Shareable link of a Bastion",
        Operation::Ask => "Ask owner to protect machines",
        Operation::Other => "Another operation on a JIT policy",
    }
}

/// What came of it.
pub fn status(status: ActivityStatus) -> (Tone, &'static str) {
    match status {
        ActivityStatus::Started => (Tone::Busy, "Started"),
        ActivityStatus::Accepted => (Tone::Success, "Accepted"),
        ActivityStatus::Succeeded => (Tone::Success, "Succeeded"),
        ActivityStatus::Failed => (Tone::Error, "Failed"),
        ActivityStatus::Refused => (Tone::Locked, "Refused by Postern"),
        ActivityStatus::Unknown => (Tone::Warning, "Not known"),
    }
}

/// Why something stands on Postern's record alone.
pub fn recorded(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::Both | Origin::Outside => None,
        Origin::NotAsked => Some("Azure was not asked."),
        Origin::NotYet => Some("Not in Azure's log yet."),
        Origin::TooOld => Some("Azure has forgotten it."),
        Origin::NotRead => Some("Azure's log could not be read."),
        Origin::OwnOnly => Some("On Postern's record."),
        Origin::Missing => Some("Not found in Azure's log."),
    }
}

/// How far back the two records go, whether Postern's own `is_shorter`, and how late Azure's is. Moments
/// are days.
pub fn limits(azure_since: &str, own_since: Option<&str>, is_shorter: bool) -> String {
    let before = if is_shorter { ": what was done before counts as made outside" } else { "" };
    let own = own_since.map(|since| format!(" Postern's own record begins on {since}{before}."));
    format!(
        "Azure's activity log is 3 to 20 minutes behind and goes back 90 days, to {azure_since}.{}",
        own.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_both_records_are_told() {
        assert_eq!(
            limits("3 Oct 2029", Some("1 Jan 2028"), false),
            "Azure's activity log is 3 to 20 minutes behind and goes back 90 days, to 3 Oct 2029. Postern's own record begins on 1 Jan 2028."
        );
        assert!(limits("3 Oct 2029", None, true).ends_with("3 Oct 2029."));
        let shorter = limits("3 Oct 2029", Some("1 Jan 2030"), true);
        assert!(shorter.ends_with("begins on 1 Jan 2030: what was done before counts as made outside."));
    }

    #[test]
    fn what_stands_in_both_records_needs_no_word() {
        assert_eq!(recorded(Origin::Both), None);
        assert!(recorded(Origin::Missing).is_some());
    }
}
