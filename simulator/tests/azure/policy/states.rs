//! States, as `Microsoft.PolicyInsights/policyStates` 2024-10-01 has them.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{
    World,
    world::{Access, Direction, Exemption, NewPolicy, NewPolicyAssignment, NewVm, SecurityRule},
};

use crate::{
    client::{Answer, Azure},
    management_groups::{grant, tree},
};

pub const BENCHMARK: &str = "1f3afdf9-d0c9-4c3d-847f-89da613e70a8";
const POLICY: &str = "b0f33259-77d7-4c9e-aac6-3aabcfae693c";

/// The tree, and in `Plant` the machines `open` and `guarded`, in `Office` the machine `desk`, which is
/// open too. The policy is assigned to `Plant` for a day now, the benchmark to the root.
pub fn assigned() -> World {
    let mut world = tree();
    for (name, place, group) in
        [("open", "Plant", "plant-rg"), ("guarded", "Plant", "other-rg"), ("desk", "Office", "office-rg")]
    {
        world.add_vm(NewVm::linux(name).subscription(place).group(group).tag("owner", "x")).unwrap();
    }
    world.nsgs.iter_mut().for_each(|nsg| nsg.rules.push(anyone()));
    world.add_policy(&NewPolicy::of(&["guarded"], &[22])).unwrap();
    let day = SignedDuration::from_hours(30);
    let root = format!("/providers/Microsoft.Management/managementGroups/{}", World::TENANT_ID);
    for (name, on, definition) in [("jit", "Plant", POLICY), ("Benchmark", root.as_str(), BENCHMARK)] {
        let definition = definition.to_owned();
        let new = NewPolicyAssignment { definition, ago: day, ..NewPolicyAssignment::named(name, on) };
        world.add_policy_assignment(&new).unwrap();
    }
    grant(&mut world, "Postern", "Owner", "/");
    world
}

/// A rule that lets everybody in by SSH.
pub fn anyone() -> SecurityRule {
    let any = || vec!["*".to_owned()];
    SecurityRule {
        name: "AllowSsh".to_owned(),
        description: String::new(),
        protocol: "Tcp".to_owned(),
        source_ports: any(),
        destination_ports: vec!["22".to_owned()],
        sources: any(),
        destinations: any(),
        access: Access::Allow,
        priority: 300,
        direction: Direction::Inbound,
    }
}

pub fn subscription(azure: &Azure, name: &str) -> String {
    azure.simulator.world().subscription(name).unwrap().resource_id()
}

pub fn root() -> String {
    format!("/providers/Microsoft.Management/managementGroups/{}", World::TENANT_ID)
}

/// What `POST` answers, with these options.
pub async fn post(azure: &Azure, scope: &str, what: &str, options: &[(&str, &str)]) -> Answer {
    let url = format!("{scope}/providers/Microsoft.PolicyInsights/policyStates/{what}");
    let version = [("api-version", "2024-10-01")];
    Answer::of(azure.request(Method::POST, &url).query(&version).query(options)).await
}

/// Machine and state of each row about just-in-time.
pub async fn states(azure: &Azure, scope: &str, more: &str) -> Vec<(String, String)> {
    let filter = format!("policyDefinitionName eq '{POLICY}'{more}");
    let answer = post(azure, scope, "latest/queryResults", &[("$filter", &filter)]).await;
    assert_eq!(answer.status.as_u16(), 200, "{:?}", answer.body);
    let told = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (text("resourceId").rsplit('/').next().unwrap().to_owned(), text("complianceState"))
    };
    answer.body["value"].as_array().unwrap().iter().map(told).collect()
}

pub fn told(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(vm, state)| ((*vm).to_owned(), (*state).to_owned())).collect()
}

#[tokio::test]
async fn a_machine_is_compliant_if_defender_says_that_it_is_well() {
    let azure = Azure::start(assigned()).await;
    let both = [("guarded", "Compliant"), ("open", "NonCompliant")];
    let plant = subscription(&azure, "Plant");
    assert_eq!(states(&azure, &plant, " and policyAssignmentName eq 'jit'").await, told(&both));
    // The benchmark says the same once more.
    assert_eq!(states(&azure, &plant, "").await.len(), 4);
    let group = format!("{plant}/resourceGroups/PLANT-RG");
    assert_eq!(states(&azure, &group, " and policySetDefinitionName eq ''").await, told(&both[1..]));
    let office = states(&azure, &subscription(&azure, "Office"), "").await;
    assert_eq!(office, told(&[("desk", "NonCompliant")]));
    let all = states(&azure, &root(), " and policySetDefinitionName ne ''").await;
    let all: Vec<&str> = all.iter().map(|(vm, _)| vm.as_str()).collect();
    assert_eq!(all.len(), 3);
    let machine = format!("{plant}/resourceGroups/plant-rg/providers/Microsoft.Compute/virtualMachines/open");
    assert_eq!(states(&azure, &machine, "").await, told(&[("open", "NonCompliant"); 2]));
}

