//! Whom to ask to protect machines, and when.

use jiff::tz::TimeZone;
use lettre::Address;
use shared::jit_list::Severity;

use super::section::Section;
use super::{ConfigError, NotifySettings};
use crate::compliance::{AddressBook, Weekly};
use crate::notify::{Occasion, Target, Way};
use crate::report::zone;

/// Whom to ask to protect machines, and when.
#[derive(Debug, Clone, Default)]
pub struct RemediationSettings {
    /// Where mail to owners goes.
    pub addresses: AddressBook,
    /// Whether there is a server that takes mail.
    pub mail: bool,
    /// The webhooks that can be told, by name.
    pub webhooks: Vec<String>,
    /// When owners are asked by themselves, if they are.
    pub weekly: Option<Weekly>,
}

const ADDRESSES: &str = "mail addresses, such as \"plant@contoso.com\" or a list of them";
const WEBHOOK: &str =
    "the name of a webhook whose `on` has remediation, as in [notify.tickets]; or mail, by [smtp]";

impl RemediationSettings {
    pub(super) fn take(mut section: Section, notify: &NotifySettings) -> Result<Self, ConfigError> {
        let takes = |target: &&Target| {
            matches!(target.way, Way::Webhook { .. }) && target.on.contains(&Occasion::Remediation)
        };
        let webhooks: Vec<String> =
            notify.targets.iter().filter(takes).map(|target| target.name.clone()).collect();
        let known = section.section("owners")?.lists(ADDRESSES, |text| text.parse::<Address>().ok())?;
        let expected = "domains of mail addresses, such as [\"contoso.com\"]";
        let domains = section.list("mail_domains", expected, |text| {
            // What can stand after the @ of an address.
            format!("x@{text}").parse::<Address>().ok().map(|address| address.domain().to_owned())
        })?;
        let own = notify.smtp.iter().map(|smtp| smtp.from.email.domain().to_owned());
        let addresses = AddressBook::new(known, domains.unwrap_or_else(|| own.collect()));
        let mail = notify.smtp.is_some();
        let weekly = take_weekly(&mut section, mail, &webhooks)?;
        section.finish()?;
        Ok(Self { addresses, mail, webhooks, weekly })
    }
}

fn take_weekly(
    section: &mut Section,
    mail: bool,
    webhooks: &[String],
) -> Result<Option<Weekly>, ConfigError> {
    let expected = "a time of the week, such as mon 08:00";
    let at = section.optional("weekly", expected, |text| text.parse().ok())?;
    let expected = "the IANA name of a time zone, such as Europe/Berlin";
    let zone = section.optional("time_zone", expected, zone)?;
    let webhook = section.optional("webhook", WEBHOOK, |text| {
        webhooks.iter().any(|known| known == text).then(|| text.to_owned())
    })?;
    let least = section.optional("severity", "high or low", |text| match text {
        "high" => Some(Severity::High),
        "low" => Some(Severity::Low),
        _ => None,
    })?;
    let Some(at) = at else { return Ok(None) };
    if webhook.is_none() && !mail {
        return Err(section.missing("webhook", WEBHOOK));
    }
    let zone = zone.unwrap_or(TimeZone::UTC);
    Ok(Some(Weekly { at, zone, webhook, least: least.unwrap_or(Severity::Healthy) }))
}
