//! The ports of several machines at once.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::configuration::JitConfiguration;
use shared::port::Port;
use tests::TestApp;
use tests::browser::{Key, Network};
use uuid::Uuid;

fn path(app: &TestApp, vms: &[&str]) -> String {
    let named: Vec<String> = vms.iter().map(|name| format!("vm={}", app.vm(name))).collect();
    format!("/jit/policy?{}", named.join("&"))
}

async fn ports(app: &TestApp, vm: &str) -> Vec<u16> {
    let ada = app.sign_in("admin").await;
    let now: JitConfiguration = ada.get(&format!("{}/jit-policy", app.vm_path(vm))).await.json();
    let mut ports: Vec<u16> =
        now.policy.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port.number()).collect();
    ports.sort_unstable();
    ports
}

#[tokio::test]
async fn one_port_comes_on_several_machines_and_the_rest_of_each_stays() {
    let app = TestApp::start().await;
    app.visit_as("admin", &path(&app, &["web-1", "app-1", "bare-1", "lab-1"]), async |page| {
        page.heading("Ports of 4 machines").appears().await;
        page.says("1 machine cannot be changed by you:").await;
        page.says("Port 22 on 1 of 4").await;
        page.button("Save…").click().await;
        page.says("Nothing is changed yet.").await;
        page.button("Add port").click().await;
        page.button("Save…").click().await;
        page.says("Enter a port, such as 3389.").await;
        page.find("textbox", "Port, row 4").fill("443").await;
        page.stops_saying("Nothing is changed yet.").await;
        page.is_fine_at_any_size("jit-policy-edit").await;
        page.button("Save…").click().await;

        page.heading("What saving changes").appears().await;
        page.says("Added Port 443: any protocol, from any source, at most 3 h").await;
        page.says("There is no such thing here, or you may not see it").await;
        page.is_fine_at_any_size("jit-policy-review").await;
        page.button("Save 3 machines").click().await;
        page.says("3 of 3 machines done.").await;
        page.is_fine_at_any_size("jit-policy-done").await;

        // What became of it has an address of its own.
        let address = page.path_that(|path| path.starts_with("/jit/policy")).await;
        page.run("location.reload()").await;
        page.says("3 of 3 machines done.").await;
        assert!(address.starts_with("/jit/policy"), "{address}");
    })
    .await;
    assert_eq!(ports(&app, "web-1").await, [443, 3389, 5986]);
    assert_eq!(ports(&app, "app-1").await, [22, 443]);
    assert_eq!(ports(&app, "bare-1").await, [443]);
}

#[tokio::test]
async fn of_machines_that_differ_only_what_was_edited_changes() {
    let app = TestApp::start().await;
    let rdp = async |vm: &str| {
        let ada = app.sign_in("admin").await;
        let now: JitConfiguration = ada.get(&format!("{}/jit-policy", app.vm_path(vm))).await.json();
        now.policy.and_then(|policy| policy.rule_for(Port::RDP).cloned()).expect("it has that port")
    };
    let narrow = rdp("office-1").await.sources;
    app.visit_as("admin", &path(&app, &["web-1", "office-1", "app-1"]), async |page| {
        page.says("Port 3389 on 2 of 3, differs").await;
        page.says("any protocol, from 198.51.100.0/24, at most 1 h: office-1").await;
        page.is_fine_at_any_size("jit-policy-differs").await;
        page.find("combobox", "Time range, row 2").choose("5 hours").await;
        page.button("Save…").click().await;
        page.heading("What saving changes").appears().await;
        page.says("Changed Port 3389: at most 1 h → at most 5 h").await;
        page.says("Nothing changes.").await;
        page.stops_saying("from any source").await;
        page.button("Back").click().await;

        // All of the rule on every machine is a wish of its own, and told as what it is.
        page.find("checkbox", "Make port 3389 the same on every machine, as in the table below")
            .click()
            .await;
        page.button("Save…").click().await;
        page.says("Added Port 3389: any protocol, from any source, at most 5 h").await;
        page.says("Port 3389 may be requested from any source from then on.").await;
        page.is_fine_at_any_size("jit-policy-widens").await;
        page.button("Back").click().await;
        page.find("checkbox", "Make port 3389 the same on every machine, as in the table below")
            .click()
            .await;
        page.button("Save…").click().await;
        page.button("Save 3 machines").click().await;
        page.says("3 of 3 machines done.").await;
    })
    .await;
    let office = rdp("office-1").await;
    assert_eq!((office.sources, office.longest.words()), (narrow, "5 h".to_owned()));
    assert_eq!(rdp("web-1").await.longest.words(), "5 h");
    assert_eq!(ports(&app, "app-1").await, [22]);
}

