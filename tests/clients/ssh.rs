//! OpenSSH, through the simulated network.

use shared::access::Status;
use tests::TestApp;
use tests::app::minutes;
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
