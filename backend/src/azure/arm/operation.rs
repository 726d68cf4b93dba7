//! What Azure finishes in its own time.

use http::{HeaderName, Method, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::ArmClient;
use super::answer::Answer;
use super::call::Call;
use super::error::{ArmError, Envelope, WireError};

/// The first wait where Azure names none; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(30);

/// How often to ask before giving up: half an hour at the longest wait.
const MOST_POLLS: u32 = 60;

/// Something that Azure has agreed to do. It goes on whether or not anybody waits for it.
#[derive(Debug)]
pub struct Operation {
    arm: ArmClient,
    progress: Progress,
    first_wait: Option<SignedDuration>,
    correlation_id: Option<String>,
}

/// Where to ask how it goes.
#[derive(Debug)]
enum Progress {
    /// Nowhere: it was done at once.
    Done,
    /// At a URL whose body names the state.
    State(String),
    /// At a URL whose status is 202 until the end.
    Location(String),
}

impl Operation {
    pub(super) fn of(arm: &ArmClient, answer: &Answer) -> Self {
        let header = |name| answer.header(&name).map(str::to_owned);
        let state = header(HeaderName::from_static("azure-asyncoperation")).map(Progress::State);
        let location = || header(header::LOCATION).map(Progress::Location);
        let pending = matches!(answer.status, StatusCode::CREATED | StatusCode::ACCEPTED);
        Self {
            arm: arm.clone(),
            progress: state.or_else(location).filter(|_| pending).unwrap_or(Progress::Done),
            first_wait: answer.retry_after(arm.clock.now()),
            correlation_id: answer.correlation_id(),
        }
    }

    /// Azure's name for the call that set it off, to find it in the activity log.
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }

    /// Where to ask how it goes; nothing if it was done at once.
    pub fn link(&self) -> Option<&str> {
        match &self.progress {
            Progress::Done => None,
            Progress::State(link) | Progress::Location(link) => Some(link),
        }
    }

    /// Waits for the end.
    pub async fn finish(self) -> Result<(), ArmError> {
        let (link, poll): (_, fn(&Answer) -> serde_json::Result<State>) = match &self.progress {
            Progress::Done => return Ok(()),
            Progress::State(link) => (link, State::in_body),
            Progress::Location(link) => (link, State::in_status),
        };
        let url = self.arm.own(link)?;
        let mut backoff = FIRST_WAIT;
        let mut wait = self.first_wait;
        for _ in 0..MOST_POLLS {
            self.arm.clock.sleep(wait.unwrap_or(backoff).min(LONGEST_WAIT)).await;
            backoff = backoff.saturating_mul(2).min(LONGEST_WAIT);
            let now = self.arm.clock.now();
            let (state, retry_after) =
                self.poll(&url, |answer| Ok((poll(answer)?, answer.retry_after(now)))).await?;
            match state {
                State::Running => wait = retry_after,
                State::Succeeded => return Ok(()),
                State::Failed(Envelope { code, message }) => {
                    let status = StatusCode::CONFLICT.as_u16();
                    return Err(ArmError::Refused {
                        status,
                        code,
                        message,
                        correlation_id: self.correlation_id,
                    });
                }
            }
        }
        Err(ArmError::unexpected("the operation does not come to an end"))
    }

    async fn poll<T>(
        &self,
        url: &Url,
        read: impl Fn(&Answer) -> serde_json::Result<T>,
    ) -> Result<T, ArmError> {
        self.arm.send(&Call::new(Method::GET, url.clone()), read).await
    }
}

/// How it goes.
#[derive(Debug)]
enum State {
    Running,
    Succeeded,
    Failed(Envelope),
}

impl State {
    fn in_body(answer: &Answer) -> serde_json::Result<Self> {
        let WireState { status, error } = answer.json()?;
        Ok(match status.to_ascii_lowercase().as_str() {
            "succeeded" => Self::Succeeded,
            "failed" | "canceled" | "cancelled" => {
                Self::Failed(Envelope::from_wire(error.unwrap_or_default(), &status))
            }
            _ => Self::Running,
        })
    }

    #[expect(clippy::unnecessary_wraps, reason = "the same signature as its sibling")]
    fn in_status(answer: &Answer) -> serde_json::Result<Self> {
        Ok(if answer.status == StatusCode::ACCEPTED { Self::Running } else { Self::Succeeded })
    }
}

#[derive(Deserialize)]
struct WireState {
    status: String,
    error: Option<WireError>,
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    fn state(body: &str) -> State {
        let body = Bytes::copy_from_slice(body.as_bytes());
        State::in_body(&Answer { status: StatusCode::OK, headers: HeaderMap::new(), body }).unwrap()
    }

    #[test]
    fn an_operation_runs_until_it_says_otherwise() {
        assert!(matches!(state(r#"{"status": "InProgress"}"#), State::Running));
        assert!(matches!(state(r#"{"status": "Dreaming"}"#), State::Running));
        assert!(matches!(state(r#"{"status": "succeeded"}"#), State::Succeeded));
    }

    #[test]
    fn one_that_failed_says_why_if_it_knows() {
        let failed = |body: &str| match state(body) {
            State::Failed(Envelope { code, message }) => (code, message),
            other => panic!("{other:?}"),
        };
        let body = r#"{"status": "Failed", "error": {"code": "AllocationFailed", "message": "No room."}}"#;
        assert_eq!(failed(body), ("AllocationFailed".to_owned(), "No room.".to_owned()));
        assert_eq!(failed(r#"{"status": "Canceled"}"#).1, "Canceled");
    }
}
