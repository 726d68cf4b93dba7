//! What Remote Desktop files are signed with.

use super::{Finding, in_full};
use crate::azure::credential::credential;
use crate::azure::http_client::Timeouts;
use crate::azure::key_vault::KeyVault;
use crate::clock::Clock;
use crate::config::{Config, RdpSettings, SigningSettings};
use crate::rdp::{Outlook, Publishers, Validity, read_from_vault, read_publishers};

/// Whether Windows will know who hands the files out.
pub fn examine(settings: &RdpSettings, clock: &Clock) -> Vec<Finding> {
    let Some(signing) = &settings.signing else {
        return vec![Finding::doubtful(
            "Remote Desktop files are not signed: Windows warns of an unknown publisher at each of them.",
            "Set `rdp.pem_file` to a code signing certificate, its chain and its RSA key.",
        )];
    };
    if matches!(signing, SigningSettings::KeyVault { .. }) {
        // It is asked once there is a connection.
        return Vec::new();
    }
    match read_publishers(signing) {
        Ok(publishers) => judged(&publishers, &signing.to_string(), clock),
        Err(error) => vec![Finding::wrong(
            in_full(&error),
            format!("Correct {signing}; Postern does not start with it."),
        )],
    }
}

/// The same of a certificate in a key vault, which is asked for a signature too.
pub async fn examine_vault(
    config: &Config,
    http: &reqwest::Client,
    timeouts: Timeouts,
    clock: &Clock,
) -> Vec<Finding> {
    let Some(signing @ SigningSettings::KeyVault { certificate, .. }) = &config.rdp.signing else {
        return Vec::new();
    };
    let azure = &config.azure;
    // What is wrong with the credential is told with the rest of Azure.
    let Ok(credential) = credential(&azure.credential, &azure.cloud, http, timeouts, clock) else {
        return Vec::new();
    };
    let vault = KeyVault::new(http.clone(), &azure.cloud, credential, certificate.clone());
    let permit = "Let Postern's identity get certificates and sign with keys there (roles Key Vault Certificate User and Key Vault Crypto User), and look whether the vault's network lets it in.";
    let publishers = match read_from_vault(&vault, signing).await {
        Ok(publishers) => publishers,
        Err(error) => return vec![Finding::wrong(in_full(&error), permit)],
    };
    let mut findings = judged(&publishers, &signing.to_string(), clock);
    if let Some(publisher) = publishers.at(clock.now())
        && let Err(error) = publisher.try_out().await
    {
        let says = format!("The key vault does not sign: {}.", in_full(&error));
        findings.push(Finding::wrong(says, permit));
    }
    findings
}

fn judged(publishers: &Publishers, place: &str, clock: &Clock) -> Vec<Finding> {
    let renew = format!(
        "Put a new certificate and its key into {place}, beside the old one if you like, and tell whoever trusts the old one by its thumbprint."
    );
    let Outlook { validity, publisher, until } = publishers.outlook(clock.now());
    let name = publisher.about().name;
    let time = match validity {
        Validity::Good => {
            Finding::fine(format!("Remote Desktop files are signed by “{name}”, until {until}."))
        }
        Validity::EndsSoon => Finding::doubtful(
            format!("The certificate “{name}” for Remote Desktop files ends at {until}."),
            renew,
        ),
        Validity::Over => Finding::wrong(
            format!(
                "The certificate “{name}” for Remote Desktop files ended at {until}: they are not signed any more."
            ),
            renew,
        ),
        Validity::NotYet => Finding::wrong(
            format!(
                "The certificate “{name}” for Remote Desktop files is not good before {until}: they are not signed."
            ),
            "Wait, or look at this machine's clock.",
        ),
    };
    let flaws = publishers.flaws().iter().map(|flaw| {
        let says = format!("Of what Remote Desktop files are signed with, {flaw}.");
        Finding::doubtful(says, format!("Complete {place}, or take out of it what does not belong there."))
    });
    std::iter::once(time).chain(flaws).collect()
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
            ("2025-12-31T00:00:00Z", Some(&pem), Wrong, "not good before 2026-01-01"),
            ("2026-06-01T00:00:00Z", None, Doubtful, "are not signed"),
            ("2026-06-01T00:00:00Z", Some("no PEM"), Wrong, "no certificate that can be read: there is none"),
        ] {
            let (clock, _hand) = Clock::by_hand(now.parse().unwrap());
            let signing = pem.map(|pem| SigningSettings::Pem(pem.into()));
            let found = &examine(&RdpSettings { signing }, &clock)[..];
            let [found] = found else { panic!("{found:?}") };
            assert_eq!(found.verdict, expected, "{found}");
            assert!(found.says.contains(says), "{found}");
        }
    }
}
