//! How machines comply with the policy that they should have just-in-time access.

use gloo_net::http::Method;
use shared::compliance::{
    Assignment, AssignmentList, ComplianceHistory, CompliancePage, Remediation, ScanList,
};
use shared::json::Json;
use shared::resource_id::VmId;
use uuid::Uuid;

use super::{ApiError, ask, fetch, get, hand_over};
use crate::page::{Complying, escaped};

/// A page of the machines; `cursor` is the `next` of the page before.
pub async fn list(
    complying: &Complying,
    limit: usize,
    cursor: Option<&str>,
) -> Result<CompliancePage, ApiError> {
    let facets = if cursor.is_some() { "&facets=no" } else { "" };
    let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
    let conditions = complying.of_machines();
    get(format!("/api/compliance?limit={limit}{facets}{cursor}&{conditions}")).await
}

/// Where all of them are handed out as a file for spreadsheets.
pub fn sheet(complying: &Complying) -> String {
    format!("/api/compliance.csv?{}", complying.of_machines())
}

/// Where the policy is assigned.
pub fn assignments(then: impl FnOnce(Result<AssignmentList, ApiError>) + 'static) {
    fetch("/api/compliance/assignments".to_owned(), then);
}

/// Assigns it to a part of Azure.
pub fn assign(
    scope: &str,
    effect: &str,
    name: &str,
    then: impl FnOnce(Result<Assignment, ApiError>) + 'static,
) {
    ask(Method::POST, "/api/compliance/assignments".to_owned(), Some(assigned(scope, effect, name)), then);
}

fn assigned(scope: &str, effect: &str, name: &str) -> Json {
    let text = |text: &str| Json::Text(text.to_owned());
    let name = if name.trim().is_empty() { Json::Null } else { text(name) };
    Json::object([("scope", text(scope)), ("effect", text(effect)), ("display_name", name)])
}

/// Takes an assignment away that Postern made.
pub fn remove(scope: &str, then: impl FnOnce(Option<ApiError>) + 'static) {
    let url = format!("/api/compliance/assignments?scope={}", escaped(scope));
    hand_over(Method::DELETE, url, None, Box::new(|answer| then(answer.err())));
}

/// The scans of the last day.
pub fn scans(then: impl FnOnce(Result<ScanList, ApiError>) + 'static) {
    fetch("/api/compliance/scans".to_owned(), then);
}

/// Has subscriptions scanned.
pub fn scan(subscriptions: &[Uuid], then: impl FnOnce(Result<ScanList, ApiError>) + 'static) {
    ask(Method::POST, "/api/compliance/scans".to_owned(), Some(scanned(subscriptions)), then);
}

fn scanned(subscriptions: &[Uuid]) -> Json {
    let ids = subscriptions.iter().map(|id| Json::Text(id.to_string())).collect();
    Json::object([("subscriptions", Json::List(ids))])
}

/// What the owners of machines are written; sent where the way is not `preview`.
pub fn remediation(
    machines: &[VmId],
    way: &str,
    webhook: Option<&str>,
    then: impl FnOnce(Result<Remediation, ApiError>) + 'static,
) {
    let url = "/api/compliance/remediation-requests".to_owned();
    ask(Method::POST, url, Some(remediated(machines, way, webhook)), then);
}

fn remediated(machines: &[VmId], way: &str, webhook: Option<&str>) -> Json {
    let text = |text: &str| Json::Text(text.to_owned());
    let vms = machines.iter().map(|vm| Json::Text(vm.to_string())).collect();
    Json::object([
        ("vms", Json::List(vms)),
        ("way", text(way)),
        ("webhook", webhook.map_or(Json::Null, text)),
    ])
}

/// How it went.
pub fn history(
    assignment: &str,
    days: &str,
    then: impl FnOnce(Result<ComplianceHistory, ApiError>) + 'static,
) {
    let days = if days.is_empty() { "30" } else { days };
    fetch(format!("/api/compliance/history?days={}&assignment={}", escaped(days), escaped(assignment)), then);
}

#[cfg(test)]
mod tests {
    use shared::compliance::{Effect, NewAssignment, NewRemediation, NewScans, RemediationWay};

    use super::*;

    const SCOPE: &str = "/subscriptions/11111111-2222-3333-4444-555555555555";

    #[test]
    fn an_assignment_is_written_as_the_service_reads_it() {
        let read = |name: &str| -> NewAssignment {
            serde_json::from_str(&assigned(SCOPE, "Disabled", name).to_string()).unwrap()
        };
        let new = read("JIT");
        assert_eq!((new.scope.to_string().as_str(), new.effect), (SCOPE, Effect::Disabled));
        assert_eq!((new.display_name.as_deref(), read(" ").display_name), (Some("JIT"), None));
    }

    #[test]
    fn what_owners_are_to_be_told_is_written_as_the_service_reads_it() {
        let vm: VmId = format!("{SCOPE}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1")
            .parse()
            .unwrap();
        let read = |way: &str, webhook: Option<&str>| -> NewRemediation {
            serde_json::from_str(&remediated(std::slice::from_ref(&vm), way, webhook).to_string()).unwrap()
        };
        let new = read("webhook", Some("tickets"));
        assert_eq!((&new.vms[..], new.way), (&[vm.clone()][..], RemediationWay::Webhook));
        assert_eq!((new.webhook.as_deref(), read("mail", None).webhook), (Some("tickets"), None));
        assert_eq!(read("preview", None).way, RemediationWay::Preview);
    }

    #[test]
    fn a_scan_is_written_as_the_service_reads_it() {
        let read: NewScans = serde_json::from_str(&scanned(&[Uuid::nil()]).to_string()).unwrap();
        assert_eq!(read.subscriptions, [Uuid::nil().to_string()]);
    }
}
