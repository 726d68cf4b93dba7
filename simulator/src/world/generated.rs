//! Worlds of any size.

use std::net::{IpAddr, Ipv4Addr};

use super::{NewAssignment, NewNic, NewPolicy, NewSubscription, NewVm, Person, PowerState, World};

/// Machines in one resource group, which share a network and a security group.
const GROUP: usize = 25;

impl World {
    /// So many machines spread over so many subscriptions, all readable and half of them under a policy.
    ///
    /// The same numbers always give the same world. Postern's app owns everything; `operator@contoso.com`
    /// is an operator and owns everything too.
    pub fn generated(vms: usize, subscriptions: usize) -> Self {
        let mut world = Self::empty();
        let subscriptions = subscriptions.max(1);
        let per_subscription = vms.div_ceil(subscriptions);
        world
            .add_person(Person::new("Operator", "operator@contoso.com").app_role("Operator"))
            .expect("nobody is there yet");
        for to in [Self::CLIENT_ID, "operator@contoso.com"] {
            let everything =
                NewAssignment { to: to.to_owned(), role: "Owner".to_owned(), on: "/".to_owned() };
            world.assign(&everything).expect("both were added");
        }
        for number in 0..subscriptions {
            let name = format!("Subscription {number:04}");
            world.add_subscription(NewSubscription::named(&name)).expect("the name is new");
            let first = number * per_subscription;
            for index in first..vms.min(first + per_subscription) {
                world.add_generated(&name, number, index, index - first);
            }
        }
        world
    }

    fn add_generated(&mut self, subscription: &str, number: usize, index: usize, within: usize) {
        let name = format!("vm-{index:06}");
        let group = format!("group-{number:04}-{:03}", within / GROUP);
        let location = if (within / GROUP).is_multiple_of(2) { "westeurope" } else { "northeurope" };
        let vm = if index.is_multiple_of(3) { NewVm::windows(&name) } else { NewVm::linux(&name) };
        let nic = NewNic {
            nsg: Some(format!("{group}-nsg")),
            make_nsg: true,
            public: index.is_multiple_of(4).then(|| public_address(index)),
            ..NewNic::default()
        };
        let power = match index % 10 {
            8 => PowerState::Stopped,
            9 => PowerState::Deallocated,
            _ => PowerState::Running,
        };
        let vm = vm
            .subscription(subscription)
            .group(&group)
            .location(location)
            .power(power)
            .tag("env", if index.is_multiple_of(2) { "production" } else { "test" })
            .tag("owner", &format!("team-{:02}", index % 20))
            .nics(vec![nic]);
        let port = vm.os.port();
        let id = self.add_vm(vm).expect("everything it needs is made with it");
        if index.is_multiple_of(2) {
            self.add_policy(&NewPolicy::of(&[&id], &[port])).expect("the machine was added");
        }
    }
}

/// From the ranges for documentation, over and over.
fn public_address(index: usize) -> IpAddr {
    let last = u8::try_from(index / 4 % 254 + 1).expect("below 256");
    IpAddr::V4(if (index / 4 / 254).is_multiple_of(2) {
        Ipv4Addr::new(203, 0, 113, last)
    } else {
        Ipv4Addr::new(198, 51, 100, last)
    })
}
