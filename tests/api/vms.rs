//! The list of machines, one machine, and starting it.

use http::StatusCode;
use serde_json::json;
use shared::problem::ProblemKind;
use shared::vm::{JitState, Os, PowerState, VmDetails, VmPage};
use simulator::world::NewVm;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::Visitor;

async fn listed(who: &Visitor, query: &str) -> VmPage {
    who.get(&format!("/api/vms{query}")).await.json()
}

fn names(page: &VmPage) -> Vec<&str> {
    page.items.iter().map(|vm| vm.id.name().as_str()).collect()
}

const OPERATORS: [&str; 9] =
    ["app-1", "bare-1", "inner-1", "lab-1", "off-1", "office-1", "open-1", "shut-1", "web-1"];

#[tokio::test]
async fn everybody_sees_the_machines_that_a_rule_shows_them_and_no_others() {
    let app = TestApp::start().await;
    let olga = listed(&app.sign_in("operator").await, "").await;
    assert_eq!((names(&olga), olga.total), (OPERATORS.to_vec(), 9));
    let rita = listed(&app.sign_in("reader").await, "").await;
    assert!(!names(&rita).contains(&"lab-1") && names(&rita).contains(&"web-1"), "{:?}", names(&rita));
    let sam = listed(&app.sign_in("stranger").await, "").await;
    assert_eq!((sam.items.len(), sam.total), (0, 0));
    assert!(
        sam.facets.subscriptions.is_empty() && sam.facets.locations.is_empty() && sam.unreadable.is_empty()
    );
}

#[tokio::test]
async fn a_row_says_what_azure_says() {
    let app = TestApp::start().await;
    let page = listed(&app.sign_in("operator").await, "?q=web-1").await;
    let [web] = &page.items[..] else { panic!("{:?}", names(&page)) };
    assert_eq!(web.subscription_name, "Production");
    assert_eq!((web.os, web.power, web.location.as_str()), (Os::Windows, PowerState::Running, "westeurope"));
    assert_eq!(web.public_address, Some("203.0.113.80".parse().unwrap()));
    assert_eq!(web.private_address, Some("10.1.1.4".parse().unwrap()));
    let ports = [3389, 5986].map(|port| port.try_into().unwrap()).to_vec();
    assert_eq!(web.jit, JitState::Configured { ports });
}

#[tokio::test]
async fn the_list_can_be_searched_and_narrowed() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for (query, expected) in [
        ("?q=WEB-1", &["web-1"][..]),
        ("?q=203.0.113.81", &["app-1"]),
        ("?q=env=production", &["web-1"]),
        ("?q=web-rg+app", &["app-1"]),
        ("?q=e", &["bare-1", "inner-1", "office-1", "open-1", "web-1", "app-1", "off-1", "shut-1"]),
        ("?q=nothing-of-the-kind", &[]),
        ("?os=linux", &["app-1", "bare-1", "lab-1"]),
        ("?power=deallocated", &["off-1"]),
        ("?jit=not_configured", &["bare-1"]),
        ("?subscription=22222222-2222-4222-8222-222222222222", &["lab-1"]),
        ("?os=linux&jit=configured", &["app-1", "lab-1"]),
        ("?power=deallocated,stopped", &["off-1"]),
    ] {
        let page = listed(&olga, query).await;
        assert_eq!(names(&page), expected, "{query}");
        assert_eq!(page.total as usize, expected.len(), "{query}");
        assert_eq!(page.facets.subscriptions.len(), 2, "facets are those of all machines: {query}");
    }
}

#[tokio::test]
async fn the_list_comes_page_by_page_and_misses_none() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = listed(&olga, &query).await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page.next else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(seen, OPERATORS);
}

#[tokio::test]
async fn machines_whose_name_is_what_is_looked_for_go_first_on_every_page() {
    let app = TestApp::start_in(|world| {
        for name in ["a-web-1", "web-10", "web"] {
            let vm = NewVm::windows(name).subscription("Production").group("web-rg");
            world.add_vm(vm).expect("there is no other of that name");
        }
    })
    .await;
    let olga = app.sign_in("operator").await;
    let all = listed(&olga, "?q=web-1").await;
    assert_eq!(names(&all), ["web-1", "web-10", "a-web-1"]);
    let all = listed(&olga, "?q=WEB").await;
    assert_eq!(names(&all)[..5], ["web", "web-1", "web-10", "a-web-1", "app-1"], "the group is web-rg");
    let mut seen = Vec::new();
    let mut query = "?q=web&limit=2".to_owned();
    while let VmPage { next: Some(next), items, .. } = listed(&olga, &query).await {
        seen.extend(items);
        query = format!("?q=web&limit=2&cursor={next}");
    }
    seen.extend(listed(&olga, &query).await.items);
    assert_eq!(seen, all.items);
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for query in [
        "limit=0",
        "limit=201",
        "os=beos",
        "power=on",
        "jit=maybe",
        "subscription=production",
        "cursor=x",
        "colour=red",
    ] {
        let problem = olga.get(&format!("/api/vms?{query}")).await.problem();
        let field = query.split('=').next().unwrap();
        assert_eq!(problem.violations.first().map(|violation| violation.field.as_str()), Some(field));
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{query}");
        assert_eq!(problem.violations.len(), 1, "{query}: {problem:?}");
    }
}

