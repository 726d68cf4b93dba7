//! Who gets through, and to what.

use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket};

use super::{Hand, LOCALHOST, VM, ask, connect, echo, endpoint, heard, heard_text, plane, plane_with};
use crate::dataplane::{Ports, Refusal, Settings, Target};

#[tokio::test]
async fn an_admitted_peer_is_greeted_by_the_machine() {
    let plane = plane(&Hand::opened(), 22, Target::Greeter).await;
    let mut visitor = connect(&plane, 22).await;
    assert_eq!(
        heard_text(&mut visitor).await,
        "web-01: port 22 is open to you. No server runs behind it.\r\n"
    );
}

#[tokio::test]
async fn a_peer_that_speaks_first_still_hears_the_greeting() {
    let plane = plane(&Hand::opened(), 22, Target::Greeter).await;
    let mut visitor = connect(&plane, 22).await;
    visitor.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").await.expect("an open connection");
    assert!(heard_text(&mut visitor).await.starts_with("web-01: port 22"));
}

#[tokio::test]
async fn a_peer_that_is_not_admitted_is_reset() {
    let plane = plane(&Arc::default(), 22, Target::Greeter).await;
    let mut visitor = connect(&plane, 22).await;
    assert_eq!(heard(&mut visitor).await, None);
}

#[tokio::test]
async fn a_peer_may_be_left_without_an_answer_instead() {
    let settings = Settings { refusal: Refusal::Drop, ports: Ports::Free };
    let plane = plane_with(settings, &Arc::default(), endpoint(22, Target::Greeter)).await;
    let mut visitor = connect(&plane, 22).await;
    visitor.write_all(b"hello?").await.expect("an open connection");
    visitor.shutdown().await.expect("an open connection");
    assert_eq!(heard(&mut visitor).await, Some(Vec::new()));
}

#[tokio::test]
async fn the_gate_is_asked_about_machine_port_and_peer() {
    let gate = Hand::opened();
    let plane = plane(&gate, 22, Target::Greeter).await;

    let mut visitor = connect(&plane, 22).await;
    heard(&mut visitor).await;

    assert_eq!(gate.asked(), [(VM.to_owned(), 22, LOCALHOST)]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn peers_are_told_apart_by_their_addresses() {
    let gate = Hand::opened();
    let plane = plane(&gate, 22, Target::Greeter).await;

    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 77, 200, 9], 0).into()).expect("a loopback address");
    let listens_at = plane.listen_address(VM, 22).expect("a door");
    let mut visitor = socket.connect(listens_at).await.expect("the kernel takes every connection");
    heard(&mut visitor).await;

    assert_eq!(gate.asked()[0].2.to_string(), "127.77.200.9");
}

#[tokio::test]
async fn an_admitted_peer_talks_to_the_server_behind() {
    let plane = plane(&Hand::opened(), 22, echo("> ").await).await;
    let mut visitor = connect(&plane, 22).await;
    assert_eq!(ask(&mut visitor, "hello", 7).await, "> hello");
    visitor.shutdown().await.expect("an open connection");
    assert_eq!(heard(&mut visitor).await, Some(Vec::new()));
}

#[tokio::test]
async fn an_established_connection_outlives_its_access() {
    let gate = Hand::opened();
    let plane = plane(&gate, 22, echo("> ").await).await;
    let mut early = connect(&plane, 22).await;
    assert_eq!(ask(&mut early, "one", 5).await, "> one");

    gate.turn(false);

    assert_eq!(heard(&mut connect(&plane, 22).await).await, None);
    assert_eq!(ask(&mut early, "two", 5).await, "> two");

    gate.turn(true);

    assert_eq!(ask(&mut connect(&plane, 22).await, "three", 7).await, "> three");
}

#[tokio::test]
async fn another_server_can_be_put_behind_a_port() {
    let plane = plane(&Hand::opened(), 22, echo("a:").await).await;
    let mut before = connect(&plane, 22).await;
    assert_eq!(ask(&mut before, "x", 3).await, "a:x");

    plane.set_target(VM, 22, echo("b:").await).expect("a door");

    assert_eq!(ask(&mut connect(&plane, 22).await, "y", 3).await, "b:y");
    assert_eq!(ask(&mut before, "z", 3).await, "a:z");
}

#[tokio::test]
async fn where_no_server_answers_the_connection_is_reset() {
    let gone = TcpListener::bind((LOCALHOST, 0)).await.expect("a free port");
    let address = gone.local_addr().expect("an address");
    drop(gone);
    let plane = plane(&Hand::opened(), 22, address).await;
    assert_eq!(heard(&mut connect(&plane, 22).await).await, None);
}

#[tokio::test]
async fn a_remote_desktop_client_is_turned_away_in_its_own_protocol() {
    let plane = plane(&Hand::opened(), 3389, Target::Greeter).await;
    let mut client = connect(&plane, 3389).await;
    let request = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];
    client.write_all(&request).await.expect("an open connection");

    let confirm = heard(&mut client).await.expect("no reset");

    assert_eq!(confirm[5], 0xd0, "a connection confirm");
    assert_eq!(confirm[11], 3, "a failed negotiation");
    assert_eq!(confirm.len(), usize::from(confirm[3]));
}

#[tokio::test]
async fn anyone_else_at_the_remote_desktop_port_is_told_in_words() {
    let plane = plane(&Hand::opened(), 3389, Target::Greeter).await;
    let mut person = connect(&plane, 3389).await;
    person.write_all(b"\r\n").await.expect("an open connection");
    assert!(heard_text(&mut person).await.starts_with("web-01: port 3389 is open"));
}
