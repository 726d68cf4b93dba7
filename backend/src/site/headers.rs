//! What browsers are told never to do with us.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
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

/// Puts the headers on every answer of `router`, its failures included.
///
/// What the API says is never kept by browsers or proxies. A browser that once reached us over
/// https does not try anything else for a year.
pub fn secure<S: Clone + Send + Sync + 'static>(router: Router<S>, public_url: &Url) -> Router<S> {
    let https = public_url.scheme() == "https";
    let add = move |request: Request, next: Next| async move {
        let path = request.uri().path();
        let dynamic = path.starts_with("/api/") || path.starts_with("/auth/");
        let mut response: Response = next.run(request).await;
        set(response.headers_mut(), dynamic, https);
        response
    };
    router.layer(middleware::from_fn(add))
}

fn set(headers: &mut HeaderMap, dynamic: bool, https: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if dynamic || !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(STRICT_POLICY));
}

/// What the page may do: run our own files and those scripts that stand in it now, compile
/// WebAssembly, and speak to us.
pub fn page_policy(page: &str) -> HeaderValue {
    let hashes: String = inline_scripts(page)
        .map(|script| {
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
            format!(" 'sha256-{}'", BASE64_STANDARD.encode(hash))
        })
        .collect();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
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
    use axum::body::Body;
    use axum::routing::get;
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn answer(public_url: &str, path: &str) -> HeaderMap {
        let cached = async || ([(CACHE_CONTROL, "public")], "x");
        let router = Router::new()
            .route("/api/x", get(cached))
            .route("/auth/x", get(async || StatusCode::FORBIDDEN))
            .route("/file", get(cached));
        let router = secure(router, &public_url.parse().unwrap());
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
        for (path, expected) in
            [("/api/x", "no-store"), ("/auth/x", "no-store"), ("/nothing", "no-store"), ("/file", "public")]
        {
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
