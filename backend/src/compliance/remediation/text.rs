//! A message as its owner reads it.

use shared::compliance::{ComplianceState, LiveState};
use shared::jit_list::Severity;

use super::{Asker, Finding};
use crate::compliance::OwnerTag;

/// How many machines a text names.
const NAMED: usize = 100;

/// How long anything is at most that others wrote, in characters.
const LONGEST_VALUE: usize = 300;

/// What a text is made of.
pub(super) struct Letter<'a> {
    pub(super) owner: Option<&'a str>,
    pub(super) machines: &'a [Finding],
    pub(super) total: usize,
    pub(super) link: &'a str,
    pub(super) by: Asker<'a>,
    pub(super) tag: &'a OwnerTag,
}

/// The line above a message. Nothing that others wrote stands in it.
pub(super) fn subject(total: usize) -> String {
    match total {
        1 => "Please protect a virtual machine with just-in-time access".to_owned(),
        total => format!("Please protect {total} virtual machines with just-in-time access"),
    }
}

/// Why something is to be done about a machine.
pub(super) fn why(live: LiveState, state: Option<ComplianceState>, detail: Option<&str>) -> String {
    let seen = match (live, detail) {
        (LiveState::Bypassed, Some(detail)) => {
            format!("Just-in-time access is enabled, and a rule leads past it: {detail}")
        }
        (LiveState::Unsupported, Some(detail)) => {
            format!("Just-in-time access cannot be enabled yet: {detail}")
        }
        (_, Some(detail)) => detail.to_owned(),
        (_, None) => "Azure Policy finds that just-in-time access is missing.".to_owned(),
    };
    match state {
        Some(ComplianceState::NonCompliant) if detail.is_some() => {
            format!("{seen} Azure Policy: non-compliant.")
        }
        _ => seen,
    }
}

impl Letter<'_> {
    /// The text.
    pub(super) fn text(&self) -> String {
        let mut lines = vec!["Hello,".to_owned(), String::new(), self.opening(), String::new()];
        let mut group = None;
        let mut named: Vec<&Finding> = self.machines.iter().take(NAMED).collect();
        named.sort_by(|a, b| (&a.subscription, &a.resource_group).cmp(&(&b.subscription, &b.resource_group)));
        for finding in named {
            let here = (&finding.subscription, &finding.resource_group);
            if group != Some(here) {
                lines.extend((group.is_some()).then(String::new));
                let (subscription, name) = (one_line(here.0, LONGEST_VALUE), here.1);
                lines.push(format!("Resource group {name} (subscription {subscription})"));
                group = Some(here);
            }
            lines.push(machine(finding));
        }
        if let Some(more) = self.total.checked_sub(NAMED).filter(|more| *more > 0) {
            lines.push(format!("- and {more} more, which the link shows"));
        }
        lines.extend([String::new(), "What to do".to_owned(), String::new()]);
        let steps = self.steps();
        lines.extend(steps.iter().zip(1..).map(|(step, number)| format!("{number}. {step}")));
        lines.extend([String::new(), self.link.to_owned(), String::new()]);
        lines.extend([self.not_yours(), String::new(), self.signature(), String::new()]);
        lines.join("\n")
    }

    fn opening(&self) -> String {
        let tag = one_line(self.tag.as_str(), LONGEST_VALUE);
        let is_one = self.total == 1;
        let total = self.total;
        let whose = match (self.owner, is_one) {
            (Some(owner), _) => {
                let owner = one_line(owner, LONGEST_VALUE);
                let machines = if is_one {
                    "this virtual machine".to_owned()
                } else {
                    format!("these {total} virtual machines")
                };
                format!("The tag \"{tag}\" says that you ({owner}) answer for {machines}.")
            }
            (None, true) => {
                format!("This virtual machine has no tag \"{tag}\" that says who answers for it.")
            }
            (None, false) => {
                format!(
                    "These {total} virtual machines have no tag \"{tag}\" that says who answers for them."
                )
            }
        };
        let their = if is_one { "Its" } else { "Their" };
        format!(
            "{whose} {their} management ports are not protected: whoever can reach them can try passwords there at any time."
        )
    }

    fn steps(&self) -> Vec<String> {
        let any = |live: LiveState| self.machines.iter().any(|finding| finding.live == live);
        let mut steps =
            vec!["Open the link below. Postern shows these machines, and has them chosen.".to_owned()];
        if any(LiveState::Exposed) || any(LiveState::Unknown) {
            steps.push("Press \"Enable JIT\", read what it means for each machine, and confirm. Nobody is shut out: who needs a machine asks Postern, and has its port opened for a while.".to_owned());
        }
        if any(LiveState::Bypassed) {
            steps.push(
                "Where a rule leads past just-in-time access, delete that rule in Azure, or narrow it."
                    .to_owned(),
            );
        }
        if any(LiveState::Unsupported) {
            steps.push("Where it cannot be enabled yet, first do what is said there.".to_owned());
        }
        steps
    }

    fn not_yours(&self) -> String {
        let tag = one_line(self.tag.as_str(), LONGEST_VALUE);
        match self.owner {
            Some(_) => format!(
                "If a machine is not yours, correct its tag \"{tag}\" in Azure, or tell whoever sent this."
            ),
            None => format!("If you know whose a machine is, set its tag \"{tag}\" in Azure."),
        }
    }

    fn signature(&self) -> String {
        match self.by {
            Asker::Person(name, username) => {
                let asked = one_line(&format!("{name} ({username})"), LONGEST_VALUE);
                format!("Asked for by {asked} with Postern.")
            }
            Asker::Settings => "Postern sends this every week while there is something to do.".to_owned(),
        }
    }
}

fn machine(finding: &Finding) -> String {
    let ports: Vec<String> = finding.open_ports.iter().map(ToString::to_string).collect();
    let open = match &ports[..] {
        [] => String::new(),
        [port] => format!("port {port} is open"),
        ports => format!("ports {} are open", ports.join(", ")),
    };
    let severity = match finding.severity {
        Some(Severity::High) => "high severity",
        Some(Severity::Low) => "low severity",
        Some(Severity::Unknown | Severity::Healthy) | None => "",
    };
    let said: Vec<&str> = [open.as_str(), severity].into_iter().filter(|said| !said.is_empty()).collect();
    let head = match &said[..] {
        [] => finding.name.clone(),
        said => format!("{}: {}", finding.name, said.join(", ")),
    };
    format!("- {head}. {}", one_line(&finding.why, LONGEST_VALUE))
}

/// In one line, whatever somebody wrote: a line break would make two, and what turns text around
/// would make another text of it.
pub fn one_line(text: &str, longest: usize) -> String {
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text = text.replace(is_odd, " ");
    if text.chars().count() <= longest {
        return text;
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}
