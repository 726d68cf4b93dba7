//! Trouble on purpose, as a client meets it.

use reqwest::Method;
use simulator::{Fault, Trouble};

use crate::client::{Answer, Azure, FACTORY, one_machine, policy_path, wish};

const SUBSCRIPTIONS: &str = "/subscriptions?api-version=2022-12-01";

#[tokio::test]
async fn refusals_come_once_and_then_all_is_well() {
    let azure = Azure::contoso().await;
    for (trouble, status) in [
        (Trouble::Unauthorized, 401),
        (Trouble::Forbidden, 403),
        (Trouble::NotFound, 404),
        (Trouble::Conflict, 409),
        (Trouble::PreconditionFailed, 412),
        (Trouble::Throttled { retry_after: None }, 429),
        (Trouble::ServerError(503), 503),
    ] {
        azure.simulator.fail_next(Fault::next(trouble));
        assert_eq!(azure.get(SUBSCRIPTIONS).await.status, status);
        assert_eq!(azure.get(SUBSCRIPTIONS).await.status, 200);
    }
}

#[tokio::test]
async fn throttling_tells_when_to_come_back_if_it_is_to() {
    let azure = Azure::contoso().await;
    azure.simulator.fail_next(Fault::next(Trouble::Throttled { retry_after: Some(7) }));
    azure.simulator.fail_next(Fault::next(Trouble::Throttled { retry_after: None }));
    assert_eq!(azure.get(SUBSCRIPTIONS).await.header("retry-after"), "7");
    assert_eq!(azure.get(SUBSCRIPTIONS).await.header("retry-after"), "");
}

#[tokio::test]
async fn a_connection_cut_before_the_answer_did_nothing() {
    let azure = Azure::start(one_machine()).await;
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    azure.simulator.fail_next(Fault::next(Trouble::CutOff).on("/initiate"));

    let request = azure.request(Method::POST, &path).json(&wish(&azure, "203.0.113.7", 5));

    assert!(request.send().await.is_err());
    assert!(azure.simulator.world().policies().iter().all(|policy| policy.requests.is_empty()));
}

#[tokio::test]
async fn an_answer_may_be_lost_although_it_was_done() {
    let azure = Azure::start(one_machine()).await;
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    azure.simulator.fail_next(Fault::next(Trouble::ActThenCutOff).on("/initiate"));

    let request = azure.request(Method::POST, &path).json(&wish(&azure, "203.0.113.7", 5));

    assert!(request.send().await.is_err());
    assert!(azure.simulator.world().policies().iter().all(|policy| policy.requests.len() == 1));
}

#[tokio::test]
async fn a_body_may_end_in_the_middle() {
    let azure = Azure::contoso().await;
    azure.simulator.fail_next(Fault::next(Trouble::CutOffHalfway));
    let response = azure.request(Method::GET, SUBSCRIPTIONS).send().await.unwrap();
    assert!(response.bytes().await.is_err());

    azure.simulator.fail_next(Fault::next(Trouble::BadJson));
    let answer = azure.get(SUBSCRIPTIONS).await;
    assert!(answer.status == 200 && answer.body.is_string(), "not JSON although it says so");
}

#[tokio::test]
async fn a_slow_answer_waits_for_the_clock() {
    let azure = Azure::contoso().await;
    azure.simulator.fail_next(Fault::next(Trouble::Slow(jiff::SignedDuration::from_secs(30))));
    let request = tokio::spawn(Answer::of(azure.request(Method::GET, SUBSCRIPTIONS)));
    while azure.simulator.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    azure.wait(29);
    tokio::task::yield_now().await;
    assert!(!request.is_finished());
    azure.wait(1);
    assert_eq!(request.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_late_answer_is_about_what_was_done_at_once() {
    let azure = Azure::start(one_machine()).await;
    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    let late = Trouble::LateAnswer(jiff::SignedDuration::from_secs(30));
    azure.simulator.fail_next(Fault::next(late).on("/initiate"));
    let wish = wish(&azure, "203.0.113.7", 5);
    let request = tokio::spawn(Answer::of(azure.request(Method::POST, &path).json(&wish)));
    let is_done = || azure.simulator.world().policies().iter().all(|policy| policy.requests.len() == 1);
    while !is_done() {
        tokio::task::yield_now().await;
    }
    assert!(!request.is_finished());
    azure.wait(30);
    assert_eq!(request.await.unwrap().status, 202);
}

#[tokio::test]
async fn a_challenge_says_what_the_next_token_must_prove() {
    let azure = Azure::contoso().await;
    azure.simulator.fail_next(Fault::next(Trouble::ClaimsChallenge));
    let answer = azure.get(SUBSCRIPTIONS).await;
    assert_eq!(answer.status, 401);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.contains("error=\"insufficient_claims\", claims=\""), "{challenge}");
    assert_eq!(azure.get(SUBSCRIPTIONS).await.status, 200);
}

#[tokio::test]
async fn answers_may_be_odd_in_ways_azure_is_odd() {
    let azure = Azure::contoso().await;
    let path =
        format!("{FACTORY}/providers/Microsoft.Security/jitNetworkAccessPolicies?api-version=2020-01-01");
    let odd = async |trouble| {
        azure.simulator.fail_next(Fault::next(trouble));
        azure.get(&path).await.body
    };

    assert!(
        odd(Trouble::ForeignNextLink).await["nextLink"]
            .as_str()
            .unwrap()
            .starts_with("https://management.example.net/")
    );
    let request = &odd(Trouble::UnknownEnums).await["value"][0]["properties"]["requests"][0];
    assert_eq!(request["virtualMachines"][0]["ports"][0]["status"], "SomethingNew");
    assert!(odd(Trouble::OddCasing).await["value"][0]["id"].as_str().unwrap().starts_with("/SUBSCRIPTIONS/"));
    assert!(odd(Trouble::NullLists).await["value"].is_null());
}

#[tokio::test]
async fn trouble_at_entra_must_be_meant_for_it() {
    let azure = Azure::contoso().await;
    let keys = format!("{}/contoso.com/discovery/v2.0/keys", azure.simulator.url());
    azure.simulator.fail_next(Fault::next(Trouble::ServerError(503)));
    assert_eq!(Answer::of(azure.http.get(&keys)).await.status, 200);
    assert_eq!(azure.get(SUBSCRIPTIONS).await.status, 503);

    azure.simulator.fail_next(Fault::next(Trouble::ServerError(503)).on("/discovery/"));
    let answer = Answer::of(azure.http.get(&keys)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["error"].as_str()),
        (503, Some("temporarily_unavailable"))
    );
    assert_eq!(azure.simulator.entra_requests().len(), 2);
}
