//! Keeping other sites from acting in the name of whoever is signed in.

use std::future::Future;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use url::Url;

use crate::error::ApiError;

/// Refuses every request that changes something and that a page of another origin sent.
///
/// Three things stand in its way: the session's cookie is `SameSite=Lax`; browsers say where a
/// request comes from, which is checked here; and the bodies that a page may send anywhere without
/// asking first are refused, whatever the browser said. The last is not for programs: what they
/// prove themselves by is sent by no browser of its own accord, and they are told what is wrong
/// with their body instead.
pub fn refuse_foreign_origins<S, F, A>(router: Router<S>, public_url: &Url, is_program: F) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(HeaderMap) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = bool> + Send,
{
    let csrf = CsrfLayer::new()
        .add_trusted_origin(public_url.origin().ascii_serialization())
        .expect("the public URL is one of http or https")
        .with_rejection_response(|_: ProtectionError| ApiError::ForeignOrigin.into_response());
    let refuse_form_bodies = middleware::from_fn(move |request: Request, next: Next| {
        let is_program = is_program.clone();
        async move {
            if may_be_a_form(&request) && !is_program(request.headers().clone()).await {
                return ApiError::ForeignOrigin.into_response();
            }
            next.run(request).await
        }
    });
    router.layer(csrf).layer(refuse_form_bodies)
}

fn may_be_a_form(request: &Request) -> bool {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    changes && has_form_body(request.headers())
}

/// Whether the body is of a type that a form on any page can send here, or script without a
/// preflight (Fetch, "CORS-safelisted request-header").
fn has_form_body(headers: &HeaderMap) -> bool {
    const ANY_PAGE_MAY_SEND: [&str; 3] =
        ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
    headers.get_all(CONTENT_TYPE).iter().any(|value| {
        let media = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        ANY_PAGE_MAY_SEND.iter().any(|form| media.eq_ignore_ascii_case(form))
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::{any, get};
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn answer(method: &str, headers: &[(&str, &str)]) -> StatusCode {
        let router = Router::new().route("/api/x", any(async || "done")).route("/y", get(async || "done"));
        let router = refuse_foreign_origins(
            router,
            &"https://postern.contoso.com/".parse().unwrap(),
            async |headers: HeaderMap| headers.contains_key("x-program"),
        );
        let mut request =
            Request::builder().method(method).uri("/api/x").header("host", "postern.contoso.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn our_own_page_may_change_things() {
        let json = ("content-type", "application/json");
        for method in ["POST", "PUT", "DELETE"] {
            let same_origin =
                [("origin", "https://postern.contoso.com"), ("sec-fetch-site", "same-origin"), json];
            assert_eq!(answer(method, &same_origin).await, StatusCode::OK, "{method}");
        }
        assert_eq!(answer("POST", &[json]).await, StatusCode::OK, "a program without a browser");
        assert_eq!(answer("POST", &[]).await, StatusCode::OK, "no body");
    }

    #[tokio::test]
    async fn a_proxy_may_rename_the_host() {
        let headers = [("host", "internal:8080"), ("origin", "https://postern.contoso.com")];
        assert_eq!(answer("POST", &headers).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn another_site_may_not() {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://postern.contoso.com"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://evil.contoso.com"), ("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site")],
            &[("content-type", "text/plain;charset=UTF-8")],
            &[("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")],
            &[("content-type", "Multipart/Form-Data; boundary=x")],
        ] {
            assert_eq!(answer("POST", headers).await, StatusCode::FORBIDDEN, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn a_program_may_send_any_type_of_body_but_not_from_another_site() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let program = ("x-program", "yes");
        assert_eq!(answer("POST", &[form, program]).await, StatusCode::OK);
        let cross_site = [form, program, ("origin", "https://evil.example")];
        assert_eq!(answer("POST", &cross_site).await, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn reading_needs_no_origin() {
        let cross_site = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        assert_eq!(answer("GET", &cross_site).await, StatusCode::OK);
    }
}
