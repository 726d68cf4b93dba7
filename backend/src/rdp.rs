//! Files for Remote Desktop clients.
//!
//! An `.rdp` file is a program for the person's own machine: it can hand over their disks and
//! clipboard, or send them to another host. The format has no escapes, so this writer takes no
//! text that was not parsed into a type, and writes no key that is not on its list. Keys that are
//! left out mean "on" for several redirections (Microsoft, "Supported RDP properties"), hence the
//! explicit zeros, which stand before everything that varies.

mod publisher;
mod sign;
mod signing;

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::net::IpAddr;
use std::str::FromStr;

use shared::access::AccessRequest;
use shared::port::Port;
use shared::redirection::Redirection;
use shared::vm::{Os, VmDetails};

#[cfg(test)]
pub use publisher::tests::made_publisher;
pub use publisher::{Outlook, Publisher, PublisherError, Publishers, SigningError, Validity};
pub use signing::{NotSigned, Signing, SigningSourceError, read_from_vault, read_publishers};

/// What an `.rdp` file says: where to connect to, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdpFile {
    host: Host,
    port: Port,
    username: Option<Username>,
    redirections: Vec<Redirection>,
    /// Whether the client signs in with Entra ID.
    with_entra: bool,
}

/// The settings that every file has: unless a request says otherwise, nothing of the person's machine
/// is shared with the remote one, and the remote one must prove that it knows the password's owner (NLA). Of what
/// a signature covers (`sign.rs`) nothing can be added to a signed file by somebody else.
const HARDENED: &[(&str, Setting)] = &[
    ("redirectclipboard", Setting::Number(0)),
    ("redirectdrives", Setting::Number(0)),
    ("drivestoredirect", Setting::Empty),
    ("devicestoredirect", Setting::Empty),
    ("usbdevicestoredirect", Setting::Empty),
    ("camerastoredirect", Setting::Empty),
    ("redirectprinters", Setting::Number(0)),
    ("redirectcomports", Setting::Number(0)),
    ("redirectsmartcards", Setting::Number(0)),
    ("redirectposdevices", Setting::Number(0)),
    ("redirectwebauthn", Setting::Number(0)),
    ("redirectlocation", Setting::Number(0)),
    ("audiocapturemode", Setting::Number(0)),
    ("audiomode", Setting::Number(2)),
    ("authentication level", Setting::Number(2)),
    ("enablecredsspsupport", Setting::Number(1)),
    ("negotiate security layer", Setting::Number(1)),
    ("prompt for credentials", Setting::Number(1)),
    ("gatewayusagemethod", Setting::Number(0)),
    ("gatewayprofileusagemethod", Setting::Number(0)),
    ("gatewaycredentialssource", Setting::Number(4)),
    ("gatewayhostname", Setting::Empty),
    ("rdgiskdcproxy", Setting::Number(0)),
    ("kdcproxyname", Setting::Empty),
    ("use redirection server name", Setting::Number(0)),
    ("remoteapplicationmode", Setting::Number(0)),
    ("remoteapplicationprogram", Setting::Empty),
    ("alternate shell", Setting::Empty),
    ("shell working directory", Setting::Empty),
    ("administrative session", Setting::Number(0)),
    ("enablerdsaadauth", Setting::Number(0)),
    ("autoreconnection enabled", Setting::Number(1)),
    ("screen mode id", Setting::Number(2)),
    ("use multimon", Setting::Number(0)),
    ("dynamic resolution", Setting::Number(1)),
];

/// What is said instead of the above where something is to be shared. A signature covers all of it.
const SHARED: &[(Redirection, &str, Setting)] = &[
    (Redirection::Clipboard, "redirectclipboard", Setting::Number(1)),
    (Redirection::Drives, "redirectdrives", Setting::Number(1)),
    (Redirection::Drives, "drivestoredirect", Setting::Everything),
    (Redirection::Printers, "redirectprinters", Setting::Number(1)),
    (Redirection::SmartCards, "redirectsmartcards", Setting::Number(1)),
    (Redirection::SerialPorts, "redirectcomports", Setting::Number(1)),
    (Redirection::Sound, "audiomode", Setting::Number(0)),
];

/// Ports that other protocols are known to speak: SSH, and `PowerShell` remoting plain and over TLS.
const OF_OTHERS: [u16; 3] = [22, 5985, 5986];

/// The port among those that were opened that Remote Desktop is to go to. It need not be 3389.
pub fn remote_desktop_port(opened: &[Port]) -> Option<Port> {
    let other = || opened.iter().find(|port| !OF_OTHERS.contains(&port.number()));
    opened.iter().find(|port| **port == Port::RDP).or_else(other).copied()
}

#[derive(Clone, Copy)]
enum Setting {
    Number(u8),
    Empty,
    Everything,
}

/// A line of a file.
struct Line {
    key: &'static str,
    kind: char,
    value: Cow<'static, str>,
}

