mod activity;
mod any_text;
mod compliance;
mod handoff;
mod jit_list;
mod policy_change;
mod report;

use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::access::{AccessRequest, CreatedAccess, Watched};
use crate::bastion::{ShareableLink, Ways};
use crate::explanation::AccessExplanation;
use crate::page::Page;
use crate::preflight::Preflight;
use crate::problem::Problem;
use crate::session::{Session, SignedIn};
use crate::vm::{VmDetails, VmPage};

const HANDOFF: &str = "0195a1b2-0000-7000-8000-000000000002";
const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01";

const BASTION: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Network/bastionHosts/hub";

/// Reads `value` as the page does, and holds against it what `serde` reads and writes.
fn agrees<T>(value: Value)
where
    T: FromJson + Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let by_serde: T = serde_json::from_value(value).unwrap();
    let text = serde_json::to_string(&by_serde).unwrap();
    let ours = Json::parse(&text).unwrap();
    assert_eq!(T::from_json(&ours), Ok(by_serde));
    let written: Value = serde_json::from_str(&ours.to_string()).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&text).unwrap());
}

fn vm(jit: &Value, os: &str, power: &str) -> Value {
    json!({
        "id": VM, "subscription_name": "Büro \"1\"", "location": "westeurope", "os": os, "power": power,
        "private_address": "10.0.0.4", "public_address": null, "fqdn": "a.example", "jit": jit,
    })
}

fn request(status: &Value) -> Value {
    json!({
        "id": "0195a1b2-0000-7000-8000-000000000001", "vm": VM, "ports": [22, 3389], "source": "2001:db8::/32",
        "bastion": BASTION, "shareable_link": true,
        "reason": "INC1 \\ \u{1f511}", "requested_by": { "name": "Olga", "username": "olga@contoso.com" },
        "requested_for": "anna@contoso.com", "broad": true,
        "redirections": ["clipboard", "drives", "printers", "smart-cards", "serial-ports", "sound"],
        "handed_over": if status["state"] == "open" { handed_over() } else { Value::Null },
        "requested_at": "2030-01-09T12:05:00.123456789Z", "ends_at": "2030-01-09T13:05:00Z", "rule": "Operators",
        "status": status, "correlation_id": null, "extends": "0195a1b2-0000-7000-8000-000000000000",
        "replaced_by": "0195a1b2-0000-7000-8000-000000000002", "not_closed": "Azure said no.",
    })
}

fn handed_over() -> Value {
    json!({ "by": { "name": "Hedy", "username": "hedy@contoso.com" }, "handoff": HANDOFF, "guest": true })
}

#[test]
fn sessions_are_read_as_serde_reads_them() {
    let publisher =
        json!({ "name": "Contoso IT", "sha256": "00FF", "sha1": "0F", "not_after": "2031-01-01T00:00:00Z" });
    for (how, publisher) in
        [(json!({ "by": "direct" }), publisher), (json!({ "by": "proxy", "proxy": "::1" }), Value::Null)]
    {
        agrees::<Session>(json!({
            "person": { "name": "Olga", "username": "olga@contoso.com" },
            "address": { "address": "203.0.113.7", "how": how },
            "may": ["see", "request", "request-for-others", "start", "configure", "audit", "comply", "enable-defender"],
            "can_close": true,
            "rdp_publisher": publisher, "cannot_sign": publisher.is_null(),
            "expires_at": "2030-01-09T20:05:00Z", "now": "2030-01-09T12:05:00.5Z",
        }));
    }
}

#[test]
fn ways_through_azure_are_read_as_serde_reads_them() {
    for (sku, network) in [
        ("developer", Value::Null),
        ("basic", json!("10.0.255.0/26")),
        ("standard", json!("10.0.255.0/26")),
        ("premium", json!("10.0.255.0/26")),
        ("of tomorrow", Value::Null),
    ] {
        agrees::<Ways>(json!({ "portal": null, "bastion": { "state": "reached", "bastion": {
            "id": BASTION, "sku": sku, "why": "It is in the network.", "network": network,
            "native_client": true, "shareable_link": false,
        } } }));
    }
    agrees::<Ways>(json!({
        "portal": "https://portal.azure.com/", "bastion": { "state": "unreached", "reason": "There is none." },
    }));
    agrees::<ShareableLink>(json!({ "url": "https://bst-1.bastion.azure.com/x", "reason": null }));
}

