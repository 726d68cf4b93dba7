//! Lets `azure_identity`, which insists on `https`, talk to a stand-in on this machine.

use async_trait::async_trait;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use url::{Origin, Url};

/// Sends what is meant for `https` on the stand-in's host and port there over plain `http`.
///
/// Only made for an authority on a loopback address, so nothing leaves the machine in the clear.
#[derive(Debug)]
pub(super) struct Rewrite {
    http: reqwest::Client,
    stand_in: Url,
    origin: Origin,
}

impl Rewrite {
    pub(super) fn new(http: reqwest::Client, plain: &Url) -> Self {
        let port = plain.port_or_known_default().unwrap_or(80);
        let mut stand_in = plain.clone();
        stand_in.set_scheme("https").expect("http and https can stand for each other");
        stand_in.set_port(Some(port)).expect("an http URL has a host");
        Self { http, origin: stand_in.origin(), stand_in }
    }

    /// The URL to tell `azure_identity`.
    pub(super) fn stand_in(&self) -> &Url {
        &self.stand_in
    }
}

#[async_trait]
impl HttpClient for Rewrite {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        if request.url().origin() != self.origin {
            return self.http.execute_request(request).await;
        }
        let mut plain = request.clone();
        plain.url_mut().set_scheme("http").expect("http and https can stand for each other");
        self.http.execute_request(&plain).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::http_client::{self, Timeouts};

    #[test]
    fn the_stand_in_keeps_host_and_port() {
        let stand_in = |plain: &str| {
            let plain = plain.parse().unwrap();
            Rewrite::new(http_client::client(Timeouts::default()).unwrap(), &plain).stand_in.to_string()
        };
        assert_eq!(stand_in("http://127.0.0.1:8081/"), "https://127.0.0.1:8081/");
        assert_eq!(stand_in("http://localhost/entra/"), "https://localhost:80/entra/");
    }
}
