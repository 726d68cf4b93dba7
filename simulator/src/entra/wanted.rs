//! The `claims` of a request: what a token is to say besides.
//!
//! Follows "Claims challenges, claims requests and client capabilities" of Microsoft Entra ID.

use serde_json::{Map, Value};

use super::error::EntraError;

/// What a token is to say besides what it always says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// That the sign-in was a stronger one.
    pub(super) steps_up: bool,
    /// That the app understands challenges.
    pub(super) understands_challenges: bool,
}

impl Wanted {
    /// What the parameter says; nothing is wanted without it.
    pub(super) fn parse(claims: Option<&str>) -> Result<Self, EntraError> {
        let Some(text) = claims else { return Ok(Self::default()) };
        serde_json::from_str(text).ok().as_ref().and_then(Self::read).ok_or_else(|| {
            EntraError::invalid_request(
                90023,
                "The value of the parameter 'claims' is not a valid claims request.",
            )
        })
    }

    /// Read by hand, since a derived reader would take arrays for objects.
    fn read(claims: &Value) -> Option<Self> {
        let of_access = fields(claims, &["access_token"])?.get("access_token")?;
        let of_access = fields(of_access, &["acrs", "nbf", "xms_cc"])?;
        let mut wanted = Self::default();
        if let Some(acrs) = of_access.get("acrs") {
            let acrs = fields(acrs, &["essential", "value", "values"])?;
            acrs.get("essential").is_none_or(Value::is_boolean).then_some(())?;
            match (acrs.get("value"), acrs.get("values")) {
                (Some(Value::String(one)), None) if !one.is_empty() => {}
                (None, Some(several)) => drop(texts(several)?),
                _ => return None,
            }
            wanted.steps_up = true;
        }
        // What Azure asks for when it takes tokens back: one from after that moment.
        if let Some(nbf) = of_access.get("nbf") {
            let nbf = fields(nbf, &["essential", "value"])?;
            nbf.get("essential").is_none_or(Value::is_boolean).then_some(())?;
            nbf.get("value")?.as_str()?.parse::<i64>().ok()?;
        }
        if let Some(capabilities) = of_access.get("xms_cc") {
            let capabilities = texts(fields(capabilities, &["values"])?.get("values")?)?;
            wanted.understands_challenges = capabilities.contains(&"cp1");
        }
        Some(wanted)
    }
}

/// The fields of an object that has no others than these.
fn fields<'value>(value: &'value Value, known: &[&str]) -> Option<&'value Map<String, Value>> {
    value.as_object().filter(|object| object.keys().all(|key| known.contains(&key.as_str())))
}

/// At least one text, and nothing else.
fn texts(value: &Value) -> Option<Vec<&str>> {
    let texts = value.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    (!texts.is_empty()).then_some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(claims: &str) -> Option<(bool, bool)> {
        let wanted = Wanted::parse(Some(claims)).ok()?;
        Some((wanted.steps_up, wanted.understands_challenges))
    }

    #[test]
    fn a_request_asks_for_a_stronger_sign_in_or_tells_a_capability() {
        for (claims, expected) in [
            (r#"{"access_token":{"acrs":{"essential":true,"value":"p1"}}}"#, (true, false)),
            (r#"{"access_token":{"acrs":{"values":["c1","c2"]}}}"#, (true, false)),
            (r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#, (false, true)),
            (r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#, (false, false)),
            (r#"{"access_token":{"acrs":{"value":"p1"},"xms_cc":{"values":["cp1"]}}}"#, (true, true)),
        ] {
            assert_eq!(parse(claims), Some(expected), "{claims}");
        }
        assert_eq!(Wanted::parse(None).unwrap(), Wanted::default());
    }

    #[test]
    fn anything_else_is_refused() {
        for claims in [
            "garbage",
            "[1,2]",
            "[]",
            "{}",
            r#"{"access_token":[]}"#,
            r#"{"access_token":{"acrs":5}}"#,
            r#"{"access_token":{"acrs":null}}"#,
            r#"{"access_token":{"acrs":{"essential":true}}}"#,
            r#"{"access_token":{"acrs":{"essential":1,"value":"p1"}}}"#,
            r#"{"access_token":{"acrs":{"value":"p1","values":["p1"]}}}"#,
            r#"{"access_token":{"acrs":{"values":[]}}}"#,
            r#"{"access_token":{"xms_cc":{"values":"cp1"}}}"#,
            r#"{"access_token":{"xms_cc":["cp1"]}}"#,
            r#"{"access_token":{"nbf":{"essential":true,"value":"soon"}}}"#,
            r#"{"access_token":{"other":{"value":"x"}}}"#,
            r#"{"acrs":{"value":"p1"}}"#,
        ] {
            assert_eq!(parse(claims), None, "{claims}");
        }
    }
}
