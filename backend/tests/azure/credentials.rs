//! The credentials that can be tried without Azure.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use backend::azure::Azure;
use backend::azure::arm::{ArmClient, ArmError, TokenError};
use backend::azure::credential::{CredentialSettings, credential};
use backend::azure::http_client::{self, Timeouts};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use simulator::World;

use crate::bench::{Bench, cloud, production};

async fn list(bench: &Bench, settings: CredentialSettings) -> Result<usize, ArmError> {
    let cloud = cloud(bench.simulator.url());
    let http = http_client::client(Timeouts::default()).unwrap();
    let credential = credential(&settings, &cloud, &http, Timeouts::default(), &bench.clock).unwrap();
    let azure = Azure::new(ArmClient::new(http, &cloud, credential, bench.clock.clone()));
    Ok(azure.subscriptions.list().await?.len())
}

fn client_secret(secret: &str) -> CredentialSettings {
    CredentialSettings::ClientSecret {
        tenant: World::TENANT_ID.to_owned(),
        client_id: World::CLIENT_ID.to_owned(),
        secret: secret.into(),
    }
}

#[tokio::test]
async fn an_app_signs_in_with_its_secret() {
    let bench = Bench::start(production(&[])).await;
    assert_eq!(list(&bench, client_secret(World::CLIENT_SECRET)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_wrong_secret_is_told_apart_from_an_azure_that_is_away() {
    let bench = Bench::start(production(&[])).await;
    let error = list(&bench, client_secret("wrong")).await.unwrap_err();
    let ArmError::Token(TokenError::Unavailable(cause)) = &error else { panic!("{error:?}") };
    assert!(cause.to_string().contains("AADSTS7000215"), "{cause}");
    assert!(bench.received("/subscriptions").is_empty());
}

#[tokio::test]
async fn an_app_signs_in_with_its_certificate() {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(key.public_key()).unwrap();
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).unwrap();
    let mut world = production(&[]);
    world.app_mut(World::CLIENT_ID).unwrap().certificates = vec![pem("PUBLIC KEY", public.as_ref())];
    let bench = Bench::start(world).await;

    let certificate = |private: &[u8]| CredentialSettings::Certificate {
        tenant: World::TENANT_ID.to_owned(),
        client_id: World::CLIENT_ID.to_owned(),
        pem: (pem("CERTIFICATE", b"a certificate") + &pem("PRIVATE KEY", private)).into(),
    };
    assert_eq!(list(&bench, certificate(private.as_ref())).await.unwrap(), 1);

    let another = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let another = AsDer::<Pkcs8V1Der<'_>>::as_der(&another).unwrap();
    let error = list(&bench, certificate(another.as_ref())).await.unwrap_err();
    assert!(matches!(error, ArmError::Token(TokenError::Unavailable(_))), "{error:?}");
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
