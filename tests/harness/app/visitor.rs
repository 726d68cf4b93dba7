//! Somebody at a browser, as far as the service sees them: cookies, an address, an origin.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::response::Response;
use cookie::Cookie;
use http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, Request};
use serde::Serialize;
use shared::access::{AccessRequest, CreatedAccess, RequestId};
use url::Url;

use super::answer::Answer;
use super::calls::Calls;
use super::events::Events;
use super::wish::Machines;

/// Somebody who calls the service within the process.
#[derive(Debug)]
pub struct Visitor {
    service: Calls,
    site: Url,
    address: IpAddr,
    cookies: Mutex<BTreeMap<String, String>>,
    machines: Arc<Machines>,
}

impl Visitor {
    pub(super) fn new(service: Calls, site: Url, address: IpAddr, machines: Arc<Machines>) -> Self {
        Self { service, site, address, cookies: Mutex::default(), machines }
    }

    /// The same person, cookies and all, at another address.
    #[must_use]
    pub fn at(self, address: &str) -> Self {
        Self { address: address.parse().expect("tests know addresses"), ..self }
    }

    /// The same person, cookies and all, before another instance of the service.
    #[must_use]
    pub(super) fn before(self, service: Calls) -> Self {
        Self { service, ..self }
    }

    /// The same person in the same browser, as it is now, before another instance of the service.
    pub(super) fn twin(&self, service: Calls) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (site, machines) = (self.site.clone(), self.machines.clone());
        Self { service, site, address: self.address, cookies: Mutex::new(cookies), machines }
    }

    /// Where the service is found.
    pub fn site(&self) -> &Url {
        &self.site
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(&Method::GET, path).body(Body::empty()).expect("a GET has no body")).await
    }

    /// Sends JSON, as the page does.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("tests send plain data");
        let request = self.request(&Method::POST, path).header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body)).expect("tests send valid requests")).await
    }

    /// Requests access, and accepts whatever it may end of others'.
    pub async fn post_accepting(&self, path: &str, mut wish: serde_json::Value) -> Answer {
        let answer = self.post(path, &wish).await;
        if answer.status != http::StatusCode::CONFLICT {
            return answer;
        }
        wish["replaces"] = serde_json::json!(answer.problem().replaces);
        self.post(path, &wish).await
    }

    /// The same, of a service that may go away meanwhile: nothing if it does.
    pub async fn try_to_post(&self, path: &str, body: &impl Serialize) -> Option<Answer> {
        let body = serde_json::to_vec(body).expect("tests send plain data");
        let request = self.request(&Method::POST, path).header(CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(body)).expect("tests send valid requests");
        Answer::try_to_read(self.try_to_call(request).await?).await
    }

    /// Takes something away.
    pub async fn delete(&self, path: &str) -> Answer {
        let request = self.request(&Method::DELETE, path).body(Body::empty());
        self.send(request.expect("a DELETE has no body")).await
    }

    /// Puts `body` in the place of what is there.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("tests send plain data");
        let request = self.request(&Method::PUT, path).header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body)).expect("tests send valid requests")).await
    }

    /// Puts `body` in the place of what is there, or takes it away, on this condition.
    pub async fn change(&self, path: &str, condition: (&str, &str), body: Option<&impl Serialize>) -> Answer {
        let method = if body.is_some() { Method::PUT } else { Method::DELETE };
        let request = self.request(&method, path).header(condition.0, condition.1);
        let body = body.map(|body| serde_json::to_vec(body).expect("tests send plain data"));
        let request =
            request.header(CONTENT_TYPE, "application/json").body(body.map_or_else(Body::empty, Body::from));
        self.send(request.expect("tests send valid requests")).await
    }

    /// Asks for an hour's access from home, and is not refused at once.
    pub async fn open(&self, vm: &str, port: u16) -> AccessRequest {
        let wish = self.machines.wish(vm, port);
        let mut created: CreatedAccess = self.post("/api/access-requests", &wish).await.json();
        assert_eq!(created.items.len(), 1);
        created.items.remove(0)
    }

    /// Sends JSON, and hangs up without waiting for the answer once `heard` resolves.
    pub async fn post_and_hang_up(&self, path: &str, body: &impl Serialize, heard: impl Future<Output = ()>) {
        let body = serde_json::to_vec(body).expect("tests send plain data");
        let request = self.request(&Method::POST, path).header(CONTENT_TYPE, "application/json");
        let request = request.header(COOKIE, self.cookies()).body(Body::from(body));
        self.service.hang_up(request.expect("tests send valid requests"), self.address, heard).await;
    }

    /// Asks for the same again, for so long from now on.
    pub async fn extend(&self, id: RequestId, duration: &str) -> Answer {
        let body = serde_json::json!({ "duration": duration });
        self.post(&format!("/api/access-requests/{id}/extend"), &body).await
    }

    /// Has a request closed before its time.
    pub async fn close(&self, id: RequestId) -> Answer {
        self.post(&format!("/api/access-requests/{id}/close"), &serde_json::json!({})).await
    }

    /// A request as it stands now.
    pub async fn look_at(&self, id: RequestId) -> AccessRequest {
        self.get(&format!("/api/access-requests/{id}")).await.json()
    }

    /// Follows a request for access.
    pub async fn follow(&self, id: RequestId) -> Events {
        self.follow_at(&format!("/api/access-requests/{id}/events")).await
    }

    /// Follows what a path tells of.
    pub async fn follow_at(&self, path: &str) -> Events {
        let request = self.request(&Method::GET, path).body(Body::empty()).expect("a GET has no body");
        Events::read(self.call(request).await)
    }

    /// What a path answers, piece by piece.
    pub async fn begin(&self, path: &str) -> axum::body::BodyDataStream {
        let request = self.request(&Method::GET, path).body(Body::empty()).expect("a GET has no body");
        self.call(request).await.into_body().into_data_stream()
    }

    /// A request to be completed, with what the page's browser adds by itself.
    pub fn request(&self, method: &Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.site.authority());
        if *method != Method::GET {
            let origin = self.site.origin().ascii_serialization();
            request = request.header(ORIGIN, origin).header("sec-fetch-site", "same-origin");
        }
        request
    }

    /// Sends any request, with the cookies.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.call(request).await).await
    }

    async fn call(&self, request: Request<Body>) -> Response {
        self.try_to_call(request).await.expect("the service answers")
    }

    async fn try_to_call(&self, mut request: Request<Body>) -> Option<Response> {
        let cookies = self.cookies();
        if !cookies.is_empty() {
            request.headers_mut().insert(COOKIE, cookies.parse().expect("cookies are ASCII"));
        }
        let response = self.service.answer(request, self.address).await?;
        self.keep_cookies(response.headers());
        Some(response)
    }

    /// The cookies as they are sent.
    pub fn cookies(&self) -> String {
        let jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for header in headers.get_all(SET_COOKIE) {
            let cookie = header.to_str().expect("cookies are ASCII");
            let cookie = Cookie::parse(cookie).expect("the service sets cookies that can be read");
            if cookie.max_age() == Some(cookie::time::Duration::ZERO) {
                jar.remove(cookie.name());
            } else {
                jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}
