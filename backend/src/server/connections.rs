//! Connections, and what nobody may do with them: hold one without asking for anything.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tower::ServiceExt;

use super::pass;

/// The largest head of a request. Cookies of sign-ins on their way are the most of an honest one.
const LARGEST_HEAD: u32 = 64 * 1024;

/// How long clients are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the whole head of the first request of a connection.
    pub first_request: Duration,
    /// For that of each one after it, and so for as long as a connection may lie idle. Proxies keep
    /// theirs for a minute; one that we close first costs them a request.
    pub next_request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first_request: Duration::from_secs(15), next_request: Duration::from_secs(75) }
    }
}

/// Serves connections until `stop` resolves, then lets the requests under way come to their end.
pub async fn accept(
    mut listener: TcpListener,
    app: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let builder = Arc::new(builder(patience));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        let (builder, app, watcher) = (builder.clone(), app.clone(), graceful.watcher());
        tokio::spawn(async move { serve(stream, peer, app, &builder, watcher, patience).await });
    }
    drop(listener);
    graceful.shutdown().await;
}

fn builder(patience: Patience) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Both protocols take a hundred headers at most by themselves.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.next_request)
        .max_buf_size(LARGEST_HEAD as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_header_list_size(LARGEST_HEAD);
    builder
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    builder: &Builder<TokioExecutor>,
    watcher: Watcher,
    patience: Patience,
) {
    let asked = Arc::new(Notify::new());
    let service = service_fn({
        let asked = asked.clone();
        move |request: Request<Incoming>| {
            asked.notify_one();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().oneshot(request)
        }
    });
    let mut connection = pin!(watcher.watch(builder.serve_connection(TokioIo::new(stream), service)));
    // Until it is clear which protocol is spoken, nobody but us looks at the time.
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = asked.notified() => connection.await,
        () = pass(patience.first_request) => {
            tracing::debug!(%peer, "a connection was closed: no request came");
            return;
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, error, "a connection broke off");
    }
}

#[cfg(test)]
mod tests;
