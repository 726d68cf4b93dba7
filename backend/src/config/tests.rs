mod compliance;
mod example;
mod identity;
mod notify;
mod rdp;
mod remediation;
mod secrets;

use secrecy::ExposeSecret;

use super::*;
use crate::azure::credential::CredentialSettings;
use crate::session::ForwardedHeader;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The least that must be set.
const LEAST: &str = r#"
[server]
public_url = "https://postern.contoso.com"
[azure]
tenant = "11111111-2222-3333-4444-555555555555"
[azure.credential]
kind = "managed_identity"
[sign_in]
client_id = "postern"
[session]
key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
[access]
rules = "access.toml"
"#;

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::read(Path::new("postern.toml"), text, environment.collect())
}

/// What is said where [`LEAST`] has `new` in place of `old`.
fn complaint(old: &str, new: &str) -> String {
    assert!(LEAST.contains(old), "{old}");
    in_full(read(&LEAST.replacen(old, new, 1), &[]).unwrap_err())
}

/// What is said about one more setting from the environment.
fn complaint_about(variable: &str, value: &str) -> String {
    in_full(read(LEAST, &[(variable, value)]).unwrap_err())
}

/// An error as the program prints it.
fn in_full(error: ConfigError) -> String {
    format!("{:#}", anyhow::Error::from(error))
}

