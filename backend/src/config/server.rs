//! Where Postern listens, and who stands in front of it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

use super::section::Section;
use super::{ConfigError, LENGTH_OF_TIME, length_of_time};
use crate::session::ForwardedHeader;

/// Where Postern listens, and who stands in front of it.
#[derive(Debug)]
pub struct ServerSettings {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// The URL that people type; `https` unless it is on this very machine.
    pub public_url: Url,
    /// The proxies whose word counts when they say whom they speak for.
    pub trusted_proxies: Vec<IpNet>,
    /// Where those proxies say so.
    pub forwarded_header: ForwardedHeader,
    /// How long an answer may take to begin.
    pub answer_within: Duration,
    /// The address and port on which `/metrics` is read, if anywhere. Whoever reaches it reads it.
    pub metrics: Option<SocketAddr>,
}

impl ServerSettings {
    /// Azure is given half a minute, and asked twice at most.
    pub const ANSWER_WITHIN: Duration = Duration::from_secs(90);
}

impl ServerSettings {
    pub(super) fn take(mut section: Section) -> Result<Self, ConfigError> {
        let listen = section
            .optional("listen", "an address and a port, such as 127.0.0.1:8080", |text| text.parse().ok())?;
        let public_url = section.required(
            "public_url",
            "the URL that people type, without a path, such as https://postern.contoso.com; http only for this very machine",
            public_url,
        )?;
        let trusted_proxies = section.list(
            "trusted_proxies",
            "addresses or ranges, such as [\"10.0.0.4\", \"10.1.0.0/16\"]",
            range,
        )?;
        let forwarded_header =
            section.optional("forwarded_header", "x-forwarded-for or forwarded", |text| match text {
                "x-forwarded-for" => Some(ForwardedHeader::XForwardedFor),
                "forwarded" => Some(ForwardedHeader::Forwarded),
                _ => None,
            })?;
        let answer_within = section.optional("answer_within", LENGTH_OF_TIME, |text| {
            length_of_time(text).and_then(|length| length.try_into().ok())
        })?;
        let metrics = section.optional(
            "metrics",
            "an address and a port that only your monitoring reaches, such as 127.0.0.1:9464",
            |text| text.parse().ok(),
        )?;
        section.finish()?;
        Ok(Self {
            listen: listen.unwrap_or((Ipv4Addr::LOCALHOST, 8080).into()),
            public_url,
            trusted_proxies: trusted_proxies.unwrap_or_default(),
            forwarded_header: forwarded_header.unwrap_or_default(),
            answer_within: answer_within.unwrap_or(Self::ANSWER_WITHIN),
            metrics,
        })
    }
}

fn public_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    (safe && bare && anonymous).then_some(url)
}

/// Whether a URL leads to this very machine, so that nobody can listen on the way.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn range(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
