use serde_json::json;

use super::{VM, agrees};
use crate::report::Report;

#[test]
fn a_report_is_read_as_it_is_written() {
    let item = json!({
        "id": "z1", "at": "2030-01-09T12:05:00Z", "operation": "initiate", "status": "accepted",
        "origin": "both", "name": "Olga", "account": "olga@contoso.com", "requested_for": null,
        "address": "203.0.113.7", "vms": [VM], "policy": null, "ports": [22], "source": "203.0.113.7",
        "until": "2030-01-09T13:05:00Z", "reason": "INC1", "detail": null, "request": null,
        "correlation_id": null, "subscription": "11111111-2222-3333-4444-555555555555",
    });
    let ranking = |detail: Option<&str>| {
        let share = json!({
            "name": "olga “O”", "detail": detail, "grants": 3, "minutes": 180, "out_of_hours": 1, "refused": 2,
        });
        json!({ "of": 1, "items": [share] })
    };
    let listing = json!({ "count": 300, "items": [item] });
    let none = json!({ "count": 0, "items": [] });
    agrees::<Report>(json!({
        "period": "2030-Q1", "begins": "2029-12-31T23:00:00Z", "ends": "2030-03-31T22:00:00Z",
        "zone": "Europe/Berlin", "hours": "08:00-18:00", "weekdays": ["mon", "fri"],
        "as_of": "2030-01-10T12:05:00Z", "azure_since": "2029-10-12T12:05:00Z", "own_since": null,
        "unreadable": [{ "id": "11111111-2222-3333-4444-555555555555", "name": "Lab", "reason": "No." }],
        "totals": { "grants": 3, "minutes": 180, "closed_early": 1 },
        "days": [{ "date": "2030-01-01", "grants": 0, "out_of_hours": 0, "refused": 0 }],
        "people": ranking(Some("olga@contoso.com")), "machines": ranking(Some("rg")),
        "groups": ranking(None), "networks": ranking(None), "longest": [item], "broadest": [],
        "out_of_hours": listing, "without_ticket": none, "refused": none, "outside": none,
    }));
}
