//! `postern doctor`, as far as it is a library: what it finds right and wrong.

use std::fs;

use backend::config::{Config, IdentityMode};
use backend::doctor::{self, Finding, Verdict};
use serde_json::json;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::smtp::SmtpServer;

const RULES: &str = r#"
    [[rule]]
    name = "Operators"
    to = { roles = ["Operator"] }
    on = ["tag:env=lab"]
    may = ["request", "start"]
    longest = "PT1H"
    reason = { required = true }
"#;

async fn findings(app: &TestApp, change: impl FnOnce(&mut Config)) -> Vec<Finding> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut config = app.settings();
    config.access.rules = folder.path().join("access.toml");
    fs::write(&config.access.rules, RULES).expect("the folder takes files");
    change(&mut config);
    let mut findings = Vec::new();
    doctor::examine(config, app.clock(), |finding| findings.push(finding)).await;
    findings
}

#[track_caller]
fn wrong(findings: &[Finding], part: &str) {
    let found = findings.iter().find(|one| one.verdict == Verdict::Wrong && one.says.contains(part));
    let found = found.unwrap_or_else(|| panic!("nothing says {part:?} in {findings:#?}"));
    assert!(found.fix.is_some(), "what to do about it? {found}");
}

#[tokio::test]
async fn a_sound_installation_is_found_sound() {
    let app = TestApp::start().await;
    let findings = findings(&app, |_| ()).await;
    let bad: Vec<_> = findings.iter().filter(|one| one.verdict == Verdict::Wrong).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    for part in [
        "clock is right",
        "knows Postern as",
        "1 access rule can be read",
        "The database answers",
        "sees 3 subscriptions",
        "Production has Defender for Servers Plan 2",
        "In Production its identity may do what it needs",
    ] {
        assert!(findings.iter().any(|one| one.says.contains(part)), "{part}: {findings:#?}");
    }
}

#[tokio::test]
async fn a_mail_server_that_does_not_know_us_is_found() {
    let server = SmtpServer::start(0).await;
    let app = TestApp::start_set(&server.settings("\"grant\"", "\"security@contoso.com\"")).await;
    let found = findings(&app, |_| ()).await;
    assert!(found.iter().any(|one| one.says.contains("takes mail from Postern")), "{found:#?}");
    let app = TestApp::start_set(&server.smtp_settings("another")).await;
    wrong(&findings(&app, |_| ()).await, "535");
    assert_eq!(server.mails().len(), 0);
}

#[tokio::test]
async fn a_webhook_whose_host_has_no_address_is_found() {
    let hook = "[notify.x]\non = [\"grant\"]\nwebhook = \"https://tickets.invalid/\"\nsecret = \"0123456789abcdef\"\n";
    let app = TestApp::start_set(hook).await;
    wrong(&findings(&app, |_| ()).await, "tickets.invalid");
}

