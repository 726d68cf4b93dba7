use jiff::Timestamp;
use proptest::prelude::*;
use shared::access::{RequestId, Status};
use shared::session::Person;
use shared::vm::{Grant, JitState, May, Os, PowerState, Vm};

use super::*;

pub(super) fn details() -> VmDetails {
    let id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01";
    VmDetails {
        vm: Vm {
            id: id.parse().unwrap(),
            subscription_name: "Contoso HQ".into(),
            location: "westeurope".into(),
            os: Os::Windows,
            power: PowerState::Running,
            private_address: Some("10.0.0.4".parse().unwrap()),
            public_address: Some("203.0.113.40".parse().unwrap()),
            fqdn: None,
            jit: JitState::NotConfigured,
        },
        public_ipv6: None,
        private_ipv6: None,
        admin_username: Some("azureuser".into()),
        computer_name: Some("JUMP-01".into()),
        entra_sign_in: false,
        firewall_address: None,
        unsupported: None,
        policy: None,
        grants: vec![],
        may: May::default(),
        as_of: Timestamp::UNIX_EPOCH,
    }
}

/// An hour's access to the machine from `source`.
pub(super) fn request(source: &str, redirections: &[Redirection]) -> AccessRequest {
    AccessRequest {
        id: RequestId(uuid::Uuid::nil()),
        vm: details().vm.id,
        ports: vec![Port::RDP],
        source: source.parse().unwrap(),
        reason: None,
        requested_by: Person { name: "Olga".into(), username: "olga@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: Timestamp::UNIX_EPOCH,
        opened_at: None,
        ends_at: Timestamp::MAX,
        rule: "Operators".into(),
        broad: false,
        redirections: redirections.to_vec(),
        bastion: None,
        shareable_link: false,
        status: Status::Open { since: Timestamp::UNIX_EPOCH },
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}

fn sharing(details: &VmDetails, redirections: &[Redirection]) -> String {
    let request = request("198.51.100.7", redirections);
    RdpFile::for_request(details, Port::RDP, &request).unwrap().to_string()
}

fn text(details: &VmDetails) -> String {
    sharing(details, &[])
}

fn value_of<'a>(file: &'a str, key: &str) -> Option<&'a str> {
    file.split("\r\n").find_map(|line| line.strip_prefix(key)?.strip_prefix(":s:"))
}

#[test]
fn the_address_is_written_twice_and_the_user_with_the_computers_name() {
    let file = text(&details());
    assert_eq!(value_of(&file, "full address"), Some("203.0.113.40:3389"));
    assert_eq!(value_of(&file, "alternate full address"), Some("203.0.113.40:3389"));
    assert_eq!(value_of(&file, "username"), Some("JUMP-01\\azureuser"));
}

#[test]
fn the_public_name_goes_before_the_address_unless_it_is_no_name() {
    let mut vm = details();
    vm.vm.fqdn = Some("jump-01.westeurope.cloudapp.azure.com".into());
    assert_eq!(value_of(&text(&vm), "full address"), Some("jump-01.westeurope.cloudapp.azure.com:3389"));
    vm.vm.fqdn = Some("evil\r\nfull address:s:198.51.100.66".into());
    assert_eq!(value_of(&text(&vm), "full address"), Some("203.0.113.40:3389"));
}

#[test]
fn an_ipv6_address_stands_in_brackets() {
    let mut vm = details();
    vm.public_ipv6 = Some("2001:db8::4".parse().unwrap());
    let file = RdpFile::for_request(&vm, Port::RDP, &request("2001:db8::7", &[])).unwrap().to_string();
    assert_eq!(value_of(&file, "full address"), Some("[2001:db8::4]:3389"));
    assert_eq!(value_of(&text(&vm), "full address"), Some("203.0.113.40:3389"));
}

#[test]
fn a_machine_without_any_address_has_no_file() {
    let mut vm = details();
    (vm.vm.public_address, vm.vm.private_address) = (None, None);
    assert_eq!(RdpFile::for_request(&vm, Port::RDP, &request("*", &[])), Err(NoFile::NoAddress));
}

#[test]
fn whoever_can_sign_in_with_entra_does_so_where_the_machine_has_a_name() {
    let mut vm = details();
    vm.entra_sign_in = true;
    let file = text(&vm);
    assert!(file.contains("\r\nenablerdsaadauth:i:0\r\n"), "no client takes an address for that");
    assert_eq!(value_of(&file, "username"), Some("JUMP-01\\azureuser"));
    vm.vm.fqdn = Some("jump-01.westeurope.cloudapp.azure.com".into());
    let file = text(&vm);
    assert!(file.contains("\r\nenablerdsaadauth:i:1\r\n"), "{file}");
    assert_eq!(value_of(&file, "username"), Some("olga@contoso.com"));
    vm.vm.os = Os::Linux;
    assert!(text(&vm).contains("\r\nenablerdsaadauth:i:0\r\n"));
}

/// A grant of the port, through the firewall if `mapped` is given.
fn grant(mine: Option<RequestId>, open: bool, mapped: Option<u16>) -> Grant {
    Grant {
        port: Port::RDP,
        sources: vec!["198.51.100.7".parse().unwrap()],
        until: Timestamp::MAX,
        open,
        mapped_port: mapped.map(|port| Port::try_from(port).unwrap()),
        requested_by: None,
        mine,
    }
}

