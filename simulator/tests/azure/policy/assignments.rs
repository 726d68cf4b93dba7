//! Assignments of policies, as `Microsoft.Authorization/policyAssignments` 2024-05-01 has them.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{
    World,
    world::{NewPolicyAssignment, NewVm},
};

use crate::{
    client::{Answer, Azure},
    management_groups::{grant, tree},
};

const ASSIGNMENTS: &str = "/providers/Microsoft.Authorization/policyAssignments";
const VERSION: &str = "?api-version=2024-05-01";
const POLICY: &str =
    "/providers/Microsoft.Authorization/policyDefinitions/b0f33259-77d7-4c9e-aac6-3aabcfae693c";
const BENCHMARK: &str =
    "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8";

fn group(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

fn subscription(azure: &Azure, name: &str) -> String {
    azure.simulator.world().subscription(name).unwrap().resource_id()
}

fn body(definition: &str, parameters: &Value) -> Value {
    json!({ "properties": {
        "displayName": "Just-in-time for management ports",
        "policyDefinitionId": definition,
        "parameters": parameters,
        "enforcementMode": "Default",
        "metadata": { "assignedBy": "Postern" },
        "nonComplianceMessages": [{ "message": "Switch just-in-time on" }],
    } })
}

/// The tree, with a machine in `Plant`; Postern owns it all.
async fn owned() -> Azure {
    let mut world = tree();
    world.add_vm(NewVm::linux("plc").subscription("Plant").group("plant-rg")).unwrap();
    grant(&mut world, "Postern", "Owner", "/");
    Azure::start(world).await
}

async fn put(azure: &Azure, scope: &str, name: &str, body: &Value) -> Answer {
    azure.put(&format!("{scope}{ASSIGNMENTS}/{name}{VERSION}"), body).await
}

/// The names a list has, `filter` being what stands behind the version.
async fn listed(azure: &Azure, scope: &str, filter: &str) -> Vec<String> {
    let answer = azure.get(&format!("{scope}{ASSIGNMENTS}{VERSION}{filter}")).await;
    assert_eq!(answer.status.as_u16(), 200, "{:?}", answer.body);
    let mut names: Vec<String> = answer.names().into_iter().map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn one_is_made_changed_read_and_removed() {
    let azure = owned().await;
    let scope = subscription(&azure, "Plant");
    let made = put(&azure, &scope, "jit", &body(POLICY, &json!({}))).await;
    assert_eq!(made.status.as_u16(), 201);
    assert_eq!(made.body["id"], format!("{scope}{ASSIGNMENTS}/jit"));
    assert_eq!(made.body["type"], "Microsoft.Authorization/policyAssignments");
    assert_eq!(made.body["properties"]["scope"], *scope);
    assert_eq!(made.body["properties"]["metadata"]["assignedBy"], "Postern");
    assert_eq!(made.body["properties"]["metadata"]["updatedOn"], json!(null));

    azure.wait(60);
    let off = json!({ "effect": { "value": "disabled" } });
    let changed = put(&azure, &scope, "JIT", &body(POLICY, &off)).await;
    assert_eq!(changed.status.as_u16(), 200);
    assert_eq!(changed.body["properties"]["parameters"], off);
    let of = |answer: &Answer| answer.body["properties"]["metadata"]["createdOn"].clone();
    assert_eq!(of(&changed), of(&made), "it was made when it was made");
    assert_eq!(changed.body["properties"]["metadata"]["updatedOn"], "2030-01-01T12:01:00.0000000Z");

    let path = format!("{scope}{ASSIGNMENTS}/jit{VERSION}");
    assert_eq!(azure.get(&path).await.body, changed.body);
    assert_eq!(azure.delete(&path).await.status.as_u16(), 200);
    assert_eq!(azure.get(&path).await.code(), "PolicyAssignmentNotFound");
    assert_eq!(azure.delete(&path).await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_list_has_what_applies_and_without_a_filter_what_lies_below() {
    let azure = owned().await;
    let (plant, office) = (subscription(&azure, "Plant"), subscription(&azure, "Office"));
    let rg = format!("{plant}/resourceGroups/plant-rg");
    for (scope, name, definition) in [
        (&group(World::TENANT_ID), "root", BENCHMARK),
        (&group("contoso"), "contoso", POLICY),
        (&plant, "plant", POLICY),
        (&rg, "group", POLICY),
        (&office, "office", POLICY),
    ] {
        assert_eq!(put(&azure, scope, name, &body(definition, &json!({}))).await.status.as_u16(), 201);
    }
    assert_eq!(listed(&azure, &plant, "").await, ["contoso", "group", "plant", "root"]);
    assert_eq!(listed(&azure, &plant, "&$filter=atScope()").await, ["contoso", "plant", "root"]);
    assert_eq!(listed(&azure, &plant, "&$filter=atExactScope()").await, ["plant"]);
    let by_policy = format!("&$filter=policyDefinitionId%20eq%20'{}'", POLICY.to_ascii_uppercase());
    assert_eq!(listed(&azure, &plant, &by_policy).await, ["contoso", "group", "plant"]);
    assert_eq!(listed(&azure, &rg, "").await, ["contoso", "group", "plant", "root"]);
    assert_eq!(listed(&azure, &group("plants"), "&$filter=atScope()").await, ["contoso", "root"]);
    assert_eq!(listed(&azure, &group("contoso"), &by_policy).await, ["contoso"]);
    assert_eq!(listed(&azure, &subscription(&azure, "Alone"), "").await, ["root"]);
    // At a scope where it applies it is listed, and not found by its name.
    assert_eq!(azure.get(&format!("{plant}{ASSIGNMENTS}/root{VERSION}")).await.status.as_u16(), 404);

    azure.simulator.world().behaviour.page_size = 3;
    let first = azure.get(&format!("{plant}{ASSIGNMENTS}{VERSION}")).await;
    let second = azure.get(first.body["nextLink"].as_str().unwrap()).await;
    assert_eq!((first.names().len(), second.names().len()), (3, 1));
}

#[tokio::test]
async fn a_filter_that_azure_does_not_have_is_refused() {
    let azure = owned().await;
    let plant = subscription(&azure, "Plant");
    for filter in
        ["atscope()", "atScope", "name eq 'jit'", "policyDefinitionId eq jit", "policyDefinitionId eq 'jit'"]
    {
        let path = format!("{plant}{ASSIGNMENTS}{VERSION}&$filter={}", filter.replace(' ', "%20"));
        let answer = azure.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "InvalidFilterInQueryString"), "{filter}");
    }
    let answer = azure.get(&format!("{}{ASSIGNMENTS}{VERSION}", group("contoso"))).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "MissingFilterInQueryString"));
    let answer = azure.get(&format!("{plant}{ASSIGNMENTS}{VERSION}&$orderby=name")).await;
    assert_eq!(answer.code(), "InvalidQueryOption");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_nothing_is_made() {
    let azure = owned().await;
    let plant = subscription(&azure, "Plant");
    let good = body(POLICY, &json!({}));
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body["properties"][name] = value;
        body
    };
    let long = "a-name-of-twenty-5-letter";
    let longer = "x".repeat(65);
    let contoso = group("contoso");
    let denied = body(POLICY, &json!({ "effect": { "value": "Deny" } }));
    let foreign = body(BENCHMARK, &json!({ "effect": { "value": "Disabled" } }));
    let elsewhere =
        with("notScopes", json!([format!("{}/resourceGroups/rg", subscription(&azure, "Office"))]));
    for (scope, name, body, status, code) in [
        (&contoso, long, &good, 400, "InvalidPolicyAssignmentName"),
        (&plant, &longer, &good, 400, "InvalidPolicyAssignmentName"),
        (&plant, "what:ever", &good, 400, "InvalidPolicyAssignmentName"),
        (&plant, "jit", &denied, 400, "PolicyParameterValueNotAllowed"),
        (&plant, "jit", &foreign, 400, "UndefinedPolicyParameter"),
        (
            &plant,
            "jit",
            &with("policyDefinitionId", json!(format!("{POLICY}0"))),
            404,
            "PolicyDefinitionNotFound",
        ),
        (
            &plant,
            "jit",
            &with("enforcementMode", json!("Sometimes")),
            400,
            "InvalidPolicyAssignmentEnforcementMode",
        ),
        (&plant, "jit", &elsewhere, 400, "InvalidPolicyAssignmentNotScopes"),
        (&plant, "jit", &with("notScopes", json!([plant])), 400, "InvalidPolicyAssignmentNotScopes"),
        (&plant, "jit", &with("notscope", json!([])), 400, "InvalidRequestContent"),
        (&plant, "jit", &json!({ "properties": {} }), 400, "InvalidRequestContent"),
        (&group("nowhere"), "jit", &good, 404, "ManagementGroupNotFound"),
        (&format!("{plant}/resourceGroups/nowhere"), "jit", &good, 404, "ResourceGroupNotFound"),
    ] {
        let answer = put(&azure, scope, name, body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{name} {body}");
    }
    let old = azure.put(&format!("{plant}{ASSIGNMENTS}/jit?api-version=2015-11-01"), &good).await;
    assert_eq!(old.code(), "NoRegisteredProviderFound");
    let machine = format!("{plant}/resourceGroups/plant-rg/providers/Microsoft.Compute/virtualMachines/plc");
    assert_eq!(put(&azure, &machine, "jit", &good).await.status.as_u16(), 501);
    assert!(azure.simulator.world().policy_assignments.is_empty());
    assert_eq!(put(&azure, &plant, long, &good).await.status.as_u16(), 201, "it is long at a group only");
}

#[tokio::test]
async fn rights_come_from_roles_at_or_above() {
    let mut azure = owned().await;
    {
        let mut world = azure.simulator.world();
        world.add_policy_assignment(&NewPolicyAssignment::named("unused", "Plant")).unwrap();
        grant(&mut world, "somebody@contoso.com", "Security Admin", &group("plants"));
    }
    azure.become_person("somebody@contoso.com");
    let (plant, office) = (subscription(&azure, "Plant"), subscription(&azure, "Office"));
    let good = body(POLICY, &json!({}));
    assert_eq!(put(&azure, &group("plants"), "jit", &good).await.status.as_u16(), 201);
    assert_eq!(put(&azure, &plant, "jit", &good).await.status.as_u16(), 201);
    for (scope, action) in [(&office, "write"), (&group("contoso"), "write")] {
        let refused = put(&azure, scope, "jit", &good).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "AuthorizationFailed"));
        let right = format!("Microsoft.Authorization/policyAssignments/{action}' over scope '{scope}");
        assert!(refused.message().contains(&right), "{}", refused.message());
    }
    // What is inherited is told to whoever may read the scope it is inherited at.
    grant(&mut azure.simulator.world(), "somebody@contoso.com", "Reader", "Office");
    let path = format!("{office}{ASSIGNMENTS}{VERSION}");
    assert_eq!(azure.get(&path).await.status.as_u16(), 200);
    let removal = azure.delete(&format!("{office}{ASSIGNMENTS}/jit{VERSION}")).await;
    assert!(removal.message().contains("Microsoft.Authorization/policyAssignments/delete"));
}

#[tokio::test]
async fn the_activity_log_tells_who_assigned() {
    let azure = owned().await;
    let plant = subscription(&azure, "Plant");
    put(&azure, &plant, "jit", &body(POLICY, &json!({}))).await;
    azure.wait(200);
    let filter = format!(
        "eventTimestamp ge '2030-01-01T11:00:00Z' and eventTimestamp le '{}' and resourceProvider eq 'Microsoft.Authorization'",
        azure.now()
    );
    let url = format!("{plant}/providers/Microsoft.Insights/eventtypes/management/values");
    let request = azure.request(Method::GET, &url);
    let answer = Answer::of(request.query(&[("api-version", "2015-04-01"), ("$filter", &filter)])).await;
    let event = &answer.body["value"][0];
    assert_eq!(event["operationName"]["value"], "Microsoft.Authorization/policyAssignments/write");
    assert_eq!(event["resourceId"], format!("{plant}{ASSIGNMENTS}/jit"));
}
