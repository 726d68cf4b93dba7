//! Behind a real nginx, which is trusted, and clients who claim to be elsewhere.

use std::net::IpAddr;

use http::header::COOKIE;
use shared::session::{Detection, Session};
use tests::TestApp;
use tests::app::HOME;
use tests::nginx::Nginx;

/// Who the service thinks is calling from `from` with these headers.
async fn seen(nginx: &Nginx, cookies: &str, from: &str, headers: &[(&str, &str)]) -> Session {
    let from: IpAddr = from.parse().expect("tests know addresses");
    let client = reqwest::Client::builder().local_address(from).build().expect("a client can be had");
    let mut request = client.get(nginx.url("/api/session")).header(COOKIE, cookies);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("nginx answers").bytes().await.expect("the answer is whole");
    serde_json::from_slice(&answer).expect("the session is shown")
}

#[tokio::test]
async fn an_address_is_the_one_that_nginx_sees_whatever_the_client_claims() {
    let app = TestApp::start_set(&format!("server = {{ trusted_proxies = [\"{HOME}\"] }}")).await;
    let olga = app.sign_in("operator").await;
    let nginx = Nginx::before(app.site()).await;
    for (from, headers) in [
        ("127.0.0.1", &[][..]),
        ("127.9.9.9", &[]),
        ("127.9.9.9", &[("x-forwarded-for", "203.0.113.9")]),
        ("127.9.9.9", &[("x-forwarded-for", "203.0.113.9, 192.0.2.7")]),
        ("127.9.9.9", &[("x-forwarded-for", "192.0.2.7, 192.0.2.7,")]),
        ("127.9.9.9", &[("forwarded", "for=203.0.113.9"), ("x-real-ip", "203.0.113.9")]),
        ("127.9.9.9", &[("x-forwarded-for", "203.0.113.9\t"), ("x-forwarded-for", "nonsense")]),
    ] {
        let session = seen(&nginx, &olga.cookies(), from, headers).await;
        assert_eq!(session.address.address.to_string(), from, "{headers:?}");
        assert_eq!(session.address.how, Detection::Proxy { proxy: HOME });
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_named_is_taken_for_the_client() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let nginx = Nginx::before(app.site()).await;
    let session = seen(&nginx, &olga.cookies(), "127.9.9.9", &[("x-forwarded-for", "203.0.113.9")]).await;
    assert_eq!((session.address.address, session.address.how), (HOME, Detection::Direct));
}