#[tokio::test]
async fn a_record_is_as_azure_has_it_with_ids_in_lower_case() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    let options = [(
        "$filter",
        "policySetDefinitionName eq '1F3AFDF9-d0c9-4c3d-847f-89da613e70a8' and resourceGroup eq 'plant-rg' and policyDefinitionReferenceId eq 'jitNetworkAccessMonitoring'",
    )];
    let answer = post(&azure, &plant, "latest/queryResults", &options).await;
    let url = azure.simulator.url();
    let context = format!("{url}{plant}/providers/Microsoft.PolicyInsights/policyStates/$metadata#latest");
    assert_eq!(answer.body["@odata.context"], context);
    assert_eq!((&answer.body["@odata.count"], &answer.body["@odata.nextLink"]), (&json!(1), &json!(null)));
    let id = plant.trim_start_matches("/subscriptions/");
    assert_eq!(
        answer.body["value"][0],
        json!({
            "@odata.id": null,
            "@odata.context": format!("{context}/$entity"),
            "timestamp": "2030-01-01T06:05:00.0000000Z",
            "resourceId": format!("{plant}/resourcegroups/plant-rg/providers/microsoft.compute/virtualmachines/open"),
            "policyAssignmentId": format!("{}/providers/microsoft.authorization/policyassignments/benchmark", root().to_ascii_lowercase()),
            "policyDefinitionId": format!("/providers/microsoft.authorization/policydefinitions/{POLICY}"),
            "effectiveParameters": null,
            "isCompliant": false,
            "subscriptionId": id,
            "resourceType": "Microsoft.Compute/virtualMachines",
            "resourceLocation": "westeurope",
            "resourceGroup": "plant-rg",
            "resourceTags": "tbd",
            "policyAssignmentName": "benchmark",
            "policyAssignmentOwner": "tbd",
            "policyAssignmentParameters": "{}",
            "policyAssignmentScope": root().to_ascii_lowercase(),
            "policyDefinitionName": POLICY,
            "policyDefinitionAction": "auditifnotexists",
            "policyDefinitionCategory": "tbd",
            "policySetDefinitionId": format!("/providers/microsoft.authorization/policysetdefinitions/{BENCHMARK}"),
            "policySetDefinitionName": BENCHMARK,
            "policySetDefinitionOwner": "tbd",
            "policySetDefinitionCategory": "tbd",
            "policySetDefinitionParameters": null,
            "managementGroupIds": format!("plants,contoso,{}", World::TENANT_ID),
            "policyDefinitionReferenceId": "jitnetworkaccessmonitoring",
            "complianceState": "NonCompliant",
            "policyDefinitionGroupNames": ["azure_security_benchmark_v3.0_ns-3"],
            "policyDefinitionVersion": "3.0.0",
            "policySetDefinitionVersion": "57.56.0",
            "policyAssignmentVersion": null,
        })
    );
}

#[tokio::test]
async fn one_assignment_or_definition_is_a_scope_of_its_own() {
    let azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    let below = |what: &str| format!("{plant}/providers/Microsoft.Authorization/{what}");
    for (scope, rows) in [
        (below("policyAssignments/JIT"), 2),
        (below("policyAssignments/benchmark"), 0),
        (below(&format!("policyDefinitions/{POLICY}")), 4),
        (below("policyDefinitions/22730e10-96f6-4aac-ad84-9383d35b5917"), 2),
        (below(&format!("policySetDefinitions/{BENCHMARK}")), 4),
    ] {
        let answer = post(&azure, &scope, "latest/queryResults", &[]).await;
        assert_eq!(answer.body["@odata.count"], rows, "{scope} {:?}", answer.body);
    }
    let elsewhere = format!("{}/providers/Microsoft.Authorization/policyAssignments/benchmark", root());
    assert_eq!(post(&azure, &elsewhere, "latest/queryResults", &[]).await.status.as_u16(), 501);
}

