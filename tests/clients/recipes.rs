//! The clients and servers themselves, with nothing of the product between them.

use tests::clients::{Greeting, Logon, RdpServer, SshServer};

#[tokio::test]
async fn ssh_lets_in_the_one_key_it_knows() {
    let server = SshServer::start().await;
    let (host, port) = (server.address().ip(), server.address().port());
    assert_eq!(server.greet(host, port).await, Greeting::Welcome);
    assert_eq!(server.greet_as_stranger(host, port).await, Greeting::KeyRefused);
}

#[tokio::test]
async fn ssh_reaches_nobody_at_a_closed_port() {
    let server = SshServer::start().await;
    let (host, port) = (server.address().ip(), server.address().port());
    drop(server);
    let other = SshServer::start().await;
    assert_eq!(other.greet(host, port).await, Greeting::NoAnswer);
}

#[tokio::test]
async fn remote_desktop_lets_in_by_password() {
    let server = RdpServer::start().await;
    let file = format!("full address:s:{}\r\nusername:s:web-1\\{}\r\n", server.address(), RdpServer::USER);
    assert_eq!(server.sign_in_with(file.as_bytes(), RdpServer::PASSWORD).await, Logon::Welcome);
    assert_eq!(server.sign_in_with(file.as_bytes(), "a wrong one").await, Logon::Failed);
}
