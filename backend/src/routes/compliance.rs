//! How machines comply with the policy that they should have just-in-time access.

pub mod changes;
pub mod remediation;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use shared::compliance::{AssignmentList, ComplianceHistory, CompliancePage, ComplianceState, LiveState};
use shared::jit_list::Severity;
use utoipa::IntoParams;

use super::answer::{self, File};
use super::extract::{Params, maybe, page_size, wrong_field};
use super::jit_list::{flag, only};
use super::vms::{listed, words};
use crate::compliance::{ComplianceFilter, Grouping};
use crate::error::ApiError;
use crate::jit::Jit;
use crate::jit_list::Start;
use crate::session::CurrentUser;

/// What the list can be narrowed by. Several values are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ComplianceQuery {
    /// The ARM id of one assignment: what others make of machines does not count then.
    assignment: String,
    /// What Azure Policy makes of them: `non-compliant`, `conflicting`, `unknown`, `not-started`,
    /// `exempt`, `compliant`, or `not-covered`.
    state: String,
    /// What Postern sees of them: `exposed`, `bypassed`, `unknown`, `unsupported`, `not-needed` or
    /// `protected`.
    live: String,
    /// `high`, `low` or `unknown`.
    severity: String,
    /// `yes`: only those of which Azure and Postern differ.
    differs: String,
    /// Words that must all occur in name, group, subscription, address or tags.
    q: String,
    /// Subscription ids.
    subscription: String,
    /// Resource groups.
    group: String,
    /// One owner, as the tag says; `-` for machines without.
    owner: String,
    /// `group`, `owner` or `none`: what they are grouped by; the first if left out.
    by: String,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many machines at most; 1 to 200.
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
    /// `no`: without what the filters can be set to.
    facets: String,
}

/// Lists how the machines comply that the caller may comply on, the most severe group first: what
/// Azure Policy makes of each, which is hours behind, what Postern sees of it now, and why they differ.
#[utoipa::path(
    get, path = "/api/compliance", tag = "Compliance", operation_id = "listCompliance", params(ComplianceQuery),
    responses(
        (status = 200, body = CompliancePage),
        ApiError,
    )
)]
pub async fn list(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ComplianceQuery>,
) -> Result<Json<CompliancePage>, ApiError> {
    let (start, limit) = (query.start()?, page_size(query.limit.as_deref())?);
    let facets = !flag("facets", &query.facets, "no")?;
    Ok(Json(jit.compliance(&user, query.filter()?, start, limit, facets).await?))
}

/// The same for spreadsheets: all that match, as comma-separated values. Neither cursor nor limit
/// counts. Subscriptions that could not be read are named in the last lines.
#[utoipa::path(
    get, path = "/api/compliance.csv", tag = "Compliance", operation_id = "exportCompliance",
    params(ComplianceQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        ApiError,
    )
)]
pub async fn export(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<ComplianceQuery>,
) -> Result<File, ApiError> {
    Ok(answer::table("compliance.csv", jit.compliance_sheet(&user, query.filter()?).await?))
}

/// Lists where the policy is assigned, by itself or through an initiative, how the machines stand that
/// the caller may comply on, and where the caller may assign it.
#[utoipa::path(
    get, path = "/api/compliance/assignments", tag = "Compliance", operation_id = "listAssignments",
    responses(
        (status = 200, body = AssignmentList),
        ApiError,
    )
)]
pub async fn assignments(
    user: CurrentUser,
    State(jit): State<Jit>,
) -> Result<Json<AssignmentList>, ApiError> {
    Ok(Json(jit.assignments(&user).await?))
}

/// Which days are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The ARM id of one assignment; of all, the worst counts.
    assignment: String,
    /// How many days, today included; 1 to 730, and 30 if left out.
    #[param(value_type = Option<u16>)]
    days: Option<String>,
}

/// Lists how many machines were in which state day by day, in the resource groups that the caller may
/// comply on as a whole. Days are written down since Postern is there.
#[utoipa::path(
    get, path = "/api/compliance/history", tag = "Compliance", operation_id = "showComplianceHistory",
    params(HistoryQuery),
    responses(
        (status = 200, body = ComplianceHistory),
        ApiError,
    )
)]
pub async fn history(
    user: CurrentUser,
    State(jit): State<Jit>,
    Params(query): Params<HistoryQuery>,
) -> Result<Json<ComplianceHistory>, ApiError> {
    let days = maybe::<u16>("days", query.days.as_deref())?.unwrap_or(30);
    if !(1..=730).contains(&days) {
        return Err(wrong_field("days", "ask for 1 to 730 days"));
    }
    Ok(Json(jit.compliance_history(&user, &query.assignment.to_lowercase(), days).await?))
}

impl ComplianceQuery {
    fn filter(&self) -> Result<ComplianceFilter, ApiError> {
        let owner = Some(&self.owner).filter(|owner| !owner.is_empty());
        let assignment = Some(&self.assignment).filter(|assignment| !assignment.is_empty());
        Ok(ComplianceFilter {
            assignment: assignment.map(|id| id.to_lowercase()),
            states: self.states()?,
            live: listed::<LiveState>("live", &self.live)?,
            severities: listed::<Severity>("severity", &self.severity)?,
            differs: flag("differs", &self.differs, "yes")?,
            words: words(&self.q)?,
            subscriptions: listed("subscription", &self.subscription)?,
            groups: listed("group", &self.group)?,
            owners: owner
                .map(|owner| if owner == "-" { String::new() } else { owner.clone() })
                .into_iter()
                .collect(),
            by: only::<Grouping>("by", &self.by)?,
        })
    }

    fn states(&self) -> Result<Vec<Option<ComplianceState>>, ApiError> {
        let names = self.state.split(',').filter(|name| !name.is_empty());
        names
            .map(|name| match name {
                "not-covered" => Ok(None),
                name => Ok(listed::<ComplianceState>("state", name)?.pop()),
            })
            .collect()
    }

    fn start(&self) -> Result<Start, ApiError> {
        let Some(cursor) = self.cursor.as_deref() else { return Ok(Start::default()) };
        let parts = cursor.split_once(' ');
        let start = parts.and_then(|(offset, id)| {
            Some(Start { offset: offset.parse().ok()?, after: Some(id.parse().ok()?) })
        });
        start.ok_or_else(|| wrong_field("cursor", "this is no “next” of a page of this list"))
    }
}