#[tokio::test]
async fn going_back_leads_from_what_would_change_to_what_was_typed() {
    let app = TestApp::start().await;
    app.visit_as("admin", &path(&app, &["web-1", "off-1"]), async |page| {
        page.button("Remove port 5986").click().await;
        page.button("Remove port 5986").goes_away().await;
        // Loading it anew loses nothing, and what is not wanted is given up.
        page.run("location.reload()").await;
        page.says("What you typed here before and did not save is here again.").await;
        assert!(!page.button("Remove port 5986").is_there().await);
        page.is_fine_at_any_size("jit-policy-back").await;
        page.button("Discard").click().await;
        page.stops_saying("What you typed here before").await;
        page.button("Remove port 5986").click().await;

        page.button("Save…").click().await;
        page.heading("What saving changes").appears().await;
        page.run("history.back()").await;
        page.heading("Ports of 2 machines").appears().await;
        assert!(!page.button("Remove port 5986").is_there().await, "what was edited stays edited");
        page.button("Save…").click().await;
        page.button("Back").click().await;
        page.heading("Ports of 2 machines").appears().await;
        page.button("Save…").click().await;
        page.button("Save 2 machines").click().await;
        page.says("2 of 2 machines done.").await;

        // What was changed is read anew, and forth again it says what became of it.
        page.run("history.back()").await;
        page.heading("Ports of 2 machines").appears().await;
        page.button("Remove port 3389").appears().await;
        assert!(!page.button("Remove port 5986").is_there().await);
        page.run("history.forward()").await;
        page.says("2 of 2 machines done.").await;
    })
    .await;
    assert_eq!(ports(&app, "off-1").await, [3389]);
}