#[test]
fn what_is_not_set_has_a_default() {
    let config = read(LEAST, &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert!(config.server.trusted_proxies.is_empty());
    assert_eq!(config.server.forwarded_header, ForwardedHeader::XForwardedFor);
    assert_eq!(
        config.sign_in.issuer.as_str(),
        "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
    );
    assert_eq!(config.sign_in.scopes, ["profile"]);
    assert_eq!(config.session.lifetime.idle, SignedDuration::from_hours(1));
    assert_eq!(config.session.lifetime.absolute, SignedDuration::from_hours(8));
    assert_eq!(config.store.url.expose_secret(), "sqlite:postern.db");
    assert_eq!(config.handoffs.last, SignedDuration::from_mins(15));
    assert_eq!(config.compliance.owner_tag.as_str(), "owner");
    assert_eq!((config.log.format, config.log.filter.as_str()), (LogFormat::Text, "info"));
}

#[test]
fn the_environment_overrides_the_file() {
    let config = read(
        LEAST,
        &[
            ("POSTERN__SERVER__LISTEN", "0.0.0.0:80"),
            ("POSTERN__SERVER__TRUSTED_PROXIES", "10.0.0.4, 10.1.0.0/16"),
            ("POSTERN__SERVER__FORWARDED_HEADER", "forwarded"),
            ("POSTERN__AZURE__CLOUD", "us-government"),
            ("POSTERN__SESSION__IDLE", "PT30M"),
            ("POSTERN__LOG__FORMAT", "json"),
            ("POSTERN_CONFIG", "elsewhere"),
            ("PATH", "/bin"),
        ],
    )
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:80");
    assert_eq!(
        config.server.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.4/32", "10.1.0.0/16"]
    );
    assert_eq!(config.server.forwarded_header, ForwardedHeader::Forwarded);
    assert!(config.sign_in.issuer.as_str().starts_with("https://login.microsoftonline.us/"));
    assert_eq!(config.session.lifetime.idle, SignedDuration::from_mins(30));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn the_environment_alone_is_enough() {
    let config = read(
        "",
        &[
            ("POSTERN__SERVER__PUBLIC_URL", "http://localhost:8080"),
            ("POSTERN__AZURE__TENANT", "11111111-2222-3333-4444-555555555555"),
            ("POSTERN__AZURE__CREDENTIAL__KIND", "client_secret"),
            ("POSTERN__AZURE__CREDENTIAL__CLIENT_ID", "postern"),
            ("POSTERN__AZURE__CREDENTIAL__SECRET", "0123"),
            ("POSTERN__SIGN_IN__ISSUER", "https://sso.contoso.com/realms/main"),
            ("POSTERN__SIGN_IN__CLIENT_ID", "postern"),
            ("POSTERN__SIGN_IN__CLIENT_SECRET", "1e5"),
            ("POSTERN__SESSION__KEY", KEY),
            ("POSTERN__ACCESS__RULES", "access.toml"),
        ],
    )
    .unwrap();
    let CredentialSettings::ClientSecret { secret, .. } = &config.azure.credential else { panic!() };
    assert_eq!(secret.expose_secret(), "0123");
    assert_eq!(config.sign_in.client_secret.unwrap().expose_secret(), "1e5");
    assert_eq!(config.sign_in.issuer.tenant(), None);
}

#[test]
fn a_setting_that_must_be_there_is_asked_for_by_name() {
    assert_eq!(
        complaint("public_url = \"https://postern.contoso.com\"", ""),
        "`server.public_url` is not set; expected the URL that people type, without a path, such as https://postern.contoso.com; http only for this very machine. It can also be given as POSTERN__SERVER__PUBLIC_URL"
    );
    for (line, name) in [
        ("kind = \"managed_identity\"", "azure.credential.kind"),
        ("tenant = \"11111111-2222-3333-4444-555555555555\"", "sign_in.issuer"),
        ("client_id = \"postern\"", "sign_in.client_id"),
        ("key = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"", "session.key"),
        ("rules = \"access.toml\"", "access.rules"),
    ] {
        let message = complaint(line, "");
        assert!(message.starts_with(&format!("`{name}` is not set; expected ")), "{message}");
    }
}

#[test]
fn a_credential_asks_for_what_its_kind_needs() {
    let secret = complaint("managed_identity", "client_secret");
    assert!(secret.starts_with("`azure.credential.client_id` is not set"), "{secret}");
    let secret = complaint("\"managed_identity\"", "\"client_secret\"\nclient_id = \"x\"");
    assert!(secret.starts_with("`azure.credential.secret` is not set"), "{secret}");
    let pem = complaint("\"managed_identity\"", "\"certificate\"\nclient_id = \"x\"");
    assert!(pem.starts_with("`azure.credential.pem` is not set"), "{pem}");
    let text = LEAST.replace("tenant = \"11111111-2222-3333-4444-555555555555\"", "");
    let tenant = read(&text.replace("managed_identity", "client_secret"), &[]).unwrap_err().to_string();
    assert!(tenant.starts_with("`azure.tenant` is not set"), "{tenant}");
    assert_eq!(
        complaint("managed_identity", "password"),
        "`azure.credential.kind` is `password`; expected managed_identity, workload_identity, client_secret, certificate or azure_cli"
    );
    assert_eq!(
        complaint("\"managed_identity\"", "\"managed_identity\"\nsecret = \"hunter2\""),
        "`azure.credential.secret` is not a setting; there are kind, client_id"
    );
}

#[test]
fn a_wrong_setting_is_told_with_what_it_is_and_what_it_should_be() {
    for (variable, value, message) in [
        (
            "SERVER__LISTEN",
            "8080",
            "`server.listen` is `8080`; expected an address and a port, such as 127.0.0.1:8080",
        ),
        (
            "SERVER__TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "`server.trusted_proxies` is `10.0.0.0/8,proxy`; expected addresses or ranges, such as [\"10.0.0.4\", \"10.1.0.0/16\"]",
        ),
        (
            "SERVER__FORWARDED_HEADER",
            "x-real-ip",
            "`server.forwarded_header` is `x-real-ip`; expected x-forwarded-for or forwarded",
        ),
        (
            "AZURE__CLOUD",
            "germany",
            "`azure.cloud` is `germany`; expected public, us-government, china, or custom with its addresses in [azure.custom]",
        ),
        (
            "AZURE__TENANT",
            "contoso.com",
            "`azure.tenant` is `contoso.com`; expected the id of the directory, such as 11111111-2222-3333-4444-555555555555",
        ),
        (
            "SIGN_IN__ISSUER",
            "https://login.microsoftonline.com/common/v2.0",
            "`sign_in.issuer` is `https://login.microsoftonline.com/common/v2.0`; expected the https URL of an OpenID Connect provider, such as https://login.microsoftonline.com/<tenant id>/v2.0; one tenant, not common or organizations",
        ),
        (
            "SIGN_IN__SCOPES",
            "profile email",
            "`sign_in.scopes` is `profile email`; expected names of scopes, such as [\"profile\", \"email\"]",
        ),
        ("IDENTITY__MODE", "both", "`identity.mode` is `both`; expected service or delegated"),
        (
            "SESSION__IDLE",
            "-1h",
            "`session.idle` is `-1h`; expected a length of time, such as 90s, 30m or PT1H",
        ),
        (
            "SESSION__ABSOLUTE",
            "59m",
            "`session.absolute` is `59m`; expected a length of time that is not shorter than `session.idle`, such as 8h",
        ),
        (
            "INVENTORY__MAX_AGE",
            "soon",
            "`inventory.max_age` is `soon`; expected a length of time, such as 90s, 30m or PT1H",
        ),
        ("LOG__FORMAT", "xml", "`log.format` is `xml`; expected text or json"),
        (
            "LOG__FILTER",
            "backend=loud",
            "`log.filter` is `backend=loud`; expected a level such as info, or a filter such as backend=debug,info",
        ),
        ("ACCESS__RULES", " ", "`access.rules` is ` `; expected the path of the file with the access rules"),
    ] {
        assert_eq!(complaint_about(&format!("POSTERN__{variable}"), value), message);
    }
    assert_eq!(
        complaint("\"access.toml\"", "[1, \"a\"]"),
        "`access.rules` is [`1`, `a`]; expected the path of the file with the access rules"
    );
    assert_eq!(complaint_about("POSTERN__STORE", "x"), "`store` is `x`; expected a table of settings");
}

#[test]
fn people_must_reach_us_over_https() {
    for url in [
        "http://postern.contoso.com",
        "https://postern.contoso.com/jit",
        "https://u:p@postern.contoso.com",
        "postern",
    ] {
        let message = complaint("https://postern.contoso.com", url);
        assert!(message.starts_with(&format!("`server.public_url` is `{url}`; expected ")), "{message}");
    }
    for url in ["http://127.0.0.1:8080", "http://[::1]", "http://localhost:8080/"] {
        read(&LEAST.replace("https://postern.contoso.com", url), &[]).unwrap();
    }
}

#[test]
fn a_cloud_of_its_own_needs_addresses() {
    let custom =
        [("POSTERN__AZURE__CLOUD", "custom"), ("POSTERN__AZURE__CUSTOM__AUTHORITY", "http://login.example")];
    assert_eq!(
        read(LEAST, &custom).unwrap_err().to_string(),
        "`azure.custom.authority` is `http://login.example`; expected an https URL; http only for this very machine"
    );
    let custom = [
        ("POSTERN__AZURE__CLOUD", "custom"),
        ("POSTERN__AZURE__CUSTOM__AUTHORITY", "http://127.0.0.1:8081"),
        ("POSTERN__AZURE__CUSTOM__ARM", "http://127.0.0.1:8081"),
    ];
    let config = read(LEAST, &custom).unwrap();
    assert_eq!(config.azure.cloud.arm_scope, "http://127.0.0.1:8081/.default");
    assert_eq!(
        config.sign_in.issuer.as_str(),
        "http://127.0.0.1:8081/11111111-2222-3333-4444-555555555555/v2.0"
    );
    let message = complaint_about("POSTERN__AZURE__CUSTOM__ARM", "https://management.example");
    assert!(message.starts_with("`azure.custom.arm` is not a setting"), "{message}");
}

#[test]
fn what_is_no_setting_is_told_with_those_there_are() {
    assert_eq!(
        complaint_about("POSTERN__SERVER__LISTN", "x"),
        "`server.listn` is not a setting; there are listen, public_url, trusted_proxies, forwarded_header, answer_within, metrics"
    );
    assert_eq!(
        complaint("[server]", "[serve]\nx = 1\n[server]"),
        "`serve` is not a setting; there are server, azure, sign_in, identity, bastion, session, store, access, inventory, jit, limits, handoffs, compliance, reports, notify, smtp, remediation, rdp, log"
    );
}

#[test]
fn a_file_that_is_not_toml_is_told_with_the_line() {
    let message = read("[server]\nlisten = \n", &[]).unwrap_err().to_string();
    assert!(message.starts_with("postern.toml, line 2: "), "{message}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let message = in_full(Config::load(Some("/nowhere/postern.toml".into())).unwrap_err());
    assert_eq!(
        message,
        "the settings file /nowhere/postern.toml cannot be read: No such file or directory (os error 2)"
    );
}
