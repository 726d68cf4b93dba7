use super::*;

fn client_secret(tenant: &str, secret: &str) -> CredentialSettings {
    CredentialSettings::ClientSecret {
        tenant: tenant.to_owned(),
        client_id: "app".to_owned(),
        secret: secret.into(),
    }
}

fn made(settings: &CredentialSettings) -> Result<(), CredentialError> {
    let http = http_client::client(Timeouts::default()).unwrap();
    credential(settings, &Cloud::public(), &http, Timeouts::default(), &Clock::system()).map(drop)
}

#[test]
fn a_secret_is_not_shown() {
    assert!(!format!("{:?}", client_secret("tenant", "hunter2")).contains("hunter2"));
}

#[test]
fn a_credential_that_cannot_work_is_found_at_once() {
    assert!(made(&client_secret("tenant", "secret")).is_ok());
    assert!(made(&client_secret("tenant/../other", "secret")).is_err());
    assert!(made(&client_secret("tenant", "")).is_err());
    let certificate = CredentialSettings::Certificate {
        tenant: "tenant".to_owned(),
        client_id: "app".to_owned(),
        pem: "nothing".into(),
    };
    assert!(matches!(made(&certificate), Err(CredentialError::Certificate(_))));
}

#[test]
fn credentials_of_the_place_we_run_in_need_no_settings() {
    let client_id = Some("11111111-2222-3333-4444-555555555555".to_owned());
    assert!(made(&CredentialSettings::ManagedIdentity { client_id }).is_ok());
    assert!(made(&CredentialSettings::AzureCli).is_ok());
}
