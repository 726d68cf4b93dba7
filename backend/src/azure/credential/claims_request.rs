//! What a token is asked to prove: the `claims` of OpenID Connect, as Microsoft Entra ID reads them.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

/// The longest challenge that is passed on; it has to fit into an address.
const LONGEST: usize = 4000;

/// What a token is asked to prove.
///
/// Every token says that we understand challenges. Azure then tells at once when an account was
/// disabled or a session revoked, instead of taking the token until its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimsRequest(Map<String, Value>);

impl ClaimsRequest {
    /// What the `claims` of a challenge ask for, in base64; `None` if that makes no sense.
    pub fn of_challenge(base64: &str) -> Option<Self> {
        // Azure writes either alphabet, with padding and without.
        let standard: String = base64
            .chars()
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        let any = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, any);
        Self::of_json(std::str::from_utf8(&engine.decode(standard).ok()?).ok()?)
    }

    /// What the `claims` of a refusal ask for; `None` if that makes no sense.
    pub fn of_json(text: &str) -> Option<Self> {
        let Value::Object(claims) = serde_json::from_str(text).ok()? else { return None };
        (text.len() <= LONGEST).then_some(Self(claims))
    }

    /// As a challenge of ours passes it on: without what we understand, which others may not.
    pub fn to_challenge(&self) -> String {
        let mut claims = self.0.clone();
        // A refusal repeats what it was asked with, and so what we said of ourselves.
        if let Some(Value::Object(of_access)) = claims.get_mut("access_token") {
            of_access.remove("xms_cc");
        }
        BASE64_STANDARD.encode(Value::Object(claims).to_string())
    }

    /// As it is sent.
    pub fn to_json(&self) -> String {
        let mut claims = self.0.clone();
        let of_access = claims.entry("access_token").or_insert_with(|| json!({}));
        if let Value::Object(of_access) = of_access {
            of_access.insert("xms_cc".to_owned(), json!({ "values": ["cp1"] }));
        }
        Value::Object(claims).to_string()
    }
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    use super::*;

    const ASKED: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"p1"}}}"#;

    #[test]
    fn a_challenge_is_passed_on_with_what_we_understand() {
        for encoded in [BASE64_STANDARD.encode(ASKED), BASE64_URL_SAFE_NO_PAD.encode(ASKED)] {
            let sent: Value =
                serde_json::from_str(&ClaimsRequest::of_challenge(&encoded).unwrap().to_json()).unwrap();
            assert_eq!(sent["access_token"]["acrs"]["value"], "p1");
            assert_eq!(sent["access_token"]["xms_cc"]["values"][0], "cp1");
        }
    }

    #[test]
    fn what_a_program_understands_is_left_to_it() {
        let refused = ClaimsRequest::of_json(&ClaimsRequest::of_json(ASKED).unwrap().to_json()).unwrap();
        assert_eq!(refused.to_challenge(), BASE64_STANDARD.encode(ASKED));
    }

    #[test]
    fn what_is_no_challenge_is_not_passed_on() {
        for wrong in [
            "",
            "!",
            "bm90IGpzb24",
            "W10",
            &BASE64_STANDARD.encode(format!("{{\"a\":\"{}\"}}", "x".repeat(LONGEST))),
        ] {
            assert_eq!(ClaimsRequest::of_challenge(wrong), None, "{wrong}");
        }
        assert_eq!(ClaimsRequest::default().to_json(), r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
    }
}
