//! The file for Remote Desktop clients.

use serde_json::json;
use shared::access::{CreatedAccess, Status};
use shared::problem::ProblemKind;
use shared::redirection::Redirection;
use shared::vm::VmDetails;
use tests::TestApp;
use tests::app::minutes;

#[tokio::test]
async fn the_file_leads_to_the_machine_as_its_administrator_and_shares_nothing() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let answer = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await;

    assert!(answer.status.is_success(), "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/x-rdp");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"web-1.rdp\"");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    for expected in [
        "full address:s:203.0.113.80:3389",
        "alternate full address:s:203.0.113.80:3389",
        "username:s:web-1\\azureuser",
        "redirectclipboard:i:0",
        "redirectdrives:i:0",
        "drivestoredirect:s:",
        "enablecredsspsupport:i:1",
        "prompt for credentials:i:1",
        "gatewayhostname:s:",
        "alternate shell:s:",
    ] {
        assert!(lines.contains(&expected), "{expected} is not in\n{text}");
    }
    for line in &lines {
        let mut parts = line.splitn(3, ':');
        let key = parts.next().unwrap();
        assert!(matches!(parts.next(), Some("i" | "s")) && parts.next().is_some(), "{line:?}");
        assert_eq!(lines.iter().filter(|other| other.starts_with(&format!("{key}:"))).count(), 1, "{key}");
        assert!(line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{line:?}");
    }
}

#[tokio::test]
async fn a_name_that_would_be_a_line_of_its_own_is_left_out() {
    let app = TestApp::start().await;
    app.azure.world().vms.iter_mut().find(|vm| vm.name == "web-1").unwrap().admin =
        "x\r\nalternate shell:s:calc.exe".to_owned();
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let text = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text();
    assert!(!text.contains("calc"), "{text}");
    assert!(!text.contains("username"), "{text}");
    assert!(text.contains("full address:s:203.0.113.80:3389"), "{text}");
}

#[tokio::test]
async fn a_machine_without_a_public_address_is_reached_inside_its_network() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("inner-1", 3389).await;
    let text = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text();
    assert!(text.contains("full address:s:10.1.1.9:3389"), "{text}");
}

#[tokio::test]
async fn there_is_no_file_for_ports_of_other_protocols() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("app-1", 22).await;
    let problem = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.problem();
    assert_eq!((problem.status, problem.kind), (409, ProblemKind::Conflict));
    assert!(problem.detail.contains("Remote Desktop"), "{problem:?}");
}

#[tokio::test]
async fn there_is_no_file_once_access_is_over() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.wait(minutes(61));
    app.hurry(&mut events, Status::is_final).await;
    let problem = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.problem();
    assert_eq!((problem.status, problem.kind), (409, ProblemKind::Conflict));
}

#[tokio::test]
async fn nobody_gets_the_files_of_others() {
    let app = TestApp::start().await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;
    let path = format!("/api/access-requests/{}/rdp", request.id);
    assert_eq!(app.sign_in("other").await.get(&path).await.problem().kind, ProblemKind::NotFound);
    assert_eq!(app.visitor().get(&path).await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn what_a_request_shares_is_in_its_file_and_on_record_until_another_is_made() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let ask = async |redirections: serde_json::Value| {
        let mut wish = app.wish("web-1", 3389);
        wish["redirections"] = redirections;
        let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
        let request = created.items[0].clone();
        let mut events = olga.follow(request.id).await;
        app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await
    };
    let request = ask(json!(["clipboard"])).await;
    assert_eq!(request.redirections, [Redirection::Clipboard]);
    let path = format!("/api/access-requests/{}/rdp", request.id);
    let text = olga.get(&path).await.text();
    assert!(text.contains("\r\nredirectprinters:i:0\r\n"), "{text}");
    assert!(text.starts_with("redirectclipboard:i:1\r\n"), "{text}");
    let trail = app.store.entries().about(request.id).await.expect("the trail can be read");
    let intent = trail[0].content.body.to_string();
    assert!(intent.contains(r#""redirections":["clipboard"]"#), "{intent}");

    let another = ask(json!([])).await;
    let text = olga.get(&format!("/api/access-requests/{}/rdp", another.id)).await.text();
    assert!(text.starts_with("redirectclipboard:i:0\r\n"), "{text}");
}

#[tokio::test]
async fn nothing_is_shared_that_no_rule_allows_or_that_nobody_knows() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("web-1", 3389);
    wish["redirections"] = json!(["clipboard", "drives"]);
    let problem = olga.post("/api/access-requests", &wish).await.problem();
    assert_eq!((problem.status, problem.kind), (422, ProblemKind::Guardrail));
    assert_eq!(problem.violations.len(), 1);
    assert_eq!(problem.violations[0].field, "redirections");
    wish["redirections"] = json!(["cameras"]);
    let problem = olga.post("/api/access-requests", &wish).await.problem();
    assert_eq!(problem.kind, ProblemKind::Malformed, "{problem:?}");
    assert!(app.initiates().is_empty(), "Azure is not asked");
}

#[tokio::test]
async fn a_machine_that_takes_entra_sign_in_says_so_and_its_file_uses_it_where_it_has_a_name() {
    let app = TestApp::start_in(|world| {
        for name in ["web-1", "app-1"] {
            let id = world.vm(name).expect("it is in this world").id.clone();
            world.vms.get_mut(&id).expect("it is in this world").entra_sign_in = true;
        }
    })
    .await;
    let olga = app.sign_in("operator").await;
    let takes = async |name: &str| {
        let details: VmDetails = olga.get(&app.vm_path(name)).await.json();
        details.entra_sign_in
    };
    assert!(takes("web-1").await && takes("app-1").await, "on Windows and on Linux");
    assert!(!takes("inner-1").await);

    let request = olga.open("web-1", 3389).await;
    let path = format!("/api/access-requests/{}/rdp", request.id);
    let text = olga.get(&path).await.text();
    assert!(text.contains("\r\nenablerdsaadauth:i:0\r\n"), "it has an address only\n{text}");
    let mut world = app.azure.world();
    let address = world.public_ips.iter().find(|one| one.address == "203.0.113.80".parse().ok());
    let id = address.expect("it is in this world").id.clone();
    world.public_ips.get_mut(&id).expect("it is in this world").fqdn = Some("web-1.contoso.com".to_owned());
    drop(world);
    let text = olga.get(&path).await.text();
    assert!(text.contains("\r\nenablerdsaadauth:i:1\r\n"), "{text}");
    assert!(text.contains("\r\nusername:s:operator@contoso.com\r\n"), "{text}");
    assert!(text.contains("\r\nfull address:s:web-1.contoso.com:3389\r\n"), "{text}");
}
