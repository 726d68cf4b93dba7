//! Failures as the API tells them: RFC 9457 problem details.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::access::Displaced;
use crate::configuration::JitConfiguration;

/// An RFC 9457 problem, sent as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What kind of problem it is: what a program acts on.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do about it, in a sentence for people.
    pub detail: String,
    /// What is wrong with which field; empty unless the request itself was at fault, and not more
    /// than [`Problem::MOST_VIOLATIONS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// What others have open that the request would end without having said so; to be sent along as
    /// `replaces` by whoever accepts that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Displaced>,
    /// What stands there by now, if somebody has changed it since it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Box<JitConfiguration>>,
    /// Where to send the browser, if that is what it takes: a path of this site, to be completed
    /// with `&return=` and the page to come back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The id of the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// As many as somebody can read.
    pub const MOST_VIOLATIONS: usize = 50;
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail.fmt(f)
    }
}

impl std::error::Error for Problem {}

/// Something wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// The field as a path into the request, such as `source` or `vms[0].ports[1]`.
    pub field: String,
    /// What is wrong and what would be right, in a sentence for people.
    pub detail: String,
    /// A value that would be right, where there is an obvious one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
}

/// The kinds of problem. On the wire each is a URN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ProblemKind {
    /// Nobody is signed in, or the session is over.
    #[serde(rename = "urn:postern:problem:signed-out")]
    SignedOut,
    /// Azure does this in the name of the person only once they have signed in again and proved
    /// more; `login` says where.
    #[serde(rename = "urn:postern:problem:step-up-required")]
    StepUpRequired,
    /// The access token that came along is not one for Postern, or not any more.
    #[serde(rename = "urn:postern:problem:bad-token")]
    BadToken,
    /// No access rule allows it, or Azure lets the person not do it.
    #[serde(rename = "urn:postern:problem:forbidden")]
    Forbidden,
    /// There is no such thing, or none that the person may see.
    #[serde(rename = "urn:postern:problem:not-found")]
    NotFound,
    /// The request could not be read: bad JSON, an unknown field, a value that is not one.
    #[serde(rename = "urn:postern:problem:malformed")]
    Malformed,
    /// A guardrail refuses the request; the violations say which and why.
    #[serde(rename = "urn:postern:problem:guardrail")]
    Guardrail,
    /// It does not fit the state that things are in.
    #[serde(rename = "urn:postern:problem:conflict")]
    Conflict,
    /// Somebody else has the port open, or opening, and may lose that; `replaces` lists what.
    #[serde(rename = "urn:postern:problem:replaces-others")]
    ReplacesOthers,
    /// Somebody has changed it since it was read; `standing` is what it is now.
    #[serde(rename = "urn:postern:problem:changed-meanwhile")]
    ChangedMeanwhile,
    /// The request came from another site.
    #[serde(rename = "urn:postern:problem:foreign-origin")]
    ForeignOrigin,
    /// The body is larger than any honest one.
    #[serde(rename = "urn:postern:problem:too-large")]
    TooLarge,
    /// Too much was asked for; `Retry-After` says when it goes again.
    #[serde(rename = "urn:postern:problem:too-many-requests")]
    TooMany,
    /// The method does not exist on this path, or the body is not JSON.
    #[serde(rename = "urn:postern:problem:unsupported")]
    Unsupported,
    /// Azure asks to be left alone for a while.
    #[serde(rename = "urn:postern:problem:azure-busy")]
    AzureBusy,
    /// Azure refused Postern's own credential or gave no sensible answer.
    #[serde(rename = "urn:postern:problem:azure-unavailable")]
    AzureUnavailable,
    /// Access is open, but what signs its file does not answer.
    #[serde(rename = "urn:postern:problem:not-signed")]
    NotSigned,
    /// It could not be put on record, and so it was not done.
    #[serde(rename = "urn:postern:problem:not-on-record")]
    NotOnRecord,
    /// Something else. Also what an older page makes of a kind it does not know.
    #[serde(rename = "urn:postern:problem:unexpected", other)]
    Unexpected,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_tomorrow_is_unexpected_and_still_readable() {
        let json = r#"{"type":"urn:postern:problem:of-tomorrow","title":"Gone","status":410,"detail":"It is gone."}"#;
        let problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!(problem.kind, ProblemKind::Unexpected);
        assert_eq!(problem.to_string(), "It is gone.");
    }
}
