//! Whether others can be told what happens.

use super::{Finding, in_full};
use crate::config::NotifySettings;
use crate::notify::{Mailer, Way};
use url::Url;

/// Asks the mail server whether it takes mail from Postern, without sending any, and looks up the
/// hosts of webhooks.
pub async fn examine(settings: &NotifySettings, site: &Url) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(smtp) = &settings.smtp {
        let place = format!("{}:{}", smtp.host, smtp.port);
        let mailer = match Mailer::new(smtp, site) {
            Ok(mailer) => mailer,
            Err(error) => {
                findings.push(Finding::wrong(
                    format!("Mail cannot be sent: {}.", in_full(&error)),
                    "Correct [smtp]; Postern does not start with it.",
                ));
                return findings;
            }
        };
        findings.push(match mailer.probe().await {
            Ok(()) => Finding::fine(format!("The mail server {place} answers, and takes mail from Postern.")),
            Err(error) => Finding::wrong(
                format!("The mail server {place} does not take mail from Postern: {}.", in_full(&error)),
                "Check [smtp]: host, port, tls, user and password.",
            ),
        });
    }
    for target in &settings.targets {
        let Way::Webhook { url, .. } = &target.way else { continue };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or(443);
        let name = &target.name;
        findings.push(match tokio::net::lookup_host((host, port)).await {
            Ok(_) => {
                Finding::fine(format!("The webhook of `notify.{name}` is at {host}, which has an address."))
            }
            Err(error) => Finding::wrong(
                format!("The webhook of `notify.{name}` is at {host}, which has no address here: {error}."),
                "Check `webhook`, and the name service of this machine.",
            ),
        });
    }
    findings
}
