//! Addresses for machines.

use std::net::Ipv4Addr;

/// The last byte runs from 1 to 254, so that no address looks like a network or a broadcast.
const PER_BLOCK: usize = 254;

/// The loopback address of the machine with this number: `127.77.0.1` for the first.
///
/// Always the same for the same number. There are 65,024; after those, `None`.
pub fn loopback_address(number: usize) -> Option<Ipv4Addr> {
    let block = u8::try_from(number / PER_BLOCK).ok()?;
    let host = u8::try_from(number % PER_BLOCK + 1).ok()?;
    Some(Ipv4Addr::new(127, 77, block, host))
}
