use serde_json::{Value, json};

use super::{HANDOFF, VM, agrees};
use crate::policy_change::{ChangePlan, PolicyChange};

#[test]
fn changes_of_many_machines_are_read_as_serde_reads_them() {
    let at = "2030-01-09T12:06:00Z";
    let ports = json!({ "ports": [{ "port": 22, "protocol": "TCP", "sources": ["*"], "longest": "PT3H" }] });
    for means in ["unchanged", "enabled", "changed", "disabled", "impossible"] {
        for version in [json!("0123456789abcdef0123456789abcdef"), Value::Null] {
            agrees::<ChangePlan>(json!({ "items": [{
                "vm": VM, "policy_id": "/subscriptions/1", "shared_with": 3, "from": Value::Null, "to": ports,
                "version": version, "means": means, "obstacle": null,
                "ports": { "added": [22], "changed": [], "removed": [3389, 5985] },
            }], "gone": [VM], "as_of": at }));
        }
    }
    let amend =
        json!([{ "port": 22, "longest": "PT1H" }, { "port": 23, "protocol": "TCP", "sources": ["*"] }]);
    let merge = json!({ "merge": { "ports": ports["ports"], "amend": amend, "remove": [3389] } });
    for (change, progress) in [
        (json!({ "set": ports }), "working"),
        (merge, "cancelling"),
        (json!("disable"), "over"),
        (json!("forget"), "over"),
    ] {
        let item = |fate: Value| {
            json!({
                "vm": VM, "policy_id": "/subscriptions/1", "from": ports, "to": Value::Null, "means": "disabled", "fate": fate,
            })
        };
        agrees::<PolicyChange>(json!({
            "id": HANDOFF, "change": change, "asked_by": { "name": "Ada", "username": "ada@contoso.com" },
            "asked_at": at, "progress": progress, "machines": 8, "settled": 6, "items": [
                item(json!({ "state": "waiting" })),
                item(json!({ "state": "working" })),
                item(json!({ "state": "done" })),
                item(json!({ "state": "unchanged" })),
                item(json!({ "state": "overtaken", "standing": ports })),
                item(json!({ "state": "refused", "reason": "No rule." })),
                item(json!({ "state": "failed", "reason": "No answer." })),
                item(json!({ "state": "cancelled" })),
            ],
        }));
    }
}
