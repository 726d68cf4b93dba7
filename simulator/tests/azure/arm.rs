//! What all calls to Resource Manager have in common.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use simulator::world::Role;

use crate::client::{Answer, Azure, FACTORY, one_machine, policy_path, vm_path, wish};

const SUBSCRIPTIONS: &str = "/subscriptions?api-version=2022-12-01";

#[tokio::test]
async fn a_call_without_a_good_token_is_told_where_to_get_one() {
    let azure = Azure::contoso().await;
    let url = format!("{}{SUBSCRIPTIONS}", azure.simulator.url());

    let none = Answer::of(azure.http.get(&url)).await;
    assert_eq!((none.status.as_u16(), none.code()), (401, "AuthenticationFailed"));
    assert!(none.header("www-authenticate").starts_with("Bearer authorization_uri=\"http://127.0.0.1:"));
    let wrong = Answer::of(azure.http.get(&url).bearer_auth("nonsense")).await;
    assert_eq!(wrong.code(), "InvalidAuthenticationToken");

    azure.wait(3600);
    let late = azure.get(SUBSCRIPTIONS).await;
    assert_eq!((late.status.as_u16(), late.code()), (401, "ExpiredAuthenticationToken"));
}

#[tokio::test]
async fn the_api_version_is_needed_and_must_be_known() {
    let azure = Azure::contoso().await;
    assert_eq!(azure.get("/subscriptions").await.code(), "MissingApiVersionParameter");
    assert_eq!(azure.get("/subscriptions?api-version=2099-01-01").await.code(), "InvalidApiVersionParameter");
    let path = format!("{FACTORY}/providers/Microsoft.Compute/virtualMachines");
    assert_eq!(azure.get(&path).await.code(), "MissingApiVersionParameter");
    let unknown = azure.get(&format!("{path}?api-version=2020-01-01")).await;
    assert_eq!((unknown.status.as_u16(), unknown.code()), (400, "NoRegisteredProviderFound"));
    assert!(unknown.message().contains("2024-07-01"), "the supported ones are listed");
}

#[tokio::test]
async fn every_answer_carries_the_ids_that_support_asks_for() {
    let azure = Azure::contoso().await;
    let answer = azure.get(SUBSCRIPTIONS).await;
    assert_eq!(answer.header("x-ms-correlation-request-id").len(), 36);
    assert!(answer.header("x-ms-routing-request-id").starts_with("WESTEUROPE:20300101T120000Z:"));
    assert_eq!(answer.header("x-ms-ratelimit-remaining-tenant-reads"), "249");
}

#[tokio::test]
async fn paths_are_understood_in_any_casing() {
    let azure = Azure::contoso().await;
    let path = vm_path(&azure, "hmi-01").to_uppercase();
    let answer = azure.get(&format!("{path}?API-VERSION=2024-07-01")).await;
    assert_eq!(answer.body["name"], "hmi-01");
}

#[tokio::test]
async fn lists_come_in_pages_that_lead_to_the_next() {
    let azure = Azure::contoso().await;
    azure.simulator.world().behaviour.page_size = 4;
    let mut next = format!("{FACTORY}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01");
    let mut names = Vec::new();
    let mut pages = 0;
    while !next.is_empty() {
        let page = azure.get(&next).await;
        assert_eq!(page.status, 200);
        names.extend(page.names().into_iter().map(str::to_owned));
        next = page.body["nextLink"].as_str().unwrap_or_default().to_owned();
        assert!(next.is_empty() || next.starts_with(azure.simulator.url()));
        pages += 1;
    }
    names.sort();
    names.dedup();
    assert_eq!((pages, names.len()), (3, 11));
}

#[tokio::test]
async fn who_may_not_is_refused_in_azures_words() {
    let mut azure = Azure::start(one_machine()).await;
    azure.simulator.world().assignments.retain(|assignment| assignment.role != "Owner");
    azure.become_person("somebody@contoso.com");
    let (policy, object_id) = (
        policy_path(&azure),
        azure.simulator.world().person("somebody@contoso.com").unwrap().object_id.clone(),
    );

    let answer = azure
        .post(&format!("{policy}/initiate?api-version=2020-01-01"), &wish(&azure, "203.0.113.7", 5))
        .await;

    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.message(),
        format!(
            "The client 'somebody@contoso.com' with object id '{object_id}' does not have authorization to perform action 'Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action' over scope '{policy}' or the scope is invalid. If access was recently granted, please refresh your credentials."
        )
    );
}

#[tokio::test]
async fn the_policy_alone_does_not_do_without_the_machine() {
    let mut azure = Azure::start(one_machine()).await;
    let policy = policy_path(&azure);
    {
        let mut world = azure.simulator.world();
        world.add_role(Role::new("Requester", &["Microsoft.Security/*"], &[]));
        world.assignments.iter_mut().for_each(|assignment| assignment.role = "Requester".to_owned());
    }
    azure.become_person("somebody@contoso.com");
    let answer = azure
        .post(&format!("{policy}/initiate?api-version=2020-01-01"), &wish(&azure, "203.0.113.7", 5))
        .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (403, "LinkedAuthorizationFailed"));
}

