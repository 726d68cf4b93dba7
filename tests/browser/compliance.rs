//! Which machines ought to have just-in-time access and do not: seen, enabled, assigned and scanned.

use jiff::SignedDuration;
use shared::compliance::ComplianceState;
use simulator::world::{NewNic, NewNsg, NewPolicyAssignment, NewVm, World};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::minutes;

/// Machines of two owners without just-in-time access, `ssh-1` and `ssh-2` open to everybody and
/// `rdp-1` to the office.
fn unprotected(world: &mut World) {
    for (name, group, port, source, owner) in [
        ("ssh-1", "more-rg", "22", "*", "ines@contoso.com"),
        ("ssh-2", "plant-rg", "22", "*", "plant-operations@contoso.com"),
        ("rdp-1", "more-rg", "3389", "203.0.113.0/24", ""),
    ] {
        let rule = toml::from_str(&format!(
            "name = \"Allow-{port}\"\npriority = 310\naccess = \"Allow\"\nports = [\"{port}\"]\nsources = [\"{source}\"]"
        ));
        let nsg = NewNsg {
            name: format!("{name}-nsg"),
            subscription: Some("Production".to_owned()),
            group: group.to_owned(),
            location: "westeurope".to_owned(),
            rules: vec![rule.expect("it is a rule")],
        };
        world.add_nsg(nsg).expect("there is no other of that name");
        let nic = NewNic { nsg: Some(format!("{name}-nsg")), ..NewNic::default() };
        let mut vm = NewVm::linux(name).subscription("Production").group(group).nics(vec![nic]);
        if !owner.is_empty() {
            vm.tags.insert("owner".to_owned(), owner.to_owned());
        }
        world.add_vm(vm).expect("there is no other of that name");
    }
}

fn assigned(world: &mut World) {
    unprotected(world);
    let assignment = NewPolicyAssignment {
        display_name: Some("JIT for all".to_owned()),
        ago: SignedDuration::from_hours(2),
        ..NewPolicyAssignment::named("jit", "Production")
    };
    world.add_policy_assignment(&assignment).expect("it fits the world");
}

#[tokio::test]
async fn what_does_not_comply_is_grouped_the_most_severe_first_and_enabled_from_there() {
    let app = TestApp::start_in(assigned).await;
    app.visit_as("admin", "/", async |page| {
        page.link("Compliance").inside("navigation", "Main").click().await;
        page.heading("Compliance").appears().await;
        page.says("ssh-1").await;
        page.says("1 of high severity").await;
        page.says("last evaluated").await;
        page.says("Allow-22").await;
        page.says("“Scan now” hurries only the second").await;
        page.is_fine_at_any_size("compliance").await;
        page.find("combobox", "Group by").choose("Owner").await;
        page.arrives_at("/compliance?by=owner").await;
        page.heading("ines@contoso.com").appears().await;
        page.heading("plant-operations@contoso.com").appears().await;
        page.is_fine_at_any_size("compliance-by-owner").await;
        page.find("checkbox", "Select ssh-1").click().await;
        page.find("checkbox", "Select ssh-2").click().await;
        page.button("Enable JIT on 2 VMs").click().await;
        page.arrives_at("/jit/policy").await;
        page.says("ssh-1").await;
        page.says("ssh-2").await;
    })
    .await;
}

#[tokio::test]
async fn the_policy_is_assigned_and_removed_again_after_a_question() {
    let app = TestApp::start_in(unprotected).await;
    app.visit_as("admin", "/compliance", async |page| {
        page.says("The policy is assigned to none of your virtual machines.").await;
        page.link("Assignments").inside("navigation", "Tabs").click().await;
        page.says("The policy is assigned nowhere that you can see.").await;
        page.is_fine_at_any_size("compliance-assignments-empty").await;
        page.find("combobox", "Scope").choose("Subscription: Production").await;
        page.find("textbox", "Assignment name").fill("JIT must protect management ports").await;
        page.button("Assign").click().await;
        page.says("“JIT must protect management ports” is assigned to Production.").await;
        page.says("AuditIfNotExists").await;
        page.is_fine_at_any_size("compliance-assignments").await;
        page.button("Remove…").click().await;
        page.find("dialog", "Remove this assignment?").appears().await;
        page.is_fine_at_any_size("compliance-remove").await;
        page.button("Remove").inside("dialog", "Remove this assignment?").click().await;
        page.says("The assignment is removed from Production.").await;
        page.says("The policy is assigned nowhere that you can see.").await;
    })
    .await;
    assert_eq!(app.azure.world().policy_assignments.len(), 0);
}

