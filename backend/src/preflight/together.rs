//! Several ports that are to be opened together.

use std::cmp::Reverse;

use shared::preflight::{Check, Diagnosis, PortReach, Preflight, Verdict};

use super::{Facts, examine, report};

/// Goes through everything for a port, and through what matters most for each of the others that are
/// opened with it. The one that is worst off gives the headline.
pub fn examine_together(facts: &Facts<'_>, others: &[Facts<'_>]) -> Preflight {
    let mut first = examine(facts);
    let others: Vec<Preflight> = others.iter().map(examine).collect();
    let Diagnosis { headline, verdict, checks, report } = &mut first.diagnosis;
    // Of what is in the way of all of them, such as a machine that is stopped, nothing is said twice.
    checks.extend(others.iter().filter(|other| other.diagnosis.headline != *headline).map(check));
    // Of those that are as badly off, the first goes first.
    let worst = others.iter().min_by_key(|other| Reverse(badness(other.diagnosis.verdict)));
    if let Some(worst) = worst.filter(|other| badness(other.diagnosis.verdict) > badness(*verdict)) {
        *headline = format!("Port {}: {}", worst.port, worst.diagnosis.headline);
        *verdict = worst.diagnosis.verdict;
    }
    *report = report::markdown(facts, headline, checks);
    first.also = others.into_iter().map(|Preflight { port, reach, .. }| PortReach { port, reach }).collect();
    first
}

fn check(other: &Preflight) -> Check {
    let Diagnosis { headline, verdict, checks, .. } = &other.diagnosis;
    let fix = checks.iter().find(|check| check.verdict == *verdict).and_then(|check| check.fix.clone());
    Check { name: format!("Port {}", other.port), verdict: *verdict, finding: headline.clone(), fix }
}

fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fine => 0,
        Verdict::Warning => 1,
        Verdict::Unknown => 2,
        Verdict::Obstacle => 3,
    }
}