#[tokio::test]
async fn a_list_shows_what_one_may_see_and_refuses_who_sees_nothing() {
    let mut azure = Azure::contoso().await;
    azure.become_person("operator@contoso.com");
    let office = "/subscriptions/22222222-2222-4222-8222-222222222222/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01";
    assert_eq!(
        azure.get(office).await.names(),
        ["build-07", "build-08", "desk-01", "jump-01", "jump-02", "lab-01"]
    );
    azure.become_person("visitor@contoso.com");
    assert_eq!(azure.get(office).await.code(), "AuthorizationFailed");
    assert_eq!(azure.get(SUBSCRIPTIONS).await.body["value"], json!([]));
}

#[tokio::test]
async fn permissions_tell_each_role_the_caller_has_there() {
    let mut azure = Azure::contoso().await;
    azure.become_person("operator@contoso.com");
    let vm = vm_path(&azure, "hmi-01");
    let answer = azure
        .get(&format!("{vm}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"))
        .await;
    let permissions = answer.body["value"].as_array().unwrap();
    assert_eq!(permissions.len(), 1);
    let initiate = json!("Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action");
    assert!(permissions[0]["actions"].as_array().unwrap().contains(&initiate));
}

#[tokio::test]
async fn what_is_not_there_is_told_apart_by_how_much_of_it_is_missing() {
    let azure = Azure::contoso().await;
    let get = async |path: &str| azure.get(&format!("{path}?api-version=2024-07-01")).await.code().to_owned();
    let machine = |group: &str, name: &str| {
        format!("{FACTORY}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}")
    };
    assert_eq!(get(&machine("contoso-factory-rg", "none")).await, "ResourceNotFound");
    assert_eq!(get(&machine("none", "hmi-01")).await, "ResourceGroupNotFound");
    let elsewhere =
        "/subscriptions/99999999-9999-4999-8999-999999999999/providers/Microsoft.Compute/virtualMachines";
    assert_eq!(get(elsewhere).await, "SubscriptionNotFound");
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let azure = Azure::contoso().await;
    let answer = azure
        .get(&format!("{FACTORY}/providers/Microsoft.Storage/storageAccounts?api-version=2024-01-01"))
        .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (501, "NotSimulated"));
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let azure = Azure::start(one_machine()).await;
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    let untyped = Answer::of(azure.request(Method::POST, &path).body("{}")).await;
    assert_eq!(untyped.status, 415);
    let broken = azure.request(Method::POST, &path).header("content-type", "application/json").body("{");
    let broken = Answer::of(broken).await;
    assert_eq!((broken.status.as_u16(), broken.code()), (400, "InvalidRequestContent"));
}

#[tokio::test]
async fn reads_run_dry_and_come_back_with_time() {
    let azure = Azure::contoso().await;
    for _ in 0..250 {
        assert_eq!(azure.get(SUBSCRIPTIONS).await.status, 200);
    }
    let refused = azure.get(SUBSCRIPTIONS).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"));
    azure.simulator.world().behaviour.throttling = false;
    assert_eq!(azure.get(SUBSCRIPTIONS).await.status, 200, "where nobody counts");
    azure.simulator.world().behaviour.throttling = true;
    azure.simulator.clock().advance(SignedDuration::from_secs(1));
    assert_eq!(azure.get(SUBSCRIPTIONS).await.header("x-ms-ratelimit-remaining-tenant-reads"), "24");
}

#[tokio::test]
async fn the_log_tells_what_reached_azure_and_from_whom() {
    let mut azure = Azure::start(one_machine()).await;
    azure.become_person("somebody@contoso.com");
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    azure.post(&path, &wish(&azure, "203.0.113.7", 5)).await;

    let requests = azure.simulator.requests();

    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", path.as_str()));
    assert_eq!((requests[0].principal.as_str(), requests[0].status), ("somebody@contoso.com", 202));
    assert_eq!(requests[0].json()["justification"], "INC0000001");
}

#[tokio::test]
async fn a_change_may_ask_for_a_stronger_sign_in_where_a_read_does_not() {
    let mut azure = Azure::start(one_machine()).await;
    azure.simulator.world().person_mut("somebody@contoso.com").unwrap().step_up = true;
    azure.become_person("somebody@contoso.com");
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));

    let answer = azure.post(&path, &wish(&azure, "203.0.113.7", 5)).await;

    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").contains("error=\"insufficient_claims\", claims=\""));
    assert_eq!(azure.get(SUBSCRIPTIONS).await.status, 200);
}
