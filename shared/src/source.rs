//! Where a connection may come from: one address, a range, or anywhere.

mod ranges;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use crate::text::text_on_the_wire;
use ranges::{as_ipv4, nowhere, private_ranges};

/// The source of a connection: an address, a CIDR range, or `*` for any.
///
/// A range is always written with its host bits zero, and an IPv4 address inside an IPv6 one
/// (`::ffff:203.0.113.7`, and ranges of such addresses) is of IPv4, so that equal sources compare
/// equal and every rule about IPv4 holds for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source(Option<IpNet>);

impl Source {
    /// Anywhere: `*`.
    pub const ANY: Self = Self(None);

    /// One address.
    pub fn address(address: IpAddr) -> Self {
        Self(Some(IpNet::from(address.to_canonical())))
    }

    /// A range; host bits are dropped.
    pub fn range(range: IpNet) -> Self {
        Self(Some(as_ipv4(range).unwrap_or(range).trunc()))
    }

    /// Whether this lets the whole Internet in: `*`, `0.0.0.0/0` or `::/0`.
    pub fn is_anywhere(&self) -> bool {
        self.0.is_none_or(|range| range.prefix_len() == 0)
    }

    /// The only address, if there is just one.
    pub fn single(&self) -> Option<IpAddr> {
        self.0.filter(|range| range.prefix_len() == range.max_prefix_len()).map(|range| range.addr())
    }

    /// The range; `None` for anywhere.
    pub fn net(&self) -> Option<IpNet> {
        self.0
    }

    /// Whether this is of IPv4; `*` is of neither kind.
    pub fn is_ipv4(&self) -> bool {
        matches!(self.0, Some(IpNet::V4(_)))
    }

    /// Whether this is of IPv6; `*` is of neither kind.
    pub fn is_ipv6(&self) -> bool {
        matches!(self.0, Some(IpNet::V6(_)))
    }

    /// How many leading bits are fixed; 0 for anywhere.
    pub fn prefix_len(&self) -> u8 {
        self.0.map_or(0, |range| range.prefix_len())
    }

    /// Whether every address of `other` is one of ours.
    pub fn contains(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => ours.contains(&theirs),
        }
    }

    /// Whether no address of this is reachable over the Internet (RFC 1918, RFC 6598 shared
    /// space, loopback, link-local, IPv6 unique local, site-local and NAT64).
    pub fn is_private(&self) -> bool {
        self.0.is_some_and(|range| private_ranges().iter().any(|private| private.contains(&range)))
    }

    /// Whether nobody's traffic can come from here: loopback, multicast, `0.0.0.0/8`, reserved
    /// space, and `::/96`, which once stood for IPv4.
    pub fn is_nowhere(&self) -> bool {
        self.0.is_some_and(|range| nowhere().iter().any(|nowhere| nowhere.contains(&range)))
    }

    /// How many addresses this covers, as powers of two: 0 for one address, 16 for an IPv4 /16.
    /// `None` for anywhere.
    pub fn size_bits(&self) -> Option<u8> {
        self.0.map(|range| range.max_prefix_len() - range.prefix_len())
    }
}

impl FromStr for Source {
    type Err = ParseSourceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::ANY);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::address(address));
        }
        let range: IpNet = text.parse().map_err(|_| ParseSourceError::Malformed(text.to_owned()))?;
        if range.addr() != range.network() {
            return Err(ParseSourceError::HostBits { given: range, meant: range.trunc() });
        }
        Ok(Self::range(range))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.single()) {
            (None, _) => f.write_str("*"),
            (Some(_), Some(address)) => address.fmt(f),
            (Some(range), None) => range.fmt(f),
        }
    }
}

text_on_the_wire!(Source, "An IP address, a CIDR range, or * for any source", "203.0.113.7");

