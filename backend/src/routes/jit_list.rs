//! How all machines stand with just-in-time access.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use shared::jit_list::{JitPage, Tab};
use utoipa::IntoParams;

use super::answer::{self, File};
use super::extract::{Params, malformed, page_size, wrong_field};
use super::vms::{listed, words};
use crate::error::ApiError;
use crate::jit::Jit;
use crate::jit_list::{JitFilter, Key, Start};
use crate::session::CurrentUser;

/// What the list can be narrowed by. Several values are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `configured`, `not-configured` or `unsupported`; the first if left out.
    tab: String,
    /// Words that must all occur in name, group, subscription, address or tags.
    q: String,
    /// Subscription ids.
    subscription: String,
    /// Resource groups.
    group: String,
    /// Regions.
    location: String,
    /// `running`, `stopped`, `deallocated` and so on.
    power: String,
    /// `now`: only machines with a port that is open.
    open: String,
    /// `any`: only machines whose policy lets any source ask.
    source: String,
    /// `name`, `group`, `subscription`, `location`, `approved`, `last_access`, `severity` or
    /// `reason`, with a minus sign before it for the other way round.
    sort: String,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many machines to leave out at the beginning, instead of a cursor.
    #[param(value_type = Option<usize>)]
    offset: Option<String>,
    /// How many machines at most; 1 to 200.
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
    /// `no`: without what the filters can be set to.
    facets: String,
}

/// Lists how the machines that the caller may see stand with just-in-time access, by tab.
#[utoipa::path(
    get, path = "/api/jit", tag = "Just-in-time policies", operation_id = "listJit", params(ListQuery),
    responses(
        (status = 200, body = JitPage),
        ApiError,
    )
)]
pub async fn show(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ListQuery>,
) -> Result<Json<JitPage>, ApiError> {
    let (start, limit) = (query.start()?, page_size(query.limit.as_deref())?);
    let facets = !flag("facets", &query.facets, "no")?;
    Ok(Json(jit.jit_list(&user, query.filter()?, start, limit, facets).await?))
}

/// The same for spreadsheets: all machines of the tab that match, as comma-separated values. Neither
/// cursor nor limit counts.
#[utoipa::path(
    get, path = "/api/jit.csv", tag = "Just-in-time policies", operation_id = "exportJit", params(ListQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        ApiError,
    )
)]
pub async fn export(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ListQuery>,
) -> Result<File, ApiError> {
    let filter = query.filter()?;
    let name = format!("just-in-time-{}.csv", filter.tab.name());
    Ok(answer::table(&name, jit.jit_sheet(&user, filter).await?))
}

impl ListQuery {
    fn filter(&self) -> Result<JitFilter, ApiError> {
        let (descending, key) = match self.sort.strip_prefix('-') {
            Some(key) => (true, key),
            None => (false, self.sort.as_str()),
        };
        Ok(JitFilter {
            tab: only::<Tab>("tab", &self.tab)?,
            words: words(&self.q)?,
            subscriptions: listed("subscription", &self.subscription)?,
            groups: listed("group", &self.group)?,
            locations: listed("location", &self.location)?,
            power: listed("power", &self.power)?,
            open_now: flag("open", &self.open, "now")?,
            any_source: flag("source", &self.source, "any")?,
            key: only::<Key>("sort", key)?,
            descending,
        })
    }

    fn start(&self) -> Result<Start, ApiError> {
        let Some(cursor) = self.cursor.as_deref() else {
            let offset = self.offset.as_deref().unwrap_or("0");
            let wrong = || wrong_field("offset", &format!("“{offset}” is not a number from 0 on"));
            return Ok(Start { offset: offset.parse().map_err(|_| wrong())?, after: None });
        };
        if self.offset.is_some() {
            return Err(malformed("say either cursor or offset".to_owned(), Vec::new()));
        }
        let parts = cursor.split_once(' ');
        let start = parts.and_then(|(offset, id)| {
            Some(Start { offset: offset.parse().ok()?, after: Some(id.parse().ok()?) })
        });
        start.ok_or_else(|| wrong_field("cursor", "this is no “next” of a page of this list"))
    }
}

/// The only value of a list, or what stands for none.
pub(super) fn only<T: Default + serde::de::DeserializeOwned + serde::Serialize>(
    field: &str,
    text: &str,
) -> Result<T, ApiError> {
    let mut values = listed::<T>(field, text)?;
    match values.len() {
        0 => Ok(T::default()),
        1 => Ok(values.remove(0)),
        _ => Err(wrong_field(field, &format!("{field} takes one value"))),
    }
}

/// Whether a parameter is set that has one value.
pub(super) fn flag(field: &str, text: &str, set: &str) -> Result<bool, ApiError> {
    match text {
        "" => Ok(false),
        text if text == set => Ok(true),
        text => {
            Err(wrong_field(field, &format!("“{text}” is not “{set}”, the only value that {field} can have")))
        }
    }
}
