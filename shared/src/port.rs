//! TCP and UDP ports, and the protocols of a JIT policy.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::text_on_the_wire;

/// A port somebody can connect to: 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "u16")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u16, minimum = 1, maximum = 65535, example = 3389))]
pub struct Port(NonZeroU16);

impl Port {
    /// Remote Desktop.
    pub const RDP: Self = Self::constant(3389);
    /// Secure Shell.
    pub const SSH: Self = Self::constant(22);
    /// Windows Remote Management over HTTP.
    pub const WINRM: Self = Self::constant(5985);
    /// Windows Remote Management over HTTPS.
    pub const WINRM_TLS: Self = Self::constant(5986);

    const fn constant(number: u16) -> Self {
        Self(NonZeroU16::new(number).expect("the constants are not zero"))
    }

    /// The port's number.
    pub const fn number(self) -> u16 {
        self.0.get()
    }
}

impl TryFrom<u16> for Port {
    type Error = ParsePortError;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        NonZeroU16::new(number).map(Self).ok_or_else(|| ParsePortError("0".to_owned()))
    }
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Port;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a port, which is a number from 1 to 65535")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Port, E> {
                let port = u16::try_from(number).ok().and_then(|number| Port::try_from(number).ok());
                port.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Port, E> {
                match u64::try_from(number) {
                    Ok(number) => self.visit_u64(number),
                    Err(_) => Err(E::invalid_value(Unexpected::Signed(number), &self)),
                }
            }
        }

        deserializer.deserialize_u16(Number)
    }
}

impl From<Port> for u16 {
    fn from(port: Port) -> Self {
        port.number()
    }
}

impl FromStr for Port {
    type Err = ParsePortError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<NonZeroU16>().map(Self).map_err(|_| ParsePortError(text.to_owned()))
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text was not a port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a port; expected a number from 1 to 65535")]
pub struct ParsePortError(String);

/// The protocol a JIT policy opens a port for, spelt as `Microsoft.Security` 2020-01-01 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// TCP only.
    Tcp,
    /// UDP only.
    Udp,
    /// Any protocol.
    Any,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Any => "*",
        })
    }
}

impl FromStr for Protocol {
    type Err = ParseProtocolError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "*" => Ok(Self::Any),
            _ if text.eq_ignore_ascii_case("tcp") => Ok(Self::Tcp),
            _ if text.eq_ignore_ascii_case("udp") => Ok(Self::Udp),
            _ => Err(ParseProtocolError(text.to_owned())),
        }
    }
}

text_on_the_wire!(Protocol, "`TCP`, `UDP`, or `*` for any protocol", "TCP");

/// The text was no protocol of a JIT policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a protocol of a JIT policy; expected TCP, UDP or *")]
pub struct ParseProtocolError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_not_a_port() {
        assert!(serde_json::from_str::<Port>("0").is_err());
        assert!("0".parse::<Port>().is_err());
        assert!("65536".parse::<Port>().is_err());
        assert!("22 ".parse::<Port>().is_err());
    }

    #[test]
    fn is_a_number_on_the_wire() {
        assert_eq!(serde_json::to_string(&Port::RDP).unwrap(), "3389");
        assert_eq!(serde_json::from_str::<Port>("22").unwrap(), Port::SSH);
    }
}
