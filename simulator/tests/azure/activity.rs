//! The activity log: what it tells, to whom, and when.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use simulator::{
    World,
    world::{ActivityDelay, Behaviour, Bodies, NewAssignment, Role},
};

use crate::client::{Answer, Azure, FACTORY, one_machine, policy_path, wish};

const VALUES: &str = "/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01";

fn subscription(azure: &Azure) -> String {
    azure.simulator.world().subscription("Production").unwrap().resource_id()
}

/// The last hour, and the one to come.
fn lately(azure: &Azure) -> String {
    let hour = SignedDuration::from_hours(1);
    format!("eventTimestamp ge '{}' and eventTimestamp le '{}'", azure.now() - hour, azure.now() + hour)
}

fn encoded(filter: &str) -> String {
    filter.replace(' ', "%20").replace('\'', "%27").replace('+', "%2B")
}

async fn read(azure: &Azure, filter: &str, more: &str) -> Answer {
    azure.get(&format!("{}{VALUES}&$filter={}{more}", subscription(azure), encoded(filter))).await
}

async fn events(azure: &Azure) -> Vec<Value> {
    let answer = read(azure, &lately(azure), "").await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.body["value"].as_array().unwrap().clone()
}

/// Operation, status and sub-status, as far as people and apps caused them.
fn told(events: &[Value]) -> Vec<(String, String, String)> {
    let own = events.iter().filter(|event| event["resourceProviderName"]["value"] == "Microsoft.Security");
    own.map(|event| {
        let text = |name: &str| event[name]["value"].as_str().unwrap().to_owned();
        let operation = text("operationName").rsplit_once("Policies/").unwrap().1.to_owned();
        (operation, text("status"), text("subStatus"))
    })
    .collect()
}

fn tell(operation: &str, status: &str, sub_status: &str) -> (String, String, String) {
    (operation.to_owned(), status.to_owned(), sub_status.to_owned())
}

async fn initiate(azure: &Azure, body: &Value) -> Answer {
    azure.post(&format!("{}/initiate?api-version=2020-01-01", policy_path(azure)), body).await
}

#[tokio::test]
async fn what_was_asked_is_told_after_a_while_with_who_asked() {
    let mut azure = Azure::start(one_machine()).await;
    azure.become_person("somebody@contoso.com");
    let answer = initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    azure.wait(179);
    assert!(events(&azure).await.is_empty(), "the log is three minutes behind");
    azure.wait(1);
    let events = events(&azure).await;
    let expected = [tell("initiate/action", "Accepted", "Accepted"), tell("initiate/action", "Started", "")];
    assert_eq!(told(&events), expected);
    let [end, begin] = &events[..] else { panic!("{events:?}") };
    assert_eq!(end["eventName"]["value"], "EndRequest");
    assert_eq!(end["operationId"], begin["operationId"]);
    assert_ne!(end["eventDataId"], begin["eventDataId"]);
    assert_eq!(end["correlationId"], answer.header("x-ms-correlation-request-id"));
    assert_eq!(end["caller"], "somebody@contoso.com");
    assert_eq!(end["claims"]["name"], "Somebody");
    assert_eq!(end["operationName"]["localizedValue"], "Initiate JIT Network Access Policy");
    assert_eq!(end["resourceId"], policy_path(&azure), "the log names the policy and not the machine");
    assert_eq!(end["httpRequest"]["method"], "POST");
    assert_eq!(end["properties"]["requestbody"], "", "what was asked for is not told");
    assert_eq!(end["submissionTimestamp"], "2030-01-01T12:03:00Z");
}

#[tokio::test]
async fn an_app_is_told_by_its_object_id_and_its_own_name_for_the_call() {
    let azure = Azure::start(one_machine()).await;
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    let call = azure.request(Method::POST, &path).json(&wish(&azure, "203.0.113.7", 60));
    let name = "0b4a4a4c-8d5c-4c8e-9d24-0a7f6d8f4a51";
    Answer::of(call.header("x-ms-client-request-id", name)).await;
    azure.wait(180);
    let events = events(&azure).await;
    let object_id = azure.simulator.world().app("Postern").unwrap().object_id.clone();
    assert_eq!(events[0]["caller"], object_id);
    assert_eq!(events[0]["claims"]["appid"], World::CLIENT_ID);
    assert_eq!(events[0]["httpRequest"]["clientRequestId"], name);
}

