use serde_json::{Value, json};

use super::*;

const POLICY: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

fn whole() -> Value {
    json!({
        "authorization": { "action": "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action", "scope": POLICY },
        "caller": "operator@contoso.com",
        "channels": "Operation",
        "claims": { "appid": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "name": "Operator", "ipaddr": "203.0.113.7" },
        "correlationId": "0b4a4a4c-8d5c-4c8e-9d24-0a7f6d8f4a51",
        "eventDataId": "1b4a4a4c-8d5c-4c8e-9d24-0a7f6d8f4a51",
        "eventName": { "value": "EndRequest", "localizedValue": "End request" },
        "eventTimestamp": "2030-01-01T10:58:11.4000000Z",
        "submissionTimestamp": "2030-01-01T11:01:02Z",
        "operationId": "2b4a4a4c-8d5c-4c8e-9d24-0a7f6d8f4a51",
        "operationName": {
            "value": "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
            "localizedValue": "Initiate JIT Network Access Policy",
        },
        "httpRequest": {
            "clientRequestId": "3b4a4a4c-8d5c-4c8e-9d24-0a7f6d8f4a51",
            "clientIpAddress": "203.0.113.7",
            "method": "POST",
        },
        "resourceId": POLICY,
        "status": { "value": "Failed", "localizedValue": "Failed" },
        "properties": { "statusMessage": r#"{"error":{"code":"BadRequest","message":"Not a subset."}}"# },
    })
}

fn read(event: Value) -> Option<Event> {
    let wire: WireEvent = serde_json::from_value(event).unwrap();
    wire.read("11111111-2222-3333-4444-555555555555".parse().unwrap())
}

#[test]
fn an_event_says_who_did_what_to_which_policy() {
    let event = read(whole()).unwrap();
    assert_eq!((event.deed, event.status), (Deed::Initiate, EventStatus::Failed));
    assert_eq!(event.policy.to_string(), POLICY);
    assert_eq!(event.caller.as_deref(), Some("operator@contoso.com"));
    assert_eq!(event.name.as_deref(), Some("Operator"));
    assert_eq!(event.address, Some("203.0.113.7".parse().unwrap()));
    assert_eq!(event.message.as_deref(), Some("Not a subset."));
    assert!(event.client_request_id.is_some());
}

#[test]
fn what_is_left_out_or_of_another_kind_does_not_hide_the_event() {
    for (name, odd) in [
        ("caller", json!(["?"])),
        ("claims", json!({ "groups": ["a", "b"] })),
        ("httpRequest", json!({ "clientRequestId": "none", "clientIpAddress": 7 })),
        ("properties", json!("text")),
        ("status", Value::Null),
        ("operationName", json!("flat")),
        ("operationId", json!(5)),
        ("correlationId", Value::Null),
    ] {
        let mut event = whole();
        event[name] = odd;
        assert!(read(event).is_some(), "{name}");
        let mut event = whole();
        event.as_object_mut().unwrap().remove(name);
        assert!(read(event).is_some(), "{name}");
    }
}

#[test]
fn case_does_not_matter_and_new_words_are_kept() {
    let mut event = whole();
    event["operationName"]["value"] = "MICROSOFT.SECURITY/LOCATIONS/JITNETWORKACCESSPOLICIES/WRITE".into();
    event["resourceId"] = POLICY.to_uppercase().into();
    event["status"]["value"] = "SomethingNew".into();
    let event = read(event).unwrap();
    assert_eq!(event.deed, Deed::Write);
    assert_eq!(event.status, EventStatus::Other("SomethingNew".to_owned()));
}

#[test]
fn an_address_may_come_with_a_port() {
    for (text, expected) in [
        ("203.0.113.7", Some("203.0.113.7")),
        ("203.0.113.7:49152", Some("203.0.113.7")),
        ("[2001:db8::7]:443", Some("2001:db8::7")),
        ("somewhere", None),
    ] {
        assert_eq!(address(text), expected.map(|text| text.parse().unwrap()), "{text}");
    }
}

#[test]
fn what_is_about_something_else_or_elsewhere_is_left_out() {
    let mut pricing = whole();
    pricing["resourceId"] =
        "/subscriptions/11111111-2222-3333-4444-555555555555/providers/Microsoft.Security/pricings/VirtualMachines".into();
    assert_eq!(read(pricing), None);
    let mut elsewhere = whole();
    elsewhere["resourceId"] = POLICY.replace("11111111", "99999999").into();
    assert_eq!(read(elsewhere), None);
    let mut steering = whole();
    steering["resourceId"] = POLICY.replace("default", "a?b").into();
    assert_eq!(read(steering), None);
}

#[test]
fn a_refusal_is_told_in_words_whatever_shape_it_comes_in() {
    assert_eq!(sentence(r#"{"code":"BadRequest","message":"No."}"#).as_deref(), Some("No."));
    assert_eq!(sentence(r#"{"error":{"code":"Forbidden"}}"#).as_deref(), Some("Forbidden"));
    assert_eq!(sentence("plain words").as_deref(), Some("plain words"));
    assert_eq!(sentence(""), None);
}
