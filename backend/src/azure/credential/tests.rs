use super::*;

fn settings(json: &str) -> serde_json::Result<CredentialSettings> {
    serde_json::from_str(json)
}

#[test]
fn settings_name_a_kind_and_nothing_unknown() {
    assert!(matches!(
        settings(r#"{"kind":"managed_identity"}"#),
        Ok(CredentialSettings::ManagedIdentity { client_id: None })
    ));
    assert!(matches!(settings(r#"{"kind":"azure_cli"}"#), Ok(CredentialSettings::AzureCli {})));
    assert!(settings(r#"{"kind":"azure_cli","secret":"x"}"#).is_err());
    assert!(settings(r#"{"kind":"client_secret","tenant":"t","client_id":"c"}"#).is_err());
    assert!(settings(r#"{"kind":"password"}"#).is_err());
}

#[test]
fn a_secret_is_not_shown() {
    let secret = r#"{"kind":"client_secret","tenant":"t","client_id":"c","secret":"hunter2"}"#;
    assert!(!format!("{:?}", settings(secret).unwrap()).contains("hunter2"));
}

#[test]
fn a_credential_that_cannot_work_is_found_at_once() {
    let clock = Clock::system();
    let http = http_client::client(Timeouts::default()).unwrap();
    let make = |json| {
        credential(&settings(json).unwrap(), &Cloud::public(), &http, Timeouts::default(), &clock).map(drop)
    };
    assert!(make(r#"{"kind":"client_secret","tenant":"t","client_id":"c","secret":"s"}"#).is_ok());
    assert!(make(r#"{"kind":"client_secret","tenant":"t/../x","client_id":"c","secret":"s"}"#).is_err());
    assert!(make(r#"{"kind":"client_secret","tenant":"t","client_id":"c","secret":""}"#).is_err());
    assert!(make(r#"{"kind":"certificate","tenant":"t","client_id":"c","pem":"nothing"}"#).is_err());
}