#[tokio::test]
async fn refusals_and_changes_of_policies_are_told_too() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "198.51.100.4", 60)).await;
    let path = format!("{}?api-version=2020-01-01", policy_path(&azure));
    let policy = azure.get(&path).await.body;
    azure.wait(1);
    azure.put(&path, &policy).await;
    azure.wait(1);
    azure.delete(&path).await;
    azure.wait(180);
    let events = events(&azure).await;
    assert_eq!(
        told(&events),
        [
            tell("delete", "Succeeded", "OK"),
            tell("delete", "Started", ""),
            tell("write", "Succeeded", "OK"),
            tell("write", "Started", ""),
            tell("initiate/action", "Failed", "BadRequest"),
            tell("initiate/action", "Started", ""),
        ]
    );
    let failed = events.iter().find(|event| event["status"]["value"] == "Failed").unwrap();
    assert_eq!(failed["level"], "Error");
    assert!(failed["properties"]["statusMessage"].as_str().unwrap().contains("not a subset of policy"));
}

#[tokio::test]
async fn the_rules_that_just_in_time_writes_are_told_in_its_own_name() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(10 + 180);
    let by_defender = async || {
        let events = events(&azure).await;
        let own = events.into_iter().filter(|event| event["caller"] == simulator::world::DEFENDER);
        own.filter(|event| event["status"]["value"] == "Succeeded").collect::<Vec<_>>()
    };
    let [written] = &by_defender().await[..] else { panic!("one rule was written") };
    assert_eq!(written["operationName"]["value"], "Microsoft.Network/networkSecurityGroups/write");
    assert_eq!(written["eventTimestamp"], "2030-01-01T12:00:10.0000000Z");
    assert!(written.get("httpRequest").is_none());
    // A shorter one in its place: the old rule goes when the new one comes.
    initiate(&azure, &wish(&azure, "203.0.113.7", 10)).await;
    azure.wait(15 * 60);
    assert_eq!(by_defender().await.len(), 4, "two came and two went");
}

#[tokio::test]
async fn rules_go_with_their_policy() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(60);
    azure.delete(&format!("{}?api-version=2020-01-01", policy_path(&azure))).await;
    azure.wait(180);
    let groups = |events: &[Value]| {
        let ended = events.iter().filter(|event| event["eventName"]["value"] == "EndRequest");
        ended.filter(|event| event["caller"] == simulator::world::DEFENDER).count()
    };
    // The allow rule came; it and the deny rule went.
    assert_eq!(groups(&events(&azure).await), 3);
    azure.wait(50 * 60);
    assert_eq!(groups(&events(&azure).await), 3, "nothing goes twice");
}

