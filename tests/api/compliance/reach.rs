//! Who is told what.

use shared::compliance::AssignmentList;
use tests::TestApp;

use super::{assigned, names, page, with_policy};

#[tokio::test]
async fn only_machines_that_a_rule_lets_somebody_comply_on_are_told() {
    let app = TestApp::start_in(|world| {
        with_policy(world);
        world.add_policy_assignment(&assigned("Lab JIT", "Laboratory")).expect("it fits the world");
        world.add_policy_assignment(&assigned("Finance JIT", "Finance")).expect("it fits the world");
    })
    .await;
    for who in ["operator", "reader", "stranger", "helpdesk"] {
        let visitor = app.sign_in(who).await;
        for path in [
            "/api/compliance",
            "/api/compliance.csv",
            "/api/compliance/assignments",
            "/api/compliance/scans",
            "/api/compliance/history",
        ] {
            let problem = visitor.get(path).await.problem();
            assert_eq!(problem.status, 403, "{who} {path}");
            assert!(problem.detail.contains("o access rule lets you"), "{who}: {}", problem.detail);
        }
    }
    let lara = app.sign_in("laboratory").await;
    let told = page(&lara, "").await;
    assert!(names(&told).iter().all(|name| name.starts_with("lab")), "{:?}", names(&told));
    let list: AssignmentList = lara.get("/api/compliance/assignments").await.json();
    let known: Vec<&str> = list.items.iter().map(|of| of.display_name.as_str()).collect();
    assert_eq!(known, ["Lab JIT"]);
    let scopes: Vec<String> = list.scopes.iter().map(|scope| scope.name.clone()).collect();
    assert_eq!(scopes, ["laboratories", "Laboratory", "lab-rg in Laboratory"]);
    let asked = app.azure.requests();
    let foreign =
        |id: &str| asked.iter().any(|call| call.path.contains(id) && call.path.contains("policyStates"));
    assert!(!foreign("33333333-3333-4333-8333-333333333333"), "nobody may comply in Finance");
}

#[tokio::test]
async fn what_is_assigned_above_is_told_below() {
    let app = TestApp::start_in(|world| {
        let group = "/providers/Microsoft.Management/managementGroups/contoso";
        world.add_policy_assignment(&assigned("Everywhere", group)).expect("it fits the world");
    })
    .await;
    let lara = app.sign_in("laboratory").await;
    let list: AssignmentList = lara.get("/api/compliance/assignments").await.json();
    let [one] = &list.items[..] else { panic!("{list:?}") };
    assert_eq!((one.display_name.as_str(), one.scope_name.as_str()), ("Everywhere", "contoso"));
    assert!(!one.may_remove, "she may comply on the laboratories only");
    assert_eq!(one.counts.covered(), page(&lara, "").await.total);
}

#[tokio::test]
async fn management_groups_are_called_what_people_call_them() {
    let app = TestApp::start_in(|world| {
        let root = format!("/providers/Microsoft.Management/managementGroups/{}", world.tenant.id);
        world.add_policy_assignment(&assigned("Everywhere", &root)).expect("it fits the world");
    })
    .await;
    let ada = app.sign_in("admin").await;
    let list: AssignmentList = ada.get("/api/compliance/assignments").await.json();
    assert_eq!(list.items[0].scope_name, "Tenant Root Group");
}