/// The text was not a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseSourceError {
    /// Neither an address nor a range.
    #[error(
        "“{0}” is not an IP address or range; write one address such as 203.0.113.7, or a range such as 203.0.113.0/24"
    )]
    Malformed(String),
    /// A range whose address is not its first one, so that it is unclear what was meant.
    #[error("“{given}” is not where that range begins; write {meant} for the range, or {} for one address", given.addr())]
    HostBits {
        /// What was written.
        given: IpNet,
        /// The range that contains it.
        meant: IpNet,
    },
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use proptest::prelude::*;

    fn source(text: &str) -> Source {
        text.parse().unwrap()
    }

    #[test]
    fn a_single_address_is_written_without_its_prefix() {
        assert_eq!(source("203.0.113.7/32").to_string(), "203.0.113.7");
        assert_eq!(source("2001:db8::7/128").to_string(), "2001:db8::7");
        assert_eq!(source(" 203.0.113.0/24 ").to_string(), "203.0.113.0/24");
        assert_eq!(source("*").to_string(), "*");
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_one_is_the_ipv4_address() {
        for (inside, plain) in [
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7/128", "203.0.113.7"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(source(inside), source(plain), "{inside}");
        }
        assert!(source("::ffff:10.0.0.1/128").is_private());
        assert!(source("::ffff:127.0.0.0/104").is_nowhere());
        assert!(source("::ffff:0:0/96").is_anywhere());
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for text in [
            "",
            "203.0.113",
            "203.0.113.256",
            "host.example",
            "203.0.113.7/33",
            "010.0.0.1",
            "1.2.3.4,5.6.7.8",
            "any",
        ] {
            assert!(text.parse::<Source>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_range_that_does_not_begin_at_its_address_says_what_may_be_meant() {
        let error = "203.0.113.7/24".parse::<Source>().unwrap_err();
        assert!(error.to_string().contains("203.0.113.0/24"), "{error}");
    }

    #[test]
    fn anywhere_has_three_spellings() {
        assert!(["*", "0.0.0.0/0", "::/0"].iter().all(|text| source(text).is_anywhere()));
        assert!(!source("0.0.0.0/1").is_anywhere());
    }

    #[test]
    fn private_ranges_are_known_and_their_neighbours_are_not() {
        for text in [
            "10.1.2.3",
            "172.31.0.0/16",
            "192.168.0.0/16",
            "100.64.0.1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "64:ff9b::1",
            "127.0.0.1",
        ] {
            assert!(source(text).is_private(), "{text}");
        }
        for text in ["172.32.0.1", "100.128.0.1", "203.0.113.7", "2001:db8::1", "10.0.0.0/7", "*"] {
            assert!(!source(text).is_private(), "{text}");
        }
    }

    #[test]
    fn nobody_comes_from_loopback_multicast_or_reserved_space() {
        for text in [
            "0.0.0.0",
            "127.1.2.3",
            "127.0.0.0/8",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::203.0.113.7",
            "ff02::1",
        ] {
            assert!(source(text).is_nowhere(), "{text}");
        }
        for text in ["*", "0.0.0.0/0", "::/0", "1.0.0.1", "223.255.255.255", "10.0.0.1", "2001:db8::1"] {
            assert!(!source(text).is_nowhere(), "{text}");
        }
    }

    fn any_net() -> impl Strategy<Value = IpNet> {
        prop_oneof![
            (any::<[u8; 4]>(), 0..=32u8).prop_map(|(a, p)| IpNet::new(IpAddr::from(a), p).unwrap().trunc()),
            (any::<[u8; 16]>(), 0..=128u8).prop_map(|(a, p)| IpNet::new(IpAddr::from(a), p).unwrap().trunc()),
            (any::<[u8; 4]>(), 96..=128u8).prop_map(|(a, p)| {
                IpNet::new(Ipv4Addr::from(a).to_ipv6_mapped().into(), p).unwrap().trunc()
            }),
        ]
    }

    proptest! {
        #[test]
        fn its_text_parses_back_to_it(net in any_net()) {
            let source = Source::range(net);
            prop_assert_eq!(source.to_string().parse::<Source>(), Ok(source));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = text.parse::<Source>();
        }

        #[test]
        fn containing_is_what_it_is_for_every_address(net in any_net(), address in any::<[u8; 4]>()) {
            let address = IpAddr::from(address);
            let IpAddr::V4(v4) = address else { unreachable!("it has four bytes") };
            let contains = net.contains(&address) || net.contains(&IpAddr::V6(v4.to_ipv6_mapped())) && net.prefix_len() >= 96;
            prop_assert_eq!(Source::range(net).contains(&Source::address(address)), contains);
        }
    }
}