impl Line {
    fn number(key: &'static str, number: u16) -> Self {
        Self { key, kind: 'i', value: number.to_string().into() }
    }

    fn text(key: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { key, kind: 's', value: text.into() }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, kind, value } = self;
        write!(f, "{key}:{kind}:{value}\r\n")
    }
}

impl RdpFile {
    /// A file for `port` of the machine that `request` is about, at the address that a client from its
    /// source gets to.
    ///
    /// A name that could not stand in a file is passed over. So is a user name: the client asks
    /// for it.
    pub fn for_request(details: &VmDetails, port: Port, request: &AccessRequest) -> Result<Self, NoFile> {
        let way_in = details.way_in(port, request.source, Some(request.id));
        let (hosts, port) = way_in.ok_or(NoFile::NotYetKnown)?;
        let host = hosts.iter().find_map(|name| name.parse().ok()).ok_or(NoFile::NoAddress)?;
        let vm = &details.vm;
        // A client takes no address for that: it looks the machine up in the directory by its name.
        let with_entra = details.entra_sign_in && vm.os == Os::Windows && matches!(host, Host::Name(_));
        let local = || {
            let user = details.admin_username.as_ref()?;
            let computer = details.computer_name.as_deref().unwrap_or_else(|| vm.id.name().as_str());
            format!("{computer}\\{user}").parse().or_else(|()| user.parse()).ok()
        };
        // Whoever asked on behalf of somebody else is not the one who signs in.
        let themselves = request.requested_for.is_none() && request.handed_over.is_none();
        let entra = || request.requested_by.username.parse().ok().filter(|_| themselves);
        let username = if with_entra { entra() } else { local() };
        Ok(Self { host, port, username, redirections: request.redirections.clone(), with_entra })
    }

    /// Where it leads, as a client takes it.
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// What a setting is because of what is asked for, if it is another than usual.
    fn chosen(&self, key: &str) -> Option<Setting> {
        if self.with_entra && key == "enablerdsaadauth" {
            return Some(Setting::Number(1));
        }
        let mut shared = SHARED.iter().filter(|(what, ..)| self.redirections.contains(what));
        shared.find(|(_, name, _)| *name == key).map(|(_, _, setting)| *setting)
    }

    fn lines(&self) -> Vec<Line> {
        let settings = HARDENED.iter().map(|(key, setting)| match self.chosen(key).unwrap_or(*setting) {
            Setting::Number(number) => Line::number(key, number.into()),
            Setting::Empty => Line::text(key, ""),
            Setting::Everything => Line::text(key, "*"),
        });
        let address = self.address();
        settings
            .chain([
                Line::number("server port", self.port.number()),
                Line::text("full address", address.clone()),
                // A client takes this one before the other, so it must not be left to others.
                Line::text("alternate full address", address),
            ])
            .chain(self.username.as_ref().map(|username| Line::text("username", username.0.clone())))
            .collect()
    }
}

impl fmt::Display for RdpFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().iter().try_for_each(|line| line.fmt(f))
    }
}

/// Why there is no file for a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFile {
    /// There is nothing to connect to.
    #[error("the machine has no address")]
    NoAddress,
    /// It is behind an Azure Firewall, and the port to connect to is not known before the grant.
    #[error(
        "the machine is behind an Azure Firewall, which has not told yet at which port it lets you in; try again once access is open"
    )]
    NotYetKnown,
}

/// A host as it may stand in a file: a DNS name in ASCII, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Name(String),
    Address(IpAddr),
}

impl FromStr for Host {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let fits = text.len() <= 253 && text.split('.').all(is_label);
        if fits { Ok(Self::Name(text.to_owned())) } else { Err(()) }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// A user name as it may stand in a file: `user` or `COMPUTER\user`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Username(String);

impl FromStr for Username {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (domain, user) = match text.split_once('\\') {
            Some((domain, user)) => (Some(domain), user),
            None => (None, text),
        };
        let plain = |part: &str, longest: usize, extra: &str| {
            (1..=longest).contains(&part.len())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c) || extra.contains(c))
        };
        let fits = plain(user, 256, "@") && domain.is_none_or(|domain| plain(domain, 64, ""));
        if fits { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// The name under which the file is saved: that of the machine, if every system can store it.
pub fn file_name(vm_name: &str) -> String {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let mut name = String::new();
    for c in vm_name.chars().take(60) {
        let safe = c.is_ascii_alphanumeric() || "._-".contains(c);
        name.write_char(if safe { c } else { '_' }).expect("a String takes every character");
    }
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_device = DEVICES.contains(&stem.trim_end_matches(|c: char| c.is_ascii_digit()));
    if name.is_empty() || name.starts_with(['.', '-']) || is_device {
        name.insert_str(0, "vm-");
    }
    format!("{name}.rdp")
}

#[cfg(test)]
mod tests;
