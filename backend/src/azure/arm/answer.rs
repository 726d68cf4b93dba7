//! An answer of Azure's, read to its end.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, RETRY_AFTER};
use http::{StatusCode, header};
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use super::error::{Cause, cause};
use crate::azure::http_client::body_of;

/// The longest body that is read; a page of a thousand machines is about two megabytes.
const LARGEST: usize = 32 * 1024 * 1024;

/// An answer, whatever its status.
#[derive(Debug)]
pub(in crate::azure) struct Answer {
    pub(in crate::azure) status: StatusCode,
    pub(in crate::azure) headers: HeaderMap,
    pub(in crate::azure) body: Bytes,
}

impl Answer {
    /// Reads the body, up to a bound.
    pub(super) async fn read(mut response: reqwest::Response) -> Result<Self, Cause> {
        let body = body_of(&mut response, LARGEST).await.map_err(cause)?;
        let headers = std::mem::take(response.headers_mut());
        Ok(Self { status: response.status(), headers, body })
    }

    /// The body as JSON.
    pub(in crate::azure) fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }

    /// A header that is text.
    pub(in crate::azure) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Azure's own name for this call; the activity log has it too.
    pub(in crate::azure) fn correlation_id(&self) -> Option<String> {
        let id = self.header(&HeaderName::from_static("x-ms-correlation-request-id"))?;
        Some(id.to_owned()).filter(|id| !id.is_empty())
    }

    /// How long to wait before asking again, if it says so: in seconds, or until a date.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<SignedDuration> {
        let text = self.header(&RETRY_AFTER)?.trim();
        if let Ok(seconds) = text.parse::<u32>() {
            return Some(SignedDuration::from_secs(seconds.into()));
        }
        let moment = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(moment.duration_since(now).max(SignedDuration::ZERO))
    }

    /// What the next token must prove, where the answer challenges for more than it was given.
    pub(super) fn claims_challenge(&self) -> Option<String> {
        let challenges = self.headers.get_all(header::WWW_AUTHENTICATE);
        challenges.iter().filter_map(|challenge| challenge.to_str().ok()).find_map(|challenge| {
            let (_, claims) = challenge.split_once("claims=\"")?;
            let (claims, _) = claims.split_once('"')?;
            Some(claims.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &str) -> Answer {
        let headers = [(name, value.parse().unwrap())].into_iter().collect();
        Answer { status: StatusCode::OK, headers, body: Bytes::new() }
    }

    #[test]
    fn a_wait_is_given_in_seconds_or_as_a_date() {
        let now = "2030-01-01T09:00:00Z".parse().unwrap();
        let wait = |text: &str| with(RETRY_AFTER, text).retry_after(now).map(|wait| wait.as_secs());
        assert_eq!(wait("17"), Some(17));
        assert_eq!(wait("Tue, 01 Jan 2030 09:01:00 GMT"), Some(60));
        assert_eq!(wait("Tue, 01 Jan 2030 08:00:00 GMT"), Some(0));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-5"), None);
    }

    #[test]
    fn a_challenge_for_more_claims_is_found() {
        let challenge =
            r#"Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ==""#;
        let answer = with(header::WWW_AUTHENTICATE, challenge);
        assert_eq!(answer.claims_challenge().as_deref(), Some("eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="));
        assert_eq!(with(header::WWW_AUTHENTICATE, "Bearer").claims_challenge(), None);
    }

    #[test]
    fn an_empty_correlation_id_is_none() {
        let id = HeaderName::from_static("x-ms-correlation-request-id");
        assert_eq!(with(id.clone(), "").correlation_id(), None);
        assert_eq!(with(id, "c-1").correlation_id().as_deref(), Some("c-1"));
    }
}
