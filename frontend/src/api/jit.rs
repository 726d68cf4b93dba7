//! How all machines stand with just-in-time access.

use gloo_net::http::Method;
use shared::defender::SubscriptionPlan;
use shared::jit_list::JitPage;
use shared::json::Json;
use uuid::Uuid;

use super::{ApiError, ask, get};
use crate::page::JitWanted;

/// At most `limit` machines of a tab from `offset` on; with what the filters can be set to, if
/// `facets` says so.
pub async fn list(
    wanted: &JitWanted,
    offset: usize,
    limit: usize,
    facets: bool,
) -> Result<JitPage, ApiError> {
    let facets = if facets { "" } else { "&facets=no" };
    get(format!("/api/jit?offset={offset}&limit={limit}{facets}&{}", wanted.query())).await
}

/// Has Defender for Servers Plan 2 switched on for a subscription, which costs money.
pub fn enable_plan(subscription: Uuid, then: impl FnOnce(Result<SubscriptionPlan, ApiError>) + 'static) {
    let url = format!("/api/subscriptions/{subscription}/defender-plan");
    ask(Method::PUT, url, Some(enabled()), then);
}

fn enabled() -> Json {
    Json::object([("plan", Json::Text("plan2".to_owned()))])
}

/// Where all of them are handed out as a file for spreadsheets.
pub fn sheet(wanted: &JitWanted) -> String {
    format!("/api/jit.csv?{}", wanted.query())
}

#[cfg(test)]
mod tests {
    use shared::defender::{NewDefenderPlan, WantedPlan};

    use super::*;

    #[test]
    fn the_plan_is_written_as_the_service_reads_it() {
        let read: NewDefenderPlan = serde_json::from_str(&enabled().to_string()).unwrap();
        assert_eq!(read.plan, WantedPlan::Plan2);
    }
}
