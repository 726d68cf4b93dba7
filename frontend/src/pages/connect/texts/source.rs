//! What is said of a source, and of the browser that asks.

use std::net::IpAddr;

use shared::session::Detection;
use shared::source::Source;
use shared::vm::VmDetails;

use crate::format;

/// A source in words.
pub fn addresses(source: Source) -> String {
    if source.is_anywhere() { "any address".to_owned() } else { source.to_string() }
}

/// How big a source is; nothing for a single address.
pub fn size(source: Source) -> Option<String> {
    source.size_bits().filter(|bits| *bits > 0 && !source.is_anywhere()).map(format::addresses)
}

/// What should be thought of before a port is opened for a source.
pub fn caution(source: Source, details: &VmDetails) -> Option<String> {
    let vm = &details.vm;
    if source.is_anywhere() {
        return Some(
            "This opens the port to the whole Internet. Anybody can try passwords on it for as long as it is open."
                .to_owned(),
        );
    }
    if source.is_private() && vm.public_address.is_some() {
        return Some(format!(
            "{source} is private. This VM only sees it if you reach it through a VPN or a peered network."
        ));
    }
    if details.public_ipv6.is_some() && source.is_ipv6() {
        return None;
    }
    let target = vm.public_address.or(details.public_ipv6.map(IpAddr::V6)).or(vm.private_address)?;
    match (source.is_ipv6(), target.is_ipv6()) {
        (true, false) => Some(format!(
            "{source} is an IPv6 address and this VM has an IPv4 one ({target}). Give the IPv4 address of your network."
        )),
        (false, true) => Some(format!(
            "{source} is an IPv4 address and this VM has an IPv6 one ({target}). Give the IPv6 address of your network."
        )),
        (true, true) | (false, false) => None,
    }
}

/// How the service came to know this browser's address.
pub fn detected(how: Detection) -> String {
    match how {
        Detection::Direct => "Seen by Postern at the other end of this connection.".to_owned(),
        Detection::Proxy { proxy } => format!("Told by the proxy {proxy}, which Postern trusts."),
    }
}

/// The operating system that a browser says it runs on.
pub fn os_of(user_agent: &str) -> &'static str {
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    systems.into_iter().find(|(mark, _)| user_agent.contains(mark)).map_or("Not recognised", |(_, name)| name)
}
