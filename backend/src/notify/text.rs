//! A message as people read it in a mail: one line, and a short text.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::resource_id::VmId;

use super::{Message, Occasion};
use crate::compliance::one_line;

/// How long the line above a mail is at most, in characters.
const LONGEST_SUBJECT: usize = 120;

/// How long anything is at most that stands in the text, in characters.
const LONGEST_VALUE: usize = 500;

/// How many machines a mail names.
const MOST_VMS: usize = 20;

/// The line above a mail.
pub fn subject(message: &Message) -> String {
    let machines = match &message.vms[..] {
        [vm] => vm.name().to_string(),
        [] if message.machines == 0 => message.by.name.clone(),
        _ => format!("{} machines", message.machines),
    };
    one_line(&format!("{}: {machines}{}", headline(message), ports(message)), LONGEST_SUBJECT)
}

/// The text of a mail.
pub fn body(message: &Message) -> String {
    let by = match &message.by.username {
        Some(username) => format!("{} ({username})", message.by.name),
        None => message.by.name.clone(),
    };
    let mut lines = vec![format!("{}.", headline(message)), String::new()];
    let mut say =
        |name: &str, value: &str| lines.push(format!("{name:<9} {}", one_line(value, LONGEST_VALUE)));
    say("Who", &by);
    if let Some(name) = &message.requested_for {
        say("For", name);
    }
    for vm in message.vms.iter().take(MOST_VMS) {
        say("Machine", &named(vm));
    }
    if let Some(more) = message.machines.checked_sub(message.vms.len().min(MOST_VMS)).filter(|more| *more > 0)
    {
        say("", &format!("and {more} more"));
    }
    if !message.ports.is_empty() {
        say("Ports", &list(&message.ports));
    }
    if let Some(source) = &message.source {
        say("From", source);
    }
    if let Some(until) = message.until {
        say("Until", &time(until));
    }
    if let Some(reason) = &message.reason {
        say("Reason", reason);
    }
    say("When", &time(message.at));
    for why in &message.why {
        say("Because", why);
    }
    lines.push(String::new());
    lines.push(message.link.clone());
    lines.push(String::new());
    let entry = message.entry;
    lines.push(format!("Postern sends this because its settings say so; entry {entry} of the audit trail."));
    lines.push(String::new());
    lines.join("\n")
}

/// What happened, in a few words.
fn headline(message: &Message) -> &'static str {
    match (message.event, message.outcome.as_str()) {
        (Occasion::Grant, "unknown") => "Access may have been granted",
        (Occasion::Grant, _) => "Access granted",
        (Occasion::Refusal, "failed") => "Access failed",
        (Occasion::Refusal, _) => match message.action.as_str() {
            "open" | "access" => "Access refused",
            _ => "Refused",
        },
        (Occasion::Closing, "done") => "Access closed early",
        (Occasion::Closing, _) => "Closing access early did not succeed",
        (Occasion::Remediation, _) => "An owner is asked to protect machines",
        (Occasion::PolicyChange, "done") => done(&message.action),
        (Occasion::PolicyChange, "asked") => "Just-in-time change asked for",
        (Occasion::PolicyChange, "unknown") => "A policy may have changed",
        (Occasion::PolicyChange, _) => "A policy could not be changed",
    }
}

fn done(action: &str) -> &'static str {
    match action {
        "enable_defender" => "Defender plan switched on",
        "assign_policy" => "Azure Policy assigned",
        "remove_assignment" => "Azure Policy assignment removed",
        _ => "Just-in-time policy changed",
    }
}

fn named(vm: &VmId) -> String {
    format!("{} (resource group {}, subscription {})", vm.name(), vm.resource_group(), vm.subscription())
}

fn ports(message: &Message) -> String {
    match &message.ports[..] {
        [] => String::new(),
        [port] => format!(", port {port}"),
        ports => format!(", ports {}", list(ports)),
    }
}

fn list(ports: &[u16]) -> String {
    ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn time(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::Who;

    fn grant() -> Message {
        let vm = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-factory-rg/providers/Microsoft.Compute/virtualMachines/web-1";
        Message {
            event: Occasion::Grant,
            action: "open".to_owned(),
            outcome: "done".to_owned(),
            at: "2030-01-01T09:00:00Z".parse().unwrap(),
            entry: 12,
            by: Who { name: "Olga Operator".to_owned(), username: Some("operator@contoso.com".to_owned()) },
            requested_for: None,
            vms: vec![vm.parse().unwrap()],
            machines: 1,
            ports: vec![3389],
            source: Some("203.0.113.7".to_owned()),
            until: Some("2030-01-01T10:00:00Z".parse().unwrap()),
            reason: Some("INC0012345".to_owned()),
            why: Vec::new(),
            link: "https://postern.contoso.com/requests/1".to_owned(),
        }
    }

    #[test]
    fn a_mail_says_who_may_do_what_until_when() {
        assert_eq!(subject(&grant()), "Access granted: web-1, port 3389");
        insta::assert_snapshot!(body(&grant()), @r"
        Access granted.

        Who       Olga Operator (operator@contoso.com)
        Machine   web-1 (resource group contoso-factory-rg, subscription 11111111-2222-3333-4444-555555555555)
        Ports     3389
        From      203.0.113.7
        Until     2030-01-01 10:00 UTC
        Reason    INC0012345
        When      2030-01-01 09:00 UTC

        https://postern.contoso.com/requests/1

        Postern sends this because its settings say so; entry 12 of the audit trail.
        ");
    }

    #[test]
    fn what_somebody_wrote_stays_in_its_line() {
        let mut message = grant();
        message.by.name = "Olga\r\nBcc: everybody@contoso.com\r\n\r\n\u{202e}".to_owned();
        message.reason = Some("a\nUntil     for ever".to_owned());
        message.vms.clear();
        message.machines = 0;
        assert!(!subject(&message).contains(char::is_control), "{}", subject(&message));
        let text = body(&message);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.contains(&"Reason    a Until     for ever"), "{text}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("Until")).count(), 1);
        assert!(!lines.iter().any(|line| line.starts_with("Bcc")), "{text}");
        message.by.name = "O".repeat(5000);
        assert_eq!(subject(&message).chars().count(), 120);
    }
}
