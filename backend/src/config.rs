//! The settings: a TOML file, overridden by the environment.
//!
//! `[server] listen` is also `POSTERN__SERVER__LISTEN`. A secret can stand in a file of its own,
//! which the same name with `_file` at the end names. `docs/postern.example.toml` shows them all.

mod azure;
mod bastion;
mod compliance;
mod error;
mod handoffs;
mod identity;
mod jit;
mod limits;
mod notify;
mod rdp;
mod remediation;
mod reports;
mod section;
mod server;
mod session;
mod sign_in;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat};
use jiff::SignedDuration;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use section::Section;

pub use crate::limits::LimitSettings;
pub use azure::AzureSettings;
pub use bastion::BastionSettings;
pub use compliance::ComplianceSettings;
pub use error::ConfigError;
pub use handoffs::HandoffsSettings;
pub use identity::{IdentityMode, IdentitySettings};
pub use jit::JitSettings;
pub use notify::NotifySettings;
pub use rdp::{RdpSettings, SigningSettings};
pub use remediation::RemediationSettings;
pub use reports::ReportsSettings;
pub use server::{ServerSettings, is_loopback};
pub use session::SessionSettings;
pub use sign_in::SignInSettings;

/// Everything that can be set.
#[derive(Debug)]
pub struct Config {
    /// Where Postern listens, and who stands in front of it.
    pub server: ServerSettings,
    /// Which Azure, and as whom.
    pub azure: AzureSettings,
    /// Who lets people in.
    pub sign_in: SignInSettings,
    /// In whose name Azure is asked to change something.
    pub identity: IdentitySettings,
    /// What Bastions are asked for.
    pub bastion: BastionSettings,
    /// How long people stay signed in.
    pub session: SessionSettings,
    /// What is kept, and where.
    pub store: StoreSettings,
    /// Who may do what.
    pub access: AccessSettings,
    /// How fresh the list of machines is.
    pub inventory: InventorySettings,
    /// How access is closed before its time.
    pub jit: JitSettings,
    /// How often somebody may ask.
    pub limits: LimitSettings,
    /// How long what is prepared for others is good.
    pub handoffs: HandoffsSettings,
    /// How it is found out who answers for a machine.
    pub compliance: ComplianceSettings,
    /// What reports go by.
    pub reports: ReportsSettings,
    /// Whom to tell what happened.
    pub notify: NotifySettings,
    /// Whom to ask to protect machines.
    pub remediation: RemediationSettings,
    /// What Remote Desktop files are signed with.
    pub rdp: RdpSettings,
    /// What is written to standard error.
    pub log: LogSettings,
}

/// What is kept, and where.
#[derive(Debug)]
pub struct StoreSettings {
    /// `sqlite:<file>`, or `postgres://…` for several replicas. May hold a password.
    pub url: SecretString,
    /// For how long entries of the audit trail are kept, if not for ever.
    pub audit_kept: Option<SignedDuration>,
}

/// Who may do what.
#[derive(Debug)]
pub struct AccessSettings {
    /// The file with the access rules.
    pub rules: PathBuf,
}

/// How fresh the list of machines is.
#[derive(Debug)]
pub struct InventorySettings {
    /// How old the list may be before Azure is asked again.
    pub max_age: SignedDuration,
}

/// What is written to standard error.
#[derive(Debug)]
pub struct LogSettings {
    /// For whom.
    pub format: LogFormat,
    /// What is written, in the language of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// Whom the log is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// People.
    Text,
    /// Programs: a JSON object per line.
    Json,
}

