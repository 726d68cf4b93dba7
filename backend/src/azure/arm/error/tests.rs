use bytes::Bytes;
use http::HeaderMap;

use super::*;

fn answer(status: StatusCode, body: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
}

fn envelope(body: &str) -> (String, String) {
    let Envelope { code, message } = Envelope::read(&answer(StatusCode::BAD_REQUEST, body));
    (code, message)
}

fn pair(first: &str, second: &str) -> (String, String) {
    (first.to_owned(), second.to_owned())
}

#[test]
fn both_shapes_of_an_error_are_read() {
    assert_eq!(envelope(r#"{"error":{"code":"Bad","message":"No.","target":null}}"#), pair("Bad", "No."));
    assert_eq!(envelope(r#"{"code":"Bad","message":"No.","more":1}"#), pair("Bad", "No."));
}

#[test]
fn a_body_that_says_nothing_leaves_the_status() {
    for body in ["", "<html>", "[]", "{}", r#"{"error":null}"#, r#"{"error":"invalid_grant"}"#] {
        assert_eq!(envelope(body), pair("400 Bad Request", "400 Bad Request"), "{body}");
    }
}

#[test]
fn what_only_the_details_say_is_said() {
    let body = r#"{"error":{"code":"BadRequest","message":"Please provide below info.",
        "details":[{"code":"InvalidQuery","message":"Query is invalid."},{"code":"x"}]}}"#;
    assert_eq!(envelope(body).1, "Please provide below info. Query is invalid.");
}

#[test]
fn a_forbidden_call_names_the_missing_permission_and_where() {
    let body = r#"{"error":{"code":"AuthorizationFailed","message":"The client 'o'neil@example.org' with object id 'x' does not have authorization to perform action 'Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action' over scope '/subscriptions/1/resourceGroups/rg' or the scope is invalid. If access was recently granted, please refresh your credentials."}}"#;
    let ArmError::Forbidden { action, scope, .. } = ArmError::refusal(&answer(StatusCode::FORBIDDEN, body))
    else {
        panic!("a 403 is forbidden");
    };
    assert_eq!(
        action.as_deref(),
        Some("Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action")
    );
    assert_eq!(scope.as_deref(), Some("/subscriptions/1/resourceGroups/rg"));
}

#[test]
fn a_permission_missing_on_a_linked_resource_is_the_one_that_is_named() {
    let (action, scope) = missing_permission(
        "The client has permission to perform action 'Microsoft.Security/a/write' on scope '/subscriptions/1/policy', however it does not have permission to perform action 'Microsoft.Compute/virtualMachines/write' on the linked scope(s) '/subscriptions/1/vm' or the linked scope(s) are invalid.",
    );
    assert_eq!(action.as_deref(), Some("Microsoft.Compute/virtualMachines/write"));
    assert_eq!(scope.as_deref(), Some("/subscriptions/1/vm"));
}

#[test]
fn a_text_that_names_no_permission_leaves_it_open() {
    assert_eq!(missing_permission("The subscription is 'disabled'."), (None, None));
    assert_eq!(missing_permission(""), (None, None));
}
