//! What a month or a quarter was like.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;
use shared::report::Report;
use utoipa::IntoParams;

use super::answer::{self, Saved};
use super::extract::{Params, maybe, one, wrong_field};
use crate::error::ApiError;
use crate::jit::{Jit, WantedReport};
use crate::limits::Limits;
use crate::report;
use crate::session::CurrentUser;

/// Which report is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// A month, such as `2026-10`, or a quarter, such as `2026-Q3`.
    period: String,
    /// The time zone of its days and hours, by its IANA name; without, that of the settings.
    zone: Option<String>,
    /// From when to when people work, such as `08:00-18:00`; without, as the settings say.
    hours: Option<String>,
}

/// Tells what a month or a quarter was like on machines whose audit trail the caller may read: who had
/// access to what and for how long, and what stands out. The same records give the same report. One
/// person gets one at a time.
#[utoipa::path(
    get, path = "/api/report", tag = "Activity", operation_id = "getReport", params(ReportQuery),
    responses(
        (status = 200, body = Report),
        ApiError,
    )
)]
pub async fn show(
    user: CurrentUser,
    State(jit): State<Jit>,
    State(limits): State<Limits>,
    Params(query): Params<ReportQuery>,
) -> Result<Json<Report>, ApiError> {
    Ok(Json(made(&user, &jit, &limits, &query).await?))
}

/// The same as a table for spreadsheets. `section` says what a line is about.
#[utoipa::path(
    get, path = "/api/report.csv", tag = "Activity", operation_id = "exportReport", params(ReportQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        ApiError,
    )
)]
pub async fn table(
    user: CurrentUser,
    State(jit): State<Jit>,
    State(limits): State<Limits>,
    Params(query): Params<ReportQuery>,
) -> Result<Saved<Bytes>, ApiError> {
    let report = made(&user, &jit, &limits, &query).await?;
    let lines = answer::table_lines(report::lines(&report)).expect("memory takes whatever is written to it");
    Ok(answer::table(&format!("report-{}.csv", report.period), lines))
}

async fn made(
    user: &CurrentUser,
    jit: &Jit,
    limits: &Limits,
    query: &ReportQuery,
) -> Result<Report, ApiError> {
    let zone = query.zone.as_deref().map(|name| {
        let zone = report::zone(name).map(|zone| (zone, name.to_owned()));
        let why = format!("“{name}” is no time zone; give its IANA name, such as Europe/Berlin");
        zone.ok_or_else(|| wrong_field("zone", &why))
    });
    let wanted = WantedReport {
        period: one("period", &query.period)?,
        zone: zone.transpose()?,
        between: maybe("hours", query.hours.as_deref())?,
    };
    let _writing = limits.table_for(&user.key)?;
    Ok(jit.report(user, wanted).await?)
}
