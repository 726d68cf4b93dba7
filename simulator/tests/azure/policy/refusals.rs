//! Queries that are refused, and what else goes wrong with them.

use serde_json::json;
use simulator::{Fault, Trouble};

use super::states::{assigned, post, root, states, subscription};
use crate::{client::Azure, management_groups::grant};

#[tokio::test]
async fn what_azure_does_not_know_is_refused() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    for (option, value, code) in [
        ("$filter", "complianceState eq NonCompliant", "InvalidFilterInQueryString"),
        ("$filter", "state eq 'x'", "InvalidFilterInQueryString"),
        ("$apply", "topcount(1, n)", "InvalidApplyInQueryString"),
        ("$orderby", "colour", "InvalidOrderByInQueryString"),
        ("$select", "colour", "InvalidSelectInQueryString"),
        ("$from", "yesterday", "InvalidFromInQueryString"),
        ("$from", "2031-01-01T00:00:00Z", "InvalidFromInQueryString"),
        ("$expand", "PolicyEvaluationDetails", "InvalidExpandInQueryString"),
        ("$count", "true", "InvalidQueryOption"),
        ("$top", "-1", "InvalidQueryOption"),
        ("$skiptoken", "x", "InvalidSkipToken"),
    ] {
        let answer = post(&azure, &plant, "latest/queryResults", &[(option, value)]).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{option}={value}");
    }
    for what in ["newest/queryResults", "default/summarize", "latest/queryresult"] {
        assert_eq!(post(&azure, &plant, what, &[]).await.status.as_u16(), 501, "{what}");
    }
    let nowhere = post(&azure, &root().replace("aaaabbbb", "nowhere"), "latest/queryResults", &[]).await;
    assert_eq!((nowhere.status.as_u16(), nowhere.code()), (404, "ManagementGroupNotFound"));
    let url = format!("{plant}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults");
    let old = azure.post(&format!("{url}?api-version=2018-04-04"), &json!({})).await;
    assert_eq!(old.code(), "NoRegisteredProviderFound");
    let machine = format!("{plant}/resourceGroups/plant-rg/providers/Microsoft.Compute/virtualMachines/open");
    let details =
        post(&azure, &machine, "latest/queryResults", &[("$expand", "PolicyEvaluationDetails")]).await;
    let details = &details.body["value"][0]["policyEvaluationDetails"]["ifNotExistsDetails"];
    assert!(details["resourceId"].as_str().unwrap().contains("/assessments/"), "{details}");
}

#[tokio::test]
async fn reading_states_takes_the_right_to_it() {
    let mut azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    grant(&mut azure.simulator.world(), "somebody@contoso.com", "Reader", "Plant");
    azure.become_person("somebody@contoso.com");
    assert_eq!(states(&azure, &plant, "").await.len(), 4);
    for (scope, what, action) in [
        (root(), "latest/queryResults", "queryResults/read"),
        (subscription(&azure, "Office"), "latest/summarize", "summarize/read"),
    ] {
        let refused = post(&azure, &scope, what, &[]).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "AuthorizationFailed"));
        let right = format!("Microsoft.PolicyInsights/policyStates/{action}");
        assert!(refused.message().contains(&right), "{}", refused.message());
    }
}

#[tokio::test]
async fn trouble_befalls_states_as_anything_else() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    let path = "/policyStates/";
    let ask = async |trouble: Trouble| {
        azure.simulator.fail_next(Fault::next(trouble).on(path));
        post(&azure, &plant, "latest/queryResults", &[]).await
    };
    let foreign = ask(Trouble::ForeignNextLink).await;
    assert!(foreign.body["@odata.nextLink"].as_str().unwrap().starts_with("https://management.example.net/"));
    let odd = ask(Trouble::OddCasing).await;
    assert!(odd.body["value"][0]["resourceId"].as_str().unwrap().starts_with("/SUBSCRIPTIONS/"));
    assert_eq!(ask(Trouble::UnknownEnums).await.body["value"][0]["complianceState"], "SomethingNew");
    assert_eq!(ask(Trouble::NullLists).await.body["value"], json!(null));
    assert!(ask(Trouble::BadJson).await.body.is_string());
    assert_eq!(ask(Trouble::Throttled { retry_after: Some(7) }).await.header("retry-after"), "7");
    assert_eq!(ask(Trouble::Forbidden).await.code(), "AuthorizationFailed");
    azure.simulator.fail_next(Fault::next(Trouble::OddCasing));
    let list = format!("{plant}/providers/Microsoft.Authorization/policyAssignments?api-version=2024-05-01");
    let list = azure.get(&list).await;
    for row in list.body["value"].as_array().unwrap() {
        for id in [&row["id"], &row["properties"]["policyDefinitionId"]] {
            assert!(id.as_str().unwrap().contains("/MICROSOFT.AUTHORIZATION/"), "{row}");
        }
    }
}
