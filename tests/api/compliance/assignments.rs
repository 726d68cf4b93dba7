//! Assigning the policy, and taking assignments away that Postern made.

use backend::store::EntryKind;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::compliance::{Assignment, AssignmentList};
use shared::problem::ProblemKind;
use simulator::world::{NewAssignment, Person, Role};
use simulator::{Fault, Received, Trouble};
use tests::TestApp;
use tests::app::{Answer, Visitor};

use super::{LABORATORY, PRODUCTION, assigned, assignments_of};

const PATH: &str = "/api/compliance/assignments";
const AT_AZURE: &str = "/policyAssignments/postern-jit";

fn scope(subscription: &str) -> String {
    format!("/subscriptions/{subscription}")
}

async fn assign(by: &Visitor, scope: &str) -> Answer {
    by.post(PATH, &json!({ "scope": scope, "display_name": " JIT by Postern " })).await
}

async fn remove(by: &Visitor, scope: &str) -> Answer {
    by.delete(&format!("{PATH}?scope={}", scope.replace('/', "%2F"))).await
}

/// What is on record, oldest first, apart from who came and went.
async fn trail(app: &TestApp) -> Vec<(EntryKind, Value)> {
    let mut trail = app.store.entries().before(i64::MAX, 100).await.expect("the trail can be read");
    trail.retain(|entry| entry.content.kind != EntryKind::Event);
    trail.into_iter().rev().map(|entry| (entry.content.kind, entry.content.body)).collect()
}

async fn outcome(app: &TestApp) -> String {
    let trail = trail(app).await;
    let (EntryKind::Outcome(_), body) = trail.last().expect("something is on record") else {
        panic!("{trail:?}")
    };
    body["outcome"].as_str().expect("an outcome is a word").to_owned()
}

fn at_azure(app: &TestApp) -> Vec<String> {
    let world = app.azure.world();
    let own = world.policy_assignments.iter().filter(|known| known.name == "postern-jit");
    own.map(|known| known.scope.clone()).collect()
}

fn writes(app: &TestApp) -> Vec<Received> {
    let is_write = |call: &Received| call.method != Method::GET && call.path.contains("/policyAssignments/");
    app.azure.requests().into_iter().filter(is_write).collect()
}

#[tokio::test]
async fn it_is_assigned_between_intent_and_outcome_and_listed_and_removed() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let production = scope(PRODUCTION);
    let answer = assign(&ada, &production).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let made: Assignment = answer.json();
    assert_eq!((made.display_name.as_str(), made.scope_name.as_str()), ("JIT by Postern", "Production"));
    assert_eq!(made.effect.as_deref(), Some("AuditIfNotExists"));
    let entries = trail(&app).await;
    let [(EntryKind::Intent(_), intent), (EntryKind::Outcome(_), outcome_of)] = &entries[..] else {
        panic!("{entries:?}")
    };
    assert_eq!((&intent["action"], &intent["scope"]), (&json!("assign_policy"), &json!(production)));
    assert_eq!((&outcome_of["outcome"], &outcome_of["scope"]), (&json!("done"), &json!(production)));
    assert!(outcome_of["correlation_id"].is_string(), "{outcome_of}");
    let [listed] = &assignments_of(&ada).await[..] else { panic!("it is one") };
    assert_eq!((&listed.id, listed.may_remove, listed.enforced), (&made.id, true, true));
    assert_eq!(remove(&ada, &production).await.status, StatusCode::NO_CONTENT);
    assert!(assignments_of(&ada).await.is_empty() && at_azure(&app).is_empty());
    let (_, last) = trail(&app).await.pop().expect("it is on record");
    assert_eq!((&last["action"], &last["outcome"]), (&json!("remove_assignment"), &json!("done")));
    assert_eq!(remove(&ada, &production).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_can_be_assigned_to_a_management_group_and_to_a_resource_group() {
    let app = TestApp::start_in(|world| {
        let on = "/providers/Microsoft.Management/managementGroups/laboratories".to_owned();
        let role = NewAssignment { to: "Postern".to_owned(), role: "Postern".to_owned(), on };
        world.assign(&role).expect("there is such a role");
    })
    .await;
    let lara = app.sign_in("laboratory").await;
    let group = "/providers/Microsoft.Management/managementGroups/laboratories".to_owned();
    let resources = format!("{}/resourceGroups/lab-rg", scope(LABORATORY));
    for place in [&group, &resources] {
        let answer = assign(&lara, place).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{place}: {}", answer.text());
    }
    assert_eq!(at_azure(&app).len(), 2);
    let list: AssignmentList = lara.get(PATH).await.json();
    let named: Vec<&str> = list.items.iter().map(|item| item.scope_name.as_str()).collect();
    assert!(named.contains(&"laboratories") && named.contains(&"lab-rg in Laboratory"), "{named:?}");
}

#[tokio::test]
async fn who_may_not_comply_on_all_of_it_is_told_so_or_that_there_is_no_such_thing() {
    let app = TestApp::start().await;
    let group = "/providers/Microsoft.Management/managementGroups/contoso".to_owned();
    for (who, place, status) in [
        ("operator", scope(PRODUCTION), 403),
        ("reader", scope(PRODUCTION), 403),
        ("laboratory", scope(PRODUCTION), 404),
        ("laboratory", group.clone(), 403),
        ("admin", group, 404),
        ("admin", scope(LABORATORY), 404),
        ("admin", scope("99999999-9999-4999-8999-999999999999"), 404),
        ("stranger", scope(PRODUCTION), 404),
    ] {
        let visitor = app.sign_in(who).await;
        for answer in [assign(&visitor, &place).await, remove(&visitor, &place).await] {
            let problem = answer.problem();
            assert_eq!(problem.status, status, "{who} {place}: {}", problem.detail);
            let trail = trail(&app).await;
            let (EntryKind::Refusal, refusal) = trail.last().unwrap() else { panic!("{who} {place}") };
            assert_eq!(refusal["scope"], json!(place));
        }
    }
    assert!(writes(&app).is_empty());
}

#[tokio::test]
async fn what_is_there_already_is_not_assigned_again() {
    let app = TestApp::start_in(|world| {
        world.add_policy_assignment(&assigned("By hand", "Production")).expect("it fits the world");
        world
            .add_policy_assignment(&assigned("postern jit", "Production/web-rg"))
            .expect("it fits the world");
    })
    .await;
    let ada = app.sign_in("admin").await;
    let problem = assign(&ada, &scope(PRODUCTION)).await.problem();
    assert_eq!((problem.status, problem.kind), (409, ProblemKind::Conflict));
    assert!(problem.detail.contains("“By hand”"), "{}", problem.detail);
    let of_another = format!("{}/resourceGroups/web-rg", scope(PRODUCTION));
    let problem = remove(&ada, &of_another).await.problem();
    assert_eq!(problem.status, 409, "Postern did not make it: {}", problem.detail);
    assert!(writes(&app).is_empty());
    assert!(assignments_of(&ada).await.iter().all(|known| !known.may_remove));
}

#[tokio::test]
async fn what_is_wrong_with_a_wish_is_named() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let production = scope(PRODUCTION);
    for (body, field) in [
        (json!({}), "scope"),
        (json!({ "scope": "/subscriptions/x" }), "scope"),
        (json!({ "scope": format!("{production}/resourceGroups/..") }), "scope"),
        (json!({ "scope": production, "effect": "Deny" }), "effect"),
        (json!({ "scope": production, "display_name": "x".repeat(129) }), "display_name"),
        (json!({ "scope": production, "display_name": "a\nb" }), "display_name"),
        (json!({ "scope": production, "policy": "other" }), "policy"),
    ] {
        let problem = ada.post(PATH, &body).await.problem();
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{body}");
        let told = problem.violations.iter().any(|violation| violation.field.contains(field));
        assert!(told || problem.detail.contains(field), "{body}: {problem:?}");
    }
    assert_eq!(remove(&ada, "/etc").await.problem().status, 400);
    assert!(writes(&app).is_empty());
}

