//! Calls of this service, counted.

use std::fmt;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::Metrics;

/// The bounds of what a call took, in seconds: most take milliseconds, those that wait for Azure up to a
/// minute and a half.
const BOUNDS: [f64; 10] = [0.005, 0.02, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 90.0];

fn lengths() -> Histogram {
    Histogram::new(BOUNDS)
}

/// Calls of this service.
#[derive(Clone)]
pub struct HttpCalls {
    calls: Family<Call, Counter>,
    lengths: Family<Route, Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    method: String,
    /// As the URL map has it, so without anything that a caller could make up.
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Default for HttpCalls {
    fn default() -> Self {
        Self { calls: Family::default(), lengths: Family::new_with_constructor(lengths) }
    }
}

impl fmt::Debug for HttpCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpCalls").finish_non_exhaustive()
    }
}

impl HttpCalls {
    pub(super) fn register(&self, to: &mut Registry) {
        to.register("http_calls", "Calls of the service that were answered", self.calls.clone());
        to.register_with_unit(
            "http_call",
            "How long the answer to a call took to begin",
            Unit::Seconds,
            self.lengths.clone(),
        );
    }
}

/// Counts a call once it is answered.
pub async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("the site", MatchedPath::as_str).to_owned();
    // Anybody can make a method up.
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    };
    let (method, clock) = (method.to_owned(), &metrics.0.clock);
    let begun = clock.now();
    let response = next.run(request).await;
    let HttpCalls { calls, lengths } = &metrics.0.http;
    let length = clock.now().duration_since(begun).as_secs_f64();
    lengths.get_or_create(&Route { route: route.clone() }).observe(length);
    calls.get_or_create(&Call { method, route, status: response.status().as_u16() }).inc();
    response
}
