//! What Remote Desktop files are signed with.

use super::{Finding, in_full};
use crate::clock::Clock;
use crate::config::RdpSettings;
use crate::rdp::{Publisher, Validity};

/// Whether Windows will know who hands the files out.
pub fn examine(settings: &RdpSettings, clock: &Clock) -> Finding {
    let renew = "Put a new certificate and its key into `rdp.pem`, and tell whoever trusts the old one by its thumbprint.";
    let Some(pem) = &settings.pem else {
        return Finding::doubtful(
            "Remote Desktop files are not signed: Windows warns of an unknown publisher at each of them.",
            "Set `rdp.pem_file` to a code signing certificate, its chain and its RSA key.",
        );
    };
    let publisher = match Publisher::from_pem(pem) {
        Ok(publisher) => publisher,
        Err(error) => {
            return Finding::wrong(in_full(&error), "Correct `rdp.pem`; Postern does not start with it.");
        }
    };
    let about = publisher.about();
    let (name, ends) = (about.name, about.not_after);
    match publisher.validity(clock.now()) {
        Validity::Good => {
            Finding::fine(format!("Remote Desktop files are signed by “{name}”, until {ends}."))
        }
        Validity::EndsSoon => Finding::doubtful(
            format!("The certificate “{name}” for Remote Desktop files ends at {ends}."),
            renew,
        ),
        Validity::Over => Finding::wrong(
            format!(
                "The certificate “{name}” for Remote Desktop files ended at {ends}: they are not signed any more."
            ),
            renew,
        ),
        Validity::NotYet => Finding::wrong(
            format!(
                "The certificate “{name}” for Remote Desktop files is not good yet: they are not signed."
            ),
            "Wait, or look at this machine's clock.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;
    use crate::rdp::made_publisher;

    #[test]
    fn a_certificate_is_judged_before_people_notice() {
        use Verdict::{Doubtful, Fine, Wrong};
        let pem = made_publisher();
        for (now, pem, expected, says) in [
            ("2026-06-01T00:00:00Z", Some(pem.as_str()), Fine, "signed by “Contoso IT”"),
            ("2026-12-24T00:00:00Z", Some(&pem), Doubtful, "ends at 2027-01-01"),
            ("2027-01-01T00:00:00Z", Some(&pem), Wrong, "not signed any more"),
            ("2025-12-31T00:00:00Z", Some(&pem), Wrong, "not good yet"),
            ("2026-06-01T00:00:00Z", None, Doubtful, "are not signed"),
            ("2026-06-01T00:00:00Z", Some("no PEM"), Wrong, "no certificate that can be read: there is none"),
        ] {
            let (clock, _hand) = Clock::by_hand(now.parse().unwrap());
            let found = examine(&RdpSettings { pem: pem.map(Into::into) }, &clock);
            assert_eq!(found.verdict, expected, "{found}");
            assert!(found.says.contains(says), "{found}");
        }
    }
}