#[test]
fn behind_a_firewall_a_file_leads_to_the_port_that_was_granted_and_to_no_guess() {
    let mut vm = details();
    vm.firewall_address = Some("203.0.113.99".parse().unwrap());
    let asked = request("198.51.100.7", &[]);
    let leads_to = |vm: &VmDetails| {
        let file = RdpFile::for_request(vm, Port::RDP, &asked)?.to_string();
        Ok(value_of(&file, "full address").unwrap().to_owned())
    };
    assert_eq!(leads_to(&vm), Err(NoFile::NotYetKnown));
    vm.grants = vec![grant(Some(asked.id), false, Some(13389))];
    assert_eq!(leads_to(&vm), Err(NoFile::NotYetKnown), "the rule is not there yet");
    vm.grants = vec![grant(Some(asked.id), true, Some(13389)), grant(None, true, Some(14000))];
    assert_eq!(leads_to(&vm).unwrap(), "203.0.113.99:13389", "one's own");
    vm.grants.reverse();
    assert_eq!(leads_to(&vm).unwrap(), "203.0.113.99:13389");
    vm.grants = vec![grant(Some(asked.id), true, None)];
    assert_eq!(leads_to(&vm).unwrap(), "203.0.113.40:3389", "Azure names no port of the firewall");
}

#[test]
fn every_redirection_is_switched_off_before_anything_that_varies() {
    let file = text(&details());
    let varying = file.find("full address").unwrap();
    for key in [
        "redirectclipboard:i:0",
        "drivestoredirect:s:\r\n",
        "redirectprinters:i:0",
        "redirectsmartcards:i:0",
        "camerastoredirect:s:\r\n",
        "audiocapturemode:i:0",
    ] {
        assert!(file.find(key).is_some_and(|at| at < varying), "{key}");
    }
}

#[test]
fn what_a_request_shares_is_switched_on_and_nothing_else() {
    let (vm, plain) = (details(), text(&details()));
    for redirection in Redirection::ALL {
        let file = sharing(&vm, &[redirection]);
        let changed: Vec<&str> = file
            .split_terminator("\r\n")
            .zip(plain.split_terminator("\r\n"))
            .filter_map(|(line, before)| (line != before).then_some(line))
            .collect();
        let expected: &[&str] = match redirection {
            Redirection::Clipboard => &["redirectclipboard:i:1"],
            Redirection::Drives => &["redirectdrives:i:1", "drivestoredirect:s:*"],
            Redirection::Printers => &["redirectprinters:i:1"],
            Redirection::SmartCards => &["redirectsmartcards:i:1"],
            Redirection::SerialPorts => &["redirectcomports:i:1"],
            Redirection::Sound => &["audiomode:i:0"],
        };
        assert_eq!(changed, expected, "{redirection:?}");
    }
}

#[test]
fn a_file_is_named_after_its_machine_as_far_as_every_system_can_store_that() {
    assert_eq!(file_name("jump-01"), "jump-01.rdp");
    assert_eq!(file_name("büro (1)"), "b_ro__1_.rdp");
    assert_eq!(file_name("..\\..\\x"), "vm-.._.._x.rdp");
    assert_eq!(file_name("com1"), "vm-com1.rdp");
    assert_eq!(file_name("NUL.txt"), "vm-NUL.txt.rdp");
    assert_eq!(file_name(""), "vm-.rdp");
}

proptest! {
    #[test]
    fn no_text_from_outside_adds_a_line_or_leaves_ascii(
        fqdn in ".*", user in ".*", computer in ".*", upn in ".*", entra: bool, named: bool, newline in prop_oneof![Just("\n"), Just("\r"), Just("\0"), Just("\u{2028}"), Just("\u{85}")],
        shared in proptest::sample::subsequence(Redirection::ALL.to_vec(), 0..=Redirection::ALL.len()),
    ) {
        let plain = text(&details());
        let keys = |file: &str| -> Vec<String> { file.split("\r\n").map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect() };
        let mut vm = details();
        vm.vm.fqdn = Some(format!("{fqdn}{newline}gatewayhostname:s:evil"));
        vm.admin_username = Some(format!("{user}{newline}drivestoredirect:s:*"));
        vm.computer_name = Some(computer);
        vm.entra_sign_in = entra;
        let mut asked = request("198.51.100.7", &shared);
        asked.requested_by.username = format!("{upn}{newline}alternate shell:s:calc");
        if named {
            vm.vm.fqdn = Some("jump-01.example".into());
        }
        let file = RdpFile::for_request(&vm, Port::RDP, &asked).unwrap().to_string();
        let expected: Vec<String> = keys(&plain).into_iter().filter(|key| key != "username").collect();
        prop_assert_eq!(keys(&file), expected);
        // Another reader than ours: what a client makes of it has these keys and no others.
        let read = ironrdp_rdpfile::parse(&file);
        prop_assert!(read.errors.is_empty(), "{:?}", read.errors);
        let mut read: Vec<String> = read.properties.iter().map(|(key, _)| key.to_string()).collect();
        let mut expected = keys(&file);
        expected.retain(|key| !key.is_empty());
        read.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(read, expected);
        prop_assert!(file.bytes().all(|b| matches!(b, b'\r' | b'\n' | 0x20..=0x7e)));
    }
}

#[test]
fn remote_desktop_goes_to_its_own_port_or_to_one_that_nobody_else_is_known_to_speak_at() {
    let ports = |numbers: &[u16]| -> Vec<Port> {
        numbers.iter().map(|number| Port::try_from(*number).unwrap()).collect()
    };
    for (opened, expected) in [
        (&[22, 13389, 3389][..], Some(3389)),
        (&[22, 13389], Some(13389)),
        (&[22], None),
        (&[5985, 5986], None),
        (&[], None),
    ] {
        assert_eq!(remote_desktop_port(&ports(opened)).map(Port::number), expected, "{opened:?}");
    }
}
