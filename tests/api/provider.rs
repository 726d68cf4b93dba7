//! Signing in through a certified OpenID provider that is not Microsoft's.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};
use shared::problem::ProblemKind;
use shared::session::Session;
use tests::TestApp;
use tests::provider::{Provider, Tells};

const SITE: &str = "https://postern.contoso.com";

async fn street(secret_here: &str, tells: Tells) -> (TestApp, Provider) {
    let callback = format!("{SITE}/auth/callback");
    let provider = Provider::start(&callback, "s3cret", TestApp::beginning(), tells).await;
    let settings = format!(
        r#"sign_in = {{ issuer = "{}", client_id = "postern", client_secret = "{secret_here}" }}"#,
        provider.issuer()
    );
    (TestApp::start_at_set(SITE, &settings).await, provider)
}

/// Where the provider sends the browser back to: a path of ours.
async fn way_back(provider: &Provider, sent_to: &str) -> String {
    let back = provider.visit(sent_to).await;
    assert_eq!(back.origin().ascii_serialization(), SITE);
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

#[tokio::test]
async fn any_openid_provider_lets_people_in_with_their_roles() {
    let (app, provider) = street("s3cret", Tells::InToken).await;
    let petra = app.visitor();
    let sent = petra.get("/auth/login?return=/vms").await;
    let callback = way_back(&provider, &sent.header(LOCATION.as_str())).await;
    let arrived = petra.get(&callback).await;
    assert_eq!(
        (arrived.status, arrived.header("location")),
        (StatusCode::SEE_OTHER, "/vms".to_owned()),
        "{}",
        arrived.text()
    );

    let session: Session = petra.get("/api/session").await.json();
    assert_eq!(
        (session.person.name.as_str(), session.person.username.as_str()),
        ("Petra Provider", "petra@contoso.com")
    );
    petra.open("web-1", 3389).await;

    let again = petra.get(&callback).await;
    assert!(again.status.is_client_error(), "a code counts once: {}", again.status);
    let left: Value = petra.post("/auth/logout", &json!({})).await.json();
    assert!(left["url"].as_str().unwrap().starts_with(provider.issuer()), "signed out there too: {left}");
    assert_eq!(petra.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn a_provider_that_tells_who_somebody_is_only_when_asked_is_asked() {
    let (app, provider) = street("s3cret", Tells::WhenAsked).await;
    let petra = app.visitor();
    let sent = petra.get("/auth/login").await;
    let arrived = petra.get(&way_back(&provider, &sent.header(LOCATION.as_str())).await).await;
    assert_eq!(arrived.status, StatusCode::SEE_OTHER, "{}", arrived.text());
    let session: Session = petra.get("/api/session").await.json();
    assert_eq!(
        (session.person.name.as_str(), session.person.username.as_str()),
        ("Petra Provider", "petra@contoso.com")
    );
    petra.open("web-1", 3389).await;
}

#[tokio::test]
async fn a_provider_that_does_not_know_our_secret_lets_nobody_in() {
    let (app, provider) = street("another", Tells::InToken).await;
    let petra = app.visitor();
    let sent = petra.get("/auth/login").await;
    let callback = way_back(&provider, &sent.header(LOCATION.as_str())).await;
    let refused = petra.get(&callback).await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY);
    assert!(refused.text().contains("client secret may have expired"), "{}", refused.text());
    assert_eq!(petra.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}
