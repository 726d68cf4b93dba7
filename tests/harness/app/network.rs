//! The machines' ports as real ones of this computer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};

use simulator::dataplane::{DataPlane, Endpoint, PortTarget, Settings, Target};

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

    /// Gives the machine's public address this value.
    fn move_to(&self, vm: &str, address: IpAddr) {
        let mut world = self.azure.world();
        let nic = world.vm(vm).and_then(|vm| vm.nics.first()).and_then(|nic| world.nics.get(nic));
        let public = nic.and_then(|nic| nic.configurations.first()).and_then(|first| first.public_ip.clone());
        let public = public.expect("the machine has a public address");
        world.public_ips.get_mut(&public).expect("it is in this world").address = Some(address);
    }
}

/// A loopback address that no other test is likely to use.
fn next_address() -> Ipv4Addr {
    let number = process::id().wrapping_mul(251).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    let [_, _, high, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 78, high, low.clamp(1, 254))
}
