use super::*;

fn details() -> VmDetails {
    let id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vision-01";
    VmDetails {
        vm: Vm {
            id: id.parse().unwrap(),
            subscription_name: "Contoso".into(),
            location: "westeurope".into(),
            os: Os::Linux,
            power: PowerState::Running,
            private_address: "10.0.0.4".parse().ok(),
            public_address: "203.0.113.40".parse().ok(),
            fqdn: Some("vision.example".into()),
            jit: JitState::NotConfigured,
        },
        public_ipv6: "2001:db8::40".parse().ok(),
        private_ipv6: "2001:db8:1::4".parse().ok(),
        admin_username: None,
        computer_name: None,
        entra_sign_in: false,
        firewall_address: None,
        unsupported: None,
        policy: None,
        grants: Vec::new(),
        may: May::default(),
        as_of: Timestamp::UNIX_EPOCH,
    }
}

fn first(details: &VmDetails, source: &str) -> Option<String> {
    details.destinations(source.parse().unwrap()).next()
}

#[test]
fn one_connects_to_an_address_of_the_family_one_comes_from() {
    let details = details();
    assert_eq!(first(&details, "2001:db8::7").unwrap(), "2001:db8::40");
    assert_eq!(first(&details, "198.51.100.7").unwrap(), "vision.example");
    assert_eq!(first(&details, "*").unwrap(), "vision.example");
}

#[test]
fn without_an_address_of_ipv4_on_the_internet_only_ipv4_goes_to_the_private_one() {
    let mut details = details();
    (details.vm.public_address, details.vm.fqdn) = (None, None);
    assert_eq!(first(&details, "*").unwrap(), "2001:db8::40");
    assert_eq!(first(&details, "10.8.0.7").unwrap(), "10.0.0.4");
    details.public_ipv6 = None;
    assert_eq!(first(&details, "2001:db8::7").unwrap(), "2001:db8:1::4");
    assert_eq!(first(&details, "*").unwrap(), "10.0.0.4");
    details.private_ipv6 = None;
    assert_eq!(first(&details, "2001:db8::7").unwrap(), "10.0.0.4");
    details.vm.private_address = None;
    assert_eq!(first(&details, "*"), None);
}