#[tokio::test]
async fn a_filter_is_one_of_the_five_forms_and_names_a_time() {
    let azure = Azure::start(one_machine()).await;
    let answer = initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(180);
    let day = lately(&azure);
    let correlation_id = answer.header("x-ms-correlation-request-id");
    for (only, found) in [
        ("resourceGroupName eq 'WEB-RG'".to_owned(), 2),
        ("resourceGroupName eq 'other-rg'".to_owned(), 0),
        ("resourceProvider eq 'Microsoft.Security'".to_owned(), 2),
        ("resourceProvider eq 'Microsoft.Compute'".to_owned(), 0),
        (format!("resourceUri eq '{}'", policy_path(&azure)), 2),
        (format!("resourceUri eq '{}'", crate::client::vm_path(&azure, "web-1")), 0),
        (format!("correlationId eq '{correlation_id}'"), 2),
    ] {
        let answer = read(&azure, &format!("{day} and {only}"), "").await;
        assert_eq!(answer.body["value"].as_array().unwrap().len(), found, "{only}");
    }
    for wrong in [format!("{day} and caller eq 'somebody'"), "eventTimestamp ge '2030-01-01'".to_owned()] {
        let answer = read(&azure, &wrong, "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.body["code"], "BadRequest", "errors of this service are flat");
    }
    let none = azure.get(&format!("{}{VALUES}", subscription(&azure))).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    let version = VALUES.replace("2015-04-01", "2014-04-01");
    let old = azure.get(&format!("{}{version}", subscription(&azure))).await;
    assert_eq!(old.code(), "NoRegisteredProviderFound");
}

#[tokio::test]
async fn fields_can_be_chosen_but_not_the_caller() {
    let azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "203.0.113.7", 60)).await;
    azure.wait(180);
    let some = read(&azure, &lately(&azure), "&$select=correlationId,status").await;
    let fields: Vec<&String> = some.body["value"][0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["correlationId", "status"]);
    for wrong in ["&$select=caller", "&$top=5", "&$orderby=eventTimestamp"] {
        assert_eq!(read(&azure, &lately(&azure), wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn it_comes_in_pages_newest_first() {
    let mut world = one_machine();
    world.behaviour.page_size = 3;
    let azure = Azure::start(world).await;
    for _ in 0..4 {
        initiate(&azure, &wish(&azure, "198.51.100.4", 60)).await;
    }
    azure.wait(180);
    let mut pages = Vec::new();
    let mut page = read(&azure, &lately(&azure), "").await;
    loop {
        pages.push(page.body["value"].as_array().unwrap().clone());
        let Some(next) = page.body["nextLink"].as_str() else { break };
        assert!(next.contains("$skiptoken="), "{next}");
        page = azure.get(next).await;
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 2]);
    let mut ids: Vec<&str> =
        pages.iter().flatten().map(|event| event["eventDataId"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}

#[tokio::test]
async fn after_ninety_days_it_is_forgotten() {
    let mut azure = Azure::start(one_machine()).await;
    initiate(&azure, &wish(&azure, "198.51.100.4", 60)).await;
    azure.wait(90 * 24 * 3600);
    azure.renew_token();
    let quarter = SignedDuration::from_hours(90 * 24);
    let filter =
        format!("eventTimestamp ge '{}' and eventTimestamp le '{}'", azure.now() - quarter, azure.now());
    assert_eq!(read(&azure, &filter, "").await.body["value"].as_array().unwrap().len(), 2);
    azure.wait(1);
    let refused = read(&azure, &filter, "").await;
    assert!(refused.body["message"].as_str().unwrap().contains("90 days"), "{:?}", refused.body);
}

#[tokio::test]
async fn it_takes_the_right_to_read_it() {
    let mut world = one_machine();
    world.add_role(Role::new("Looker", &["Microsoft.Compute/*/read"], &[]));
    world.assignments.iter_mut().for_each(|assignment| assignment.role = "Looker".to_owned());
    let azure = Azure::start(world).await;
    let refused = read(&azure, &lately(&azure), "").await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "AuthorizationFailed"));
    assert!(refused.message().contains("'Microsoft.Insights/eventtypes/values/read'"));
    // On one resource group it does not reach: the log is that of the subscription.
    let on = "Production/web-rg".to_owned();
    let reader = NewAssignment { to: "Postern".to_owned(), role: "Reader".to_owned(), on };
    azure.simulator.world().assign(&reader).unwrap();
    assert_eq!(read(&azure, &lately(&azure), "").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn bodies_are_told_where_a_world_says_so() {
    let mut world = one_machine();
    world.behaviour.activity_bodies = Bodies::Shown;
    world.behaviour.activity_delay = ActivityDelay::LONGEST;
    let azure = Azure::start(world).await;
    let wish = wish(&azure, "203.0.113.7", 60);
    initiate(&azure, &wish).await;
    azure.wait(19 * 60);
    assert!(events(&azure).await.is_empty());
    azure.wait(60);
    let body = events(&azure).await.last().unwrap()["properties"]["requestbody"].clone();
    assert_eq!(serde_json::from_str::<Value>(body.as_str().unwrap()).unwrap(), wish);
}

#[test]
fn a_world_cannot_have_a_log_that_is_quicker_or_slower_than_azures() {
    for (delay, is_taken) in [("2m59s", false), ("3m", true), ("PT20M", true), ("20m1s", false)] {
        let behaviour = serde_json::from_value::<Behaviour>(json!({ "activity_delay": delay }));
        assert_eq!(behaviour.is_ok(), is_taken, "{delay}");
    }
}

#[tokio::test]
async fn the_world_of_the_demo_has_a_past() {
    let azure = Azure::contoso().await;
    let filter = format!(
        "eventTimestamp ge '{}' and eventTimestamp le '{}' and resourceProvider eq 'Microsoft.Security'",
        azure.now() - SignedDuration::from_hours(60 * 24),
        azure.now()
    );
    let answer = azure.get(&format!("{FACTORY}{VALUES}&$filter={}", encoded(&filter))).await;
    let operations = told(answer.body["value"].as_array().unwrap());
    assert!(operations.contains(&tell("write", "Succeeded", "OK")), "{operations:?}");
    assert!(operations.contains(&tell("initiate/action", "Accepted", "Accepted")), "{operations:?}");
}
