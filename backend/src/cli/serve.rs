//! `postern serve`: the service itself.

use std::future::pending;
use std::path::PathBuf;

use anyhow::Context;
use backend::clock::Clock;
use backend::config::Config;
use backend::rules::RulesInForce;
use backend::state::AppState;
use backend::{app, log, server};
use tokio::net::TcpListener;

/// Serves until the process is asked to stop.
pub async fn run(settings: Option<PathBuf>) -> anyhow::Result<()> {
    let config = Config::load(settings)?;
    log::start(&config.log);
    let listen = config.server.listen;
    let figures = config.server.metrics;
    let public_url = config.server.public_url.clone();
    let rules = RulesInForce::from_file(config.access.rules.clone())?;
    let rules_again = rules.clone();
    server::on_hangup(move || _ = rules_again.read_again());
    let state = AppState::start(config, rules, Clock::system()).await?;
    let signing = state.jit.signing.clone();
    server::on_hangup(move || signing.read_again());
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    if let Some(figures) = figures {
        let cannot = || format!("cannot listen on {figures}, where `server.metrics` is to be read");
        let listener = TcpListener::bind(figures).await.with_context(cannot)?;
        // Whoever reads them is not waited for when the process stops.
        let figures = listener.local_addr()?;
        tokio::spawn(server::accept(
            listener,
            state.metrics.clone().routes(),
            server::Patience::default(),
            pending(),
        ));
        tracing::info!(%figures, "figures can be read");
    }
    tracing::info!(%listen, %public_url, "Postern is ready");
    server::serve(listener, app(state.clone(), &public_url), state, server::interrupted()).await;
    Ok(())
}
