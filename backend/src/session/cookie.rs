//! Cookies as Postern sets them.

use cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use url::Url;

/// How cookies are set, which depends on how the browser reaches us.
///
/// Over https the `__Host-` prefix makes the browser vouch that a cookie is ours: set over https,
/// for this host alone, for every path. Over plain http, which only a loopback address may use,
/// browsers keep neither the prefix nor `Secure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookies {
    /// For https.
    HostPrefixed,
    /// For plain http on a loopback address.
    Plain,
}

impl Cookies {
    /// How cookies are set for a browser that knows us as `public_url`.
    pub fn at(public_url: &Url) -> Self {
        if public_url.scheme() == "https" { Self::HostPrefixed } else { Self::Plain }
    }

    /// The header that sets a cookie, until the browser closes or for `seconds`.
    pub fn set(self, name: &str, value: &str, seconds: Option<u32>) -> HeaderValue {
        let mut cookie = Cookie::build((self.full_name(name), value.to_owned()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self == Self::HostPrefixed);
        if let Some(seconds) = seconds {
            cookie = cookie.max_age(cookie::time::Duration::seconds(seconds.into()));
        }
        HeaderValue::try_from(cookie.to_string()).expect("names and values are letters and digits")
    }

    /// The header that makes the browser forget a cookie.
    pub fn forget(self, name: &str) -> HeaderValue {
        self.set(name, "", Some(0))
    }

    /// The value of a cookie.
    pub fn get<'a>(self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        let full_name = self.full_name(name);
        pairs(headers).find_map(|(found, value)| (found == full_name).then_some(value))
    }

    /// The names, as they were set, of those cookies that begin with `prefix`.
    pub fn names<'a>(self, headers: &'a HeaderMap, prefix: &str) -> impl Iterator<Item = &'a str> {
        let full_prefix = self.full_name(prefix);
        let hidden = self.full_name("").len();
        pairs(headers)
            .filter(move |(found, _)| found.starts_with(&full_prefix))
            .map(move |(found, _)| &found[hidden..])
    }

    fn full_name(self, name: &str) -> String {
        match self {
            Self::HostPrefixed => format!("__Host-{name}"),
            Self::Plain => name.to_owned(),
        }
    }
}

/// Names and values as they were sent; ours need no decoding.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &str) -> HeaderMap {
        [(COOKIE, HeaderValue::from_str(cookies).unwrap())].into_iter().collect()
    }

    #[test]
    fn over_https_a_cookie_is_bound_to_the_host() {
        let cookies = Cookies::at(&"https://postern.contoso.com".parse().unwrap());
        assert_eq!(
            cookies.set("postern", "abc", None),
            "__Host-postern=abc; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            cookies.forget("postern"),
            "__Host-postern=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn over_plain_http_a_cookie_has_neither_prefix_nor_secure() {
        let cookies = Cookies::at(&"http://127.0.0.1:8080".parse().unwrap());
        assert_eq!(
            cookies.set("postern", "abc", Some(600)),
            "postern=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=600"
        );
    }

    #[test]
    fn a_cookie_without_the_prefix_is_not_ours() {
        let headers = sent("postern=planted; other=1; __Host-postern=abc");
        assert_eq!(Cookies::HostPrefixed.get(&headers, "postern"), Some("abc"));
        assert_eq!(Cookies::HostPrefixed.get(&sent("postern=planted"), "postern"), None);
        assert_eq!(Cookies::Plain.get(&headers, "postern"), Some("planted"));
    }

    #[test]
    fn cookies_are_found_in_every_header_and_by_prefix() {
        let mut headers = sent("__Host-login-a=1; x");
        headers.append(COOKIE, HeaderValue::from_static("__Host-login-b=2;__Host-postern=3"));
        assert_eq!(
            Cookies::HostPrefixed.names(&headers, "login-").collect::<Vec<_>>(),
            ["login-a", "login-b"]
        );
        assert_eq!(Cookies::HostPrefixed.get(&headers, "postern"), Some("3"));
    }
}
