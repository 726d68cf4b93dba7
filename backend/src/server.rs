//! Listening, and stopping without leaving anything half done.

mod connections;

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::state::AppState;

pub use connections::{Patience, accept};

/// How long requests that are under way may take once the service is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` resolves, then lets what is under way come to its end.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let watchers = state.jit.watchers.clone();
    let stopping = {
        let watchers = watchers.clone();
        async move {
            stop.await;
            tracing::info!("stopping: no new requests are taken");
            watchers.stop();
        }
    };
    let mut serving = std::pin::pin!(accept(listener, app, Patience::default(), stopping));
    tokio::select! {
        () = &mut serving => {}
        () = async { watchers.stopping().await; pass(GRACE).await } => {
            tracing::warn!("some requests were cut off: they took too long");
        }
    }
    watchers.stopped().await;
}

#[expect(
    clippy::disallowed_methods,
    reason = "patience with clients is about the machine's time, not the world's"
)]
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Reads something again whenever the process gets SIGHUP, for as long as it runs. What comes of it
/// stands in the log.
pub fn on_hangup(read_again: impl Fn() + Clone + Send + 'static) {
    // From here on the signal no longer ends the process.
    let mut hangup = signal(SignalKind::hangup()).expect("handlers can be installed at start");
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            _ = tokio::task::spawn_blocking(read_again.clone()).await;
        }
    });
}

/// Resolves when the process is asked to stop: by Ctrl+C, or by whoever supervises it.
pub async fn interrupted() {
    let mut interrupt = signal(SignalKind::interrupt()).expect("handlers can be installed at start");
    let mut terminate = signal(SignalKind::terminate()).expect("handlers can be installed at start");
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
