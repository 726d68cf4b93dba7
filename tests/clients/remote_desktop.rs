//! `FreeRDP` with the downloaded file, through the simulated network.

use shared::access::Status;
use simulator::world::NewFirewall;
use tests::TestApp;
use tests::app::minutes;
use tests::clients::{Logon, RdpServer};

#[tokio::test]
async fn the_downloaded_file_leads_a_real_client_to_the_machine_while_access_lasts() {
    let server = RdpServer::start().await;
    let app = TestApp::start().await;
    app.put_behind("web-1", 3389, server.address()).await;
    let olga = app.sign_in("operator").await;

    let request = olga.open("web-1", 3389).await;
    let file = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await;
    assert!(file.status.is_success(), "{}", file.text());
    assert_eq!(
        server.sign_in_with(&file.body, RdpServer::PASSWORD).await,
        Logon::Failed,
        "before the port is open"
    );

    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    assert_eq!(
        server.sign_in_with(&file.body, RdpServer::PASSWORD).await,
        Logon::Welcome,
        "while it is open"
    );
    assert_eq!(
        server.sign_in_with(&file.body, "a wrong one").await,
        Logon::Failed,
        "the machine asks for the password"
    );

    app.wait(minutes(60));
    app.hurry(&mut events, Status::is_final).await;
    assert_eq!(
        server.sign_in_with(&file.body, RdpServer::PASSWORD).await,
        Logon::Failed,
        "after it has ended"
    );
}

#[tokio::test]
async fn the_downloaded_file_leads_a_real_client_through_a_firewall_by_the_port_that_was_granted() {
    let server = RdpServer::start().await;
    let app = TestApp::start_in(|world| {
        let firewall = NewFirewall {
            name: "edge".to_owned(),
            subscription: Some("Production".to_owned()),
            group: "web-rg".to_owned(),
            vnet: "web-vnet".to_owned(),
            public: "203.0.113.99".parse().expect("it is an address"),
            subnets: vec!["front".to_owned()],
            policy: None,
        };
        world.add_firewall(firewall).expect("its network is there");
    })
    .await;
    app.put_behind_firewall("web-1", 3389, 13_000, server.address()).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let mut events = olga.follow(request.id).await;
    app.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
    let file = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await;
    assert!(file.text().contains(":13000\r\n"), "{}", file.text());
    assert_eq!(server.sign_in_with(&file.body, RdpServer::PASSWORD).await, Logon::Welcome);

    app.wait(minutes(60));
    app.hurry(&mut events, Status::is_final).await;
    assert_eq!(
        server.sign_in_with(&file.body, RdpServer::PASSWORD).await,
        Logon::Failed,
        "after it has ended"
    );
}

#[tokio::test]
async fn a_session_that_is_open_stays_connected_when_the_time_is_over() {
    let server = RdpServer::start().await;
    let app = TestApp::start().await;
    app.put_behind("web-1", 3389, server.address()).await;
    let olga = app.sign_in("operator").await;
    let (request, mut events) = app.web_for(&olga).await;
    let file = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.body;
    let mut session = server.stay_with(&file).await;

    for _ in 0..6 {
        app.wait(minutes(10));
    }
    app.hurry(&mut events, Status::is_final).await;
    assert_eq!(server.sign_in_with(&file, RdpServer::PASSWORD).await, Logon::Failed, "nobody new gets in");
    app.wait(minutes(10));
    assert_eq!(server.sign_in_with(&file, RdpServer::PASSWORD).await, Logon::Failed, "nor later");
    assert!(session.is_running(), "it was cut off:\n{}", session.log());
    assert!(
        !session.log().contains("ERRCONNECT") && !session.log().contains("disconnect"),
        "{}",
        session.log()
    );
}
