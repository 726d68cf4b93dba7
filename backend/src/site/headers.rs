//! What browsers are told never to do with us.

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use tower::util::MapResponseLayer;
use url::Url;

/// For everything but the page itself, which loads nothing and is framed by nobody.
const STRICT_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
];

/// Puts the headers on every answer, failures included.
///
/// Only files, which say for how long and have an `ETag`, are kept by browsers and proxies. A browser that once reached
/// us over https does not try anything else for a year.
pub fn security_headers(public_url: &Url) -> MapResponseLayer<impl Fn(Response) -> Response + Clone + use<>> {
    let https = public_url.scheme() == "https";
    MapResponseLayer::new(move |mut response: Response| {
        set(response.headers_mut(), https);
        response
    })
}

fn set(headers: &mut HeaderMap, https: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let is_file = headers.contains_key(ETAG) && headers.contains_key(CACHE_CONTROL);
    if !is_file {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(STRICT_POLICY));
}

/// What the page may do: run our own files and those scripts that stand in it now, compile
/// WebAssembly, and speak to us.
pub fn page_policy(page: &str) -> HeaderValue {
    let hash = |script: &str| BASE64_STANDARD.encode(digest(&SHA256, script.as_bytes()));
    let allowed = inline_scripts(page)
        .fold(String::new(), |allowed, script| allowed + " 'sha256-" + &hash(script) + "'");
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{allowed}; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    HeaderValue::try_from(policy).expect("hashes in base64 are plain text")
}

/// The text of every `<script>` that has one.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (text, _) = rest.split_once("</script")?;
        (!attributes.contains(" src=") && !text.is_empty()).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::get;
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn answer(public_url: &str, path: &str) -> HeaderMap {
        let router = Router::new()
            .route("/api/x", get(async || ([(CACHE_CONTROL, "public")], "x")))
            .route("/api/y", get(async || ([(ETAG, "\"1\"")], "y")))
            .route("/auth/x", get(async || StatusCode::FORBIDDEN))
            .route("/file", get(async || ([(CACHE_CONTROL, "public"), (ETAG, "\"1\"")], "x")))
            .layer(security_headers(&public_url.parse().unwrap()));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn every_answer_is_told_what_browsers_must_not_do() {
        for path in ["/api/x", "/auth/x", "/file", "/nothing"] {
            let headers = answer("https://postern.contoso.com", path).await;
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
            assert_eq!(headers[REFERRER_POLICY], "no-referrer", "{path}");
            assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
            assert_eq!(headers["cross-origin-resource-policy"], "same-origin", "{path}");
            assert_eq!(headers[STRICT_TRANSPORT_SECURITY], "max-age=31536000", "{path}");
            assert_eq!(headers[CONTENT_SECURITY_POLICY], STRICT_POLICY, "{path}");
        }
    }

    #[tokio::test]
    async fn only_files_may_be_kept() {
        for (path, expected) in [
            ("/api/x", "no-store"),
            ("/api/y", "no-store"),
            ("/auth/x", "no-store"),
            ("/nothing", "no-store"),
            ("/file", "public"),
        ] {
            assert_eq!(answer("https://postern.contoso.com", path).await[CACHE_CONTROL], expected, "{path}");
        }
    }

    #[tokio::test]
    async fn nobody_is_bound_to_https_by_plain_http() {
        let headers = answer("http://127.0.0.1:8080", "/file").await;
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn the_page_may_run_the_scripts_that_stand_in_it() {
        let page = "<script type=\"module\">alert('hi')</script><script src=\"/x.js\"></script><script>\nx\n</script>";
        let policy = page_policy(page);
        // From `printf "alert('hi')" | openssl dgst -sha256 -binary | base64`.
        let hash = "'sha256-XTqNqFSUlZHAW7f/OGNYSOEzxKhjdAAGMXoid2VEbJk='";
        let allowed = format!("script-src 'self' 'wasm-unsafe-eval' {hash} 'sha256-");
        assert!(policy.to_str().unwrap().contains(&allowed), "{policy:?}");
        assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["alert('hi')", "\nx\n"]);
        assert_eq!(policy.to_str().unwrap().matches("'sha256-").count(), 2);
        assert!(!page_policy("<h1>no script</h1>").to_str().unwrap().contains("sha256"));
    }
}
