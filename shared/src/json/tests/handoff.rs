use serde_json::{Value, json};

use super::{HANDOFF, VM, agrees, request};
use crate::handoff::{Handoff, HandoffView, PreparedHandoff};
use crate::page::Page;

fn handoff(state: &Value) -> Value {
    json!({
        "id": HANDOFF, "vm": VM, "ports": [3389], "duration": "PT1H", "requested_for": "anna@contoso.com", "guest": false,
        "reason": null, "prepared_by": { "name": "Hedy", "username": "hedy@contoso.com" },
        "prepared_at": "2030-01-09T12:05:00Z", "expires_at": "2030-01-09T12:20:00Z", "state": state,
    })
}

#[test]
fn what_was_prepared_is_read_as_serde_reads_it() {
    let at = "2030-01-09T12:06:00Z";
    let address = json!({ "address": "2001:db8::7", "how": { "by": "direct" } });
    for state in [
        json!({ "state": "prepared" }),
        json!({ "state": "redeemed", "at": at, "request": HANDOFF }),
        json!({ "state": "revoked", "at": at, "by": { "name": "Hedy", "username": "hedy@contoso.com" } }),
        json!({ "state": "expired", "at": at }),
        json!({ "state": "locked", "at": at }),
    ] {
        agrees::<Page<Handoff>>(json!({ "items": [handoff(&state)], "next": null }));
        for code in [Value::Null, json!("ABCD-EFGH")] {
            agrees::<PreparedHandoff>(json!({
                "handoff": handoff(&state), "link": "https://a.example/for/1#s", "qr": "<svg/>", "message": "Hi", "code": code,
            }));
        }
        agrees::<HandoffView>(json!({ "view": "you_prepared", "handoff": handoff(&state) }));
        agrees::<HandoffView>(
            json!({ "view": "ready", "handoff": handoff(&state), "address": address, "now": at }),
        );
        agrees::<HandoffView>(json!({
            "view": "opened", "handoff": handoff(&state), "request": request(&json!({ "state": "requesting" })),
            "destinations": ["a.example", "10.0.0.4"], "can_close": true, "now": at,
            "reach": [{ "port": 22, "reach": { "state": "accessible" } }],
        }));
    }
    agrees::<HandoffView>(json!({ "view": "who_are_you", "guest": true }));
    agrees::<HandoffView>(json!({ "view": "not_yours" }));
    for why in ["used", "revoked", "expired", "locked"] {
        agrees::<HandoffView>(json!({ "view": "over", "why": why, "guest": why == "locked" }));
    }
}
