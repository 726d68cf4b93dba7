//! Telling somebody by mail.

use std::path::PathBuf;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor, transport::smtp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::text::{body, subject};
use super::{Message, OwnerLetter, Undelivered};
use crate::store::Letter;

/// Who takes our mail.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// The server's name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How what is said there is kept from others.
    pub tls: TlsMode,
    /// CA certificates that are trusted beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// Whom mail comes from.
    pub from: Mailbox,
    /// Who Postern is there, if that matters.
    pub login: Option<Login>,
}

/// Who Postern is at a mail server.
#[derive(Debug, Clone)]
pub struct Login {
    /// Its name there.
    pub user: String,
    /// Its password there.
    pub password: SecretString,
}

/// How what is said to a mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// In the clear first, until both agree on TLS, without which nothing is said.
    StartTls,
    /// By TLS from the first byte on.
    Implicit,
    /// Not at all; only on this very machine.
    None,
}

impl TlsMode {
    /// Where servers usually listen for it.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// What message ids end in, and the name that the server is told.
    domain: String,
}

impl Mailer {
    /// Sends it as the settings say, for the service at `site`.
    pub fn new(settings: &SmtpSettings, site: &Url) -> Result<Self, MailerError> {
        let tls = match settings.tls {
            TlsMode::StartTls => Tls::Required(parameters(settings)?),
            TlsMode::Implicit => Tls::Wrapper(parameters(settings)?),
            TlsMode::None => Tls::None,
        };
        let domain = site.host_str().unwrap_or("localhost").to_owned();
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(domain.clone()));
        if let Some(login) = &settings.login {
            let password = login.password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(login.user.clone(), password));
        }
        Ok(Self { transport: transport.build(), from: settings.from.clone(), domain })
    }

    /// Whether the server answers, speaks TLS and knows us. Nothing is sent.
    pub async fn probe(&self) -> Result<(), smtp::Error> {
        self.transport.test_connection().await.map(|_| ())
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let for_good = |why: &str| Undelivered { for_good: true, ..Undelivered::for_now(why) };
        let (subject, text) =
            written(&letter.content.body).ok_or_else(|| for_good("it cannot be read any more"))?;
        let to: Address = letter.content.recipient.parse().map_err(|_| for_good("it has no address"))?;
        let mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.domain)))
            // So that nobody's holiday notice answers.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|_| for_good("no mail can be made of it"))?;
        self.transport.send(mail).await.map(|_| ()).map_err(|error| refused(&error))
    }
}

/// The line above a mail, and its text.
fn written(letter: &str) -> Option<(String, String)> {
    if OwnerLetter::attempt(letter).is_some() {
        let OwnerLetter { subject, text, .. } = serde_json::from_str(letter).ok()?;
        return Some((subject, text));
    }
    let message: Message = serde_json::from_str(letter).ok()?;
    Some((subject(&message), body(&message)))
}

/// What a server says about how we sign in is about the settings, which somebody will correct.
fn refused(error: &smtp::Error) -> Undelivered {
    let status = error.status().map(u16::from);
    let is_ours = matches!(status, Some(530 | 534 | 535 | 538));
    let mut why = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        why = format!("{why}: {source}");
    }
    Undelivered { for_good: error.is_permanent() && !is_ours, ..Undelivered::for_now(why) }
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, MailerError> {
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let pem =
            std::fs::read(path).map_err(|source| MailerError::Unreadable { path: path.clone(), source })?;
        let certificates = Certificate::from_pem(&pem).map_err(MailerError::Tls)?;
        parameters = parameters.add_root_certificate(certificates);
    }
    parameters.build_rustls().map_err(MailerError::Tls)
}

/// Mail cannot be sent as it is set up.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The file of the CA certificates cannot be read.
    #[error("`smtp.ca_file` is `{}`, which cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up for `smtp`; are the CA certificates in PEM?")]
    Tls(#[source] smtp::Error),
}
