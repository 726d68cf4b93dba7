//! The page on which a sign-in ends that failed.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use crate::session::sign_in::SignInFailure;

impl IntoResponse for SignInFailure {
    fn into_response(self) -> Response {
        let error = &self as &dyn std::error::Error;
        let status = status(&self);
        if status.is_server_error() {
            tracing::error!(error, "a sign-in failed");
        } else {
            tracing::info!(error, "a sign-in failed");
        }
        let words = escaped(&self.words());
        let page = format!(
            "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>Sign-in failed - Postern</title>
<main>
<h1>You are not signed in</h1>
<p>{words}</p>
<p><a href=\"/auth/login\">Try again</a></p>
<p><a href=\"/auth/login?prompt=select_account\">Sign in with another account</a></p>
</main>
"
        );
        let mut response = (status, Html(page)).into_response();
        if let Self::TooMany(too_many) = &self {
            response.headers_mut().insert(RETRY_AFTER, too_many.retry_after());
        }
        response
    }
}

fn status(failure: &SignInFailure) -> StatusCode {
    match failure {
        SignInFailure::Lost => StatusCode::BAD_REQUEST,
        SignInFailure::Refused { .. } => StatusCode::FORBIDDEN,
        SignInFailure::Provider(_) | SignInFailure::NothingToActWith | SignInFailure::Groups(_) => {
            StatusCode::BAD_GATEWAY
        }
        SignInFailure::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        SignInFailure::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
