//! Postern's service.
//!
//! Read [`jit`] first: it is what the product is for. [`guardrails`] decides, [`audit`] remembers,
//! [`azure`] acts, and [`routes`] is the whole URL map.

pub mod activity;
pub mod audit;
pub mod azure;
pub mod clock;
pub mod code;
pub mod compliance;
pub mod config;
pub mod doctor;
pub mod error;
pub mod guardrails;
pub mod handoff;
pub mod inventory;
pub mod jit;
pub mod jit_list;
pub mod limits;
pub mod log;
pub mod metrics;
pub mod notify;
pub mod openapi;
pub mod preflight;
pub mod rdp;
pub mod report;
pub mod routes;
pub mod rules;
pub mod server;
pub mod session;
pub mod site;
pub mod state;
pub mod store;
pub mod vms;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use url::Url;

use session::sign_in;
use state::AppState;

/// The largest body that makes sense, but for changes of a thousand machines: a request for fifty machines is a fifth of that.
const LARGEST_BODY: usize = 64 * 1024;

/// The whole service: API, sign-in, signs of life and the page.
pub fn app(state: AppState, public_url: &Url) -> Router {
    let (api, document) = routes::api();
    let document = document.to_json().expect("the document is plain data");
    let api = api
        .route(
            "/api/openapi.json",
            get(|| async { ([(http::header::CONTENT_TYPE, "application/json")], document) }),
        )
        .route("/auth/logout", post(sign_in::logout))
        .route_layer(from_fn_with_state(state.clone(), limits::calls_by_address));
    let signing_in = Router::new()
        .route("/auth/login", get(sign_in::login))
        .route("/auth/callback", get(sign_in::callback))
        .route("/auth/frontchannel-logout", get(sign_in::frontchannel_logout))
        .route_layer(from_fn_with_state(state.clone(), limits::sign_ins_by_address));
    let api = api.merge(signing_in);
    let layers = ServiceBuilder::new()
        // The id is ours: one that a caller brings along could be made to look like another's.
        .map_request(|mut request: axum::extract::Request| {
            request.headers_mut().remove("x-request-id");
            request
        })
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn_with_state(state.metrics.clone(), metrics::count))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(site::security_headers(public_url))
        .layer(axum::middleware::from_fn(error::tell_problems))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(error::TIMED_OUT, state.answer_within))
        .layer(RequestBodyLimitLayer::new(routes::LARGEST_BODY_OF_MANY))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    let sign_in = state.sign_in.clone();
    let is_program = move |headers: http::HeaderMap| {
        let sign_in = sign_in.clone();
        async move { sign_in.is_program(&headers).await }
    };
    session::refuse_foreign_origins(api, public_url, is_program)
        .merge(routes::health())
        .fallback(site::serve)
        .layer(layers)
        .with_state(state)
}

/// What every line of the log about a request carries. Neither query nor headers: they may name
/// people and their addresses.
fn span<B>(request: &http::Request<B>) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}