#[tokio::test]
async fn a_subscription_that_refuses_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let laboratory = "/subscriptions/22222222-2222-4222-8222-222222222222/providers/Microsoft.Security/";
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on(laboratory));
    let page = listed(&olga, "").await;
    assert_eq!(names(&page), OPERATORS);
    let jit = |name: &str| page.items.iter().find(|vm| vm.id.name().as_str() == name).unwrap().jit.clone();
    assert_eq!(jit("lab-1"), JitState::Unknown);
    assert!(matches!(jit("web-1"), JitState::Configured { .. }));
    let [unreadable] = &page.unreadable[..] else { panic!("{:?}", page.unreadable) };
    assert_eq!(unreadable.name, "Laboratory");
    assert!(!unreadable.reason.is_empty());
}

#[tokio::test]
async fn a_list_that_cannot_be_had_at_all_is_azures_fault_and_not_ours() {
    for trouble in [
        Trouble::ServerError(503),
        Trouble::CutOff,
        Trouble::BadJson,
        Trouble::Throttled { retry_after: Some(600) },
    ] {
        let app = TestApp::start().await;
        let olga = app.sign_in("operator").await;
        app.azure.fail_next(Fault::always(trouble.clone()));
        let answer = app.while_time_passes(olga.get("/api/vms")).await;
        let problem = answer.problem();
        let expected = [ProblemKind::AzureBusy, ProblemKind::AzureUnavailable];
        assert!(expected.contains(&problem.kind) && problem.status != 500, "{trouble:?}: {problem:?}");
    }
}

#[tokio::test]
async fn lists_of_azure_that_come_in_pages_are_read_to_their_end() {
    let app = TestApp::start_in(|world| world.behaviour.page_size = 2).await;
    assert_eq!(names(&listed(&app.sign_in("operator").await, "").await), OPERATORS);
}

#[tokio::test]
async fn ids_in_capitals_are_those_of_the_same_machines() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::always(Trouble::OddCasing));
    let olga = app.sign_in("operator").await;
    let page = listed(&olga, "").await;
    let lower: Vec<String> = names(&page).into_iter().map(str::to_lowercase).collect();
    assert_eq!(lower, OPERATORS);
    let details: VmDetails = olga.get(&app.vm_path("web-1")).await.json();
    assert_eq!(details.policy.unwrap().ports.len(), 2);
}

#[tokio::test]
async fn a_list_that_goes_on_at_another_host_is_not_followed_there() {
    let app = TestApp::start_in(|world| world.behaviour.page_size = 2).await;
    app.azure.fail_next(Fault::always(Trouble::ForeignNextLink));
    let olga = app.sign_in("operator").await;
    let answer = olga.get("/api/vms").await;
    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    if answer.status.is_success() {
        let page: VmPage = answer.json();
        assert!(!page.unreadable.is_empty(), "what is missing is told: {page:?}");
    } else {
        assert_eq!(answer.problem().kind, ProblemKind::AzureUnavailable);
    }
}

#[tokio::test]
async fn one_machine_is_shown_with_its_policy_and_what_one_may_do() {
    let app = TestApp::start().await;
    let details: VmDetails = app.sign_in("operator").await.get(&app.vm_path("web-1")).await.json();
    assert_eq!(details.admin_username.as_deref(), Some("azureuser"));
    assert_eq!(details.policy.unwrap().ports.len(), 2);
    assert!(details.grants.is_empty());
    assert!(details.may.start);
    let [limits] = &details.may.request[..] else { panic!("{:?}", details.may) };
    assert_eq!((limits.rule.as_str(), limits.reason_required, limits.widest), ("Operators", true, 32));
    assert_eq!(details.as_of, app.now());

    let seen_by_rita: VmDetails = app.sign_in("reader").await.get(&app.vm_path("web-1")).await.json();
    assert!(!seen_by_rita.may.start && seen_by_rita.may.request.is_empty());

    let bare: VmDetails = app.sign_in("operator").await.get(&app.vm_path("bare-1")).await.json();
    assert_eq!(bare.policy, None);
    assert_eq!(bare.vm.jit, JitState::NotConfigured);
}

#[tokio::test]
async fn a_machine_that_is_off_can_be_started() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let path = app.vm_path("off-1");
    let answer = olga.post(&format!("{path}/start"), &json!({})).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let starting: VmDetails = olga.get(&path).await.json();
    assert_eq!(starting.vm.power, PowerState::Starting);
    app.wait(jiff::SignedDuration::from_secs(30));
    let running: VmDetails = olga.get(&path).await.json();
    assert_eq!(running.vm.power, PowerState::Running);
}

#[tokio::test]
async fn nobody_starts_a_machine_without_a_rule_that_lets_them() {
    let app = TestApp::start().await;
    app.azure.forget_requests();
    let rita = app.sign_in("reader").await.post(&format!("{}/start", app.vm_path("off-1")), &json!({})).await;
    assert_eq!((rita.status.as_u16(), rita.problem().kind), (403, ProblemKind::Forbidden));
    let sam =
        app.sign_in("stranger").await.post(&format!("{}/start", app.vm_path("off-1")), &json!({})).await;
    assert_eq!((sam.status.as_u16(), sam.problem().kind), (404, ProblemKind::NotFound));
    assert!(app.azure.requests().iter().all(|call| !call.path.contains("/start")));
}
