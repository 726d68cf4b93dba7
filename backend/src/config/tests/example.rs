use super::*;

#[test]
fn the_example_is_right_and_its_comments_tell_the_defaults() {
    let example = include_str!("../../../../docs/postern.example.toml");
    let with_secrets = |text: &str| {
        text.replace("key_file = \"/run/secrets/postern-session\"", &format!("key = \"{KEY}\""))
            .replace("client_secret_file = \"/run/secrets/postern-sign-in\"", "client_secret = \"x\"")
    };
    let read_quietly = |text: &str| format!("{:?}", read(&with_secrets(text), &[]).unwrap());
    let uncommented: String = example
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.contains(" = \"") || setting.contains(" = [") => setting,
            _ => line,
        })
        .filter(|line| {
            ![
                "_before",
                "-before",
                "-rdp.pem",
                "-rdp.pfx",
                "key_vault",
                "chain_file",
                ".example",
                "api_scope",
                "on = [\"grant",
                "mail_to",
                "webhook",
                "tickets",
                "smtp",
                "remediation",
                "mail_domains",
                "weekly",
                "Europe/Berlin",
                "severity = ",
                "@contoso.com",
                "postern@",
                "user = \"postern",
                "tls = ",
                "metrics = ",
            ]
            .iter()
            .any(|other| line.contains(other))
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_ne!(uncommented, example);
    assert_eq!(read_quietly(&uncommented), read_quietly(example));
}
