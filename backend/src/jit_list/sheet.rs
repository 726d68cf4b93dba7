//! The list as a table for spreadsheets.

use csv::{Terminator, WriterBuilder};
use serde::Serialize;
use serde_json::Value;
use shared::jit_list::{Configured, JitRow, Standing, Tab};
use shared::policy::PortRule;
use shared::vm::Unsupported;

use crate::audit::export::harmless;

/// What the columns are called.
const COLUMNS: [&str; 18] = [
    "name",
    "resource_group",
    "subscription",
    "location",
    "os",
    "power",
    "tab",
    "severity",
    "reason",
    "remedy",
    "policy",
    "ports",
    "approved",
    "last_access",
    "last_user",
    "open",
    "risks",
    "id",
];

/// The rows as comma-separated values, with a line for the names of the columns.
pub fn sheet(rows: &[JitRow]) -> String {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let lines = rows.iter().map(|row| cells(row).map(harmless));
    for line in std::iter::once(COLUMNS.map(str::to_owned)).chain(lines) {
        table.write_record(line).expect("every line has as many cells, and memory takes them");
    }
    let bytes = table.into_inner().expect("memory takes it");
    String::from_utf8(bytes).expect("text was written")
}

fn cells(row: &JitRow) -> [String; COLUMNS.len()] {
    let ([tab, severity, reason, remedy], configured) = match &row.standing {
        Standing::Configured(configured) => {
            let unsupported = configured.unsupported.clone();
            let Unsupported { reason, remedy } =
                unsupported.unwrap_or(Unsupported { reason: String::new(), remedy: String::new() });
            ([Tab::Configured.name().to_owned(), String::new(), reason, remedy], Some(configured))
        }
        Standing::NotConfigured { severity, reason } => {
            ([Tab::NotConfigured.name().to_owned(), word(severity), reason.clone(), String::new()], None)
        }
        Standing::Unsupported(Unsupported { reason, remedy }) => {
            ([Tab::Unsupported.name().to_owned(), String::new(), reason.clone(), remedy.clone()], None)
        }
    };
    let [policy, ports, approved, last_access, last_user, open, risks] =
        configured.map(of_policy).unwrap_or_default();
    [
        row.id.name().to_string(),
        row.id.resource_group().to_string(),
        row.subscription_name.clone(),
        row.location.clone(),
        word(&row.os),
        word(&row.power),
        tab,
        severity,
        reason,
        remedy,
        policy,
        ports,
        approved,
        last_access,
        last_user,
        open,
        risks,
        row.id.to_string(),
    ]
}

fn of_policy(of: &Configured) -> [String; 7] {
    [
        of.policy_id.clone(),
        listed(of.ports.iter().map(port)),
        of.approved.to_string(),
        of.last_access.map(|at| at.to_string()).unwrap_or_default(),
        of.last_user.clone().unwrap_or_default(),
        listed(of.open.iter().map(|open| format!("{} until {}", open.port, open.until))),
        listed(of.risks.iter().map(|risk| risk.detail.clone())),
    ]
}

fn port(rule: &PortRule) -> String {
    let sources: Vec<String> = rule.sources.iter().map(ToString::to_string).collect();
    format!("{} {} from {} for {}", rule.port, rule.protocol, sources.join(" "), rule.longest)
}

fn listed(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join("; ")
}

/// What a value is called on the wire.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
}
