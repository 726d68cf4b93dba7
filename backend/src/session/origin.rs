//! The address a request comes from, however many proxies it came through.
//!
//! Anybody can write any address into a header, so only what trusted proxies wrote counts: the
//! list is read from the right, where the nearest of them wrote, for as long as the writer of the
//! next entry is trusted too. The first address that is not one of ours is the client's.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::rejection::ExtensionRejection;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use http::header::FORWARDED;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use shared::session::{Detection, SeenAddress};

/// The proxies in front of us, and where they write whom they speak for.
#[derive(Debug, Clone)]
pub struct Proxies {
    trusted: Arc<[IpNet]>,
    header: ForwardedHeader,
}

/// The header that the trusted proxies write. The other one is whatever the client made of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded`, of RFC 7239.
    Forwarded,
}

impl Proxies {
    /// Trusts the proxies in these ranges.
    pub fn new(trusted: &[IpNet], header: ForwardedHeader) -> Self {
        Self { trusted: trusted.into(), header }
    }

    /// Where a request comes from that reached us from `peer`.
    pub fn locate(&self, peer: IpAddr, headers: &HeaderMap) -> SeenAddress {
        let proxy = peer.to_canonical();
        let mut address = proxy;
        for hop in self.header.hops(headers).into_iter().rev() {
            if !self.trust(address) {
                break;
            }
            // What is not an address hides everything to its left.
            let Some(hop) = hop else { break };
            address = hop;
        }
        let how = if address == proxy { Detection::Direct } else { Detection::Proxy { proxy } };
        SeenAddress { address, how }
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|range| range.contains(&address))
    }
}

impl ForwardedHeader {
    /// The addresses in the order they were written; `None` for one that cannot be read.
    fn hops(self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let name = match self {
            Self::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            Self::Forwarded => FORWARDED,
        };
        let lines = headers.get_all(name).into_iter();
        lines
            .flat_map(|line| line.to_str().unwrap_or("unreadable").split(','))
            .map(|element| match self {
                Self::XForwardedFor => address(element),
                Self::Forwarded => forwarded_for(element).and_then(address),
            })
            .collect()
    }
}

/// The value of `for` in one element of a `Forwarded` header.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        name.trim().eq_ignore_ascii_case("for").then_some(bare)
    })
}

/// An address as proxies write it: bare, `[v6]`, or either with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

/// The address that a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen(pub SeenAddress);

impl<S: Send + Sync> FromRequestParts<S> for Seen
where
    Proxies: FromRef<S>,
{
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ExtensionRejection> {
        let ConnectInfo(peer) = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await?;
        Ok(Self(Proxies::from_ref(state).locate(peer.ip(), &parts.headers)))
    }
}

#[cfg(test)]
mod tests;
