use super::*;

const SMTP: &str = "[smtp]\nhost = \"smtp.contoso.com\"\nfrom = \"Postern <postern@contoso.com>\"\n";
const HOOK: &str = "[notify.tickets]\non = [\"remediation\"]\nwebhook = \"https://tickets.contoso.com/in\"\nsecret = \"0123456789abcdef\"\n";

fn set(more: &str) -> Result<RemediationSettings, ConfigError> {
    read(&format!("{LEAST}{more}"), &[]).map(|config| config.remediation)
}

fn wrong(more: &str) -> String {
    in_full(set(more).unwrap_err())
}

fn to(settings: &RemediationSettings, owner: Option<&str>) -> Vec<String> {
    settings.addresses.of(owner).unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn owners_have_addresses_of_their_own_or_those_of_the_settings() {
    let none = set("").unwrap();
    assert!(!none.mail && none.webhooks.is_empty() && none.weekly.is_none());
    let owners = "[remediation.owners]\n\"Plant operations\" = [\"plant@contoso.com\", \"desk@contoso.com\"]\nit = \"it@example.com\"\n\"-\" = \"security@contoso.com\"\n\"team.a\" = \"a@contoso.com\"\n";
    let settings = set(&format!("{SMTP}{HOOK}{owners}")).unwrap();
    assert!(settings.mail);
    assert_eq!(settings.webhooks, ["tickets"]);
    assert_eq!(to(&settings, Some("plant OPERATIONS")), ["plant@contoso.com", "desk@contoso.com"]);
    assert_eq!(to(&settings, Some("it")), ["it@example.com"]);
    assert_eq!(to(&settings, Some("team.a")), ["a@contoso.com"]);
    assert_eq!(to(&settings, None), ["security@contoso.com"]);
    assert_eq!(to(&settings, Some("ines@contoso.com")), ["ines@contoso.com"], "the domain mail comes from");
    assert_eq!(to(&settings, Some("eve@example.com")), [""; 0]);
    let domains = "[remediation]\nmail_domains = [\"example.com\"]\n";
    let settings = set(&format!("{SMTP}{domains}")).unwrap();
    assert_eq!(to(&settings, Some("eve@example.com")), ["eve@example.com"]);
    assert_eq!(to(&settings, Some("ines@contoso.com")), [""; 0]);
}

#[test]
fn a_week_has_a_time_and_a_way() {
    let weekly =
        "[remediation]\nweekly = \"mon 08:00\"\ntime_zone = \"Europe/Berlin\"\nseverity = \"high\"\n";
    let by_mail = set(&format!("{SMTP}{weekly}")).unwrap().weekly.unwrap();
    assert_eq!(by_mail.webhook, None);
    let by_hook = set(&format!("{HOOK}{weekly}webhook = \"tickets\"\n")).unwrap().weekly.unwrap();
    assert_eq!(by_hook.webhook.as_deref(), Some("tickets"));
    assert!(wrong(weekly).starts_with("`remediation.webhook` is not set"), "{}", wrong(weekly));
    let message = wrong(&format!("{HOOK}{weekly}webhook = \"other\"\n"));
    assert!(
        message.starts_with("`remediation.webhook` is `other`; expected the name of a webhook"),
        "{message}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    for (setting, told) in [
        (
            "weekly = \"monday\"",
            "`remediation.weekly` is `monday`; expected a time of the week, such as mon 08:00",
        ),
        ("time_zone = \"Berlin\"", "`remediation.time_zone` is `Berlin`; expected the IANA name"),
        ("severity = \"worst\"", "`remediation.severity` is `worst`; expected high or low"),
        ("mail_domains = [\"a@b\"]", "`remediation.mail_domains` is [`a@b`]; expected domains"),
        ("surprise = 1", "`remediation.surprise` is not a setting"),
        ("[remediation.owners]\nit = \"it\"", "`remediation.owners.it` is `it`; expected mail addresses"),
        ("[remediation.owners]\nit = []", "`remediation.owners.it` is []; expected mail addresses"),
        (
            "[remediation.owners]\nit = \"it@contoso.com\\r\\nBcc: eve@example.com\"",
            "`remediation.owners.it` is",
        ),
    ] {
        let message = wrong(&format!("{SMTP}[remediation]\n{setting}\n"));
        assert!(message.starts_with(told), "{setting}: {message}");
    }
    let mail = "[notify.x]\non = [\"remediation\"]\nmail_to = [\"security@contoso.com\"]\n";
    let message = wrong(&format!("{SMTP}{mail}"));
    assert!(message.contains("only where there is a webhook"), "{message}");
}
