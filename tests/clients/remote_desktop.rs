//! `FreeRDP` with the downloaded file, through the simulated network.

use shared::access::Status;
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
