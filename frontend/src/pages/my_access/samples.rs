//! Requests to test with.

use shared::access::{AccessRequest, RequestId, Status};
use shared::port::Port;
use shared::session::Person;
use uuid::Uuid;

/// An open request for Remote Desktop on `vm`; a higher number is a later one.
pub fn request(number: u8, vm: &str) -> AccessRequest {
    let id = format!(
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/{vm}"
    );
    let requested_at = jiff::Timestamp::from_second(1_900_000_000 + i64::from(number)).unwrap();
    AccessRequest {
        id: RequestId(Uuid::from_u128(number.into())),
        vm: id.parse().unwrap(),
        ports: vec![Port::RDP],
        source: "203.0.113.7".parse().unwrap(),
        bastion: None,
        shareable_link: false,
        reason: None,
        requested_by: Person { name: "Olga".into(), username: "olga@contoso.com".into() },
        requested_for: None,
        handed_over: None,
        requested_at,
        opened_at: None,
        ends_at: requested_at + jiff::SignedDuration::from_hours(1),
        rule: "Operators".into(),
        broad: false,
        redirections: Vec::new(),
        status: Status::Open { since: requested_at },
        correlation_id: None,
        extends: None,
        replaced_by: None,
        shut: Vec::new(),
        not_closed: None,
    }
}
