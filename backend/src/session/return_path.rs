//! Where to go after signing in: back to the page that somebody came from, and nowhere else.

use serde::{Deserialize, Serialize};
use url::Url;

/// A path on this very site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// The longest path; a cookie has to hold it.
    const LONGEST: usize = 1500;

    /// `wanted`, if it is a page of this site; the front page otherwise.
    pub fn or_front_page(wanted: Option<&str>) -> Self {
        Self(wanted.and_then(own_page).unwrap_or_else(|| "/".to_owned()))
    }

    /// The path, with its query if it has one.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Browsers take `//host`, `/\host` and `/<tab>/host` for another site, hence a parser like theirs.
fn own_page(wanted: &str) -> Option<String> {
    let site = Url::parse("https://this.invalid").expect("this is a URL");
    let url = site.join(wanted).ok()?;
    let path = &url[url::Position::BeforePath..];
    // What is not exactly as it would be sent is somebody's trick. Signing in leads to no other
    // sign-in.
    let plain = path == wanted && !path.starts_with("//") && !path.contains('\\') && path.is_ascii();
    let own = url.origin() == site.origin() && !path.starts_with("/auth/") && !path.starts_with("/api/");
    (plain && own && path.len() <= ReturnPath::LONGEST).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(wanted: &str) -> String {
        ReturnPath::or_front_page(Some(wanted)).as_str().to_owned()
    }

    #[test]
    fn a_page_of_ours_is_gone_back_to() {
        for own in
            ["/", "/vms?q=jump&os=linux", "/vms/1/Contoso-HQ/jump(1)/connect?for=%5B%5D#card", "/requests"]
        {
            assert_eq!(path(own), own);
        }
        assert_eq!(ReturnPath::or_front_page(None).as_str(), "/");
    }

    #[test]
    fn another_site_is_not() {
        for foreign in [
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "\n//evil.example",
            "/.//evil.example",
            "/x/..//evil.example",
            "javascript:alert(1)",
            "vms",
            "",
            "https:evil.example",
            "/a\r\nSet-Cookie: x=y",
            "/\u{2028}",
        ] {
            assert_eq!(path(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn neither_is_what_would_sign_in_again_or_is_no_page() {
        for other in ["/auth/login?return=/auth/login", "/api/session", &format!("/{}", "a".repeat(2000))] {
            assert_eq!(path(other), "/", "{other}");
        }
    }
}
