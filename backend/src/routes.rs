//! The URL map.

mod access_requests;
mod activity;
mod answer;
mod compliance;
mod defender;
mod extract;
mod handoffs;
mod health;
mod history;
mod jit_list;
mod jit_policies;
mod policy_changes;
mod reports;
mod session;
mod vms;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub use extract::{Body, Params, VmPath};

/// The largest body of a change of a thousand machines: ids and versions take a third of that.
pub const LARGEST_BODY_OF_MANY: usize = 768 * 1024;

/// Everything under `/api`, and the document that describes it.
pub fn api() -> (Router<AppState>, OpenApi) {
    OpenApiRouter::with_openapi(crate::openapi::head())
        .routes(routes!(session::show))
        .routes(routes!(session::list))
        .routes(routes!(session::end))
        .routes(routes!(vms::list))
        .routes(routes!(vms::show))
        .routes(routes!(vms::preflight))
        .routes(routes!(vms::ways))
        .routes(routes!(vms::explain))
        .routes(routes!(vms::start))
        .routes(routes!(jit_list::show))
        .routes(routes!(jit_list::export))
        .routes(routes!(jit_policies::show, jit_policies::replace, jit_policies::remove))
        .routes(routes!(defender::replace))
        .routes(routes!(policy_changes::list))
        .routes(routes!(policy_changes::show))
        .routes(routes!(policy_changes::events))
        .routes(routes!(policy_changes::cancel))
        .merge(of_many())
        .routes(routes!(access_requests::create, history::list))
        .routes(routes!(access_requests::code))
        .routes(routes!(access_requests::show))
        .routes(routes!(history::export))
        .routes(routes!(history::timeline))
        .routes(routes!(history::outside))
        .routes(routes!(access_requests::extend))
        .routes(routes!(access_requests::close))
        .routes(routes!(access_requests::events))
        .routes(routes!(access_requests::rdp))
        .routes(routes!(access_requests::shareable_link))
        .routes(routes!(activity::list))
        .routes(routes!(activity::table))
        .routes(routes!(activity::lines))
        .routes(routes!(reports::show))
        .routes(routes!(reports::table))
        .routes(routes!(compliance::list))
        .routes(routes!(compliance::export))
        .routes(routes!(compliance::assignments, compliance::changes::assign, compliance::changes::remove))
        .routes(routes!(compliance::history))
        .routes(routes!(compliance::changes::scans, compliance::changes::scan))
        .routes(routes!(handoffs::prepare, handoffs::list))
        .routes(routes!(handoffs::revoke))
        .routes(routes!(handoffs::visit))
        .routes(routes!(handoffs::enter))
        .routes(routes!(handoffs::redeem))
        .routes(routes!(handoffs::close))
        .routes(routes!(handoffs::events))
        .routes(routes!(handoffs::rdp))
        .split_for_parts()
}

/// The routes that a thousand machines can be named to.
fn of_many() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(policy_changes::create))
        .routes(routes!(policy_changes::code))
        .routes(routes!(policy_changes::retry))
        .routes(routes!(compliance::remediation::ask))
        .layer(DefaultBodyLimit::max(LARGEST_BODY_OF_MANY))
}

/// For whoever keeps the service running; no session is needed.
pub fn health() -> Router<AppState> {
    Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready))
}