#[tokio::test]
async fn what_was_done_though_the_answer_got_lost_is_done_and_what_was_not_is_told() {
    for (trouble, status, recorded) in [
        (Trouble::ActThenCutOff, 201, "done"),
        (Trouble::BadJson, 201, "done"),
        (Trouble::Forbidden, 403, "refused"),
        (Trouble::Conflict, 502, "refused"),
        (Trouble::Throttled { retry_after: Some(600) }, 503, "failed"),
        (Trouble::CutOff, 502, "unknown"),
    ] {
        let app = TestApp::start().await;
        let ada = app.sign_in("admin").await;
        app.azure.fail_next(Fault::next(trouble.clone()).method(Method::PUT).on(AT_AZURE));
        let answer = app.while_time_passes(assign(&ada, &scope(PRODUCTION))).await;
        assert_eq!(answer.status.as_u16(), status, "{trouble:?}: {}", answer.text());
        assert_eq!(outcome(&app).await, recorded, "{trouble:?}");
        assert_eq!(writes(&app).len(), 1, "{trouble:?}");
        assert_eq!(at_azure(&app).len(), usize::from(status == 201), "{trouble:?}");
    }
}

#[tokio::test]
async fn the_right_that_posterns_identity_lacks_is_named_with_the_role() {
    let app = TestApp::start_in(|world| {
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is there");
        role.actions.retain(|action| action != "Microsoft.Authorization/policyAssignments/write");
    })
    .await;
    let problem = assign(&app.sign_in("admin").await, &scope(PRODUCTION)).await.problem();
    assert_eq!((problem.status, problem.kind), (403, ProblemKind::Forbidden));
    for words in
        ["Microsoft.Authorization/policyAssignments/write", "Resource Policy Contributor", "Nothing was"]
    {
        assert!(problem.detail.contains(words), "{}", problem.detail);
    }
}

#[tokio::test]
async fn where_people_are_acted_for_their_own_right_counts_and_not_posterns() {
    for (may, status) in [(true, 201), (false, 403)] {
        let app = TestApp::start_delegated(|world| {
            let postern = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is there");
            postern.actions.retain(|action| action != "Microsoft.Authorization/policyAssignments/write");
            if may {
                world.roles.push(Role {
                    name: "Policies".to_owned(),
                    actions: vec!["Microsoft.Authorization/policyAssignments/write".to_owned()],
                    not_actions: Vec::new(),
                });
                let to = Person::new("", "admin@contoso.com").username;
                let new = NewAssignment { to, role: "Policies".to_owned(), on: "Production".to_owned() };
                world.assign(&new).expect("there is such a role");
            }
        })
        .await;
        let answer = assign(&app.sign_in("admin").await, &scope(PRODUCTION)).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
}
