use serde_json::{Value, json};

use super::{VM, agrees};
use crate::activity::{ActivityPage, ActivityStatus, Operation, Origin};

fn item(operation: Operation, status: ActivityStatus, origin: Origin) -> Value {
    json!({
        "id": "z1", "at": "2030-01-09T12:05:00.1234567Z", "operation": operation.name(), "status": status.name(),
        "origin": origin.name(), "name": "Olga “O”", "account": "olga@contoso.com", "requested_for": null,
        "address": "203.0.113.7", "vms": [VM], "policy": "/subscriptions/x", "ports": [22, 3389],
        "source": "203.0.113.7", "until": "2030-01-09T13:05:00Z", "reason": "INC1", "detail": null,
        "request": "0195a1b2-0000-7000-8000-000000000001", "correlation_id": "c-1",
        "subscription": "11111111-2222-3333-4444-555555555555",
    })
}

#[test]
fn what_was_done_is_read_as_it_is_written() {
    use Origin::{Both, Missing, NotAsked, NotRead, NotYet, Outside, OwnOnly, TooOld};
    let operations = Operation::ALL.map(|operation| item(operation, ActivityStatus::Accepted, Both));
    let statuses = ActivityStatus::ALL.map(|status| item(Operation::Initiate, status, Outside));
    let origins = [NotAsked, NotYet, TooOld, NotRead, OwnOnly, Missing]
        .map(|origin| item(Operation::Update, ActivityStatus::Succeeded, origin));
    let bare = json!({
        "id": "p7", "at": "2030-01-09T12:05:00Z", "operation": "close", "status": "started", "origin": "both",
        "name": null, "account": null, "requested_for": null, "address": null, "vms": [], "policy": null,
        "ports": [], "source": null, "until": null, "reason": null, "detail": "Azure said no.", "request": null,
        "correlation_id": null, "subscription": "11111111-2222-3333-4444-555555555555",
    });
    let items: Vec<Value> = operations.into_iter().chain(statuses).chain(origins).chain([bare]).collect();
    agrees::<ActivityPage>(json!({
        "items": items, "next": "1893488400000000000.z1",
        "unreadable": [{ "id": "11111111-2222-3333-4444-555555555555", "name": "Lab", "reason": "No." }],
        "azure_since": "2029-10-11T12:05:00Z", "own_since": "2029-01-01T00:00:00Z",
        "as_of": "2030-01-09T12:05:00Z",
    }));
    agrees::<ActivityPage>(json!({
        "items": [], "next": null, "unreadable": [], "azure_since": "2029-10-11T12:05:00Z", "own_since": null,
        "as_of": "2030-01-09T12:05:00Z",
    }));
}