impl Config {
    /// Reads the settings from `file`, or where there is none from the file that `POSTERN_CONFIG`
    /// names, and from the environment.
    pub fn load(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let environment: HashMap<String, String> = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect();
        let file = file.or_else(|| environment.get("POSTERN_CONFIG").map(PathBuf::from));
        let text = match &file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|source| ConfigError::File { path: path.clone(), source })?,
        };
        Self::read(file.as_deref().unwrap_or(Path::new("no file")), &text, environment)
    }

    fn read(file: &Path, text: &str, environment: HashMap<String, String>) -> Result<Self, ConfigError> {
        // Checked here first: the message of the `config` crate shows the line, which may hold a
        // secret.
        toml::from_str::<toml::Table>(text).map_err(|error| ConfigError::syntax(file, text, &error))?;
        // No `try_parsing`: it would make 123 of the secret `0123`.
        let variables = Environment::with_prefix("POSTERN")
            .prefix_separator("__")
            .separator("__")
            .source(Some(environment.into_iter().collect()));
        let settings = config::Config::builder()
            .add_source(File::from_str(text, FileFormat::Toml))
            .add_source(variables)
            .build()
            .and_then(|settings| settings.cache.into_table())
            .map_err(ConfigError::Unreadable)?;
        Self::take(Section::whole(settings))
    }

    fn take(mut whole: Section) -> Result<Self, ConfigError> {
        let server = ServerSettings::take(whole.section("server")?)?;
        let azure = AzureSettings::take(whole.section("azure")?)?;
        let sign_in = SignInSettings::take(whole.section("sign_in")?, &azure)?;
        let identity = IdentitySettings::take(whole.section("identity")?, &sign_in)?;
        let bastion = BastionSettings::take(whole.section("bastion")?, identity)?;
        let session = SessionSettings::take(whole.section("session")?)?;
        let store = StoreSettings::take(whole.section("store")?)?;
        let access = AccessSettings::take(whole.section("access")?)?;
        let inventory = InventorySettings::take(whole.section("inventory")?)?;
        let jit = JitSettings::take(whole.section("jit")?)?;
        let limits = LimitSettings::take(whole.section("limits")?)?;
        let handoffs = HandoffsSettings::take(whole.section("handoffs")?)?;
        let compliance = ComplianceSettings::take(whole.section("compliance")?)?;
        let reports = ReportsSettings::take(whole.section("reports")?)?;
        let notify = NotifySettings::take(whole.section("notify")?, whole.section("smtp")?)?;
        let remediation = RemediationSettings::take(whole.section("remediation")?, &notify)?;
        let rdp = RdpSettings::take(whole.section("rdp")?, &azure.cloud)?;
        let log = LogSettings::take(whole.section("log")?)?;
        whole.finish()?;
        Ok(Self {
            server,
            azure,
            sign_in,
            identity,
            bastion,
            session,
            store,
            access,
            inventory,
            jit,
            limits,
            handoffs,
            compliance,
            reports,
            notify,
            remediation,
            rdp,
            log,
        })
    }
}

impl StoreSettings {
    fn take(mut section: Section) -> Result<Self, ConfigError> {
        let expected = "sqlite:<file> or postgres://<user>:<password>@<host>/<database>";
        let url = section.secret(["url", "url_file"], expected, |text| {
            let schemes = ["sqlite:", "postgres://", "postgresql://"];
            schemes.iter().any(|scheme| text.starts_with(scheme)).then(|| text.into())
        })?;
        let expected = "a number of days from 90 on";
        let audit_kept = section.optional("audit_kept_days", expected, |text| {
            let days = text.parse::<u16>().ok().filter(|days| 90 <= *days)?;
            Some(SignedDuration::from_hours(24 * i64::from(days)))
        })?;
        section.finish()?;
        Ok(Self { url: url.unwrap_or_else(|| "sqlite:postern.db".into()), audit_kept })
    }
}

impl AccessSettings {
    fn take(mut section: Section) -> Result<Self, ConfigError> {
        let rules = section.required("rules", "the path of the file with the access rules", some_path)?;
        section.finish()?;
        Ok(Self { rules })
    }
}

impl InventorySettings {
    fn take(mut section: Section) -> Result<Self, ConfigError> {
        let max_age = section.optional("max_age", LENGTH_OF_TIME, length_of_time)?;
        section.finish()?;
        Ok(Self { max_age: max_age.unwrap_or(SignedDuration::from_mins(1)) })
    }
}

impl LogSettings {
    fn take(mut section: Section) -> Result<Self, ConfigError> {
        let format = section.optional("format", "text or json", |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        })?;
        let expected = "a level such as info, or a filter such as backend=debug,info";
        let filter = section
            .optional("filter", expected, |text| EnvFilter::try_new(text).is_ok().then(|| text.to_owned()))?;
        section.finish()?;
        Ok(Self {
            format: format.unwrap_or(LogFormat::Text),
            filter: filter.unwrap_or_else(|| "info".to_owned()),
        })
    }
}

const LENGTH_OF_TIME: &str = "a length of time, such as 90s, 30m or PT1H";

fn length_of_time(text: &str) -> Option<SignedDuration> {
    text.parse().ok().filter(SignedDuration::is_positive)
}

fn some_text(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn some_path(text: &str) -> Option<PathBuf> {
    some_text(text).map(PathBuf::from)
}

#[cfg(test)]
mod tests;
