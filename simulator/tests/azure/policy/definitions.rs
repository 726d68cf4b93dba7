//! What is built in.

use serde_json::json;
use simulator::World;

use crate::{client::Azure, management_groups::tree};

const DEFINITIONS: &str = "/providers/Microsoft.Authorization/policyDefinitions";
const SETS: &str = "/providers/Microsoft.Authorization/policySetDefinitions";
const VERSION: &str = "?api-version=2024-05-01";
const JUST_IN_TIME: &str = "b0f33259-77d7-4c9e-aac6-3aabcfae693c";
const BENCHMARK: &str = "1f3afdf9-d0c9-4c3d-847f-89da613e70a8";

#[tokio::test]
async fn the_policy_looks_for_the_assessment() {
    let azure = Azure::start(tree()).await;
    let policy = azure.get(&format!("{DEFINITIONS}/{JUST_IN_TIME}{VERSION}")).await;
    let properties = &policy.body["properties"];
    assert_eq!(policy.body["id"], format!("{DEFINITIONS}/{JUST_IN_TIME}"));
    assert_eq!(properties["parameters"]["effect"]["allowedValues"], json!(["AuditIfNotExists", "Disabled"]));
    let details = &properties["policyRule"]["then"]["details"];
    assert_eq!(details["name"], "805651bc-6ecd-4c73-9b55-97a19d0582d0");
    assert_eq!(details["existenceCondition"]["in"], json!(["NotApplicable", "Healthy"]));
}

#[tokio::test]
async fn initiatives_refer_to_it_each_in_its_own_way() {
    let azure = Azure::start(tree()).await;
    let sets = azure.get(&format!("{SETS}{VERSION}")).await;
    for set in sets.body["value"].as_array().unwrap() {
        let again = azure.get(&format!("{}{VERSION}", set["id"].as_str().unwrap())).await;
        assert_eq!(&again.body, set);
        let members = set["properties"]["policyDefinitions"].as_array().unwrap();
        let id = format!("{DEFINITIONS}/{JUST_IN_TIME}");
        let member = members.iter().find(|member| member["policyDefinitionId"] == *id).unwrap();
        let parameter = member["parameters"]["effect"]["value"].as_str().unwrap();
        let parameter = parameter.strip_prefix("[parameters('").unwrap().strip_suffix("')]").unwrap();
        assert!(set["properties"]["parameters"][parameter].is_object(), "{set}");
        if set["name"] == BENCHMARK {
            assert_eq!(member["policyDefinitionReferenceId"], "jitNetworkAccessMonitoring");
        }
    }
    assert_eq!(sets.names().len(), 2);
}

#[tokio::test]
async fn what_is_not_built_in_is_not_there() {
    let azure = Azure::start(tree()).await;
    let subscription = azure.simulator.world().subscription("Plant").unwrap().resource_id();
    let group = format!("/providers/Microsoft.Management/managementGroups/{}", World::TENANT_ID);
    for (path, status, code) in [
        (format!("{DEFINITIONS}/{BENCHMARK}{VERSION}"), 404, "PolicyDefinitionNotFound"),
        (format!("{SETS}/{JUST_IN_TIME}{VERSION}"), 404, "PolicySetDefinitionNotFound"),
        // A subscription's own, which it has none of.
        (format!("{subscription}{DEFINITIONS}/{JUST_IN_TIME}{VERSION}"), 404, "PolicyDefinitionNotFound"),
        (format!("{group}{SETS}/{BENCHMARK}{VERSION}"), 404, "PolicySetDefinitionNotFound"),
        (format!("{DEFINITIONS}?api-version=2015-01-01"), 400, "NoRegisteredProviderFound"),
        (format!("{DEFINITIONS}{VERSION}&$filter=atScope()"), 501, "NotSimulated"),
        (format!("{subscription}{DEFINITIONS}{VERSION}"), 501, "NotSimulated"),
    ] {
        let answer = azure.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{path}");
    }
}
