//! Azure's activity log and Postern's own trail, side by side.

mod export;
mod faults;
mod reach;

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::access::Status;
use shared::activity::{Activity, ActivityPage, ActivityStatus, Operation, Origin};
use tests::TestApp;
use tests::app::{Visitor, minutes};

async fn page(who: &Visitor, query: &str) -> ActivityPage {
    let answer = who.get(&format!("/api/activity?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// Operation, status and origin of each.
fn told(items: &[Activity]) -> Vec<(Operation, ActivityStatus, Origin)> {
    items.iter().map(|item| (item.operation, item.status, item.origin)).collect()
}

/// Somebody asks Azure past Postern for a port of a machine, as they would in the Azure portal.
pub(crate) async fn ask_past_postern(app: &TestApp, who: &str, vm: &str, port: u16) -> u16 {
    ask_as(app, who, vm, port, None).await
}

/// The same, with a name for the call.
async fn ask_as(app: &TestApp, who: &str, vm: &str, port: u16, name: Option<String>) -> u16 {
    let machine = app.vm(vm).to_string();
    let policy = app.azure.world().policies_of(&machine).next().expect("one names it").id.clone();
    let until = app.now() + minutes(30);
    let body = json!({
        "virtualMachines": [{
            "id": machine,
            "ports": [{ "number": port, "endTimeUtc": until.to_string(), "allowedSourceAddressPrefix": "198.51.100.9" }],
        }],
        "justification": "night shift",
    });
    let url = format!("{}{policy}/initiate?api-version=2020-01-01", app.azure.url());
    let token = app.azure.token_for_person(who).expect("they exist");
    let http = reqwest::Client::builder().no_proxy().build().expect("it needs nothing");
    let mut call = http.post(url).bearer_auth(token).json(&body);
    if let Some(name) = name {
        call = call.header("x-ms-client-request-id", name);
    }
    call.send().await.expect("Azure answers").status().as_u16()
}

/// Somebody who may do everything at Azure, without a rule of Postern's.
pub(crate) async fn with_nina() -> TestApp {
    TestApp::start_in(|world| {
        let nina = simulator::world::Person::new("Nina", "nina@contoso.com");
        world.add_person(nina).expect("she is new");
        let owner = simulator::world::NewAssignment {
            to: "nina@contoso.com".to_owned(),
            role: "Owner".to_owned(),
            on: "Production".to_owned(),
        };
        world.assign(&owner).expect("there is such a role");
    })
    .await
}

#[tokio::test]
async fn what_azure_knows_as_a_service_is_told_by_the_person_it_was_done_for() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let request = olga.open("web-1", 3389).await;
    let early = page(&ada, "").await;
    assert_eq!(told(&early.items), [(Operation::Initiate, ActivityStatus::Accepted, Origin::NotYet)]);
    app.wait(minutes(3));
    let later = page(&ada, "").await;
    let [row] = &later.items[..] else { panic!("{later:#?}") };
    assert_eq!(
        (row.operation, row.status, row.origin),
        (Operation::Initiate, ActivityStatus::Accepted, Origin::Both)
    );
    assert_eq!(row.account.as_deref(), Some("operator@contoso.com"));
    assert_eq!((&row.vms[..], row.request), (&[app.vm("web-1")][..], Some(request.id)));
    assert_eq!((row.ports.len(), row.until), (1, Some(request.ends_at)));
    assert_eq!(row.source, Some(request.source.to_string()));
    assert_eq!(row.correlation_id, request.correlation_id);
    assert_eq!(row.address.as_deref(), Some("192.0.2.7"), "hers, and not that of the service");
}

#[tokio::test]
async fn what_postern_did_not_do_stands_out_with_what_is_known_of_it() {
    let app = with_nina().await;
    let ada = app.sign_in("admin").await;
    assert_eq!(ask_past_postern(&app, "nina@contoso.com", "web-1", 3389).await, 202);
    app.wait(minutes(4));
    let page = page(&ada, "made=outside").await;
    let [row] = &page.items[..] else { panic!("{page:#?}") };
    assert_eq!((row.origin, row.operation), (Origin::Outside, Operation::Initiate));
    assert_eq!((row.name.as_deref(), row.account.as_deref()), (Some("Nina"), Some("nina@contoso.com")));
    assert_eq!(row.vms, [app.vm("web-1")], "the policy remembers for which of its machines");
    assert_eq!((row.ports.len(), row.source.as_deref()), (1, Some("198.51.100.9")));
    assert_eq!(row.reason.as_deref(), Some("night shift"));
    assert!(row.until.is_some());
}

#[tokio::test]
async fn whoever_borrows_the_name_of_a_call_is_not_taken_for_somebody_else() {
    let app = with_nina().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    let request = olga.open("web-1", 3389).await;
    let name = Some(request.id.to_string());
    assert_eq!(ask_as(&app, "nina@contoso.com", "off-1", 3389, name).await, 202);
    app.wait(minutes(4));
    let page = page(&ada, "").await;
    let accounts: Vec<_> = page.items.iter().map(|item| (item.account.as_deref(), item.origin)).collect();
    assert!(accounts.contains(&(Some("nina@contoso.com"), Origin::Outside)), "{accounts:?}");
    assert!(accounts.contains(&(Some("operator@contoso.com"), Origin::Both)), "{accounts:?}");
}

#[tokio::test]
async fn refusals_changes_and_early_ends_are_told_too() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    // A port that her rule does not name: Azure is not asked.
    olga.post("/api/access-requests", &app.wish("web-1", 5986)).await;
    app.wait(minutes(1));
    let (request, mut events) = app.web_for(&olga).await;
    app.wait(minutes(1));
    let path = format!("{}/jit-policy", app.vm_path("off-1"));
    let version = ada.get(&path).await.json::<Value>()["version"].as_str().unwrap().to_owned();
    let ports = json!({ "ports": [{ "port": 22, "protocol": "TCP", "sources": ["*"], "longest": "PT1H" }] });
    ada.change(&path, ("if-match", &format!("\"{version}\"")), Some(&ports)).await;
    app.wait(minutes(1));
    assert_eq!(olga.close(request.id).await.status, StatusCode::OK);
    app.hurry(&mut events, Status::is_final).await;
    app.wait(minutes(5));
    let page = page(&ada, "").await;
    assert_eq!(
        told(&page.items),
        [
            (Operation::Close, ActivityStatus::Accepted, Origin::Both),
            (Operation::Update, ActivityStatus::Succeeded, Origin::Both),
            (Operation::Initiate, ActivityStatus::Accepted, Origin::Both),
            (Operation::Initiate, ActivityStatus::Refused, Origin::NotAsked),
        ],
        "{:#?}",
        page.items
    );
    assert_eq!(page.items[1].account.as_deref(), Some("admin@contoso.com"));
    assert!(page.items[3].detail.as_deref().is_some_and(|why| !why.is_empty()));
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_found_by_its_own_name() {
    let app = TestApp::start().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    app.azure.fail_next(simulator::Fault::next(simulator::Trouble::ActThenCutOff).on("/initiate"));
    app.while_time_passes(olga.post("/api/access-requests", &app.wish("web-1", 3389))).await;
    app.wait(minutes(10));
    let page = page(&ada, "").await;
    let [row] = &page.items[..] else { panic!("{page:#?}") };
    assert_eq!((row.origin, row.account.as_deref()), (Origin::Both, Some("operator@contoso.com")));
}

#[tokio::test]
async fn it_is_found_by_person_machine_operation_status_and_time() {
    let app = with_nina().await;
    let (olga, ada) = (app.sign_in("operator").await, app.sign_in("admin").await);
    olga.open("web-1", 3389).await;
    app.wait(minutes(10));
    ask_past_postern(&app, "nina@contoso.com", "off-1", 3389).await;
    app.wait(minutes(10));
    olga.open("open-1", 3389).await;
    app.wait(minutes(10));
    let found = async |query: &str| {
        let page = page(&ada, query).await;
        page.items.iter().map(|item| item.vms[0].name().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found("").await, ["open-1", "off-1", "web-1"]);
    assert_eq!(found("person=NINA").await, ["off-1"]);
    assert_eq!(found("vm=en-1").await, ["open-1"]);
    assert_eq!(found(&format!("vm={}", app.vm("web-1"))).await, ["web-1"]);
    assert_eq!(found("operation=update,delete").await, Vec::<String>::new());
    assert_eq!(found("operation=initiate&made=postern").await, ["open-1", "web-1"]);
    assert_eq!(found("status=failed").await, Vec::<String>::new());
    let since = app.now() - minutes(15);
    assert_eq!(found(&format!("since={since}")).await, ["open-1"]);
    assert_eq!(found(&format!("until={since}")).await, ["off-1", "web-1"]);
    // Page by page it is the same list.
    let mut walked = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = page(&ada, &format!("limit=1{cursor}")).await;
        walked.extend(page.items.iter().map(|item| item.vms[0].name().to_string()));
        let Some(next) = page.next else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(walked, ["open-1", "off-1", "web-1"]);
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_named() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for (query, field) in [
        ("status=gone", "status"),
        ("operation=initiate,write", "operation"),
        ("made=elsewhere", "made"),
        ("since=yesterday", "since"),
        ("until=2030", "until"),
        ("vm=/subscriptions/x", "vm"),
        ("cursor=x", "cursor"),
        ("cursor=1.%27or", "cursor"),
        ("colour=red", "colour"),
    ] {
        for path in ["/api/activity", "/api/activity.csv", "/api/activity.jsonl"] {
            let answer = ada.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
            let problem = answer.problem();
            assert!(problem.violations.iter().any(|told| told.field == field), "{query}: {problem:?}");
        }
    }
    assert_eq!(ada.get("/api/activity?limit=0").await.problem().violations[0].field, "limit");
}

#[tokio::test]
async fn after_ninety_days_posterns_own_trail_goes_on() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    app.wait(SignedDuration::from_hours(24 * 91));
    let ada = app.sign_in("admin").await;
    let page = page(&ada, "").await;
    let opened =
        page.items.iter().find(|item| item.operation == Operation::Initiate).expect("it is on record");
    assert_eq!(opened.origin, Origin::TooOld);
    assert_eq!(page.azure_since, app.now() - SignedDuration::from_hours(24 * 90));
    assert!(page.own_since.is_some_and(|since| since < page.azure_since));
}
