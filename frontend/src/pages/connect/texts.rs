//! The sentences of the card.

mod for_admin;
mod request;
mod source;

use jiff::{SignedDuration, Timestamp};
use shared::access::Displaced;
use shared::port::Port;
use shared::preflight::{Preflight, Reach};
use shared::source::Source;
use shared::vm::{Grant, VmDetails};

pub use crate::components::field::sentence;
pub use for_admin::{for_admin, for_admin_of_network, for_admin_of_policy};
pub use request::{brief, ended, report, status};
pub use source::{addresses, caution, detected, os_of, size};

use super::state::{By, Card, Open};
use crate::components::status_line::Tone;
use crate::format;

/// A line and what kind of news it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The kind.
    pub tone: Tone,
    /// The words.
    pub words: String,
}

fn line(tone: Tone, words: impl Into<String>) -> Line {
    Line { tone, words: words.into() }
}

/// That no access rule lets somebody request the port.
pub const NOT_ALLOWED: &str = "You can see this VM but can't request access.";

/// How one signs in with Entra ID, if the machine takes that.
pub fn entra_sign_in(details: &VmDetails) -> Option<&'static str> {
    let has_name = details.vm.fqdn.is_some() && details.firewall_address.is_none();
    details.entra_sign_in.then_some(if has_name {
        "The RDP file signs you in with your Entra ID account."
    } else {
        "You can sign in with your Entra ID account, as AzureAD\\ and your user name, from a device that is joined to the directory."
    })
}

/// Where just-in-time access stands.
pub fn jit(card: &Card, port: Port, now: Timestamp) -> Line {
    match card {
        Card::Unsupported(_) => line(Tone::Warning, "JIT can't be used on this VM."),
        Card::NotSetUp => line(Tone::Info, "JIT isn't enabled on this VM."),
        Card::Unread => line(Tone::Warning, "This VM's JIT policy could not be read."),
        Card::PortNotCovered { covered } => {
            line(Tone::Warning, format!("Port {port} isn't in this VM's JIT policy. {}", covers(covered)))
        }
        Card::NotAllowed => line(Tone::Locked, NOT_ALLOWED),
        Card::Idle { .. } => {
            line(Tone::Pending, format!("Request JIT access to port {port} for source IP(s)"))
        }
        Card::Requesting { late: false } => line(Tone::Busy, "Requesting access…"),
        Card::Requesting { late: true } => {
            line(Tone::Warning, "Azure has not answered yet. It may still come; you can request again.")
        }
        Card::Opening { slow: true, .. } => {
            line(Tone::Warning, "Azure accepted the request but the rule hasn't appeared.")
        }
        Card::Opening { since, slow: false } => {
            let words = format!("Access approved. Opening port {port}… usually under a minute");
            let elapsed = since.map(|since| now.duration_since(since).as_secs().max(0));
            line(Tone::Busy, elapsed.map_or(words.clone(), |seconds| format!("{words} ({seconds} s)")))
        }
        Card::Open(_) => line(Tone::Success, format!("JIT access granted to port {port} for source IP(s)")),
        Card::Closing { .. } => {
            line(Tone::Busy, format!("Closing port {port}. Until that is done, it may still be open."))
        }
        Card::Refused { .. } => line(Tone::Error, "Azure refused the request. Nothing was opened."),
        Card::Failed { .. } => line(Tone::Error, "The request failed. Nothing was opened."),
        Card::Ended { how, .. } => line(Tone::Pending, ended(*how)),
    }
}

fn covers(ports: &[Port]) -> String {
    match ports {
        [] => "It covers no port.".to_owned(),
        [port] => format!("It covers port {port}."),
        ports => {
            let ports: Vec<String> = ports.iter().map(Port::to_string).collect();
            format!("It covers ports {}.", ports.join(", "))
        }
    }
}

/// Whether a connection gets through. Before access is granted a closed port is as it should be.
pub fn access(card: &Card, preflight: Option<&Preflight>, port: Port) -> Line {
    let granted = card.open().is_some();
    let first = preflight.map(|preflight| (port, &preflight.reach));
    let also = preflight.iter().filter(|_| granted).flat_map(|preflight| &preflight.also);
    // Of what is open together, what does not get through is told first.
    let mut all = first.into_iter().chain(also.map(|also| (also.port, &also.reach)));
    let worst = all.find(|(_, reach)| **reach != Reach::Accessible).or(first);
    let port = worst.map_or(port, |(port, _)| port);
    match worst.map(|(_, reach)| reach) {
        Some(Reach::Accessible) => {
            line(Tone::Success, format!("Port {port} is accessible from source IP(s)"))
        }
        Some(Reach::Unfiltered) => line(
            Tone::Warning,
            format!(
                "No network security group stands before this VM: in its network, nothing keeps port {port} closed."
            ),
        ),
        Some(Reach::Blocked { by }) if granted => line(Tone::Error, format::blocked(by, port)),
        Some(Reach::Unverified { .. }) if card.is_extended() => {
            line(Tone::Pending, "Looked at again once it is extended.")
        }
        Some(Reach::Unverified { reason }) if granted || matches!(card, Card::Unsupported(_)) => {
            line(Tone::Warning, format!("Cannot verify. {reason}"))
        }
        Some(Reach::Unreachable { reason }) => line(Tone::Error, reason.clone()),
        Some(Reach::Blocked { .. } | Reach::Unverified { .. }) | None => {
            line(Tone::Pending, "Check inbound NSG rules")
        }
    }
}

