//! How the service is called.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use http::Uri;
use http::uri::Authority;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Handle;
use tower::ServiceExt;

/// How to call a service.
#[derive(Debug, Clone)]
pub enum Calls {
    /// In this process.
    InProcess {
        /// All of it.
        router: Router,
        /// Where it runs.
        runtime: Handle,
    },
    /// In another process, which believes us about where callers are.
    OverHttp {
        /// Where it listens.
        address: Authority,
        /// What calls it.
        client: Arc<Client<HttpConnector, Body>>,
    },
}

impl Calls {
    /// Calls over HTTP, each with a connection of its own.
    pub fn over_http(address: SocketAddr) -> Self {
        let address = address.to_string().parse().expect("an address is one for HTTP too");
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Self::OverHttp { address, client: Arc::new(client) }
    }

    /// Has the service answer a request from an address; nothing if it goes away meanwhile.
    pub async fn answer(&self, mut request: Request<Body>, from: IpAddr) -> Option<Response> {
        match self {
            Self::InProcess { router, runtime } => {
                request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from, 50_000)));
                let answered = runtime.spawn(router.clone().oneshot(request)).await;
                match answered.expect("the service is running") {
                    Ok(response) => Some(response),
                    Err(never) => match never {},
                }
            }
            Self::OverHttp { address, client } => {
                let path = request.uri().path_and_query().cloned();
                let uri = Uri::builder().scheme("http").authority(address.clone());
                let uri = uri.path_and_query(path.expect("requests have a path")).build();
                *request.uri_mut() = uri.expect("it is a URL");
                let from = from.to_string().parse().expect("an address is ASCII");
                request.headers_mut().insert("x-forwarded-for", from);
                Some(client.request(request).await.ok()?.map(Body::new))
            }
        }
    }

    /// Sends a request from an address, and hangs up once `heard` resolves.
    pub async fn hang_up(&self, mut request: Request<Body>, from: IpAddr, heard: impl Future<Output = ()>) {
        let Self::InProcess { router, runtime } = self else {
            panic!("what a process does with somebody who hangs up is for the kernel to tell it");
        };
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from, 50_000)));
        let answering = runtime.spawn(router.clone().oneshot(request));
        heard.await;
        assert!(!answering.is_finished(), "there was an answer before anybody hung up");
        answering.abort();
        assert!(answering.await.is_err_and(|error| error.is_cancelled()), "nobody waits for the answer");
    }
}
