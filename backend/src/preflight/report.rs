//! The diagnosis in Markdown, for a ticket.

use shared::preflight::{Check, Verdict};

use super::Facts;
use super::standing::whom;

/// Everything that was looked at, so that somebody who was not there can go on from it.
pub(super) fn markdown(facts: &Facts<'_>, headline: &str, checks: &[Check]) -> String {
    let machine = facts.machine;
    let (name, port, whom) = (machine.vm.id.name(), facts.port, whom(facts));
    let mut lines = vec![
        format!("## Access to {} on port {port} from {}", plain(name.as_str()), plain(&whom)),
        String::new(),
        format!("**{}**", plain(headline)),
        String::new(),
        "| Check | | Found | What helps |".to_owned(),
        "| --- | --- | --- | --- |".to_owned(),
    ];
    lines.extend(checks.iter().map(|check| {
        let fix = check.fix.as_deref().map(plain).unwrap_or_default();
        format!("| {} | {} | {} | {fix} |", plain(&check.name), mark(check.verdict), plain(&check.finding))
    }));
    lines.push(String::new());
    lines.push(format!("- Machine: `{}`", machine.vm.id.to_string().replace('`', "")));
    lines.push(format!("- Asked by {}, seen at {}", plain(&facts.person.username), facts.seen.address));
    lines.push(format!(
        "- {}, Postern {}",
        facts.now.strftime("%Y-%m-%d %H:%M:%S UTC"),
        env!("CARGO_PKG_VERSION")
    ));
    lines.join("\n") + "\n"
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fine => "ok",
        Verdict::Warning => "warning",
        Verdict::Obstacle => "**in the way**",
        Verdict::Unknown => "unknown",
    }
}

/// Names come from Azure and from people: whatever Markdown or HTML would make of them is taken
/// from them, so that they stay one cell of one line.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if character.is_control() => plain.push(' '),
            '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '\\' | '#' | '~' => {
                plain.push('\\');
                plain.push(character);
            }
            _ => plain.push(character),
        }
    }
    plain
}
