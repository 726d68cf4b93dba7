//! No header, query, method, replay or race opens a port without the guardrails' word.

use backend::audit::Action;
use backend::store::EntryKind;
use futures_util::future::join_all;
use http::{HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::access::RequestId;
use tests::TestApp;

/// Holds every call that asked Azure to open a port against the audit trail: before it there is an
/// intent that names the rule, the machine, the port and the source that Azure was told.
pub async fn every_opening_was_approved(app: &TestApp) {
    let mut seen: Vec<(RequestId, bool)> = Vec::new();
    for call in app.initiates() {
        let body = call.json();
        let justification = body["justification"].as_str().expect("it says why");
        let id = justification.rsplit("request ").next().and_then(|id| id.strip_suffix(')'));
        let id: RequestId = id.and_then(|id| id.parse().ok()).expect("it names the request");
        let closes = justification.starts_with("closed early by ");
        assert!(!seen.contains(&(id, closes)), "{id} was asked for twice");
        seen.push((id, closes));
        let trail = app.store.entries().about(id).await.expect("the trail can be read");
        let mut intents = trail.iter().filter(|entry| matches!(entry.content.kind, EntryKind::Intent(_)));
        let intent = &intents.nth(usize::from(closes)).expect("there is an intent").content;
        assert!(intent.at <= call.at, "{intent:?}");
        let action: Action = serde_json::from_value(intent.body.clone()).expect("it can be read");
        let request = match action {
            Action::Open { request, .. } if !closes => request,
            Action::Close { request, .. } if closes => request,
            other => panic!("{other:?} is not what Azure was asked for: {body}"),
        };
        let machine = &body["virtualMachines"][0];
        assert_eq!(machine["id"].as_str().and_then(|id| id.parse().ok()), Some(request.vm.clone()));
        let ports: Vec<u64> = request.ports.iter().map(|port| port.number().into()).collect();
        let asked = machine["ports"].as_array().expect("it names ports");
        assert_eq!(asked.iter().filter_map(|port| port["number"].as_u64()).collect::<Vec<_>>(), ports);
        let sources = asked.iter().map(|port| port["allowedSourceAddressPrefix"].as_str());
        assert!(sources.into_iter().all(|source| source == Some(&request.source.to_string())), "{body}");
        let ends = asked.iter().map(|port| port["endTimeUtc"].as_str().and_then(|end| end.parse().ok()));
        let ends: Vec<Option<Timestamp>> = ends.collect();
        let as_granted = |end: &Option<Timestamp>| end.is_some_and(|end| end <= request.ends_at);
        assert!(ends.iter().all(as_granted), "{body}");
        assert!(!request.rule.is_empty());
    }
}

#[tokio::test]
async fn no_header_query_or_method_makes_somebody_another() {
    let app = TestApp::start().await;
    let wish = app.wish("web-1", 3389).to_string();
    let headers = [
        ("x-http-method-override", "POST"),
        ("x-original-url", "/api/access-requests"),
        ("x-rewrite-url", "/api/access-requests"),
        ("x-forwarded-user", "operator@contoso.com"),
        ("x-ms-client-principal-name", "operator@contoso.com"),
        ("x-ms-client-principal", "eyJyb2xlcyI6WyJPcGVyYXRvciJdfQ=="),
        ("authorization", "Bearer simulated"),
        ("x-forwarded-for", "192.0.2.7"),
        ("forwarded", "for=192.0.2.7"),
        ("x-roles", "Operator"),
    ];
    let queries =
        ["", "?user=operator@contoso.com", "?rule=Operators&force=true", "?roles=Operator", "?_method=POST"];
    let mut tried = 0;
    for name in [None, Some("stranger"), Some("reader"), Some("laboratory")] {
        let visitor = match name {
            Some(name) => app.sign_in(name).await,
            None => app.visitor(),
        };
        for method in [Method::POST, Method::GET, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD] {
            for (index, (header, value)) in headers.iter().enumerate() {
                let path = format!("/api/access-requests{}", queries[index % queries.len()]);
                let request = visitor
                    .request(&method, &path)
                    .header("content-type", "application/json")
                    .header(HeaderName::from_static(header), HeaderValue::from_static(value));
                let answer = visitor.send(request.body(wish.clone().into()).expect("a request")).await;
                assert_ne!(answer.status.as_u16(), 201, "{name:?} {method} {path} {header}");
                tried += 1;
            }
        }
    }
    eprintln!("{tried} requests in other clothes, none of which opened anything");
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn however_many_ask_at_once_and_again_each_opening_was_approved() {
    let app = TestApp::start().await;
    let people = [
        app.sign_in("operator").await,
        app.sign_in("other").await,
        app.sign_in("reader").await,
        app.sign_in("stranger").await,
        app.sign_in("helpdesk").await,
        app.visitor(),
    ];
    let mut created = 0;
    for round in 0..3 {
        let mut asked = Vec::new();
        for visitor in &people {
            for vm in ["web-1", "open-1", "vault-1"] {
                let mut wish = app.wish(vm, 3389);
                if round == 1 {
                    wish["requested_for"] = json!("anna@contoso.com");
                }
                asked.push(async move { visitor.post_accepting("/api/access-requests", wish).await });
            }
        }
        let answers = join_all(asked).await;
        created += answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    }
    let allowed = ["operator@contoso.com", "other@contoso.com", "helpdesk@contoso.com"];
    for call in app.initiates() {
        let body: Value = call.json();
        let justification = body["justification"].as_str().expect("it says why");
        assert!(allowed.iter().any(|name| justification.contains(&format!("requested by {name}"))), "{body}");
        assert!(!body["virtualMachines"][0]["id"].as_str().unwrap_or_default().contains("vault"), "{body}");
    }
    assert!(created >= 4, "{created}");
    assert_eq!(app.initiates().len(), created);
    every_opening_was_approved(&app).await;
}
