//! Machines that share a policy get one of their own each.

use http::Method;
use simulator::{Fault, Trouble};
use tests::TestApp;

/// The names of the policies that name a machine at Azure.
fn policies(app: &TestApp, vm: &str) -> Vec<String> {
    let id = app.vm(vm).to_string();
    let world = app.azure.world();
    let ids: Vec<String> = world.policies_of(&id).map(|policy| policy.id.clone()).collect();
    ids.iter().filter_map(|id| id.rsplit('/').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn several_are_given_policies_of_their_own_from_the_list() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.open("inner-1", 3389).await;
    app.visit_as("admin", "/jit", async |page| {
        page.link("open-1").appears().await;
        assert!(!page.button("Give each its own policy").is_there().await, "nothing is chosen");
        for vm in ["web-1", "inner-1", "open-1"] {
            page.find("checkbox", &format!("Select {vm}")).click().await;
        }
        page.says("3 selected").await;
        page.is_fine_at_any_size("split-chosen").await;
        page.button("Give each its own policy").click().await;

        page.heading("Policies of their own").appears().await;
        page.says("Leaves the policy default and gets web-1, for this machine alone.").await;
        page.says("Somebody has access to it until").await;
        page.says("For the moment between them no policy protects the machine").await;
        page.is_fine_at_any_size("split-review").await;
        page.button("Move 2 machines").click().await;
        page.says("2 of 2 machines done.").await;
        page.is_fine_at_any_size("split-done").await;
    })
    .await;
    assert_eq!(
        (policies(&app, "web-1"), policies(&app, "open-1")),
        (vec!["web-1".to_owned()], vec!["open-1".to_owned()])
    );
    assert_eq!(
        (policies(&app, "inner-1"), policies(&app, "off-1")),
        (vec!["default".to_owned()], vec!["default".to_owned()])
    );
}

#[tokio::test]
async fn it_is_offered_where_a_policy_is_shared_and_nowhere_else() {
    let app = TestApp::start().await;
    let path = |vm: &str| app.connect_path(vm).replace("/connect", "/configuration");
    app.visit_as("admin", &path("web-1"), async |page| {
        page.says("shared with 6 other machines").await;
        page.is_fine_at_any_size("split-pane").await;
        page.link("Give it its own policy").click().await;
        page.button("Move 1 machine").click().await;
        page.says("1 of 1 machines done.").await;
    })
    .await;
    app.visit_as("admin", &path("web-1"), async |page| {
        page.says("Policy web-1, for this machine alone.").await;
        assert!(!page.link("Give it its own policy").is_there().await);
    })
    .await;
    app.visit_as("admin", "/jit", async |page| {
        page.button("More for off-1").click().await;
        page.link("Give it its own policy").click().await;
        page.says("Leaves the policy default and gets off-1, for this machine alone.").await;
        page.button("Back").click().await;
        page.heading("Just-in-time VM access").appears().await;
    })
    .await;
    assert_eq!(policies(&app, "off-1"), ["default"]);
    app.visit_as("operator", &path("off-1"), async |page| {
        page.says("shared with 5 other machines").await;
        assert!(!page.link("Give it its own policy").is_there().await, "they may not");
    })
    .await;
}

#[tokio::test]
async fn what_failed_half_way_is_told_and_tried_again() {
    let app = TestApp::start().await;
    app.visit_as("admin", "/jit", async |page| {
        page.button("More for web-1").click().await;
        page.link("Give it its own policy").click().await;
        page.button("Move 1 machine").appears().await;
        // It leaves, and from then on Azure takes nothing.
        let shared = "/jitNetworkAccessPolicies/default?";
        app.azure.fail_next(Fault::next(Trouble::ActThenCutOff).method(Method::PUT).on(shared));
        let refused = Fault::always(Trouble::Forbidden).method(Method::PUT);
        app.azure.fail_next(refused.on("/jitNetworkAccessPolicies/"));
        page.button("Move 1 machine").click().await;
        // Azure is given time to come to its senses.
        app.while_time_passes(page.says("0 of 1 machines done.")).await;
        page.says("in no policy now").await;
        page.is_fine_at_any_size("split-failed").await;
        assert!(policies(&app, "web-1").is_empty());
        app.azure.faults().clear();
        page.button("Try again…").click().await;
        page.says("Is in no policy now, and gets web-1, with the ports that it had.").await;
        page.is_fine_at_any_size("split-again").await;
        page.button("Move 1 machine").click().await;
        page.says("1 of 1 machines done.").await;
    })
    .await;
    assert_eq!(policies(&app, "web-1"), ["web-1"]);
}