#[tokio::test]
async fn a_link_that_names_nothing_readable_is_about_nothing_else() {
    let app = TestApp::start().await;
    app.visit_as("admin", "/jit/policy", async |page| {
        let kept = app.vm("web-1");
        page.run(&format!("sessionStorage.setItem('postern.chosen', '{kept}')")).await;
        for address in ["/jit/policy?vm=web-1", "/jit/policy?change=last"] {
            page.goto(address).await;
            page.says("the link here names none that can be read").await;
        }
        page.goto("/jit/request?vm=web-1").await;
        page.says("No virtual machines are chosen.").await;
        page.goto("/jit/policy").await;
        page.heading("Ports of 1 machine").appears().await;
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_changed_is_shown_and_tried_again() {
    let app = TestApp::start().await;
    let other = app.sign_in("admin").await;
    app.visit_as("admin", &path(&app, &["web-1", "off-1"]), async |page| {
        page.button("Remove port 5986").click().await;
        page.button("Save…").click().await;
        page.heading("What saving changes").appears().await;

        let api = format!("{}/jit-policy", app.vm_path("off-1"));
        let seen: JitConfiguration = other.get(&api).await.json();
        let theirs = json!({ "ports": [
            { "port": 5986, "protocol": "*", "sources": ["203.0.113.0/24"], "longest": "PT1H" },
            { "port": 3389, "protocol": "*", "sources": ["*"], "longest": "PT1H" },
        ] });
        let condition = format!("\"{}\"", seen.version);
        let changed = other.change(&api, ("if-match", &condition), Some(&theirs)).await;
        assert_eq!(changed.status, StatusCode::OK);

        page.button("Save 2 machines").click().await;
        page.says("1 of 2 machines done.").await;
        page.says("Somebody else changed it, and nothing was overwritten").await;
        page.says("203.0.113.0/24").await;
        page.is_fine_at_any_size("jit-policy-overtaken").await;
        assert_eq!(ports(&app, "off-1").await, [3389, 5986]);
        page.button("Try again…").click().await;
        page.button("Save 1 machine").click().await;
        page.says("1 of 1 machines done.").await;
    })
    .await;
    assert_eq!(ports(&app, "off-1").await, [3389]);
}

#[tokio::test]
async fn several_machines_are_disabled_by_keyboard_after_a_question() {
    let app = TestApp::start().await;
    app.visit_as("admin", &path(&app, &["web-1", "off-1"]), async |page| {
        page.heading("Ports of 2 machines").appears().await;
        page.tab_to("button", "Disable just-in-time…").await;
        page.press(Key::Enter).await;
        page.says("Disable just-in-time access on these machines?").await;
        let question = page.find("dialog", "Disable just-in-time access on these machines?").text().await;
        assert!(question.contains("web-1, off-1"), "{question}");
        page.tab_to("button", "Show what that means").await;
        page.press(Key::Enter).await;
        page.heading("What disabling means").appears().await;
        page.says("Removed Port 3389").await;
        page.says("Just-in-time access is disabled").await;
        page.tab_to("button", "Disable on 2 machines").await;
        page.press(Key::Enter).await;
        page.says("2 of 2 machines done.").await;
    })
    .await;
    assert!(ports(&app, "web-1").await.is_empty() && ports(&app, "off-1").await.is_empty());
    assert_eq!(ports(&app, "inner-1").await, [3389, 5986]);
}

#[tokio::test]
async fn what_has_not_begun_is_cancelled_and_a_lost_network_is_got_over() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let seen: JitConfiguration = ada.get(&format!("{}/jit-policy", app.vm_path("web-1"))).await.json();
    // Somebody else has the policy to themselves.
    let (policy, holder) = (seen.policy_id.to_lowercase(), Uuid::new_v4());
    assert!(
        app.store.leases().take(&policy, holder, app.now(), Timestamp::MAX).await.is_ok_and(|taken| taken)
    );
    app.visit_as("admin", &path(&app, &["web-1", "off-1"]), async |page| {
        page.button("Remove port 5986").click().await;
        page.button("Save…").click().await;
        page.button("Save 2 machines").click().await;
        page.says("0 of 2 machines. You may leave this page; it goes on.").await;
        page.set_network(Network::Lost).await;
        page.says("Postern could not be reached.").await;
        page.set_network(Network::There).await;
        page.button("Cancel what has not begun").click().await;
        page.says("What has begun is finished.").await;
        app.store.leases().give_back(&policy, holder).await.expect("the store answers");
        app.wait(SignedDuration::from_secs(1));
        page.says("0 of 2 machines done.").await;
        page.says("Cancelled").await;
        page.is_fine_at_any_size("jit-policy-cancelled").await;
    })
    .await;
    assert_eq!(ports(&app, "web-1").await, [3389, 5986]);
}

#[tokio::test]
async fn machines_that_are_gone_are_cleaned_up() {
    let app = TestApp::start().await;
    let gone = app.vm("off-1").to_string();
    app.azure.world().vms.remove(&gone).expect("it was there");
    app.visit_as("admin", &path(&app, &["web-1"]), async |page| {
        page.button("Clean up").appears().await;
        page.says("off-1").await;
        page.is_fine_at_any_size("jit-policy-gone").await;
        page.button("Clean up").click().await;
        page.button("Save 1 machine").click().await;
        page.says("1 of 1 machines done.").await;
    })
    .await;
    let world = app.azure.world();
    assert!(world.policies_of(&gone).next().is_none(), "no policy names it");
    assert_eq!(world.policies_of(&app.vm("web-1").to_string()).count(), 1);
}
