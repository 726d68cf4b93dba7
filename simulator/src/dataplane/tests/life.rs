//! Opening, finding and closing doors.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{Hand, LOCALHOST, VM, connect, echo, endpoint, heard, heard_text, plane, plane_with};
use crate::dataplane::{
    DataPlane, Endpoint, NoSuchDoor, PORT_OFFSET, PortTarget, Ports, Settings, Target, loopback_address,
};

#[tokio::test]
async fn machines_are_found_without_regard_to_case() {
    let plane = plane(&Hand::opened(), 22, Target::Greeter).await;
    assert_eq!(plane.address_of(&VM.to_uppercase()), Some(LOCALHOST));
    assert_eq!(plane.listen_address(&VM.to_uppercase(), 22), plane.listen_address(VM, 22));
}

#[tokio::test]
async fn there_is_no_door_where_none_was_asked_for() {
    let plane = plane(&Hand::opened(), 22, Target::Greeter).await;
    assert_eq!(plane.address_of("/other"), None);
    assert_eq!(plane.listen_address(VM, 23), None);
    let missing = NoSuchDoor { vm: VM.to_owned(), port: 23 };
    assert_eq!(plane.set_target(VM, 23, Target::Greeter), Err(missing));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn machines_share_a_port_number_at_addresses_of_their_own() {
    let machine = |number: usize, port| Endpoint {
        vm: format!("/vms/{number}"),
        address: loopback_address(number).expect("a low number").into(),
        ports: vec![PortTarget { port, target: Target::Greeter }],
    };
    let free = TcpListener::bind((LOCALHOST, 0)).await.expect("a free port");
    let port = free.local_addr().expect("an address").port();
    let machines = vec![machine(60_001, port), machine(60_002, port)];
    let plane =
        DataPlane::start(Settings::default(), Hand::opened(), machines).await.expect("loopback addresses");

    for vm in ["/vms/60001", "/vms/60002"] {
        let listens_at = plane.listen_address(vm, port).expect("a door");
        assert_eq!(Some(listens_at.ip()), plane.address_of(vm));
        let mut visitor = TcpStream::connect(listens_at).await.expect("the kernel takes every connection");
        assert!(heard_text(&mut visitor).await.starts_with(&vm[5..]));
    }
}

#[tokio::test]
async fn a_port_that_is_taken_listens_higher_up() {
    let (_taken, port) = loop {
        let taken = TcpListener::bind((LOCALHOST, 0)).await.expect("a free port");
        let port = taken.local_addr().expect("an address").port();
        let higher = port.checked_add(PORT_OFFSET);
        if let Some(higher) = higher
            && TcpListener::bind((LOCALHOST, higher)).await.is_ok()
        {
            break (taken, port);
        }
    };

    let plane = plane_with(Settings::default(), &Hand::opened(), endpoint(port, Target::Greeter)).await;

    assert_eq!(plane.listen_address(VM, port), Some(SocketAddr::new(LOCALHOST, port + PORT_OFFSET)));
    assert!(heard_text(&mut connect(&plane, port).await).await.contains(&format!("port {port} ")));
}

#[tokio::test]
async fn an_address_that_the_system_lacks_is_told() {
    let elsewhere = Endpoint { address: [203, 0, 113, 1].into(), ..endpoint(22, Target::Greeter) };
    let settings = Settings { ports: Ports::Free, ..Settings::default() };

    let unavailable =
        DataPlane::start(settings, Hand::opened(), vec![elsewhere]).await.expect_err("no such address");

    assert_eq!(unavailable.source.kind(), ErrorKind::AddrNotAvailable);
    assert!(unavailable.to_string().starts_with("cannot listen on 203.0.113.1:0: "), "{unavailable}");
}

#[tokio::test]
async fn stopping_closes_doors_and_connections() {
    let plane = plane(&Hand::opened(), 22, echo("> ").await).await;
    let listens_at = plane.listen_address(VM, 22).expect("a door");
    let mut visitor = connect(&plane, 22).await;
    assert_eq!(super::ask(&mut visitor, "x", 3).await, "> x");

    plane.stop().await;

    assert!(heard(&mut visitor).await.is_none_or(|said| said.is_empty()));
    let refused = TcpStream::connect(listens_at).await.expect_err("a closed door");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn dropping_leaves_no_task_behind() {
    let gate = Hand::opened();
    let plane = plane(&gate, 22, echo("> ").await).await;
    let mut visitor = connect(&plane, 22).await;
    assert_eq!(super::ask(&mut visitor, "x", 3).await, "> x");

    drop(plane);

    let alone = async {
        while Arc::strong_count(&gate) > 1 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), alone).await.expect("every task lets go of the gate");
}

#[test]
fn every_machine_has_an_address_of_its_own() {
    assert_eq!(loopback_address(0).map(|address| address.to_string()), Some("127.77.0.1".to_owned()));
    assert_eq!(loopback_address(254).map(|address| address.to_string()), Some("127.77.1.1".to_owned()));
    let all: HashSet<_> = (0..65_024).map(|number| loopback_address(number).expect("within range")).collect();
    assert_eq!(all.len(), 65_024);
    assert_eq!(loopback_address(65_024), None);
}
