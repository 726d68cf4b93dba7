use serde_json::{Value, json};

use super::{VM, agrees};
use crate::compliance::{
    AssignmentList, ComplianceHistory, CompliancePage, ComplianceState, LiveState, Remediation, ScanList,
};

const SCOPE: &str = "/subscriptions/11111111-2222-3333-4444-555555555555";

fn row(state: Option<ComplianceState>, live: LiveState) -> Value {
    json!({
        "id": VM, "subscription_name": "Büro", "owner": "ines@contoso.com", "state": state,
        "evaluated_at": "2030-01-09T12:05:00Z",
        "verdicts": [{ "assignment": "ASC Default", "state": "compliant", "evaluated_at": null }],
        "live": live, "severity": "high", "open_ports": [22, 3389], "detail": "Anybody.", "difference": null,
        "may_configure": true,
    })
}

#[test]
fn how_machines_comply_is_read_as_it_is_written() {
    let states = ComplianceState::ALL.map(|state| row(Some(state), LiveState::Protected));
    let lives = LiveState::ALL.map(|live| row(None, live));
    let items: Vec<Value> = states.into_iter().chain(lives).collect();
    let counts = json!({ "non_compliant": 1, "compliant": 2, "exempt": 3, "other": 4, "not_covered": 5 });
    agrees::<CompliancePage>(json!({
        "items": items, "next": "12", "total": 12, "counts": counts,
        "groups": [{ "name": "hq", "subscription_name": "Büro", "owner": null, "machines": 2, "high": 1 }],
        "owner_tag": "owner", "as_of": "2030-01-09T12:05:00Z", "live_as_of": "2030-01-09T12:05:00Z",
        "unreadable": [],
        "facets": {
            "assignments": [{ "name": "ASC Default", "id": "/subscriptions/x" }], "groups": ["hq"],
            "owners": ["ines@contoso.com"], "subscriptions": [],
        },
    }));
}

#[test]
fn where_the_policy_is_assigned_is_read_as_it_is_written() {
    let kinds = ["management_group", "subscription", "resource_group"]
        .map(|kind| json!({ "kind": kind, "name": "Büro", "scope": SCOPE }));
    let counts = json!({ "non_compliant": 1, "compliant": 2, "exempt": 3, "other": 4, "not_covered": 5 });
    let item = |initiative: Option<&str>, effect: Option<&str>| {
        json!({
            "id": "/x", "display_name": "JIT", "scope": SCOPE, "scope_name": "Büro", "initiative": initiative,
            "effect": effect, "enforced": true, "counts": counts, "evaluated_at": null, "may_remove": false,
        })
    };
    agrees::<AssignmentList>(json!({
        "items": [item(None, Some("Disabled")), item(Some("MCSB"), None)], "scopes": kinds,
        "as_of": "2030-01-09T12:05:00Z", "unreadable": [],
    }));
}

#[test]
fn scans_are_read_as_they_are_written() {
    let subscription = json!({ "name": "Büro", "id": "11111111-2222-3333-4444-555555555555" });
    let scan = |ended_at: Option<&str>, problem: Option<&str>| {
        json!({
            "subscription": subscription, "begun_at": "2030-01-09T12:05:00Z", "begun_by": "ines@contoso.com",
            "ended_at": ended_at, "problem": problem,
        })
    };
    agrees::<ScanList>(json!({
        "items": [scan(None, None), scan(Some("2030-01-09T12:06:00Z"), Some("No."))],
        "subscriptions": [subscription], "as_of": "2030-01-09T12:05:00Z",
    }));
}

#[test]
fn how_it_went_is_read_as_it_is_written() {
    let counts = json!({ "non_compliant": 1, "compliant": 2, "exempt": 3, "other": 4, "not_covered": 5 });
    agrees::<ComplianceHistory>(json!({
        "items": [{ "day": "2030-01-09T00:00:00Z", "counts": counts }],
        "assignments": [{ "name": "ASC Default", "id": "/x" }], "partial": true,
    }));
}

#[test]
fn what_owners_are_asked_is_read_as_it_is_written() {
    let message = |owner: Option<&str>, to: &[&str], no_mail: Option<&str>, outcome: &str| {
        json!({
            "owner": owner, "to": to, "no_mail": no_mail, "subject": "Please", "text": "Hello,\n",
            "link": "https://postern.contoso.com/compliance", "vms": [VM], "outcome": outcome,
        })
    };
    agrees::<Remediation>(json!({
        "messages": [
            message(Some("ines@contoso.com"), &["ines@contoso.com"], None, "accepted"),
            message(Some("Plant"), &[], Some("No address."), "preview"),
            message(None, &[], Some("Nobody."), "not-sent"),
        ],
        "left_out": [{ "vm": VM, "why": "It is exempt." }], "owner_tag": "owner", "mail": true,
        "webhooks": ["tickets"],
    }));
}
