//! Signing in as people do: through the provider's own page.

use axum::body::Body;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use simulator::Simulator;
use tower::ServiceExt;
use url::Url;
use url::form_urlencoded;

use super::{TestApp, Visitor};

impl TestApp {
    /// Signs in somebody of the world, by the part of their username before the `@`.
    pub async fn sign_in(&self, name: &str) -> Visitor {
        let (visitor, _) = self.sign_in_on_the_way_to(name, "/").await;
        visitor
    }

    /// Signs in somebody who wanted to see `page`, and tells where they end up.
    pub async fn sign_in_on_the_way_to(&self, name: &str, page: &str) -> (Visitor, String) {
        let visitor = self.visitor();
        let page = sign_in(&self.azure, &visitor, name, page).await;
        (visitor, page)
    }

    /// Signs somebody in again, in the same browser, by the path that a problem names; tells where
    /// they end up.
    pub async fn step_up(&self, name: &str, visitor: &Visitor, login: &str, page: &str) -> String {
        let wanted: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
        let callback = callback_by(&self.azure, visitor, name, &format!("{login}&return={wanted}")).await;
        let answer = visitor.get(&callback).await;
        assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
        answer.header(LOCATION.as_str())
    }

    /// Begins to sign in somebody in a visitor's browser, and stops where the provider sends them
    /// back: the path to go on with.
    pub async fn callback_of(&self, name: &str, visitor: &Visitor) -> String {
        callback(&self.azure, visitor, name, "/").await
    }
}

/// Signs somebody in, in a visitor's browser, and tells where they end up.
pub async fn sign_in(azure: &Simulator, visitor: &Visitor, name: &str, page: &str) -> String {
    let callback = callback(azure, visitor, name, page).await;
    let answer = visitor.get(&callback).await;
    assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
    answer.header(LOCATION.as_str())
}

async fn callback(azure: &Simulator, visitor: &Visitor, name: &str, page: &str) -> String {
    let wanted: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
    callback_by(azure, visitor, name, &format!("/auth/login?return={wanted}")).await
}

async fn callback_by(azure: &Simulator, visitor: &Visitor, name: &str, login: &str) -> String {
    let answer = visitor.get(login).await;
    assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
    let provider: Url = answer.header(LOCATION.as_str()).parse().expect("the provider has an address");
    let username = format!("{name}@contoso.com");
    let back = pick_account(azure, &provider, &username).await;
    assert_eq!(back.origin(), visitor.site().origin());
    let query = back.query().expect("the provider sends a code");
    format!("{}?{query}", back.path())
}

/// What the provider's page does when somebody presses the button with their name on it.
async fn pick_account(azure: &Simulator, page: &Url, username: &str) -> Url {
    assert!(page.as_str().starts_with(azure.url()), "{page}");
    let shown = ask_provider(azure, Request::get(page.as_str()), Body::empty()).await;
    let (parts, body) = shown.into_parts();
    let html = body.collect().await.expect("the page arrives whole").to_bytes();
    let html = String::from_utf8_lossy(&html);
    assert!(parts.status == StatusCode::OK && html.contains(username), "{}: {html}", parts.status);
    // The form sends on what the page was asked with, and who was picked.
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(page.query_pairs()).append_pair("account", username);
    let post = Request::builder()
        .method(Method::POST)
        .uri(page.path())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = ask_provider(azure, post, Body::from(form.finish())).await;
    let location = answer.headers().get(LOCATION).expect("the provider sends the browser back");
    location.to_str().ok().and_then(|url| url.parse().ok()).expect("it says where to")
}

async fn ask_provider(
    azure: &Simulator,
    request: http::request::Builder,
    body: Body,
) -> http::Response<Body> {
    let request = request.body(body).expect("the request is complete");
    match azure.router().oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}