#[tokio::test]
async fn a_secret_that_has_expired_is_found_at_both_places() {
    let app = TestApp::start_set(r#"sign_in = { client_secret = "old" }"#).await;
    wrong(&findings(&app, |_| ()).await, "does not know Postern, or not this secret");
    let old = json!({ "kind": "client_secret", "client_id": simulator::World::CLIENT_ID, "secret": "old" });
    let settings = format!("[azure]\ncredential = {}", toml::Value::try_from(old).unwrap());
    let app = TestApp::start_set(&settings).await;
    wrong(&findings(&app, |_| ()).await, "Azure cannot be asked: no token for Azure could be had");
}

#[tokio::test]
async fn a_clock_that_is_off_is_found() {
    let app = TestApp::start().await;
    app.azure.clock().advance(jiff::SignedDuration::from_mins(3));
    wrong(&findings(&app, |_| ()).await, "clock is 180 seconds slow");
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_with_what_it_is_for() {
    let app = TestApp::start_in(|world| {
        for role in &mut world.roles {
            role.actions.retain(|action| !action.ends_with("initiate/action"));
        }
    })
    .await;
    let findings = findings(&app, |_| ()).await;
    wrong(
        &findings,
        "lacks Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action: no port can be opened",
    );
}

#[tokio::test]
async fn an_owner_is_more_than_postern_needs() {
    let app = TestApp::start_in(|world| {
        for role in &mut world.roles {
            role.actions = vec!["*".to_owned()];
        }
    })
    .await;
    let findings = findings(&app, |_| ()).await;
    let too_much = findings
        .iter()
        .filter(|one| one.verdict == Verdict::Doubtful && one.says.contains("which Postern never does"));
    assert!(too_much.count() >= 5, "{findings:#?}");
}

#[tokio::test]
async fn rules_that_cannot_be_read_do_not_keep_the_rest_from_being_looked_at() {
    let app = TestApp::start().await;
    let findings = findings(&app, |config| config.access.rules = "/nowhere/access.toml".into()).await;
    wrong(&findings, "/nowhere/access.toml");
    assert!(findings.iter().any(|one| one.says.contains("Azure accepts the credential")));
}

#[tokio::test]
async fn what_azure_does_not_tell_is_not_taken_for_granted() {
    let app = TestApp::start().await;
    app.azure.faults().add(Fault::always(Trouble::Conflict).on("*/Microsoft.Authorization/*"));
    let findings = findings(&app, |_| ()).await;
    assert!(findings.iter().any(|one| one.says.contains("could not be told")), "{findings:#?}");
}

fn actions_of_role(mode: IdentityMode) -> Vec<String> {
    let close = Some(shared::access::Technique::RemoveRule);
    let role = doctor::custom_role(&RULES.parse().expect("the rules are sound"), mode, close, &[]);
    serde_json::from_value(role["Actions"].clone()).expect("actions are text")
}

#[test]
fn whoever_only_looks_needs_no_role_that_changes_anything() {
    let actions = actions_of_role(IdentityMode::Delegated);
    assert!(actions.len() > 5 && actions.iter().all(|action| action.ends_with("/read")), "{actions:?}");
}

#[test]
fn deleting_rules_takes_a_right_only_where_that_is_how_access_is_closed() {
    let deletes = |close| {
        let role = doctor::custom_role(
            &RULES.parse().expect("the rules are sound"),
            IdentityMode::Service,
            close,
            &[],
        );
        role["Actions"].to_string().contains("networkSecurityGroups/securityRules/delete")
    };
    assert!(deletes(Some(shared::access::Technique::RemoveRule)));
    assert!(!deletes(Some(shared::access::Technique::Shorten)) && !deletes(None));
}

#[tokio::test]
async fn where_people_are_acted_for_an_identity_that_can_open_ports_is_more_than_is_needed() {
    let app = TestApp::start_delegated(|_| ()).await;
    let found = findings(&app, |_| ()).await;
    let says = |part: &str| found.iter().find(|one| one.says.contains(part));
    assert!(says("in the name of whoever asks").is_some(), "{found:#?}");
    let more = says("could open ports in its own name").expect("it is told");
    assert_eq!(more.verdict, Verdict::Doubtful);

    let looks_only = |world: &mut simulator::World| {
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is there");
        role.actions.retain(|action| action.ends_with("/read"));
    };
    let app = TestApp::start_delegated(looks_only).await;
    let found = findings(&app, |_| ()).await;
    let bad: Vec<_> = found.iter().filter(|one| one.verdict == Verdict::Wrong).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(!found.iter().any(|one| one.says.contains("in its own name")), "{found:#?}");
    // And it does.
    app.sign_in("operator").await.open("web-1", 3389).await;
}

#[tokio::test]
async fn what_groups_and_programs_take_is_told() {
    let app = TestApp::start_set("sign_in = { api_scope = \"access\" }").await;
    let for_group = RULES.replace("roles = [\"Operator\"]", "groups = [\"5b1c\"]");
    let found = findings(&app, |config| {
        fs::write(&config.access.rules, for_group).expect("the folder takes files");
    })
    .await;
    for part in ["GroupMember.Read.All", "access tokens that have the scope access"] {
        assert!(found.iter().any(|one| one.says.contains(part)), "{part}: {found:#?}");
    }
}

#[test]
fn the_least_role_has_no_wildcard() {
    let actions = actions_of_role(IdentityMode::Service);
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    assert!(actions.contains(&"Microsoft.Compute/virtualMachines/start/action"));
    assert!(actions.iter().all(|action| !action.contains('*') && !action.ends_with("/write")), "{actions:?}");
}

#[tokio::test]
async fn a_rule_on_a_management_group_that_cannot_be_read_is_pointed_out() {
    use simulator::world::Ancestors;
    let on_group =
        RULES.replace("tag:env=lab", "/providers/Microsoft.Management/managementGroups/laboratories");
    for (ancestors, found) in [(Ancestors::Shown, false), (Ancestors::Hidden, true)] {
        let app = TestApp::start_in(|world| world.behaviour.ancestors = ancestors).await;
        let rules = on_group.clone();
        let findings = findings(&app, |config| fs::write(&config.access.rules, rules).unwrap()).await;
        let told = findings.iter().any(|one| one.says.contains("hold nowhere there: “Operators”"));
        assert_eq!(told, found, "{findings:#?}");
    }
}
