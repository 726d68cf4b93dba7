//! Azure Policy cannot be read, or tells what nobody expected.

use shared::compliance::{ComplianceState, LiveState};
use simulator::{Fault, Trouble};
use tests::TestApp;

use super::{LABORATORY, PRODUCTION, STATES, assigned, page, row, with_policy};

#[tokio::test]
async fn what_cannot_be_read_is_told_and_what_is_seen_is_there_all_the_same() {
    for trouble in [
        Trouble::Unauthorized,
        Trouble::Forbidden,
        Trouble::NotFound,
        Trouble::Throttled { retry_after: Some(600) },
        Trouble::ServerError(503),
        Trouble::BadJson,
        Trouble::ForeignNextLink,
        Trouble::CutOff,
    ] {
        let app = TestApp::start_in(with_policy).await;
        let ada = app.sign_in("admin").await;
        app.azure.fail_next(Fault::always(trouble.clone()).on(STATES));
        let told = app.while_time_passes(page(&ada, "")).await;
        let ssh = row(&told, "ssh-1");
        assert_eq!(
            (ssh.state, ssh.live),
            (Some(ComplianceState::Unknown), LiveState::Exposed),
            "{trouble:?}"
        );
        let [unread] = &told.unreadable[..] else { panic!("{trouble:?}: {:?}", told.unreadable) };
        assert_eq!(unread.name, "Production");
        assert!(unread.reason.ends_with('.'), "{trouble:?}: {}", unread.reason);
        let elsewhere = app.azure.requests().iter().any(|call| call.path.contains("example.net"));
        assert!(!elsewhere, "{trouble:?}");
        let sheet = ada.get("/api/compliance.csv").await.text();
        assert!(sheet.contains(",unreadable,"), "{trouble:?}");
    }
}

#[tokio::test]
async fn one_subscription_that_fails_hides_no_other() {
    let app = TestApp::start_in(|world| {
        with_policy(world);
        world.add_policy_assignment(&assigned("Lab JIT", "Laboratory")).expect("it fits the world");
        let ada = world.person_mut("admin@contoso.com").expect("she is there");
        ada.app_roles.push("Laboratory".to_owned());
    })
    .await;
    let ada = app.sign_in("admin").await;
    app.azure.fail_next(
        Fault::always(Trouble::Forbidden)
            .on(&format!("/subscriptions/{LABORATORY}/providers/Microsoft.PolicyInsights")),
    );
    let told = page(&ada, "").await;
    assert_eq!(row(&told, "ssh-1").state, Some(ComplianceState::NonCompliant));
    let [unread] = &told.unreadable[..] else { panic!("{:?}", told.unreadable) };
    assert_eq!(unread.name, "Laboratory");
    assert!(
        unread.reason.contains("Microsoft.PolicyInsights/policyStates/queryResults"),
        "{}",
        unread.reason
    );
}

#[tokio::test]
async fn the_right_that_is_missing_is_named() {
    let app = TestApp::start_in(|world| {
        with_policy(world);
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it has a role");
        role.actions.retain(|action| !action.contains("policyAssignments/read"));
    })
    .await;
    let told = page(&app.sign_in("admin").await, "").await;
    assert!(told.unreadable[0].reason.contains("Microsoft.Authorization/policyAssignments/read"), "{told:?}");
    assert_eq!(
        row(&told, "ssh-1").state,
        Some(ComplianceState::NonCompliant),
        "states are read by themselves"
    );
    assert_eq!(row(&told, "ssh-1").verdicts[0].assignment, "jit-for-all", "its id is all that is known");
}

#[tokio::test]
async fn new_words_of_azures_are_unknown_and_hide_nothing() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    app.azure.fail_next(Fault::always(Trouble::UnknownEnums).on(STATES));
    let told = page(&ada, "").await;
    assert_eq!(row(&told, "ssh-1").state, Some(ComplianceState::Unknown));
    assert_eq!(told.counts.non_compliant, 0);
}

#[tokio::test]
async fn many_pages_are_read_to_their_end_and_read_once_for_all_who_look() {
    let app = TestApp::start_in(|world| {
        with_policy(world);
        world.behaviour.states_page = 1;
    })
    .await;
    let ada = app.sign_in("admin").await;
    let told = page(&ada, "").await;
    assert!(told.counts.covered() > 5 && told.unreadable.is_empty(), "{told:?}");
    let asked = || app.azure.requests().iter().filter(|call| call.path.contains(STATES)).count();
    let before = asked();
    assert!(before > 5 && before < 20, "{before}: a page for each machine of production");
    page(&ada, "by=owner").await;
    page(&app.sign_in("admin").await, "q=web").await;
    assert_eq!(asked(), before, "whatever they look at");
    assert!(
        app.azure.requests().iter().all(|call| !call.path.contains(STATES) || call.path.contains(PRODUCTION))
    );
}
