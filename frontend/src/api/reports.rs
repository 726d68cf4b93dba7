//! What a month or a quarter was like.

use shared::report::Report;

use super::{ApiError, get};

/// The report that `query` asks for, as the page's own address does.
pub async fn show(query: &str) -> Result<Report, ApiError> {
    get(format!("/api/report?{query}")).await
}

/// Where it is as a table for spreadsheets.
pub fn csv(query: &str) -> String {
    format!("/api/report.csv?{query}")
}
