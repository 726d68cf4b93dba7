use serde_json::json;

use super::{VM, agrees};
use crate::code::Code;
use crate::jit_list::JitPage;

#[test]
fn how_machines_stand_is_read_as_it_is_written() {
    let row = |standing: serde_json::Value| {
        json!({
            "id": VM, "subscription_name": "Office", "location": "westeurope", "os": "linux", "power": "running",
            "standing": standing, "may_request": true, "may_configure": false,
        })
    };
    let unsupported = json!({ "reason": "No group.", "remedy": "Put one there." });
    let severities = ["high", "low", "unknown", "healthy"].map(|severity| {
        row(json!({ "tab": "not-configured", "severity": severity, "reason": "Rule “A” lets anybody in." }))
    });
    let mut items = vec![
        row(json!({
            "tab": "configured", "policy_id": "/subscriptions/x", "shared_with": 3, "firewall": true, "approved": 2,
            "ports": [{ "port": 22, "protocol": "*", "sources": ["*", "203.0.113.0/24"], "longest": "PT3H" }],
            "last_access": "2030-01-09T12:05:00Z", "last_user": "olga@contoso.com",
            "open": [{ "port": 22, "until": "2030-01-09T13:05:00Z" }],
            "risks": [{
                "rule": { "nsg": "web-nsg", "rule": "A", "priority": 300, "made_by_jit": false },
                "ports": [22], "detail": "It lets anybody in.",
            }],
            "unsure": "It could not be read.", "unsupported": unsupported,
        })),
        row(json!({
            "tab": "configured", "policy_id": "", "shared_with": 0, "firewall": false, "approved": 0, "ports": [],
            "last_access": null, "last_user": null, "open": [], "risks": [], "unsure": null, "unsupported": null,
        })),
        row(json!({ "tab": "unsupported", "reason": "No group.", "remedy": "Put one there." })),
    ];
    items.extend(severities);
    let subscription = json!({ "id": "11111111-2222-3333-4444-555555555555", "name": "Office" });
    let plan = |plan: serde_json::Value| json!({ "subscription": subscription, "plan": plan, "trial_days": 12, "told": "It has one.", "step": null, "machines": 7, "may_enable": true });
    let plans = [json!("plan2"), json!("plan1"), json!("free"), serde_json::Value::Null].map(plan);
    agrees::<JitPage>(json!({
        "items": items, "next": "50 x", "total": 7,
        "counts": { "configured": 2, "not_configured": 4, "unsupported": 1, "unknown": 0 },
        "as_of": "2030-01-09T12:05:00Z",
        "unreadable": [{ "id": "11111111-2222-3333-4444-555555555555", "name": "Lab", "reason": "No." }],
        "facets": { "subscriptions": [subscription], "groups": ["rg"], "locations": ["westeurope"] },
        "plans": plans,
    }));
    agrees::<JitPage>(json!({
        "items": [], "next": null, "total": 0,
        "counts": { "configured": 0, "not_configured": 0, "unsupported": 0, "unknown": 0 },
        "as_of": "2030-01-09T12:05:00Z", "unreadable": [], "facets": null, "plans": [],
    }));
}

#[test]
fn code_is_read_as_it_is_written() {
    let file = "resource jit1 'x' = {\n  name: 'a\\'b'\n}\n";
    agrees::<Code>(
        json!({ "powershell": "$end = 1\n", "az": "az rest\n", "curl": "curl \u{201c}", "bicep": [] }),
    );
    agrees::<Code>(json!({ "powershell": "", "az": "", "curl": "", "bicep": [file, file] }));
}
