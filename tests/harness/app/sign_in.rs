//! Signing in as people do: through the provider's own page.

use axum::body::Body;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
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
        let callback = self.callback(name, &visitor, page).await;
        let answer = visitor.get(&callback).await;
        assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
        (visitor, answer.header(LOCATION.as_str()))
    }

    /// Begins to sign in somebody in a visitor's browser, and stops where the provider sends them
    /// back: the path to go on with.
    pub async fn callback_of(&self, name: &str, visitor: &Visitor) -> String {
        self.callback(name, visitor, "/").await
    }

    async fn callback(&self, name: &str, visitor: &Visitor, page: &str) -> String {
        let wanted: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
        let answer = visitor.get(&format!("/auth/login?return={wanted}")).await;
        assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
        let provider: Url = answer.header(LOCATION.as_str()).parse().expect("the provider has an address");
        let username = format!("{name}@contoso.com");
        let back = self.pick_account(&provider, &username).await;
        assert_eq!(back.origin(), self.site().origin());
        let query = back.query().expect("the provider sends a code");
        format!("{}?{query}", back.path())
    }

    /// What the provider's page does when somebody presses the button with their name on it.
    async fn pick_account(&self, page: &Url, username: &str) -> Url {
        assert!(page.as_str().starts_with(self.azure.url()), "{page}");
        let shown = self.ask_provider(Request::get(page.as_str()), Body::empty()).await;
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
        let answer = self.ask_provider(post, Body::from(form.finish())).await;
        let location = answer.headers().get(LOCATION).expect("the provider sends the browser back");
        location.to_str().ok().and_then(|url| url.parse().ok()).expect("it says where to")
    }

    async fn ask_provider(&self, request: http::request::Builder, body: Body) -> http::Response<Body> {
        let request = request.body(body).expect("the request is complete");
        match self.azure.router().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }
}
