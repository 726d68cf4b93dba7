use http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};

use super::{SeenConfiguration, seen};
use crate::error::ApiError;

const VERSION: &str = "0123456789abcdef0123456789abcdef";

fn read(headers: &[(HeaderName, &str)]) -> Result<SeenConfiguration, ApiError> {
    let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
    seen(&headers.collect::<HeaderMap>())
}

#[test]
fn a_version_or_that_there_was_none() {
    let quoted = format!("\"{VERSION}\"");
    let version = SeenConfiguration::State(VERSION.parse().unwrap());
    assert_eq!(read(&[(IF_MATCH, &quoted)]).unwrap(), version);
    assert_eq!(read(&[(IF_NONE_MATCH, "*")]).unwrap(), SeenConfiguration::Nothing);
}

#[test]
fn whoever_has_seen_nothing_overwrites_nothing() {
    assert!(matches!(read(&[]), Err(ApiError::NoVersion)));
    let quoted = format!("\"{VERSION}\"");
    for (name, bad) in [
        (IF_MATCH, "*"),
        (IF_MATCH, VERSION),
        (IF_MATCH, &format!("W/{quoted}")),
        (IF_MATCH, &format!("{quoted}, {quoted}")),
        (IF_MATCH, ""),
        (IF_NONE_MATCH, &quoted),
    ] {
        assert!(matches!(read(&[(name, bad)]), Err(ApiError::Malformed { .. })), "{bad}");
    }
    assert!(matches!(read(&[(IF_MATCH, &quoted), (IF_NONE_MATCH, "*")]), Err(ApiError::Malformed { .. })));
}
