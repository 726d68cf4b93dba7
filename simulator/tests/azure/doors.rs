//! The machines' ports as TCP, opened and shut by just-in-time.

use simulator::dataplane::{Ports, Settings};
use tokio::{io::AsyncReadExt, net::TcpStream};

use crate::client::{Azure, one_machine, policy_path, vm_path, wish};

#[tokio::test]
async fn a_client_on_this_computer_is_let_in_for_as_long_as_its_address_is() {
    let mut world = one_machine();
    world.peers.insert("127.0.0.1".parse().unwrap(), "203.0.113.7".parse().unwrap());
    let azure = Azure::start(world).await;
    let settings = Settings { ports: Ports::Free, ..Settings::default() };
    let doors = azure.simulator.open_ports(settings).await.unwrap();
    let door = doors.listen_address(&vm_path(&azure, "web-1"), 22).unwrap();
    let greeting = async || {
        let mut text = String::new();
        let mut stream = TcpStream::connect(door).await.unwrap();
        stream.read_to_string(&mut text).await.map(|_| text)
    };
    assert!(greeting().await.is_err());

    let path = format!("{}/initiate?api-version=2020-01-01", policy_path(&azure));
    azure.post(&path, &wish(&azure, "203.0.113.7", 30)).await;
    azure.wait(10);
    assert!(greeting().await.unwrap().contains("web-1"));

    azure.wait(30 * 60);
    assert!(greeting().await.is_err());
}
