//! What to write to whoever something was prepared for.

use shared::handoff::Handoff;
use shared::port::Port;

/// A message in plain words with the link in it. The code for a guest is not: it goes another way.
pub fn message(handoff: &Handoff, link: &str) -> String {
    let Handoff { prepared_by, vm, duration, requested_for, .. } = handoff;
    let (by, machine, length) = (&prepared_by.name, vm.name(), duration.words());
    let minutes = handoff.expires_at.duration_since(handoff.prepared_at).as_mins();
    let reason = handoff.reason.as_ref().map(|reason| format!("What for: {reason}\n")).unwrap_or_default();
    let who = if handoff.guest {
        format!("2. Enter the code that {by} tells you on the phone.")
    } else {
        format!("2. Sign in as {requested_for}.")
    };
    let press = if handoff.ports.contains(&Port::RDP) { "Open access and download" } else { "Open access" };
    format!(
        "{by} has prepared access to {machine} for you, for {length}.\n{reason}\n1. On the computer that you want to connect from, and in the network that it is in now, open this link within {minutes} minutes:\n{link}\n{who}\n3. Check what it shows you and press “{press}”.\n\nThe link works once and for you alone. Do not pass it on. If you did not expect this, do not open it and tell {by}.\n"
    )
}
