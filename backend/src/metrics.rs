//! Figures for whoever keeps the service running, in the text format of OpenMetrics, which Prometheus
//! reads.
//!
//! What happens is counted where it happens: calls of this service, calls of Azure, entries of the audit
//! trail. How much of something there is at the moment is asked of the store when somebody fetches the
//! figures. No figure names a person, a machine or an address.

mod http;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use ::http::StatusCode;
use ::http::header::CONTENT_TYPE;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::sync::Mutex;

use crate::azure::Azure;
use crate::clock::Clock;
use crate::rdp::Signing;
use crate::store::{Store, StoreError};

pub use http::{HttpCalls, count};

/// What OpenMetrics calls itself.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The figures. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    store: Store,
    signing: Signing,
    clock: Clock,
    http: HttpCalls,
    /// One reader at a time: what is there now is set first and read then.
    now: Mutex<Now>,
}

/// What there is at the moment.
#[derive(Default)]
struct Now {
    requests: Family<OfState, Gauge>,
    waiting: Family<OfTarget, Gauge>,
    oldest: Family<OfTarget, Gauge<f64, AtomicU64>>,
    entries: Gauge,
    certificate: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfState {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTarget {
    target: String,
}

impl Metrics {
    /// The figures of a service that keeps what it knows in `store` and asks `azure`.
    pub fn new(store: Store, azure: &Azure, signing: Signing, clock: Clock) -> Self {
        let mut registry = Registry::with_prefix("postern");
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which version this is", version);
        let http = HttpCalls::default();
        http.register(&mut registry);
        azure.calls().register(&mut registry);
        store.added().register(&mut registry);
        let now = Now::default();
        now.register(&mut registry);
        Self(Arc::new(Inner { registry, store, signing, clock, http, now: Mutex::new(now) }))
    }

    /// All of them, as text.
    pub async fn text(&self) -> Result<String, StoreError> {
        let Inner { registry, store, signing, clock, now, .. } = &*self.0;
        let now = now.lock().await;
        now.look(store, signing, clock.now()).await?;
        let mut text = String::new();
        encode(&mut text, registry).expect("text can be written to");
        Ok(text)
    }

    /// Where they are read: `/metrics`, on a listener of its own.
    pub fn routes(self) -> Router {
        Router::new().route("/metrics", get(show)).with_state(self)
    }
}

async fn show(State(metrics): State<Metrics>) -> Response {
    match metrics.text().await {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the figures cannot be read: the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer").into_response()
        }
    }
}

impl Now {
    fn register(&self, to: &mut Registry) {
        let Self { requests, waiting, oldest, entries, certificate } = self;
        to.register("requests", "Requests for access that are not over", requests.clone());
        to.register(
            "audit_trail_entries",
            "The number of the last entry of the audit trail",
            entries.clone(),
        );
        to.register("notifications_waiting", "What others are to be told", waiting.clone());
        to.register_with_unit(
            "notifications_oldest",
            "For how long the oldest of it has been waiting",
            Unit::Seconds,
            oldest.clone(),
        );
        to.register_with_unit(
            "rdp_certificate_not_after_timestamp",
            "When the certificate that signs Remote Desktop files expires, since 1970; 0 if there is none",
            Unit::Seconds,
            certificate.clone(),
        );
    }

    async fn look(&self, store: &Store, signing: &Signing, now: Timestamp) -> Result<(), StoreError> {
        let Self { requests, waiting, oldest, entries, certificate } = self;
        let unfinished = store.requests().unfinished().await?;
        // What there is none of is told as well, so that it does not look as if nobody counted.
        for state in ["requesting", "opening", "open", "closing"] {
            let count = unfinished.iter().filter(|record| record.request.status.name() == state).count();
            requests.get_or_create(&OfState { state }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        waiting.clear();
        oldest.clear();
        for queue in store.outbox().queues().await? {
            let target = OfTarget { target: queue.target };
            waiting.get_or_create(&target).set(queue.waiting);
            oldest.get_or_create(&target).set(now.duration_since(queue.oldest).as_secs_f64());
        }
        entries.set(store.entries().head().await?.seq);
        let publisher = signing.publisher().await;
        certificate.set(publisher.map_or(0, |publisher| publisher.about().not_after.as_second()));
        Ok(())
    }
}
