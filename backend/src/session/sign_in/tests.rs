mod terms;

use std::collections::HashMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::extract::{FromRef, Request};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::{COOKIE, LOCATION};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::azure::cloud::Cloud;
use crate::azure::credential::{CredentialSettings, credential};
use crate::azure::http_client::Timeouts;
use crate::clock::Hand;
use crate::rules::Rules;
use crate::session::oidc::stand_in::{self, StandIn};
use crate::session::{CurrentUser, ForwardedHeader, Lifetime, Proxies, SealingKey};
use crate::store::Store;

#[derive(Clone, FromRef)]
struct Doors {
    sign_in: SignIn,
    sessions: Sessions,
    proxies: Proxies,
}

/// A provider, a service that trusts it, and a browser.
struct Street {
    provider: StandIn,
    router: Router,
    hand: Hand,
    cookies: HashMap<String, String>,
}

impl Street {
    async fn new() -> Self {
        Self::with(IdentityMode::Service, Rules::default()).await
    }

    /// One with access rules, and without a Microsoft Graph.
    async fn with(mode: IdentityMode, rules: Rules) -> Self {
        let (clock, hand) = Clock::by_hand(Timestamp::from_second(1_893_488_400).unwrap());
        let provider = StandIn::entra(clock.now()).await;
        let public_url = "https://postern.contoso.com".parse().unwrap();
        let sealer = Arc::new(Sealer::new(&SealingKey::generate(), None));
        let lifetime =
            Lifetime { idle: SignedDuration::from_hours(1), absolute: SignedDuration::from_hours(8) };
        let store = Store::in_memory().await.unwrap();
        let sessions = Sessions::new(store, clock.clone(), sealer.clone(), &public_url, lifetime);
        let settings = provider.settings();
        let http = stand_in::http();
        let nowhere = Cloud { graph: None, ..Cloud::public() };
        let (azure_cli, timeouts) = (CredentialSettings::AzureCli, Timeouts::default());
        let postern = credential(&azure_cli, &nowhere, &http, timeouts, &clock).unwrap();
        let memberships = Memberships::new(http.clone(), &nowhere, postern);
        let terms = Terms { mode, rules: rules.into(), memberships };
        let sign_in = SignIn::new(settings, terms, &public_url, sessions.clone(), sealer, http, clock);
        let router = Router::new()
            .route("/auth/login", get(login))
            .route("/auth/callback", get(callback))
            .route("/auth/logout", post(logout))
            .route("/auth/frontchannel-logout", get(frontchannel_logout))
            .route("/whoami", get(async |user: CurrentUser| user.person.name))
            .layer(MockConnectInfo(SocketAddr::from(([203, 0, 113, 7], 50_000))))
            .with_state(Doors { sign_in, sessions, proxies: Proxies::new(&[], ForwardedHeader::default()) });
        Self { provider, router, hand, cookies: HashMap::new() }
    }