#[test]
fn explanations_are_read_as_serde_reads_them() {
    agrees::<AccessExplanation>(json!({
        "allowed": false, "rule": null, "broad": false,
        "violations": [{ "field": "vms[0]", "detail": "no policy", "offer": null }],
        "rules": [{ "rule": "Operators", "obstacles": [
            { "obstacle": "scope", "detail": "elsewhere" },
            { "obstacle": "verb", "detail": "see only" },
            { "obstacle": "limit", "violation": { "field": "duration", "detail": "too long", "offer": "PT1H" } },
        ] }],
    }));
    agrees::<AccessExplanation>(json!({
        "allowed": true, "rule": "Operators", "broad": true, "violations": [], "rules": [],
    }));
}

#[test]
fn places_of_signing_in_are_read_as_serde_reads_them() {
    for browser in [Value::Null, json!("Firefox on Windows")] {
        agrees::<SignedIn>(json!({
            "id": "c2Vzc2lvbg", "current": browser.is_null(), "since": "2030-01-09T12:05:00Z",
            "last_seen_at": "2030-01-09T12:35:00Z", "expires_at": "2030-01-09T20:05:00Z",
            "address": "2001:db8::7", "browser": browser,
        }));
    }
}

#[test]
fn lists_of_machines_are_read_as_serde_reads_them() {
    let all = [
        vm(&json!({ "state": "configured", "ports": [22] }), "windows", "starting"),
        vm(&json!({ "state": "not_configured" }), "linux", "running"),
        vm(&json!({ "state": "unknown" }), "of tomorrow", "of tomorrow"),
        vm(&json!({ "state": "unknown" }), "unknown", "stopping"),
        vm(&json!({ "state": "unknown" }), "unknown", "stopped"),
        vm(&json!({ "state": "unknown" }), "unknown", "deallocating"),
        vm(&json!({ "state": "unknown" }), "unknown", "deallocated"),
    ];
    let subscription = "11111111-2222-3333-4444-555555555555";
    agrees::<VmPage>(json!({
        "items": all, "next": "abc", "total": 70_000, "as_of": "2030-01-09T12:05:00Z",
        "unreadable": [{ "id": subscription, "name": "Lab", "reason": "no answer" }],
        "facets": { "subscriptions": [{ "name": "HQ", "id": subscription }], "locations": ["westeurope"] },
    }));
}

#[test]
fn machines_are_read_as_serde_reads_them() {
    let rule = |port: u16, protocol: &str| json!({ "port": port, "protocol": protocol, "sources": ["*"], "longest": "PT3H" });
    agrees::<VmDetails>(json!({
        "vm": vm(&json!({ "state": "configured", "ports": [22, 3389] }), "windows", "running"),
        "public_ipv6": "2001:db8::40", "private_ipv6": null, "admin_username": "azureuser", "computer_name": null,
        "firewall_address": "203.0.113.99", "unsupported": { "reason": "It has no group.", "remedy": "Give it one." }, "entra_sign_in": true,
        "policy": { "ports": [rule(22, "TCP"), rule(53, "UDP"), rule(3389, "*")] },
        "grants": [{ "port": 22, "sources": ["203.0.113.0/24"], "until": "2030-01-09T13:05:00Z", "open": true, "mapped_port": 13389, "mine": null, "requested_by": "olga@contoso.com" }],
        "may": { "start": false, "configure": true, "request_for_others": [], "request": [{
            "rule": "operators", "ports": null, "longest": "PT24H", "widest": 24,
            "networks": [{ "name": "Office", "range": "198.51.100.0/24" }],
            "anywhere": false, "bastion": true, "reason_required": true, "reason_hint": "a ticket",
            "redirections": ["clipboard"],
        }] },
        "as_of": "2030-01-09T12:05:00Z",
    }));
}

