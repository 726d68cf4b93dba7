//! Microsoft.PolicyInsights: what Azure Policy found.

mod columns;
mod query;
mod scan;
mod scope;
mod summarize;

use http::Method;

use super::{call::Call, error::ArmError, reply::Reply};
use crate::{odata, world::World};

pub(super) fn answer(call: &Call<'_>, world: &mut World) -> Result<Reply, ArmError> {
    match (&call.method, &call.target.lower()[..]) {
        (&Method::POST, ["policystates", "latest", "queryresults"]) => {
            query::answer(call, world, query::Which::Latest)
        }
        (&Method::POST, ["policystates", "default", "queryresults"]) => {
            query::answer(call, world, query::Which::All)
        }
        (&Method::POST, ["policystates", "latest", "summarize"]) => summarize::answer(call, world),
        (&Method::POST, ["policystates", "latest", "triggerevaluation"]) => scan::trigger(call, world),
        (&Method::GET, ["asyncoperationresults", id]) => scan::result(call, world, id),
        _ => Err(call.not_simulated()),
    }
}

/// 400 for a query option; which codes there are is not documented.
fn invalid(option: &str, fault: &odata::Fault) -> ArmError {
    let message = format!("Invalid {option} in the query string: {fault}");
    ArmError::bad_request(&format!("Invalid{}InQueryString", title(option)), message)
}

fn title(option: &str) -> String {
    let name = option.trim_start_matches('$');
    let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
    match name {
        "orderby" => "OrderBy".to_owned(),
        _ => format!("{}{rest}", first.to_ascii_uppercase()),
    }
}
