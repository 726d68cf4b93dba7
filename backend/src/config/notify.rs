//! Whom to tell what happened, and how.

use lettre::Address;
use lettre::message::Mailbox;
use secrecy::SecretString;
use url::{Host, Url};

use super::section::Section;
use super::{ConfigError, is_loopback, some_path, some_text};
use crate::notify::{Login, Occasion, SmtpSettings, Target, TlsMode, Way};

/// Whom to tell what happened, and how.
#[derive(Debug, Default)]
pub struct NotifySettings {
    /// Everybody who is told something.
    pub targets: Vec<Target>,
    /// Who takes our mail.
    pub smtp: Option<SmtpSettings>,
}

impl NotifySettings {
    pub(super) fn take(mut section: Section, smtp: Section) -> Result<Self, ConfigError> {
        let host = smtp.missing("host", HOST);
        let smtp = take_smtp(smtp)?;
        let targets = section.named()?.into_iter().map(|(name, section)| take_target(name, section));
        let targets = targets.collect::<Result<Vec<_>, _>>()?;
        let needs_mail = targets.iter().any(|target| matches!(target.way, Way::Mail(_)));
        if needs_mail && smtp.is_none() { Err(host) } else { Ok(Self { targets, smtp }) }
    }
}

const HOST: &str = "the name of the SMTP server that takes Postern's mail, such as smtp.contoso.com";
const MAIL: &str = "mail addresses, such as [\"security@contoso.com\"]";
const WEBHOOK: &str = "an https URL; http only for this very machine. Or mail addresses in `mail_to`";
const SECRET: &str = "16 characters or more, by which the receiver knows that Postern sent it";

fn take_target(name: String, mut section: Section) -> Result<Target, ConfigError> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if name.len() > 40 || !name.chars().all(is_name) {
        let given = format!("called `{name}`");
        let expected = "a name of up to 40 letters, digits, - and _, such as [notify.security]";
        return Err(ConfigError::Wrong { name: "notify".to_owned(), given, expected });
    }
    let expected = "some of grant, refusal, closing and policy-change, and remediation for a webhook";
    let on = section.list("on", expected, |text| text.parse::<Occasion>().ok())?;
    let on = on.filter(|on| !on.is_empty()).ok_or_else(|| section.missing("on", expected))?;
    let to = section.list("mail_to", MAIL, |text| text.parse::<Address>().ok())?;
    let url = section.optional("webhook", WEBHOOK, webhook)?;
    let way = match (to, url) {
        (Some(_), Some(_)) => {
            return Err(ConfigError::Twice { one: section.name("webhook"), other: section.name("mail_to") });
        }
        (Some(_), None) if on.contains(&Occasion::Remediation) => {
            let expected = "remediation only where there is a webhook: mail goes to the owners themselves, where [smtp] is set";
            let given = "remediation beside mail_to".to_owned();
            return Err(ConfigError::Wrong { name: section.name("on"), given, expected });
        }
        (Some(to), None) if !to.is_empty() => Way::Mail(to),
        (_, None) => return Err(section.missing("webhook", WEBHOOK)),
        (None, Some(url)) => {
            let secret = section.secret(["secret", "secret_file"], SECRET, |text| {
                (16 <= text.len()).then(|| SecretString::from(text))
            })?;
            Way::Webhook { url, secret: secret.ok_or_else(|| section.missing("secret", SECRET))? }
        }
    };
    section.finish()?;
    Ok(Target { name, on, way })
}

/// Where a webhook may be: where nobody can read or change on the way what is sent.
fn webhook(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    let anonymous = url.username().is_empty() && url.password().is_none();
    (safe && anonymous && url.fragment().is_none()).then_some(url)
}

fn take_smtp(mut section: Section) -> Result<Option<SmtpSettings>, ConfigError> {
    if section.is_empty() {
        return Ok(None);
    }
    let host = section.required("host", HOST, |text| Host::parse(text).ok().map(|_| text.to_owned()))?;
    let on_this_machine = Url::parse(&format!("smtp://{host}")).is_ok_and(|url| is_here(&url));
    let expected = "starttls or implicit; none only where the server is this very machine";
    let tls = section.optional("tls", expected, |text| match text {
        "starttls" => Some(TlsMode::StartTls),
        "implicit" => Some(TlsMode::Implicit),
        "none" if on_this_machine => Some(TlsMode::None),
        _ => None,
    })?;
    let tls = tls.unwrap_or(TlsMode::StartTls);
    let port = section
        .optional("port", "a port, such as 587", |text| text.parse::<u16>().ok().filter(|port| *port != 0))?;
    let ca_file = section.optional("ca_file", "the path of a file with CA certificates", some_path)?;
    let expected = "the address that mail comes from, such as Postern <postern@contoso.com>";
    let from = section.required("from", expected, |text| text.parse::<Mailbox>().ok())?;
    let user = section.optional("user", "who Postern is there", some_text)?;
    let password = section.secret(["password", "password_file"], "its password there", |text| {
        some_text(text).map(SecretString::from)
    })?;
    let login = match (user, password) {
        (Some(user), Some(password)) => Some(Login { user, password }),
        (None, None) => None,
        (Some(_), None) => return Err(section.missing("password", "the password of `smtp.user`")),
        (None, Some(_)) => return Err(section.missing("user", "whose password `smtp.password` is")),
    };
    section.finish()?;
    let port = port.unwrap_or(tls.usual_port());
    Ok(Some(SmtpSettings { host, port, tls, ca_file, from, login }))
}

/// Whether a server is this very machine. Of a scheme that it does not know, `Url` takes an address
/// for a name.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