#[test]
fn requests_are_read_as_serde_reads_them_wherever_they_stand() {
    let at = "2030-01-09T12:06:00Z";
    let mut all = vec![
        json!({ "state": "requesting" }),
        json!({ "state": "opening", "since": at }),
        json!({ "state": "open", "since": at }),
        json!({ "state": "closing", "since": at, "until": null, "technique": "shorten", "open_since": at }),
        json!({ "state": "closing", "since": at, "until": at, "technique": "remove_rule", "open_since": null }),
        json!({ "state": "refused", "at": at, "reason": "no" }),
        json!({ "state": "failed", "at": at, "reason": "" }),
    ];
    all.extend(
        ["expired", "replaced", "closed", "withdrawn"]
            .map(|how| json!({ "state": "ended", "at": at, "how": how })),
    );
    for status in all {
        agrees::<Watched>(json!({ "now": at, "request": request(&status) }));
        agrees::<Page<AccessRequest>>(json!({ "items": [request(&status)], "next": null }));
        agrees::<CreatedAccess>(json!({ "items": [request(&status)] }));
    }
}

#[test]
fn preflights_are_read_as_serde_reads_them() {
    let rule = json!({ "nsg": "web-nsg", "rule": "Allow", "priority": 100, "made_by_jit": true });
    for reach in [
        json!({ "state": "accessible" }),
        json!({ "state": "blocked", "by": rule }),
        json!({ "state": "unfiltered" }),
        json!({ "state": "unverified", "reason": "gone" }),
        json!({ "state": "unreachable", "reason": "no address" }),
    ] {
        for verdict in ["fine", "warning", "obstacle", "unknown"] {
            let check = json!({ "name": "Address", "verdict": verdict, "finding": "None.", "fix": null });
            let diagnosis =
                json!({ "headline": "No.", "verdict": verdict, "checks": [check], "report": "## No" });
            agrees::<Preflight>(json!({
                "port": 22, "source": "*", "reach": reach, "exposed_by": [rule], "diagnosis": diagnosis,
                "also": [{ "port": 3389, "reach": reach }],
                "refused_source": { "field": "source", "detail": "Private.", "offer": null }
            }));
        }
    }
}

#[test]
fn problems_are_read_as_serde_reads_them() {
    let kinds = [
        "signed-out",
        "forbidden",
        "not-found",
        "malformed",
        "guardrail",
        "conflict",
        "replaces-others",
        "foreign-origin",
        "too-large",
        "too-many-requests",
        "unsupported",
        "azure-busy",
        "azure-unavailable",
        "not-on-record",
        "step-up-required",
        "bad-token",
        "unexpected",
        "of-tomorrow",
    ];
    for kind in kinds {
        let kind = format!("urn:postern:problem:{kind}");
        agrees::<Problem>(json!({ "type": kind, "title": "No", "status": 400, "detail": "It is." }));
        agrees::<Problem>(json!({
            "type": kind, "title": "No", "status": 400, "detail": "It is.", "request_id": "r", "login": "/auth/login?step_up=x",
            "violations": [{ "field": "source", "detail": "too wide", "offer": "10.0.0.0/24" }, { "field": "reason", "detail": "" }],
            "replaces": [{ "vm": VM, "port": 22, "sources": ["203.0.113.7"], "until": "2030-01-09T13:05:00Z" }],
        }));
    }
}

#[test]
fn what_is_not_as_expected_is_named() {
    let json = Json::parse(r#"{"items":[{"name":"a"}],"next":null}"#).unwrap();
    assert_eq!(CreatedAccess::from_json(&json).unwrap_err().at, "id");
    assert_eq!(Page::<crate::port::Port>::from_json(&json).unwrap_err().at, "items");
}