#[tokio::test]
async fn rows_are_counted_chosen_and_sorted() {
    let azure = Azure::start(assigned()).await;
    let options = [
        ("$filter", "IsCompliant eq false"),
        ("$apply", "groupby((ResourceId, PolicyDefinitionName), aggregate($count as Many))"),
        ("$orderby", "Many, ResourceId asc"),
        ("$top", "2"),
    ];
    let answer = post(&azure, &root(), "latest/queryResults", &options).await;
    let row = &answer.body["value"][0];
    assert_eq!((&row["Many"], &answer.body["@odata.count"]), (&json!(2), &json!(2)));
    assert!(row["resourceId"].as_str().unwrap().ends_with("/virtualmachines/open"));
    assert_eq!(row["policyDefinitionName"], POLICY);
    assert_eq!(row.as_object().unwrap().len(), 5, "{row}");

    let options = [("$select", "ResourceId, complianceState"), ("$orderby", "resourceId asc"), ("$top", "1")];
    let answer = post(&azure, &root(), "latest/queryResults", &options).await;
    assert_eq!(answer.body["value"][0].as_object().unwrap().len(), 4, "{:?}", answer.body);
    let total = [("$apply", "filter(complianceState eq 'Compliant')/aggregate($count as n)")];
    assert_eq!(post(&azure, &root(), "latest/queryResults", &total).await.body["value"][0]["n"], 2);
}

#[tokio::test]
async fn pages_are_asked_for_with_post_and_belong_together() {
    let azure = Azure::start(assigned()).await;
    azure.simulator.world().behaviour.states_page = 3;
    let first =
        post(&azure, &root(), "latest/queryResults", &[("$orderby", "timestamp, resourceId asc")]).await;
    let mut rows = first.body["value"].as_array().unwrap().clone();
    let mut next = first.body["@odata.nextLink"].as_str().map(str::to_owned);
    assert_eq!(azure.get(next.as_ref().unwrap()).await.status.as_u16(), 501, "GET is not for these");
    while let Some(link) = next {
        let page = Answer::of(azure.request(Method::POST, &link)).await;
        assert_eq!(page.status.as_u16(), 200, "{:?}", page.body);
        rows.extend(page.body["value"].as_array().unwrap().iter().cloned());
        next = page.body["@odata.nextLink"].as_str().map(str::to_owned);
    }
    azure.simulator.world().behaviour.states_page = 1000;
    let whole =
        post(&azure, &root(), "latest/queryResults", &[("$orderby", "timestamp, resourceId asc")]).await;
    assert_eq!(whole.body["value"].as_array().unwrap(), &rows);
    assert_eq!(rows.len(), 8);
}

#[tokio::test]
async fn what_is_left_out_has_no_state_and_what_is_exempt_says_so() {
    let mut azure = Azure::start(assigned()).await;
    let plant = subscription(&azure, "Plant");
    {
        let mut world = azure.simulator.world();
        let jit = format!("{plant}/providers/Microsoft.Authorization/policyAssignments/jit");
        let until = Some(azure.simulator.clock().now() + SignedDuration::from_hours(30));
        let exemption =
            Exemption { assignment: jit, scope: format!("{plant}/resourceGroups/plant-rg"), until };
        world.exemptions.push(exemption);
        let assignments = world.policy_assignments.iter_mut();
        for assignment in assignments.filter(|assignment| assignment.name == "Benchmark") {
            assignment.not_scopes.push(format!("{plant}/resourceGroups/other-rg"));
        }
    }
    // Until it looks again everything is as it was.
    assert_eq!(states(&azure, &plant, " and complianceState eq 'Exempt'").await, []);
    azure.wait(24 * 3600);
    azure.renew_token();
    let jit = states(&azure, &plant, " and policyAssignmentName eq 'jit'").await;
    assert_eq!(jit, told(&[("guarded", "Compliant"), ("open", "Exempt")]));
    let benchmark = states(&azure, &plant, " and policyAssignmentName eq 'benchmark'").await;
    assert_eq!(benchmark, told(&[("open", "NonCompliant")]));
    azure.wait(24 * 3600);
    azure.renew_token();
    let jit = states(&azure, &plant, " and policyAssignmentName eq 'jit'").await;
    assert_eq!(jit[1].1, "NonCompliant", "the exemption is over");
}