    async fn ask(&mut self, method: &str, address: &str) -> Response {
        let sent: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(address).header(COOKIE, sent.join("; "));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        for set in response.headers().get_all(SET_COOKIE) {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                _ => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        response
    }

    /// Sets out to sign in; what the provider is asked.
    async fn set_out(&mut self, address: &str) -> HashMap<String, String> {
        let response = self.ask("GET", address).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let url: Url = location(&response).parse().unwrap();
        assert_eq!(url.path(), "/authorize");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        self.provider.claims("nonce", Some(json!(asked["nonce"])));
        asked
    }

    async fn sign_in(&mut self) -> Response {
        let asked = self.set_out("/auth/login?return=/vms?q=jump").await;
        self.ask("GET", &format!("/auth/callback?code=c&state={}", asked["state"])).await
    }
}

fn location(response: &Response) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

async fn text(response: Response) -> String {
    String::from_utf8(axum::body::to_bytes(response.into_body(), 100_000).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn whoever_the_provider_vouches_for_comes_back_signed_in_to_the_page_they_left() {
    let mut street = Street::new().await;
    assert_eq!(street.ask("GET", "/whoami").await.status(), StatusCode::UNAUTHORIZED);
    let response = street.sign_in().await;
    assert_eq!((response.status(), location(&response).as_str()), (StatusCode::SEE_OTHER, "/vms?q=jump"));
    assert_eq!(
        street.cookies.keys().collect::<Vec<_>>(),
        ["__Host-postern"],
        "nothing is left of the sign-in"
    );
    assert_eq!(text(street.ask("GET", "/whoami").await).await, "Olga");
}

#[tokio::test]
async fn the_provider_is_asked_for_a_code_that_only_we_can_redeem() {
    let mut street = Street::new().await;
    let asked = street.set_out("/auth/login").await;
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["client_id"], "postern");
    assert_eq!(asked["scope"], "openid profile");
    assert_eq!(asked["redirect_uri"], "https://postern.contoso.com/auth/callback");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(!asked.contains_key("prompt"));
    street.ask("GET", &format!("/auth/callback?code=c&state={}", asked["state"])).await;
    let verifier = street.provider.says(|says| says.asked["code_verifier"].clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
    assert_eq!(challenge.as_str(), asked["code_challenge"]);
}

#[tokio::test]
async fn every_sign_in_has_secrets_of_its_own() {
    let mut street = Street::new().await;
    let (one, other) = (street.set_out("/auth/login").await, street.set_out("/auth/login").await);
    for secret in ["state", "nonce", "code_challenge"] {
        assert_ne!(one[secret], other[secret]);
    }
    street.provider.claims("nonce", Some(json!(one["nonce"])));
    let first = street.ask("GET", &format!("/auth/callback?code=c&state={}", one["state"])).await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER, "two tabs do not disturb each other");
    street.provider.claims("nonce", Some(json!(other["nonce"])));
    let second = street.ask("GET", &format!("/auth/callback?code=c&state={}", other["state"])).await;
    assert_eq!(second.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_browser_holds_nothing_readable_of_a_sign_in_on_its_way() {
    let mut street = Street::new().await;
    let asked = street.set_out("/auth/login").await;
    let (name, value) = street.cookies.iter().next().unwrap();
    assert_eq!(*name, format!("__Host-postern-login-{}", &asked["state"][..8]));
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains(&asked["nonce"]));
}

#[tokio::test]
async fn nobody_is_signed_in_by_somebody_elses_link() {
    let mut street = Street::new().await;
    let asked = street.set_out("/auth/login").await;
    let link = format!("/auth/callback?code=c&state={}", asked["state"]);
    let cookies = std::mem::take(&mut street.cookies);
    let response = street.ask("GET", &link).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(text(response).await.contains("another browser"));
    assert!(street.cookies.is_empty());

    street.cookies = cookies;
    let other_state = format!("/auth/callback?code=c&state={}x", asked["state"]);
    assert_eq!(street.ask("GET", &other_state).await.status(), StatusCode::BAD_REQUEST);
    for nonsense in [
        "/auth/callback",
        "/auth/callback?state=x",
        "/auth/callback?code=c",
        "/auth/callback?state=x&state=y",
    ] {
        assert_eq!(street.ask("GET", nonsense).await.status(), StatusCode::BAD_REQUEST, "{nonsense}");
    }
}

#[tokio::test]
async fn a_sign_in_must_be_finished_within_ten_minutes() {
    let mut street = Street::new().await;
    let asked = street.set_out("/auth/login").await;
    street.hand.advance(SignedDuration::from_mins(10));
    let response = street.ask("GET", &format!("/auth/callback?code=c&state={}", asked["state"])).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_browser_has_only_so_many_sign_ins_on_their_way() {
    let mut street = Street::new().await;
    for _ in 0..10 {
        street.set_out("/auth/login").await;
        assert!(street.cookies.len() <= MOST_PENDING);
    }
    let response = street.sign_in().await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_told_as_text_and_not_as_html() {
    let mut street = Street::new().await;
    let asked = street.set_out("/auth/login").await;
    let description = "AADSTS50105:+Olga%0A+%3Cscript%3E+is+not+assigned";
    let link = format!(
        "/auth/callback?error=access_denied&error_description={description}&state={}",
        asked["state"]
    );
    let response = street.ask("GET", &link).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let page = text(response).await;
    assert!(page.contains("AADSTS50105: Olga &lt;script&gt; is not assigned"), "{page}");
    assert!(page.contains("/auth/login?prompt=select_account"));
}

#[tokio::test]
async fn people_may_choose_another_account() {
    let mut street = Street::new().await;
    assert_eq!(street.set_out("/auth/login?prompt=select_account").await["prompt"], "select_account");
    assert!(!street.set_out("/auth/login?prompt=none").await.contains_key("prompt"));
}

#[tokio::test]
async fn a_token_that_cannot_be_trusted_signs_nobody_in() {
    let mut street = Street::new().await;
    let asked = street.set_out("/auth/login").await;
    street.provider.claims("nonce", Some(json!("other")));
    let response = street.ask("GET", &format!("/auth/callback?code=c&state={}", asked["state"])).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    let page = text(response).await;
    assert!(page.contains("cannot be trusted") && !page.contains("nonce"), "{page}");
    assert!(!street.cookies.contains_key("__Host-postern"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_goes_on_to_the_provider() {
    let mut street = Street::new().await;
    street.sign_in().await;
    let cookies = street.cookies.clone();
    let answer = text(street.ask("POST", "/auth/logout").await).await;
    let answer: HashMap<String, String> = serde_json::from_str(&answer).unwrap();
    let url: Url = answer["url"].parse().unwrap();
    let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(url.path(), "/logout");
    assert_eq!(asked["post_logout_redirect_uri"], "https://postern.contoso.com/");
    assert_eq!((asked["logout_hint"].as_str(), asked["client_id"].as_str()), ("hint", "postern"));
    assert!(street.cookies.is_empty());
    street.cookies = cookies;
    assert_eq!(street.ask("GET", "/whoami").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(text(street.ask("POST", "/auth/logout").await).await, r#"{"url":"/"}"#);
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_sessions_of_every_device_of_that_person() {
    let mut street = Street::new().await;
    street.sign_in().await;
    let phone = std::mem::take(&mut street.cookies);
    street.sign_in().await;
    assert_eq!(street.ask("POST", "/auth/logout?everywhere=true").await.status(), StatusCode::OK);
    street.cookies = phone;
    assert_eq!(street.ask("GET", "/whoami").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_at_the_provider_signs_out_here() {
    let mut street = Street::new().await;
    street.provider.claims("sid", Some(json!("s-1")));
    street.sign_in().await;
    let cookies = std::mem::take(&mut street.cookies);
    let issuer = street.provider.settings().issuer;
    for (query, status) in [
        ("sid=s-2".to_owned(), StatusCode::OK),
        ("sid=".to_owned(), StatusCode::OK),
        (String::new(), StatusCode::OK),
        ("sid=s-1&iss=https://evil.example/".to_owned(), StatusCode::OK),
        (format!("sid=s-1&iss={}", issuer.as_str()), StatusCode::UNAUTHORIZED),
    ] {
        let told = street.ask("GET", &format!("/auth/frontchannel-logout?{query}")).await;
        assert_eq!(told.status(), StatusCode::OK, "it is not told whether anybody was signed in");
        let policy = told.headers()["content-security-policy"].to_str().unwrap();
        assert_eq!(policy, format!("default-src 'none'; frame-ancestors {}", issuer.origin()));
        street.cookies.clone_from(&cookies);
        assert_eq!(street.ask("GET", "/whoami").await.status(), status, "{query}");
        street.cookies.clear();
    }
}
