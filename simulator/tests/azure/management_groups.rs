//! The tree above the subscriptions, as `Microsoft.Management/managementGroups` 2020-05-01 has it.

use serde_json::json;
use simulator::{
    World,
    world::{ManagementGroup, NewAssignment, NewSubscription, Person},
};

use crate::client::Azure;

const GROUPS: &str = "/providers/Microsoft.Management/managementGroups";
const VERSION: &str = "?api-version=2020-05-01";

/// The root; in it `contoso`, in that `plants` and `offices`; a subscription in each, and one in none.
pub fn tree() -> World {
    let mut world = World::empty();
    for (name, display, parent) in [
        ("contoso", Some("Contoso"), None),
        ("plants", None, Some("contoso")),
        ("offices", None, Some("contoso")),
    ] {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let group =
            ManagementGroup { name: name.to_owned(), display_name: owned(display), parent: owned(parent) };
        world.add_management_group(group).unwrap();
    }
    for (name, group) in [("Plant", Some("plants")), ("Office", Some("offices")), ("Alone", None)] {
        let management_group = group.map(str::to_owned);
        world.add_subscription(NewSubscription { management_group, ..NewSubscription::named(name) }).unwrap();
    }
    world.add_person(Person::new("Somebody", "somebody@contoso.com")).unwrap();
    grant(&mut world, "Postern", "Reader", "/");
    world
}

pub fn grant(world: &mut World, to: &str, role: &str, on: &str) {
    world.assign(&NewAssignment { to: to.to_owned(), role: role.to_owned(), on: on.to_owned() }).unwrap();
}

#[tokio::test]
async fn a_list_tells_the_groups_that_one_may_read() {
    let mut azure = Azure::start(tree()).await;
    let all = azure.get(&format!("{GROUPS}{VERSION}")).await;
    assert_eq!(all.names(), [World::TENANT_ID, "contoso", "plants", "offices"]);
    assert_eq!(
        all.body["value"][1],
        json!({
            "id": format!("{GROUPS}/contoso"),
            "type": "Microsoft.Management/managementGroups",
            "name": "contoso",
            "properties": { "tenantId": World::TENANT_ID, "displayName": "Contoso" },
        })
    );
    azure.become_person("somebody@contoso.com");
    assert!(azure.get(&format!("{GROUPS}{VERSION}")).await.names().is_empty(), "nobody is refused the list");
    grant(&mut azure.simulator.world(), "somebody@contoso.com", "Reader", &format!("{GROUPS}/PLANTS"));
    assert_eq!(azure.get(&format!("{GROUPS}{VERSION}")).await.names(), ["plants"]);
}

#[tokio::test]
async fn a_role_at_a_group_reaches_the_subscriptions_below_it_and_no_others() {
    let mut azure = Azure::start(tree()).await;
    grant(&mut azure.simulator.world(), "somebody@contoso.com", "Reader", &format!("{GROUPS}/contoso"));
    azure.become_person("somebody@contoso.com");
    let seen = azure.get("/subscriptions?api-version=2022-12-01").await;
    let mut names: Vec<&str> = seen.body["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["displayName"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Office", "Plant"]);
    let above = azure.get(&format!("{GROUPS}/{}/descendants{VERSION}", World::TENANT_ID)).await;
    assert_eq!((above.status.as_u16(), above.code()), (403, "AuthorizationFailed"));
    assert!(above.message().contains("Microsoft.Management/managementGroups/read"), "{}", above.message());
}

#[tokio::test]
async fn descendants_are_everything_below_in_pages_that_end_with_null() {
    let azure = Azure::start(tree()).await;
    let path = format!("{GROUPS}/contoso/descendants{VERSION}");
    let all = azure.get(&path).await;
    assert_eq!(all.body["nextLink"], json!(null));
    let rows = all.body["value"].as_array().unwrap();
    let kinds: Vec<&str> = rows.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(kinds[..2], ["Microsoft.Management/managementGroups"; 2]);
    assert_eq!(kinds[2..], ["Microsoft.Management/managementGroups/subscriptions"; 2]);
    let plant = rows.iter().find(|row| row["properties"]["displayName"] == "Plant").unwrap();
    assert_eq!(plant["properties"]["parent"]["id"], format!("{GROUPS}/plants"));
    assert_eq!(plant["id"], format!("/subscriptions/{}", plant["name"].as_str().unwrap()));

    let mut pages = Vec::new();
    let mut next = Some(format!("{path}&$top=3"));
    while let Some(link) = next {
        let page = azure.get(&link).await;
        pages.push(page.body["value"].as_array().unwrap().clone());
        next = page.body["nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(&pages.concat(), rows);
}

#[tokio::test]
async fn what_azure_would_not_answer_is_refused() {
    let azure = Azure::start(tree()).await;
    for (path, status, code) in [
        (format!("{GROUPS}/nowhere{VERSION}"), 404, "NotFound"),
        (format!("{GROUPS}?api-version=2017-01-01"), 400, "NoRegisteredProviderFound"),
        (GROUPS.to_owned(), 400, "MissingApiVersionParameter"),
        (format!("{GROUPS}{VERSION}&$filter=x"), 400, "InvalidQueryOption"),
        (format!("{GROUPS}/contoso/descendants{VERSION}&$top=many"), 400, "InvalidQueryOption"),
        (format!("{GROUPS}/contoso{VERSION}&$expand=children"), 400, "InvalidQueryOption"),
        (format!("{GROUPS}/contoso/subscriptions{VERSION}"), 501, "NotSimulated"),
    ] {
        let answer = azure.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{path}");
    }
    let group = azure.get(&format!("{GROUPS}/PLANTS{VERSION}")).await;
    assert_eq!(group.body["properties"]["details"]["parent"]["name"], "contoso");
}

#[tokio::test]
async fn resource_graph_is_asked_for_a_group() {
    let azure = Azure::start(tree()).await;
    let url = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01";
    let query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, name | order by name asc";
    let names = async |groups: &[&str]| {
        let answer = azure.post(url, &json!({ "managementGroups": groups, "query": query })).await;
        answer.body["data"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&["contoso"]).await, ["Office", "Plant"]);
    assert_eq!(names(&["plants"]).await, ["Plant"]);
    assert_eq!(names(&[World::TENANT_ID]).await, ["Alone", "Office", "Plant"]);
}