/// Who opened what is open, and when.
pub fn opened_by(open: &Open, now: Timestamp) -> String {
    match open.by {
        By::Me { at: Some(at), .. } => format!("Requested by you {}.", format::ago(now.duration_since(at))),
        By::Me { at: None, .. } => "Requested by you.".to_owned(),
        By::SomebodyElse { .. } => format!(
            "Requested for {} by somebody else, and it covers your address: you can connect for as long as theirs lasts.",
            addresses(open.source)
        ),
    }
}

/// That what was extended is at another address, or port, since.
pub fn moved(was: &str, now: &str) -> Option<String> {
    (was != now).then(|| {
        format!("The extension moved the way in: connect to {now} from now on, and no longer to {was}. Use the file and the commands that are here now.")
    })
}

/// The end of a line about the Azure Firewall before a machine.
pub fn mapped(port: Option<Port>, card: &Card) -> String {
    match port {
        Some(port) => format!("Port {port} of the firewall leads to the VM."),
        None if card.open().is_some() => "The port to connect to is being looked up.".to_owned(),
        None => "The port to connect to is known once access is granted.".to_owned(),
    }
}

/// That the end is near, in words that change at ten, five and one minutes only.
pub fn ending(left: SignedDuration) -> Option<String> {
    let minutes = [1, 5, 10].into_iter().find(|minutes| left <= SignedDuration::from_mins(*minutes))?;
    Some(format!(
        "Access ends in less than {minutes} min. Your open session stays connected; new connections will be refused."
    ))
}

/// What to expect of a port that is being closed; `until` is when it is closed at the latest.
pub fn closing(until: Option<&str>) -> String {
    match until {
        None => "Waiting for Azure. An open session stays connected.".to_owned(),
        Some(until) => {
            format!(
                "New connections are refused from {until} on at the latest. An open session stays connected."
            )
        }
    }
}

/// That a port is open, or opening, for others.
pub fn others(grants: &[Grant]) -> Option<String> {
    let (mine, theirs): (Vec<_>, Vec<_>) = grants.iter().partition(|grant| grant.mine.is_some());
    let listed = |grants: &[&Grant]| {
        let sources: Vec<String> =
            grants.iter().flat_map(|grant| &grant.sources).map(Source::to_string).collect();
        sources.join(", ")
    };
    match (mine.is_empty(), theirs.is_empty()) {
        (true, true) => None,
        (false, _) => {
            Some(format!("Open for {} by you. The source chosen here needs its own request.", listed(&mine)))
        }
        (true, false) => Some(format!(
            "Open for {} by somebody else. The source chosen here needs its own request.",
            listed(&theirs)
        )),
    }
}

/// That a request may cost others what they have; `None` where nobody else has anything.
pub fn displaces(theirs: &[Displaced]) -> Option<String> {
    let sources: Vec<String> =
        theirs.iter().flat_map(|other| &other.sources).map(|source| addresses(*source)).collect();
    let sources = sources.join(", ");
    (!theirs.is_empty()).then(|| format!("Azure may end the access of {sources} when yours opens."))
}

/// That a request may take the place of what one has open oneself.
pub fn displaces_mine(mine: &[Displaced], now: Timestamp) -> Option<String> {
    let each = mine.iter().map(|own| {
        let sources: Vec<String> = own.sources.iter().map(|source| addresses(*source)).collect();
        format!("port {} for {}, until {}", own.port, sources.join(", "), format::when(own.until, now))
    });
    let each: Vec<String> = each.collect();
    (!mine.is_empty()).then(|| {
        format!("Azure may end the access that you have open when this one opens: {}.", each.join("; "))
    })
}

/// Whether the network rules let the source through as they are.
pub fn is_reachable(preflight: &Preflight) -> bool {
    match preflight.reach {
        Reach::Accessible | Reach::Unfiltered => true,
        Reach::Blocked { .. } | Reach::Unreachable { .. } | Reach::Unverified { .. } => false,
    }
}

/// Why there is no file yet, or what to do without one.
pub fn not_yet(card: &Card, preflight: Option<&Preflight>) -> &'static str {
    match card {
        Card::Open(Open { by: By::Me { .. }, .. }) => "",
        Card::Open(Open { by: By::SomebodyElse { requestable: true }, .. }) => {
            "Copy the mstsc command above to connect. Only a request of your own brings a file."
        }
        Card::Open(Open { by: By::SomebodyElse { requestable: false }, .. }) => {
            "The file comes with a request of one's own. The mstsc command above leads there as well."
        }
        Card::Unsupported(_) => "The file comes with access to the port, which JIT can't give here.",
        _ if preflight.is_some_and(is_reachable) => {
            "The port answers already, but the file comes with a request."
        }
        Card::NotSetUp | Card::Unread | Card::PortNotCovered { .. } | Card::NotAllowed => {
            "The file comes with access to the port."
        }
        Card::Idle { .. }
        | Card::Requesting { .. }
        | Card::Opening { .. }
        | Card::Closing { .. }
        | Card::Refused { .. }
        | Card::Failed { .. }
        | Card::Ended { .. } => "The port is still closed. The file is here as soon as access is granted.",
    }
}

#[cfg(test)]
mod tests;
