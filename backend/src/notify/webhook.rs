//! Telling somebody by a call of theirs: JSON over https, signed.

use std::time::Duration;

use aws_lc_rs::hmac;
use http::header::RETRY_AFTER;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::Undelivered;
use crate::store::{Letter, hexadecimal};

/// Calls webhooks. A client of its own: others may wait longer, and none of it carries a token.
#[derive(Debug, Clone)]
pub struct Webhooks(reqwest::Client);

impl Webhooks {
    /// Each call may take this long. Redirects are not followed: they would take what is told to
    /// where nobody meant it to go.
    pub fn new(longest: Duration) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("postern/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(longest)
            .timeout(longest);
        client.build().map(Self)
    }

    /// Calls one. What it answers beside the status is not read.
    pub(super) async fn send(
        &self,
        url: &Url,
        secret: &SecretString,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<(), Undelivered> {
        let broken = |_: serde_json::Error| Undelivered {
            for_good: true,
            ..Undelivered::for_now("it cannot be read any more")
        };
        let mut message: Map<String, Value> = serde_json::from_str(&letter.content.body).map_err(broken)?;
        message.insert("id".to_owned(), letter.id.to_string().into());
        let body = Value::Object(message).to_string();
        let call = self.0.post(url.clone()).header("content-type", "application/json");
        let call = call.header("postern-id", letter.id.to_string());
        let call = call.header("postern-signature", signature(secret, now, &body)).body(body);
        let answer = call.send().await.map_err(|error| Undelivered::for_now(trouble(error)))?;
        if answer.status().is_success() {
            return Ok(());
        }
        let wait = answer.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, now));
        let why = format!("the receiver answered {}", answer.status());
        Err(Undelivered { why, for_good: false, wait })
    }
}

/// What a receiver knows Postern by: the time, so that nobody can send it again later, and a hash
/// of it and the body that takes the secret.
pub fn signature(secret: &SecretString, now: Timestamp, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let time = now.as_second();
    let tag = hmac::sign(&key, format!("{time}.{body}").as_bytes());
    format!("t={time},v1={}", hexadecimal(tag.as_ref()))
}

fn retry_after(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(SignedDuration::from_secs(seconds.into()));
    }
    let moment = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(moment.duration_since(now))
}

/// Without the URL, which may hold a secret.
fn trouble(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut behind = std::error::Error::source(&error);
    while let Some(source) = behind {
        text = format!("{text}: {source}");
        behind = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_openssl_makes_of_it() {
        // printf '1893456000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let made = signature(
            &"0123456789abcdef".into(),
            Timestamp::from_second(1_893_456_000).unwrap(),
            r#"{"a":1}"#,
        );
        assert_eq!(made, "t=1893456000,v1=b89f07432570bf8b760a27f3fa59a668b35cf5b8601a872e4a020e3cf4fa32ff");
    }

    #[test]
    fn of_what_others_say_the_beginning_is_kept() {
        assert_eq!(Undelivered::for_now("ü".repeat(5_000)).why.chars().count(), 300);
    }

    #[test]
    fn a_wait_is_read_in_both_forms() {
        let now: Timestamp = "2030-01-01T09:00:00Z".parse().unwrap();
        let wait = |text| retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait("Tue, 01 Jan 2030 09:02:00 GMT"), Some(120));
        assert_eq!(wait("soon"), None);
    }
}
