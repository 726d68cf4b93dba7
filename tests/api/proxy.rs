//! Behind proxies, a real nginx among them, and clients who claim to be elsewhere.

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

/// Whoever is not a trusted proxy may claim what they like.
#[tokio::test]
async fn an_address_behind_trusted_proxies_is_the_first_from_the_right_that_is_not_one() {
    let settings = r#"server = { trusted_proxies = ["192.0.2.7", "10.0.0.0/8", "2001:db8:f::/48"] }"#;
    let app = TestApp::start_set(settings).await;
    let olga = app.sign_in("operator").await;
    let behind = Detection::Proxy { proxy: HOME };
    for (headers, address, how) in [
        (&[][..], "192.0.2.7", Detection::Direct),
        (&[("x-forwarded-for", "203.0.113.9")], "203.0.113.9", behind),
        (&[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9", behind),
        (&[("x-forwarded-for", "[2001:db8::9]:4711")], "2001:db8::9", behind),
        (&[("x-forwarded-for", "::ffff:203.0.113.9")], "203.0.113.9", behind),
        (&[("x-forwarded-for", "203.0.113.9, 10.0.0.4")], "203.0.113.9", behind),
        (&[("x-forwarded-for", "198.51.100.66, 203.0.113.9, 10.0.0.4")], "203.0.113.9", behind),
        (
            &[("x-forwarded-for", "10.0.0.5"), ("x-forwarded-for", "203.0.113.9, 2001:db8:f::1")],
            "203.0.113.9",
            behind,
        ),
        (&[("x-forwarded-for", "198.51.100.66, nonsense, 10.0.0.4")], "10.0.0.4", behind),
        (&[("x-forwarded-for", "198.51.100.66, nonsense")], "192.0.2.7", Detection::Direct),
        (&[("x-forwarded-for", "198.51.100.66,")], "192.0.2.7", Detection::Direct),
        (&[("forwarded", "for=198.51.100.66")], "192.0.2.7", Detection::Direct),
        (&[("x-real-ip", "198.51.100.66")], "192.0.2.7", Detection::Direct),
    ] {
        let mut request = olga.request(&http::Method::GET, "/api/session");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let session: Session = olga.send(request.body(axum::body::Body::empty()).unwrap()).await.json();
        assert_eq!(
            (session.address.address.to_string().as_str(), session.address.how),
            (address, how),
            "{headers:?}"
        );
    }
}
