//! The machines' ports as real ones of this computer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};

use simulator::dataplane::{DataPlane, Endpoint, Gate, PortTarget, Settings, Target};

use super::TestApp;

/// Tests run beside each other, in one process or in several.
static NEXT: AtomicU32 = AtomicU32::new(0);

impl TestApp {
    /// Gives a machine a public address of this computer, where a port of it leads to `server`
    /// for those whom the network rules let through. Returns where to connect to.
    ///
    /// Whoever connects from this computer counts as somebody at home.
    pub async fn put_behind(&self, vm: &str, port: u16, server: SocketAddr) -> SocketAddr {
        let id = self.vm(vm).to_string();
        loop {
            let address = IpAddr::V4(next_address());
            let target = PortTarget { port, target: Target::Forward(server) };
            let endpoint = Endpoint { vm: id.clone(), address, ports: vec![target] };
            let plane = DataPlane::start(Settings::default(), self.azure.gate(), vec![endpoint]).await;
            let plane = plane.expect("any loopback address can be listened at, which is so on Linux only");
            let listens_at = plane.listen_address(&id, port).expect("the port was just opened");
            // The number can be another where one must be root, but not because somebody has it.
            if listens_at.port() == port || port < 1024 {
                self.move_to(vm, address);
                self.planes.lock().unwrap_or_else(PoisonError::into_inner).push(plane);
                return listens_at;
            }
        }
    }

    /// The same for a port of the firewall before the machine, by whose number it is reached. `port`
    /// is the machine's own.
    pub async fn put_behind_firewall(&self, vm: &str, port: u16, mapped: u16, server: SocketAddr) {
        let id = self.vm(vm).to_string();
        let gate = Arc::new(Dnat { gate: self.azure.gate(), port });
        let address = loop {
            let address = IpAddr::V4(next_address());
            let target = PortTarget { port: mapped, target: Target::Forward(server) };
            let endpoint = Endpoint { vm: id.clone(), address, ports: vec![target] };
            let plane = DataPlane::start(Settings::default(), gate.clone(), vec![endpoint]).await;
            let plane = plane.expect("any loopback address can be listened at, which is so on Linux only");
            if plane.listen_address(&id, mapped).is_some_and(|at| at.port() == mapped) {
                self.planes.lock().unwrap_or_else(PoisonError::into_inner).push(plane);
                break address;
            }
        };
        let mut world = self.azure.world();
        let public = world.firewall_before(&id).expect("there is a firewall").public_ip.clone();
        world.public_ips.get_mut(&public).expect("it is in this world").address = Some(address);
    }

    /// Gives the machine's public address this value.
    fn move_to(&self, vm: &str, address: IpAddr) {
        let mut world = self.azure.world();
        let nic = world.vm(vm).and_then(|vm| vm.nics.first()).and_then(|nic| world.nics.get(nic));
        let public = nic.and_then(|nic| nic.configurations.first()).and_then(|first| first.public_ip.clone());
        let public = public.expect("the machine has a public address");
        world.public_ips.get_mut(&public).expect("it is in this world").address = Some(address);
    }
}

/// What a firewall leads on to another port.
struct Dnat {
    gate: Arc<dyn Gate>,
    port: u16,
}

impl Gate for Dnat {
    fn admits(&self, vm: &str, _mapped: u16, peer: IpAddr) -> bool {
        self.gate.admits(vm, self.port, peer)
    }
}

/// A loopback address that no other test is likely to use.
fn next_address() -> Ipv4Addr {
    let number = process::id().wrapping_mul(251).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    let [_, _, high, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 78, high, low.clamp(1, 254))
}
