//! The list as a table for spreadsheets.

use csv::{Terminator, WriterBuilder};
use shared::compliance::{ComplianceRow, ComplianceState};
use shared::jit_list::Severity;
use shared::vm::UnreadableSubscription;

use crate::audit::export::harmless;

/// What the columns are called.
const COLUMNS: [&str; 13] = [
    "name",
    "resource_group",
    "subscription",
    "owner",
    "azure_state",
    "last_evaluated",
    "assignments",
    "live_state",
    "severity",
    "open_management_ports",
    "detail",
    "difference",
    "id",
];

/// The rows as comma-separated values, with a line for the names of the columns. What could not be read
/// stands in the last lines, where nobody overlooks it.
pub fn sheet(rows: &[ComplianceRow], unreadable: &[UnreadableSubscription]) -> String {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let lines = rows.iter().map(cells).chain(unreadable.iter().map(missing)).map(|cells| cells.map(harmless));
    for line in std::iter::once(COLUMNS.map(str::to_owned)).chain(lines) {
        table.write_record(line).expect("every line has as many cells, and memory takes them");
    }
    let bytes = table.into_inner().expect("memory takes it");
    String::from_utf8(bytes).expect("text was written")
}

fn cells(row: &ComplianceRow) -> [String; COLUMNS.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let state = row.state.map_or("not-covered", ComplianceState::name);
    let verdicts = row.verdicts.iter().map(|of| format!("{}: {}", of.assignment, of.state.name()));
    let severity = match row.severity {
        Some(Severity::High) => "high",
        Some(Severity::Low) => "low",
        Some(Severity::Unknown) => "unknown",
        Some(Severity::Healthy) | None => "",
    };
    let ports: Vec<String> = row.open_ports.iter().map(ToString::to_string).collect();
    [
        row.id.name().to_string(),
        row.id.resource_group().to_string(),
        row.subscription_name.clone(),
        text(&row.owner),
        state.to_owned(),
        row.evaluated_at.map(|at| at.to_string()).unwrap_or_default(),
        verdicts.collect::<Vec<_>>().join("; "),
        row.live.name().to_owned(),
        severity.to_owned(),
        ports.join("; "),
        text(&row.detail),
        text(&row.difference),
        row.id.to_string(),
    ]
}

fn missing(unreadable: &UnreadableSubscription) -> [String; COLUMNS.len()] {
    let mut cells = [const { String::new() }; COLUMNS.len()];
    cells[2].clone_from(&unreadable.name);
    "unreadable".clone_into(&mut cells[4]);
    cells[10].clone_from(&unreadable.reason);
    cells[12] = format!("/subscriptions/{}", unreadable.id);
    cells
}
