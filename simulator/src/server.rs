//! The HTTP server: connections in, and connections cut where a fault says so.

use std::{convert::Infallible, io, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit},
    middleware::map_response,
    response::Response,
};
use http::{HeaderValue, Request, header::DATE};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use jiff::fmt::rfc2822;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower::ServiceExt;

use crate::{arm, azure::Azure, entra, vault};

/// Marks a response in whose place the connection is dropped.
#[derive(Debug, Clone)]
pub(crate) struct CutOff;

/// Everything this Azure answers, at one address.
pub(crate) fn router(azure: Azure) -> Router {
    let clock = azure.clock.clone();
    let dated = map_response(move |mut response: Response| {
        let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&clock.now());
        if let Some(date) = date.ok().and_then(|date| HeaderValue::try_from(date).ok()) {
            response.headers_mut().insert(DATE, date);
        }
        async { response }
    });
    // Resource Manager takes bodies of up to 4 MB.
    entra::routes(azure.clone())
        .merge(vault::routes())
        .fallback(arm::handle)
        .layer(DefaultBodyLimit::max(4 << 20))
        .layer(dated)
        .with_state(azure)
}

/// Serves until the task is aborted; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, router: Router) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection(stream, peer, router.clone()));
                }
                // A client that went away again, or no file descriptor left: the next one may do better.
                Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router) {
    // Answers are small; waiting to fill packets only makes them late.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection stays slow");
    }
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
        tracing::trace!(%error, "a connection ended early");
    }
}

/// An error here makes the server drop the connection without a word.
async fn answer(router: Router, peer: SocketAddr, request: Request<Incoming>) -> io::Result<Response> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.extensions().get::<CutOff>().is_some() {
        return Err(io::Error::other("cut off, as asked"));
    }
    Ok(response)
}
