//! Ranges of addresses that mean something by themselves.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The range of IPv4 that a range of IPv6 stands for, if it does (RFC 4291, section 2.5.5.2).
pub(super) fn as_ipv4(range: IpNet) -> Option<IpNet> {
    let IpNet::V6(range) = range else { return None };
    let prefix = range.prefix_len().checked_sub(96)?;
    Some(IpNet::V4(Ipv4Net::new(range.addr().to_ipv4_mapped()?, prefix).ok()?))
}

fn v4(a: u8, b: u8, prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), prefix))
}

fn v6([a, b]: [u16; 2], prefix: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix))
}

/// Where nobody's traffic can come from.
pub(super) fn nowhere() -> [IpNet; 6] {
    [v4(0, 0, 8), v4(127, 0, 8), v4(224, 0, 4), v4(240, 0, 4), v6([0, 0], 96), v6([0xff00, 0], 8)]
}

/// What is not reached over the Internet.
pub(super) fn private_ranges() -> [IpNet; 10] {
    [
        v4(10, 0, 8),
        v4(172, 16, 12),
        v4(192, 168, 16),
        v4(100, 64, 10),
        v4(127, 0, 8),
        v4(169, 254, 16),
        v6([0xfc00, 0], 7),
        v6([0xfe80, 0], 10),
        v6([0xfec0, 0], 10),
        v6([0x64, 0xff9b], 96),
    ]
}
