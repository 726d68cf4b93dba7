use super::*;
use crate::notify::{Occasion, TlsMode, Way};

fn set(more: &str) -> Result<Config, ConfigError> {
    read(&format!("{LEAST}{more}"), &[])
}

fn wrong(more: &str) -> String {
    in_full(set(more).unwrap_err())
}

const SMTP: &str = "[smtp]\nhost = \"smtp.contoso.com\"\nfrom = \"Postern <postern@contoso.com>\"\n";

#[test]
fn nobody_is_told_anything_unless_it_is_set() {
    let config = read(LEAST, &[]).unwrap();
    assert!(config.notify.targets.is_empty());
    assert!(config.notify.smtp.is_none());
}

#[test]
fn mail_and_webhooks_are_chosen_by_name() {
    let mail = "[notify.security]\non = [\"grant\", \"closing\"]\nmail_to = [\"security@contoso.com\"]\n";
    let hook = "[notify.tickets]\non = [\"policy-change\"]\nwebhook = \"https://tickets.contoso.com/in\"\nsecret = \"0123456789abcdef\"\n";
    let settings = set(&format!("{SMTP}{mail}{hook}")).unwrap().notify;
    let [security, tickets] = &settings.targets[..] else { panic!("{:?}", settings.targets) };
    assert_eq!(
        (security.name.as_str(), &security.on[..]),
        ("security", &[Occasion::Grant, Occasion::Closing][..])
    );
    assert!(matches!(&security.way, Way::Mail(to) if to[0].to_string() == "security@contoso.com"));
    assert!(
        matches!(&tickets.way, Way::Webhook { url, .. } if url.as_str() == "https://tickets.contoso.com/in")
    );
    let smtp = settings.smtp.unwrap();
    assert_eq!((smtp.port, smtp.tls, smtp.login.is_none()), (587, TlsMode::StartTls, true));
    assert!(!format!("{:?}", settings.targets).contains("0123456789abcdef"));
}

#[test]
fn a_secret_may_come_from_the_environment() {
    let hook = "[notify.tickets]\non = [\"grant\"]\nwebhook = \"http://127.0.0.1:9/\"\n";
    let secret = [("POSTERN__NOTIFY__TICKETS__SECRET", "0123456789abcdef")];
    let config = read(&format!("{LEAST}{hook}"), &secret).unwrap();
    let Way::Webhook { secret, .. } = &config.notify.targets[0].way else { panic!() };
    assert_eq!(secret.expose_secret(), "0123456789abcdef");
}

#[test]
fn what_could_not_be_told_safely_stops_the_start() {
    let hook =
        |url: &str, more: &str| wrong(&format!("[notify.x]\non = [\"grant\"]\nwebhook = \"{url}\"\n{more}"));
    for url in [
        "http://tickets.contoso.com",
        "https://u:p@tickets.contoso.com",
        "https://tickets.contoso.com#x",
        "ftp://x",
    ] {
        let message = hook(url, "secret = \"0123456789abcdef\"");
        assert!(
            message.starts_with(&format!("`notify.x.webhook` is `{url}`; expected an https URL")),
            "{message}"
        );
    }
    assert!(hook("https://tickets.contoso.com", "").starts_with("`notify.x.secret` is not set"));
    let message = hook("https://tickets.contoso.com", "secret = \"hunter2\"");
    assert!(
        message.starts_with("`notify.x.secret` is not as it must be") && !message.contains("hunter2"),
        "{message}"
    );
    let message = wrong(&format!("{SMTP}tls = \"none\""));
    assert!(message.starts_with("`smtp.tls` is `none`; expected starttls or implicit"), "{message}");
    for host in ["127.0.0.1", "localhost"] {
        set(&format!("{SMTP}tls = \"none\"").replace("smtp.contoso.com", host)).unwrap();
    }
}

#[test]
fn what_is_missing_or_misspelt_is_named() {
    let mail = "[notify.x]\non = [\"grant\"]\nmail_to = \"security@contoso.com\"\n";
    assert!(wrong(mail).starts_with("`smtp.host` is not set"), "{}", wrong(mail));
    let message = wrong("[notify.x]\non = [\"grants\"]\n");
    assert_eq!(
        message,
        "`notify.x.on` is [`grants`]; expected some of grant, refusal, closing and policy-change, and remediation for a webhook"
    );
    assert!(wrong("[notify.x]\non = [\"grant\"]\n").starts_with("`notify.x.webhook` is not set"));
    assert!(
        wrong(&mail.replace("security@contoso.com", "security"))
            .starts_with("`notify.x.mail_to` is `security`")
    );
    assert!(wrong("[notify]\nx = 1\n").starts_with("`notify.x` is `1`; expected a table"));
    assert!(wrong(&format!("{SMTP}user = \"postern\"")).starts_with("`smtp.password` is not set"));
    assert!(wrong("[smtp]\nport = 25\n").starts_with("`smtp.host` is not set"));
    assert!(wrong("[notify.\"a b\"]\non = [\"grant\"]\n").contains("letters, digits"));
}