#[tokio::test]
async fn azure_is_had_to_look_again_and_it_is_seen_how_that_goes() {
    let app = TestApp::start_in(assigned).await;
    app.visit_as("admin", "/compliance", async |page| {
        page.says("ssh-1").await;
        page.button("Scan now").click().await;
        page.find("dialog", "Have Azure Policy look again?").appears().await;
        page.is_fine_at_any_size("compliance-scan").await;
        page.button("Scan now").inside("dialog", "Have Azure Policy look again?").click().await;
        page.says("1 scan under way").await;
        page.says("Production: scanning since").await;
        app.wait(minutes(1));
        let over = async || {
            let going_on = app.store.scans().going_on().await.expect("they can be read");
            going_on.is_empty().then_some(())
        };
        app.until(SignedDuration::from_secs(15), over).await;
        page.goto("/compliance").await;
        page.says("Scans of the last 24 hours").await;
    })
    .await;
}

#[tokio::test]
async fn where_the_two_views_differ_it_is_said_why() {
    let app = TestApp::start_in(|world| {
        assigned(world);
        world.behaviour.assessment_every = SignedDuration::from_hours(24);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let path = format!("{}/jit-policy", app.vm_path("ssh-1"));
    let seen: shared::configuration::JitConfiguration = ada.get(&path).await.json();
    let policy = serde_json::json!({ "ports": [
        { "port": 22, "protocol": "*", "sources": ["*"], "longest": "PT3H" },
    ] });
    ada.change(&path, ("if-match", &format!("\"{}\"", seen.version)), Some(&policy)).await;
    app.wait(minutes(12));
    app.until(SignedDuration::from_secs(20), async || {
        let told: shared::compliance::CompliancePage = ada.get("/api/compliance?differs=yes").await.json();
        told.items.iter().any(|row| row.state == Some(ComplianceState::NonCompliant)).then_some(())
    })
    .await;
    app.visit_as("admin", "/compliance?differs=yes", async |page| {
        page.says("JIT on, with a way past it").await;
        page.says("Non-compliant").await;
        page.says("Just-in-time access was enabled 1").await;
        page.is_fine_at_any_size("compliance-differs").await;
        page.goto("/compliance?tab=history").await;
        page.says("All together").await;
        page.says("The numbers").await;
        page.until("return document.querySelectorAll(\".comply-chart__picture path\").length == 3").await;
        page.is_fine_at_any_size("compliance-history").await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_who_may_not_is_told_why() {
    let app = TestApp::start_in(assigned).await;
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on("/policyStates/"));
    app.visit_as("admin", "/compliance?state=all", async |page| {
        page.says("Microsoft.PolicyInsights/policyStates/queryResults/read").await;
        page.says("ssh-1").await;
        page.is_fine_at_any_size("compliance-unreadable").await;
    })
    .await;
    app.visit_as("operator", "/compliance", async |page| {
        page.says("No access rule lets you see how any machine complies with policies.").await;
        assert!(!page.link("Compliance").inside("navigation", "Main").is_there().await);
        page.is_fine_at_any_size("compliance-refused").await;
    })
    .await;
}
#[tokio::test]
async fn filters_stand_in_the_address_and_what_is_empty_says_what_to_do() {
    let app = TestApp::start_in(assigned).await;
    app.visit_as("admin", "/compliance?severity=low&state=all", async |page| {
        page.says("rdp-1").await;
        page.stops_saying("ssh-1").await;
        page.link("Exempt *").inside("navigation", "State in Azure Policy").click().await;
        page.says("No virtual machine matches these filters.").await;
        page.link("All *").inside("navigation", "State in Azure Policy").click().await;
        page.says("rdp-1").await;
        page.link("Reset filters").click().await;
        page.says("ssh-1").await;
        page.path_that(|path| path == "/compliance?state=all").await;
        page.find("searchbox", "Search to filter items").fill("nothing like it").await;
        page.says("No virtual machine matches these filters.").await;
        page.is_fine_at_any_size("compliance-empty").await;
        page.link("Download CSV").appears().await;
    })
    .await;
}
