//! Sends a request until there is an answer to go by.

mod failure;

use std::sync::Arc;

use azure_core::credentials::{Secret, TokenRequestOptions};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use tracing::debug;

use super::ArmClient;
use super::answer::Answer;
use super::call::{Call, Repeat};
use super::error::{ArmError, Envelope, TokenError, cause};
use super::gate::Lane;
use crate::azure::credential::{RefusedToken, SignInAgain};
use failure::Failure;

/// How often a request is sent at most.
const ATTEMPTS: u32 = 4;

/// How long a caller is kept waiting for Azure to want to be asked again. People wait behind it.
const PATIENCE: SignedDuration = SignedDuration::from_secs(20);

/// The longest that one answer can hold everybody back.
const LONGEST_HOLD: SignedDuration = SignedDuration::from_mins(5);

/// The code of a 429 that is about a lock on one resource, not about too many calls.
const LOCKED: &str = "RetryableErrorDueToAnotherOperation";

impl ArmClient {
    /// Sends `call` and reads what is in the answer, whose status is a 2xx by then.
    pub(super) async fn send<T>(
        &self,
        call: &Call,
        read: impl Fn(&Answer) -> serde_json::Result<T>,
    ) -> Result<T, ArmError> {
        let lane = Lane::of(&call.method, self.endpoint.path_of(&call.url));
        let deadline = self.clock.now().saturating_add(PATIENCE).unwrap_or(Timestamp::MAX);
        let mut refused = None;
        let mut attempt = 1;
        loop {
            let patience = match call.repeat {
                Repeat::Freely | Repeat::UnlessSent => deadline.duration_since(self.clock.now()),
                Repeat::AfterLooking => SignedDuration::ZERO,
            };
            self.gate
                .pass(lane, patience, &self.clock)
                .await
                .map_err(|wait| ArmError::Throttled { retry_after: Some(wait) })?;
            let token = self.token(refused.as_ref()).await?;
            let failure = match self.attempt(call, lane, &token).await {
                Ok(answer) => match read(&answer) {
                    Ok(value) => return Ok(value),
                    Err(error) => Failure::of_json(error),
                },
                Err(failure) => failure,
            };
            // The token may have been revoked before its time: a fresh one is tried, once.
            if let Failure::BadToken(error) = &failure
                && refused.is_none()
            {
                refused = Some(RefusedToken { token, claims: error.claims_request() });
                continue;
            }
            let patience = deadline.duration_since(self.clock.now());
            match failure.wait(call.repeat, attempt) {
                Some(wait) if attempt < ATTEMPTS && wait <= patience => {
                    debug!(call = %call.id, attempt, %failure, "asking Azure again");
                    self.clock.sleep(wait).await;
                }
                _ => return Err(failure.into_error(call.repeat)),
            }
            attempt += 1;
        }
    }

    pub(super) async fn token(&self, refused: Option<&RefusedToken>) -> Result<Secret, ArmError> {
        let mut options = TokenRequestOptions::default();
        if let Some(refused) = refused {
            options.method_options.context.insert(refused.clone());
        }
        let token = self.credential.get_token(&[&self.scope], Some(options)).await;
        token.map(|token| token.token).map_err(|error| {
            ArmError::Token(match SignInAgain::within(&error) {
                Some(reason) => TokenError::SignInAgain(reason),
                None => TokenError::Unavailable(Arc::new(error)),
            })
        })
    }

    /// Sends `call` once.
    async fn attempt(&self, call: &Call, lane: Lane, token: &Secret) -> Result<Answer, Failure> {
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .bearer_auth(token.secret())
            .header(ACCEPT, "application/json")
            .header("x-ms-client-request-id", call.id.to_string());
        if call.method != Method::GET {
            request = request.header(CONTENT_TYPE, "application/json").body(call.body.clone());
        }
        let begun = self.clock.now();
        let answered = async {
            let response = request.send().await.map_err(Failure::of_request)?;
            Answer::read(response).await.map_err(Failure::Lost)
        };
        let answered = answered.await;
        let status = answered.as_ref().ok().map(|answer| answer.status);
        let length = self.clock.now().duration_since(begun);
        self.calls.count(&call.method, self.endpoint.path_of(&call.url), status, length);
        let answer = answered?;
        debug!(
            call = %call.id,
            status = answer.status.as_u16(),
            correlation_id = answer.correlation_id(),
            "Azure answered",
        );
        match answer.status {
            status if status.is_success() => Ok(answer),
            StatusCode::UNAUTHORIZED => Err(Failure::BadToken(TokenError::Rejected {
                message: Envelope::read(&answer).message,
                claims: answer.claims_challenge(),
            })),
            StatusCode::TOO_MANY_REQUESTS => {
                let retry_after = answer.retry_after(self.clock.now());
                if Envelope::read(&answer).code != LOCKED {
                    self.hold_back(lane, retry_after.unwrap_or(Failure::FIRST_WAIT));
                }
                Err(Failure::Throttled(retry_after))
            }
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                let Envelope { code, message } = Envelope::read(&answer);
                let fault = cause(format!("HTTP {}, {code}: {message}", status.as_u16()));
                Err(Failure::Faulty(fault, answer.retry_after(self.clock.now())))
            }
            status if status.is_client_error() => Err(Failure::Final(ArmError::refusal(&answer))),
            status => Err(Failure::Strange(cause(format!("HTTP {}", status.as_u16())))),
        }
    }

    /// Keeps all callers of `lane` from asking for a while.
    pub(super) fn hold_back(&self, lane: Lane, wait: SignedDuration) {
        let until = self.clock.now().saturating_add(wait.min(LONGEST_HOLD)).unwrap_or(Timestamp::MAX);
        self.gate.close(lane, until);
    }
}
