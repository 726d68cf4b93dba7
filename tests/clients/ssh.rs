//! OpenSSH, through the simulated network.

use shared::access::Status;
use tests::TestApp;
use tests::app::minutes;
use tests::browser::Page;
use tests::clients::{Greeting, SshServer};

#[tokio::test]
async fn ssh_is_refused_then_let_in_then_refused_again() {
    let server = SshServer::start().await;
    let app = TestApp::start().await;
    let port = app.put_behind("app-1", 22, server.address()).await;
    let olga = app.sign_in("operator").await;
    assert_eq!(server.greet(port.ip(), port.port()).await, Greeting::NoAnswer, "before the request");

    let request = olga.open("app-1", 22).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert_eq!(server.greet(port.ip(), port.port()).await, Greeting::Welcome, "while it is open");

    app.wait(minutes(60));
    app.hurry(&mut events, Status::is_final).await;
    assert_eq!(server.greet(port.ip(), port.port()).await, Greeting::NoAnswer, "after it has ended");
}

#[tokio::test]
async fn ssh_is_refused_while_the_port_is_open_for_somebody_else() {
    let server = SshServer::start().await;
    let app = TestApp::start().await;
    let port = app.put_behind("app-1", 22, server.address()).await;
    let olga = app.sign_in("operator").await;
    let mut wish = app.wish("app-1", 22);
    wish["source"] = "192.0.2.8".into();
    let created: shared::access::CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    let mut events = olga.follow(created.items[0].id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert_eq!(server.greet(port.ip(), port.port()).await, Greeting::NoAnswer);
}

/// A machine whose administrator is whom the server lets in, as the page of it tells.
async fn app_for_the_user_of_the_server() -> TestApp {
    TestApp::start_in(|world| {
        let app_1 = world.vms.iter_mut().find(|vm| vm.name == "app-1").expect("it is there");
        app_1.admin = SshServer::user();
    })
    .await
}

/// What the page gives for a client, to be copied.
async fn copied(page: &Page, client: &str, part: &str) -> String {
    page.find("radio", client).click().await;
    page.says(part).await;
    let text =
        page.run("return [...document.querySelectorAll('.connect__text')].map((e) => e.textContent)").await;
    let texts: Vec<String> = serde_json::from_value(text).expect("they are texts");
    texts.into_iter().find(|text| text.contains(part)).expect("the page says so")
}

#[tokio::test]
async fn the_entry_and_the_line_for_putty_of_the_page_lead_in_while_access_lasts() {
    let server = SshServer::start().await;
    let app = app_for_the_user_of_the_server().await;
    app.put_behind("app-1", 22, server.address()).await;
    app.visit_as("operator", &app.connect_path("app-1"), async |page| {
        let entry = copied(page, "Config file", "HostKeyAlias").await;
        let alias = copied(page, "Config file", "ssh postern-").await;
        let alias = alias.trim_start_matches("ssh ");
        let putty = copied(page, "PuTTY", "putty -ssh").await;
        let greetings = async || {
            let by_entry = server.greet_by_entry(&entry, alias, "path-to-private-key").await;
            [by_entry, server.greet_with_plink(&putty).await]
        };
        assert_eq!(greetings().await, [Greeting::NoAnswer, Greeting::NoAnswer], "before the request");

        page.field("Reason*").fill("INC0012345 look at the disk").await;
        page.button("Request access").click().await;
        app.while_time_passes(page.says("JIT access granted to port 22 for source IP(s)")).await;
        assert_eq!(greetings().await, [Greeting::Welcome, Greeting::Welcome], "while it is open");

        app.wait(minutes(60));
        app.while_time_passes(page.says("Access ended: its time was over.")).await;
        assert_eq!(greetings().await, [Greeting::NoAnswer, Greeting::NoAnswer], "after it has ended");
    })
    .await;
}
