//! A machine and a request for the tests of this page.

use jiff::Timestamp;
use shared::access::{AccessRequest, RequestId, Status};
use shared::duration::AccessDuration;
use shared::policy::{JitPolicy, PortRule};
use shared::port::{Port, Protocol};
use shared::session::Person;
use shared::source::Source;
use shared::vm::{JitState, May, Os, PowerState, RequestLimits, Vm, VmDetails};

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub fn here() -> Source {
    "203.0.113.7".parse().unwrap()
}

pub fn id() -> RequestId {
    "0195a1b2-0000-7000-8000-000000000001".parse().unwrap()
}

/// A Windows machine whose policy covers RDP, for a person who may request it.
pub fn details() -> VmDetails {
    let id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-hq-rg/providers/Microsoft.Compute/virtualMachines/jump-01";
    let vm = Vm {
        id: id.parse().unwrap(),
        subscription_name: "Contoso".into(),
        location: "westeurope".into(),
        os: Os::Windows,
        power: PowerState::Running,
        private_address: "10.0.0.4".parse().ok(),
        public_address: "198.51.100.4".parse().ok(),
        fqdn: None,
        jit: JitState::Configured { ports: vec![Port::RDP] },
    };
    let port = PortRule {
        port: Port::RDP,
        protocol: Protocol::Any,
        sources: vec![Source::ANY],
        longest: AccessDuration::AZURE_DEFAULT,
    };
    VmDetails {
        vm,
        public_ipv6: None,
        private_ipv6: None,
        admin_username: Some("azureuser".into()),
        computer_name: None,
        entra_sign_in: false,
        firewall_address: None,
        unsupported: None,
        policy: Some(JitPolicy { ports: vec![port] }),
        grants: Vec::new(),
        may: May { start: true, request: vec![limits()], ..May::default() },
        as_of: at(0),
    }
}

pub fn limits() -> RequestLimits {
    RequestLimits {
        rule: "operators".into(),
        ports: None,
        longest: AccessDuration::LONGEST,
        widest: 32,
        networks: Vec::new(),
        anywhere: false,
        bastion: false,
        reason_required: true,
        guests: false,
        reason_hint: Some("a ticket such as INC0012345".into()),
        redirections: Vec::new(),
    }
}

/// A request for RDP from [`here`], made at 100 s and ending at 3700 s.
pub fn request(status: Status) -> AccessRequest {
    AccessRequest {
        id: id(),
        vm: details().vm.id,
        ports: vec![Port::RDP],
        source: here(),
        bastion: None,
        shareable_link: false,
        reason: None,
        requested_by: Person { name: "Anna".into(), username: "anna@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at: at(100),
        opened_at: None,
        ends_at: at(3700),
        rule: "operators".into(),
        broad: false,
        redirections: Vec::new(),
        status,
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}
